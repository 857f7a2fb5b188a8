"""`bin/demo`: the whole portal on one machine, with demo data, until Ctrl-C."""

import argparse
import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import _home
import _servers
from _home import ROOT, Trouble, say

ABOUT = """\
Chạy toàn bộ cổng thông tin trên máy này với dữ liệu mẫu: PostgreSQL, Valkey, web, Celery.
Ctrl-C dừng tất cả. Dữ liệu được giữ cho lần chạy sau.

Biến môi trường: PORT (mặc định 8000), DEMO_DIR (mặc định .demo/), HOST (mặc định 127.0.0.1).
"""
READY_SECONDS = 90.0
LOG_LIMIT = 5 * 1024 * 1024


class Child:
    """A process of the portal with a session and a log file of its own."""

    def __init__(self, name: str, command: list[str], patience: float = 10.0):
        self.name = name
        self.command = command
        self.patience = patience
        self.process: subprocess.Popen | None = None
        self.log: Path | None = None

    def start(self, environ: dict[str, str], log_dir: Path, pass_fds: tuple[int, ...] = ()) -> None:
        self.log = log_dir / f"{self.name}.log"
        with contextlib.suppress(OSError):
            if self.log.stat().st_size > LOG_LIMIT:
                self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=pass_fds,
                start_new_session=True,  # Ctrl-C reaches us alone; we stop things in order
                # Killed ourselves, we leave nobody who would see to an orderly end: a worker that
                # waits for its pool could stay for ever. Jobs are rows; the next start does them.
                preexec_fn=_servers.die_with_parent(signal.SIGKILL),
            )

    @property
    def ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGTERM)

    def make_stop(self) -> None:
        """Wait for the end, then remove whatever of its session is left."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(self.patience)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)


def children(listener: int, home: _home.Home) -> list[Child]:
    """The same processes, with the same options, as in docker-compose.yml."""
    celery = [sys.executable, "-m", "celery", "-A", "portal"]
    web = [sys.executable, "-m", "gunicorn", "-c", "python:portal.gunicorn"]
    web += ["--bind", f"fd://{listener}"]
    worker = [
        *(*celery, "worker", "--queues", "deadlines,mail,exports", "--concurrency", "2"),
        *("--without-gossip", "--without-mingle", "--loglevel", "INFO"),
        *("--hostname", f"demo-{_servers.short_key(home.folder)}@%h"),
    ]
    beat = [
        *(*celery, "beat", "--pidfile=", "--loglevel", "INFO"),
        *("--schedule", str(home.folder / "servers" / "beat-schedule")),
    ]
    return [Child("web", web), Child("worker", worker), Child("beat", beat, patience=5.0)]


def listen(host: str, port: int) -> socket.socket:
    """Take the port now, so that two demos cannot both believe it is theirs."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host.strip("[]"), port))
        listener.listen(128)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Trouble(
                f"Cổng {port} đang có chương trình khác dùng; hãy chọn cổng khác, ví dụ "
                f"PORT={port + 1 if port < 65535 else 8000} bin/demo."
            ) from error
        raise Trouble(f"Không mở được cổng {port} trên {host}: {error.strerror}.") from error
    return listener


def healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310  our own address
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def watch(running: list[Child], servers: _servers.Servers) -> None:
    """Raise when any process has ended that should not have."""
    for child in running:
        if child.ended:
            raise Trouble(
                f"Tiến trình {child.name} đã dừng (mã {child.process.returncode}): "
                f"{_servers.tail(child.log)}"
            )
    for server in (servers.postgres, servers.valkey):
        if server.process.poll() is not None:
            raise Trouble(f"{server.name} đã dừng: {_servers.tail(server.log)}")


def greeting(port: int, home: _home.Home) -> str:
    sys.path.insert(0, str(ROOT))
    from portal.demo.accounts import ACCOUNTS, PASSWORD

    address = f"http://localhost:{port}/"
    width = max(len(name) for name, _ in ACCOUNTS)
    lines = [
        "",
        f"  Cổng thông tin:  {address}",
        f"  Thư đã gửi đi:   {address}demo/thu/",
        "",
        f"  Tài khoản (mật khẩu chung: {PASSWORD})",
        *(f"    {name:<{width}}  {what}" for name, what in ACCOUNTS),
        "",
        f"  Dữ liệu: {home.folder} (nhật ký trong log/). Ctrl-C để dừng.",
        "",
    ]
    return "\n".join(lines)


class Stop(BaseException):
    """A signal asked for the end."""


def ask_to_stop(number, frame) -> None:
    for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sig, signal.SIG_IGN)  # stopping takes its seconds; once is enough
    raise Stop


def take_lock(home: _home.Home) -> None:
    while not home.try_lock():
        if home.read_state().get("mode") != "manage":
            raise Trouble(f"Một bản demo khác đang dùng {home.folder}; hãy dừng nó trước.")
        say("Đang chờ bin/manage xong việc …")
        _home.wait_until(lambda: not home.state_file.exists(), 600)


def serve(home: _home.Home, listener: socket.socket, port: int) -> None:
    running: list[Child] = []
    say("Khởi động PostgreSQL và Valkey …")
    with home.servers(mode="demo", at_port=port) as (servers, environ):
        try:
            home.prepare(environ, static=True)
            say("Khởi động web, worker và beat …")
            for child in children(listener.fileno(), home):
                running.append(child)
                fds = (listener.fileno(),) if child.name == "web" else ()
                child.start(environ, home.folder / "log", fds)
            listener.close()
            host = os.environ.get("HOST", "").strip() or "127.0.0.1"
            probe = "127.0.0.1" if host in ("0.0.0.0", "127.0.0.1") else host  # noqa: S104
            deadline = time.monotonic() + READY_SECONDS
            while not healthy(f"http://{probe}:{port}/healthz"):
                watch(running, servers)
                if time.monotonic() > deadline:
                    raise Trouble(f"Web không sẵn sàng: {_servers.tail(running[0].log)}")
                time.sleep(0.2)
            print(greeting(port, home), flush=True)
            while True:
                watch(running, servers)
                time.sleep(0.5)
        finally:
            say("Đang dừng …")
            for child in reversed(running):
                child.ask_to_stop()
            for child in reversed(running):
                child.make_stop()


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="bin/demo", description=ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reset", action="store_true", help="xóa dữ liệu demo cũ, làm lại từ đầu")
    options = parser.parse_args()
    for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sig, ask_to_stop)
    home = _home.Home(_home.demo_dir())
    try:
        port = _home.port()
        home.open()
        take_lock(home)
        listener = listen(os.environ.get("HOST", "").strip() or "127.0.0.1", port)
        if options.reset:
            say(f"Xóa dữ liệu demo trong {home.folder} …")
            home.reset()
        serve(home, listener, port)
    except Stop:
        return 0
    except (Trouble, _servers.ServerError) as error:
        say(str(error))
    except OSError as error:
        say(f"Không chạy được demo: {error.strerror or error} ({error.filename or home.folder}).")
    finally:
        home.unlock()
    return 1


if __name__ == "__main__":
    sys.exit(main())
