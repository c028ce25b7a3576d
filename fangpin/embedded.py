"""The servers of a data directory, and the one process that owns them (demo, development, tests; never production).

``ensure()`` runs in every entry point before the settings are read. With DATABASE_URL and REDIS_URL set it does
nothing. Otherwise this process becomes the owner of the data directory (FANGPIN_VAR, default ``var/``), starts both servers
(fangpin.servers) and stops them when it ends; a process that finds an owner says so and uses its servers.

Ownership is a ``flock``: the kernel gives it back whatever happens to the owner, so no crash blocks the next start.
Two files stand beside the data: ``embedded.lock``, locked by the owner, tells who that is as JSON
{pid, command, urls}; ``embedded.users`` is locked shared by everyone who joined, so that the owner ends after them.
"""

import atexit
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from fangpin.servers import Servers, Unavailable

JOIN_SECONDS = 150  # an owner that replays its log after a power cut takes its time

_owned: "OwnedServers | None" = None


class InUse(RuntimeError):
    """Another process owns the data directory; the text says which."""


def ensure(*, alone: bool = False) -> None:
    """Set DATABASE_URL and REDIS_URL where they are not set, by starting servers or joining those that run.

    ``alone``: end with one line if another process owns the data directory (the demo rebuilds everything in it).
    """
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return
    try:
        urls = start().urls if alone else _start_or_join(data_directory())
    except (InUse, Unavailable) as problem:
        sys.exit(str(problem))
    for name, url in urls.items():
        if not os.environ.get(name):
            os.environ[name] = url


def start(var: Path | None = None) -> "OwnedServers":
    """Own the data directory until ``stop`` or the end of this process; raises InUse or Unavailable."""
    global _owned
    var = (var or data_directory()).resolve()
    try:
        _owned = OwnedServers(var)
    except (OSError, subprocess.SubprocessError) as problem:
        raise Unavailable(f"内置数据库不能在 {var} 启动：{problem}") from problem
    atexit.register(_at_exit)
    try:
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:  # which would end us without the call at exit
            signal.signal(signal.SIGTERM, _terminated)
    except ValueError:  # not the main thread: whoever runs this process also ends it
        pass
    return _owned


def stop() -> None:
    """Stop at once what this process started; nothing if it started nothing."""
    global _owned
    if _owned is not None:
        servers, _owned = _owned, None
        servers.stop()


def data_directory() -> Path:
    """FANGPIN_VAR, or ``var`` in the project."""
    return Path(os.environ.get("FANGPIN_VAR") or Path(__file__).resolve().parent.parent / "var").resolve()


class OwnedServers(Servers):
    """Servers under the lock of their data directory: making one starts them, ``stop`` gives everything back."""

    def __init__(self, var: Path) -> None:
        super().__init__(var)
        self._lock: int | None = _lock(self.var)
        try:
            self._tell()
            self.start()
            self._tell()
        except BaseException:
            self.stop()
            raise

    def stop(self, *, patient: bool = False) -> None:
        """``patient``: wait first until nobody uses the servers any more (Ctrl-C ends the waiting)."""
        if self._lock is None:
            return
        users = _open(self.var / "embedded.users")
        if patient:
            _wait_for(users)
        os.ftruncate(self._lock, 0)  # from here nobody can join
        super().stop()
        os.close(users)
        self.release()

    def release(self) -> None:
        """Close the lock's descriptor; done in a forked child, it leaves the parent's lock alone."""
        os.close(self._lock)
        self._lock = None

    def _tell(self) -> None:
        command = " ".join([Path(sys.argv[0] or "python").name, *sys.argv[1:]])[:200]
        text = json.dumps({"pid": os.getpid(), "command": command, "urls": self.urls}, ensure_ascii=False)
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, text.encode(), 0)


def _lock(var: Path) -> int:
    path = var / "embedded.lock"
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        owner = _owner(var)
        who = f"进程 {owner['pid']}（{owner['command']}）" if owner else "另一个进程"
        raise InUse(f"数据目录 {var} 正由{who}使用") from None
    return descriptor


def _owner(var: Path) -> dict:
    try:
        return json.loads((var / "embedded.lock").read_text())
    except ValueError:  # nobody, or just being written
        return {}


def _start_or_join(var: Path) -> dict[str, str]:
    until = time.monotonic() + JOIN_SECONDS
    while True:
        try:
            return start(var).urls
        except InUse as taken:
            if urls := _join(var):
                print(f"{taken}，本命令接入它的数据库", file=sys.stderr)
                return urls
            if time.monotonic() > until:
                raise
        time.sleep(0.1)  # the owner is still starting, or just stopping


def _join(var: Path) -> dict[str, str]:
    """Count as a user of the owner's servers until this process ends; empty if they do not run (yet, any more)."""
    users = _open(var / "embedded.users")
    fcntl.flock(users, fcntl.LOCK_SH)  # waits while the owner stops them
    urls = _owner(var).get("urls", {})
    if not urls:
        os.close(users)
    return urls


def _wait_for(users: int) -> None:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("另有命令还在使用本命令启动的数据库，等它结束后停止（Ctrl-C 立即停止）", file=sys.stderr)
        with suppress(KeyboardInterrupt, SystemExit):
            fcntl.flock(users, fcntl.LOCK_EX)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def _at_exit() -> None:
    global _owned
    if _owned is not None:
        servers, _owned = _owned, None
        servers.stop(patient=True)


def _terminated(number: int, frame) -> None:
    """Leave by the usual way, so that work is put away, but wait for nobody."""
    atexit.unregister(_at_exit)
    atexit.register(stop)
    sys.exit(128 + number)


def _forget() -> None:
    """A forked child owns nothing: it neither keeps the lock alive nor stops its parent's servers."""
    global _owned
    if _owned is not None:
        _owned.release()
        _owned = None
        if signal.getsignal(signal.SIGTERM) is _terminated:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


os.register_at_fork(after_in_child=_forget)
