"""Run web, worker and beat as children of the demo; end all of them together."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from django.conf import settings

PR_SET_PDEATHSIG = 1
RESTARTABLE = ("worker", "beat")


class PortTaken(Exception):
    """The port is in use by another program."""


class Crew:
    """The three processes of a running system, with their logs under ``logs``."""

    def __init__(self, port: int, logs: Path):
        self.port, self.logs = port, logs
        self.children: dict[str, subprocess.Popen] = {}

    def commands(self) -> dict[str, list[str]]:
        python, var = sys.executable, settings.VAR_DIR
        celery = [python, "-m", "celery", "-A", "fangpin", "--quiet"]
        return {
            "web": [
                python, "-m", "gunicorn", "fangpin.wsgi", "--bind", f"127.0.0.1:{self.port}", "--workers", "2", "--threads", "4",
                "--worker-class", "gthread", "--log-level", "warning", "--timeout", "60",
            ],
            "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"],
            "beat": [*celery, "beat", "--loglevel", "WARNING", "--pidfile", "", "--schedule", str(var / "celerybeat-schedule")],
        }  # fmt: skip

    def start_work(self) -> None:
        """Worker and beat."""
        for name in RESTARTABLE:
            self._launch(name)

    def start_web(self) -> None:
        """Raises PortTaken, or RuntimeError when the web server does not answer within 30 seconds."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self.port))
            except OSError:
                taken = f"端口 {self.port} 已被占用，请换一个：python manage.py demo --port {self.port + 1}"
                raise PortTaken(taken) from None
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns where it is missing
        self._launch("web")
        self._wait_for_page()

    def _launch(self, name: str) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        with open(self.logs / f"{name}.log", "ab") as log:
            self.children[name] = subprocess.Popen(
                self.commands()[name],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env={**os.environ, "FANGPIN_DEMO": "1"},
                cwd=settings.BASE_DIR,
                start_new_session=True,  # Ctrl-C reaches the demo alone, which then ends its children in order
                preexec_fn=_die_with_parent,
            )

    def _wait_for_page(self) -> None:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5).close()
                return
            except (urllib.error.URLError, OSError):
                if self.children["web"].poll() is not None:
                    break
                time.sleep(0.25)
        raise RuntimeError(f"网页服务没有启动，原因见 {self.logs / 'web.log'}")

    def keep(self) -> None:
        """A worker or beat that ended is started again (its work goes on by itself); the web server is not."""
        for name, child in list(self.children.items()):
            if child.poll() is not None:
                if name not in RESTARTABLE:
                    raise RuntimeError(f"网页服务意外退出，原因见 {self.logs / 'web.log'}")
                self._launch(name)

    def watch(self) -> None:
        """Until interrupted."""
        while True:
            time.sleep(1)
            self.keep()

    def stop(self) -> None:
        for child in self.children.values():
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        for child in self.children.values():
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        self.children.clear()


def _die_with_parent() -> None:
    """On Linux a child whose demo was killed ends too; elsewhere Ctrl-C is the way."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
