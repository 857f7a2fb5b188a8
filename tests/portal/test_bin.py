"""The commands in bin/: what they say when something is missing, and the demo's whole life."""

import contextlib
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import _home
import psutil
import pytest

from portal.demo.accounts import ACCOUNTS, PASSWORD

ROOT = Path(__file__).resolve().parents[2]
BIN = ROOT / "bin"


def clean_environment(**more) -> dict[str, str]:
    """Without what this test run was given: a demo brings its own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return {**kept, **more}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def run(program: str, *arguments: str, **environ):
    return subprocess.run(
        [sys.executable, str(BIN / program), *arguments],
        env=clean_environment(**environ),
        capture_output=True,
        text=True,
        timeout=600,
    )


def refused(done, *words):
    """One line, exit 1."""
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    for word in words:
        assert word in done.stderr


def remove(folder: Path) -> None:
    """A demo's folder, and what root keeps of it elsewhere."""
    elsewhere = _home.Home(folder).pg_data.parent
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(elsewhere, ignore_errors=True)


def copy(folder: Path, to: Path) -> None:
    """A demo that is not running, once more in another place."""
    old, new = _home.Home(folder), _home.Home(to)
    subprocess.run(["cp", "-a", folder, to], check=True)
    if not old.pg_data.is_relative_to(folder):
        new.pg_data.parent.mkdir(mode=0o711)
        subprocess.run(["cp", "-a", old.pg_data, new.pg_data], check=True)


@pytest.fixture
def home(tmp_path):
    yield tmp_path / "demo"
    remove(tmp_path / "demo")


@pytest.fixture(scope="module")
def lasting_home(tmp_path_factory):
    """One folder for all tests that start a demo: making the data takes longest."""
    folder = tmp_path_factory.mktemp("life") / "demo"
    yield folder
    remove(folder)


# What can go wrong before anything runs


def test_a_port_in_use(home):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused(run("_demo.py", DEMO_DIR=str(home), PORT=port), f"Cổng {port}", "PORT=")


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_a_port_that_is_none(home, port):
    refused(run("_demo.py", DEMO_DIR=str(home), PORT=port), "PORT phải là một số", port)


def test_a_folder_with_something_else_in_it(tmp_path):
    (tmp_path / "thu-cua-toi.txt").write_text("giữ lại")
    refused(run("_demo.py", "--reset", DEMO_DIR=str(tmp_path)), "đã có tệp khác", str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["thu-cua-toi.txt"]


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    folder = tmp_path / "file" / "demo"
    refused(run("_demo.py", DEMO_DIR=str(folder)), "Không dùng được thư mục demo", str(folder))


def in_bootstrap(code: str):
    """Run `code` where bin/_bootstrap.py is imported as b."""
    return subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(BIN)!r}); {code}"],
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_python_without_venv():
    done = in_bootstrap("sys.modules['ensurepip'] = None; import _bootstrap as b; b.make_venv()")
    refused(done, "thiếu module venv", "python3-venv")


def test_no_room_on_the_disk():
    code = "import _bootstrap as b; b.DISK_NEEDED = 10**18; b.make_venv()"
    refused(in_bootstrap(code), "Không đủ chỗ trên đĩa")


def test_packages_that_cannot_be_installed(tmp_path):
    code = (
        "import _bootstrap as b; from pathlib import Path; "
        f"b.run([sys.executable, '-c', 'raise SystemExit(\"ERROR: no such package\")'], "
        f"Path({str(tmp_path / 'log')!r}), '')"
    )
    refused(in_bootstrap(code), "Không cài được", "ERROR: no such package")


def test_requirements_that_changed_are_installed_again(tmp_path):
    code = (
        "import _bootstrap as b; from pathlib import Path; "
        f"b.REQUIREMENTS = (Path({str(tmp_path / 'r.txt')!r}),); "
        f"b.STAMP = Path({str(tmp_path / 'stamp')!r}); b.PYTHON = Path(sys.executable); "
        "b.REQUIREMENTS[0].write_text('a'); print(b.up_to_date()); "
        "b.STAMP.write_text(b.wanted()); print(b.up_to_date()); "
        "b.REQUIREMENTS[0].write_text('b'); print(b.up_to_date())"
    )
    assert in_bootstrap(code).stdout.split() == ["False", "True", "False"]


# The whole life of a demo


