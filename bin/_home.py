"""A demo's folder: its lock, its secrets, its servers, the environment its processes get."""

import base64
import contextlib
import errno
import fcntl
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import _servers

ROOT = Path(__file__).resolve().parent.parent
RUN_PREFIX = "cdh-demo-"
MARKER = ".cong-dai-hoi-demo"
DISK_NEEDED = 300 * 1024 * 1024
DEFAULT_PORT = 8000


class Trouble(Exception):
    """Something a person can put right; the text is one line."""


def say(sentence: str = "") -> None:
    print(sentence, file=sys.stderr, flush=True)


def demo_dir() -> Path:
    given = os.environ.get("DEMO_DIR", "").strip()
    return (Path(given).expanduser() if given else ROOT / ".demo").absolute()


def port() -> int:
    given = os.environ.get("PORT", "").strip() or str(DEFAULT_PORT)
    if not given.isdecimal() or not 1 <= int(given) <= 65535:
        raise Trouble(f"PORT phải là một số từ 1 đến 65535, không phải “{given}”.")
    return int(given)


class Home:
    """The folder of one demo. Use inside `with home.locked(...)`."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.state_file = folder / "state.json"
        self.prepared = folder / "prepared"
        self._lock: int | None = None

    # The folder

    def open(self) -> None:
        """Make the folder, or see that it is ours and can be used."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not (self.folder / MARKER).exists():
                if any(self.folder.iterdir()):
                    raise Trouble(
                        f"DEMO_DIR={self.folder} đã có tệp khác bên trong; hãy chọn thư mục trống."
                    )
                (self.folder / MARKER).touch()
            for name in ("mail", "media", "keys", "log", "servers"):
                (self.folder / name).mkdir(mode=0o700, exist_ok=True)
            probe = self.folder / f".probe-{os.getpid()}"
            probe.write_bytes(b"x")
            probe.unlink()
        except OSError as error:
            raise Trouble(
                f"Không dùng được thư mục demo {self.folder}: {error.strerror}."
            ) from error
        if shutil.disk_usage(self.folder).free < DISK_NEEDED:
            raise Trouble(f"Không đủ chỗ trên đĩa cho {self.folder} (cần khoảng 300 MB).")

    @property
    def pg_data(self) -> Path:
        """Root keeps PostgreSQL's files outside of DEMO_DIR: another account must reach them."""
        if _servers.is_root():
            return _servers.state_dir() / _servers.short_key(self.folder.resolve()) / "postgres"
        return self.folder / "servers" / "postgres"

    def reset(self) -> None:
        """Throw away what the demo made; only names that the demo itself uses."""
        for name in ("mail", "media", "keys", "log", "servers", "static"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        for name in ("secrets.json", "state.json", "static.stamp", "prepared"):
            (self.folder / name).unlink(missing_ok=True)
        shutil.rmtree(self.pg_data, ignore_errors=True)
        self.open()

    # The lock

    def try_lock(self) -> bool:
        self._lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock)
            self._lock = None
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                return False
            raise
        return True

    def unlock(self) -> None:
        if self._lock is not None:
            self.state_file.unlink(missing_ok=True)
            os.close(self._lock)
            self._lock = None

    def read_state(self) -> dict:
        with contextlib.suppress(OSError, ValueError):
            return json.loads(self.state_file.read_text())
        return {}

    def write_state(self, **state) -> None:
        private_write(self.state_file, json.dumps(state))

    # Secrets and environment

    def secrets(self) -> dict[str, str]:
        path = self.folder / "secrets.json"
        if not path.exists():
            # Without its secrets an older database cannot be read: it belongs to a demo that is
            # gone (its folder was deleted by hand).
            shutil.rmtree(self.pg_data, ignore_errors=True)
            self.prepared.unlink(missing_ok=True)
            made = {
                "SECRET_KEY": secrets.token_urlsafe(60),
                "IDENTITY_MASTER_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
            }
            private_write(path, json.dumps(made, indent=2))
        try:
            return json.loads(path.read_text())
        except (OSError, ValueError) as error:
            raise Trouble(f"Không đọc được {path}; bin/demo --reset sẽ làm lại từ đầu.") from error

    def environ(self, servers: dict[str, str], at_port: int) -> dict[str, str]:
        """The whole environment of the demo's processes: as in production, but for plain http."""
        inherited = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "TERM", "NO_COLOR", "USER")
        host = os.environ.get("HOST", "").strip()
        names = ["localhost", "127.0.0.1", "[::1]", *([host] if host else [])]
        names += [name for name in os.environ.get("ALLOWED_HOSTS", "").split(",") if name.strip()]
        return {
            **{name: os.environ[name] for name in inherited if name in os.environ},
            **self.secrets(),
            **servers,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "PYTHONUNBUFFERED": "1",
            "DEBUG": "0",
            "DEMO": "1",
            "INSECURE_HTTP": "1",
            "ALLOWED_HOSTS": ",".join(dict.fromkeys(names)),
            "SITE_URL": f"http://localhost:{at_port}",
            "SITE_LINE": "Tuyên truyền đại hội đảng các cấp tỉnh Mẫu",
            "SITE_OWNER": "Cơ quan chủ quản: Tỉnh ủy Mẫu (tỉnh không có thật, để dùng thử).|"
            "Thường trực biên tập: Ban Tuyên giáo và Dân vận Tỉnh ủy Mẫu.|"
            "Số 1 đường Hòa Bình, phường Minh Khai, tỉnh Mẫu. Điện thoại: 0200 3 812 345",
            "SITE_AGENCY": "dang-bo-tinh-mau",
            "COOKIE_SUFFIX": str(at_port),
            "EMAIL_URL": f"filemail://{self.folder / 'mail'}",
            "STORAGE_URL": f"file://{self.folder / 'media'}",
            "STATIC_ROOT": str(self.folder / "static"),
            "IDENTITY_KEY_DIR": str(self.folder / "keys"),
        }

    # Servers

    @contextlib.contextmanager
    def servers(self, *, mode: str, at_port: int) -> Iterator[tuple[_servers.Servers, dict]]:
        """PostgreSQL and Valkey over this folder, running inside the `with`; needs the lock."""
        self.secrets()  # first: it may throw an orphaned database away
        self.pg_data.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        remains = self.read_state().get("run")  # of a demo that was killed
        if remains and Path(remains).name.startswith(RUN_PREFIX):
            shutil.rmtree(remains, ignore_errors=True)
        run = Path(tempfile.mkdtemp(prefix=RUN_PREFIX))
        if _servers.is_root():
            run.chmod(0o711)
        servers = _servers.Servers(data=self.folder / "servers", pg_data=self.pg_data, run=run)
        environ = self.environ(servers.environ(), at_port)
        self.write_state(mode=mode, run=str(run), ready=False)
        try:
            servers.start()
            self.write_state(mode=mode, run=str(run), ready=True, environ=environ)
            yield servers, environ
        finally:
            servers.stop()
            shutil.rmtree(run, ignore_errors=True)

    def prepare(self, environ: dict[str, str], *, static: bool) -> None:
        """Migrate, load the demo, collect static files: whatever of it is still to do."""
        prepare = [sys.executable, str(ROOT / "bin" / "_prepare.py")]
        jobs = [[*prepare, "--database"]]
        if static:  # beside the database: neither waits for the other
            jobs.append([*prepare, "--static", str(self.folder / "static.stamp")])
        if any(run_children(jobs, environ)):
            raise Trouble("Chuẩn bị dữ liệu demo không thành công (xem các dòng trên).")
        self.prepared.touch()


def private_write(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
    fresh.rename(path)


def run_child(command: list[str], environ: dict[str, str]) -> int:
    return run_children([command], environ)[0]


def run_children(commands: list[list[str]], environ: dict[str, str]) -> list[int]:
    """Run side by side to the end, where we stand; should we be stopped, they are stopped first."""
    processes = [subprocess.Popen(command, env=environ) for command in commands]
    try:
        return [process.wait() for process in processes]
    except BaseException:
        for process in processes:
            process.terminate()
        for process in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
            process.wait()
        raise


def wait_until(condition, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