class Demo:
    def __init__(self, folder: Path, port: int):
        self.folder = folder
        self.port = port
        self.out = folder.with_suffix(".out")
        self.process = None

    def start(self, *arguments: str, seconds: float = 600) -> None:
        started = time.monotonic()
        with self.out.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, str(BIN / "_demo.py"), *arguments],
                env=clean_environment(DEMO_DIR=str(self.folder), PORT=str(self.port)),
                stdout=out,
                stderr=out,
            )
        while "Ctrl-C để dừng" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() - started < seconds, self.said()
            time.sleep(0.1)

    def said(self) -> str:
        return self.out.read_text()

    def get(self, path: str) -> int:
        with urllib.request.urlopen(f"http://localhost:{self.port}{path}", timeout=20) as response:
            return response.status

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self, sig: int) -> int:
        self.process.send_signal(sig)
        return self.process.wait(60)


def all_gone(processes, seconds: float = 60) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    return alive == []


def kinds(processes) -> set[str]:
    """Which programs run, by the words of their command lines."""
    words = {"gunicorn", "worker", "beat", "postgres", "valkey-server"}
    found = set()
    for process in processes:
        with contextlib.suppress(psutil.Error):
            line = process.cmdline()
            found |= {word for word in words if any(word in part for part in line[:6])}
    return found


@pytest.fixture
def demo(lasting_home):
    demo = Demo(lasting_home, free_port())
    yield demo
    if demo.process is not None and demo.process.poll() is None:
        demo.stop(signal.SIGTERM)


@pytest.mark.slow
def test_a_demo_starts_serves_and_leaves_nothing_behind(demo, tmp_path):
    home = demo.folder
    demo.start("--reset")
    said = demo.said()
    names = [name for name, _ in ACCOUNTS]
    for words in ("Tạo bảng", PASSWORD, f":{demo.port}/demo/thu/", *names):
        assert words in said
    assert (demo.get("/healthz"), demo.get("/"), demo.get("/demo/thu/")) == (200, 200, 200)
    family = demo.family()
    assert kinds(family) == {"gunicorn", "worker", "beat", "postgres", "valkey-server"}
    secrets = home / "secrets.json"
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    before = secrets.read_text()

    # Neither a second demo nor --reset comes in between; bin/manage uses its servers.
    refused(run("_demo.py", "--reset", DEMO_DIR=str(home), PORT=str(free_port())), "đang dùng")
    command = "from django.contrib.auth import get_user_model as m; print(m().objects.count())"
    counted = run("_manage.py", "shell", "-v0", "-c", command, DEMO_DIR=str(home))
    assert counted.returncode == 0
    people = int(counted.stdout)
    assert people >= 8
    assert run("_manage.py", "nonsense", DEMO_DIR=str(home)).returncode == 1

    assert demo.stop(signal.SIGTERM) == 0
    assert all_gone(family)

    # Not running: bin/manage starts the servers, sees the same data, leaves nothing behind.
    counted = run("_manage.py", "shell", "-v0", "-c", command, DEMO_DIR=str(home))
    assert (counted.returncode, int(counted.stdout)) == (0, people)
    assert not (home / "state.json").exists()

    # Again: quick, with the same data and keys; two demos side by side; Ctrl-C.
    other = Demo(tmp_path / "other", free_port())
    copy(home, other.folder)
    demo.start()
    assert "Tạo bảng" not in demo.said()
    assert secrets.read_text() == before
    try:
        other.start()
        assert (demo.get("/healthz"), other.get("/healthz")) == (200, 200)
        family, others = demo.family(), other.family()
        assert demo.stop(signal.SIGINT) == 0
        assert all_gone(family)
        assert other.get("/healthz") == 200
    finally:
        other.stop(signal.SIGTERM)
    assert all_gone(others)
    remove(other.folder)


@pytest.mark.slow
def test_a_demo_without_one_of_its_processes_stops(demo):
    demo.start()
    family = demo.family()
    (beat,) = [process for process in family if "beat" in process.cmdline()]
    beat.kill()
    assert demo.process.wait(60) == 1
    assert "Tiến trình beat đã dừng" in demo.said()
    assert all_gone(family)


@pytest.mark.slow
def test_a_killed_demo_leaves_no_process_and_starts_again(demo):
    demo.start()
    family = demo.family()
    demo.process.kill()
    demo.process.wait()
    assert all_gone(family)
    state = json.loads((demo.folder / "state.json").read_text())
    demo.start()
    assert demo.get("/healthz") == 200
    assert not Path(state["run"]).exists()
