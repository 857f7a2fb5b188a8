"""Makes `.venv` from requirements-dev.txt if need be, then becomes one of the programs beside it.

Needs Python 3.11 with venv and nothing else. The virtualenv is stamped with a hash of the
requirements: when they change, they are installed again; when they do not, this takes no time.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

BIN = Path(__file__).resolve().parent
ROOT = BIN.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = (ROOT / "requirements.txt", ROOT / "requirements-dev.txt")
STAMP = VENV / ".requirements.sha256"
DISK_NEEDED = 900 * 1024 * 1024


def fail(sentence: str) -> None:
    print(sentence, file=sys.stderr)
    raise SystemExit(1)


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def wanted() -> str:
    digest = hashlib.sha256()
    for path in REQUIREMENTS:
        digest.update(path.read_bytes())
    digest.update(f"{sys.version_info.major}.{sys.version_info.minor}".encode())
    return digest.hexdigest()


def up_to_date() -> bool:
    with contextlib.suppress(OSError):
        return PYTHON.exists() and STAMP.read_text().strip() == wanted()
    return False


def run(command: list[str], log: Path, waiting: str) -> None:
    """Run a long step quietly, saying now and then that it goes on; its end of log on failure."""
    started = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL)
        try:
            while process.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(20)
                if process.poll() is None:
                    say(f"  … {waiting} ({time.monotonic() - started:.0f} giây)")
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if process.returncode != 0:
        lines = log.read_text(errors="replace").strip().splitlines()
        errors = [line for line in lines if "ERROR" in line.upper()] or lines[-1:]
        detail = errors[-1].strip() if errors else f"mã {process.returncode}"
        fail(f"Không cài được môi trường Python: {detail} (xem {log})")


def make_venv() -> None:
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        fail(
            "Python này thiếu module venv (ensurepip); hãy cài thêm, "
            "ví dụ trên Debian: apt install python3-venv."
        )
    if shutil.disk_usage(ROOT).free < DISK_NEEDED:
        fail(f"Không đủ chỗ trên đĩa cho .venv trong {ROOT} (cần khoảng 900 MB).")
    usable = (
        PYTHON.exists() and subprocess.run([str(PYTHON), "-c", ""], check=False).returncode == 0
    )
    log = ROOT / ".venv-install.log"
    if not usable:
        say("Tạo môi trường Python trong .venv …")
        if VENV.is_symlink() or (VENV.exists() and not VENV.is_dir()):
            fail(f"{VENV} không dùng được; hãy xóa nó rồi chạy lại.")
        run([sys.executable, "-m", "venv", "--clear", str(VENV)], log, "vẫn đang tạo .venv")
    say("Cài các gói Python vào .venv (lần đầu mất vài phút) …")
    run(
        [
            *(str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check"),
            *("--progress-bar", "off", "-r", str(REQUIREMENTS[1])),
        ],
        log,
        "vẫn đang cài các gói",
    )
    STAMP.write_text(wanted() + "\n")
    log.unlink(missing_ok=True)


def ensure_venv() -> None:
    if up_to_date():
        return
    # A lock on the folder itself: two commands started together install once.
    folder = os.open(BIN, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        if not up_to_date():
            make_venv()
    finally:
        os.close(folder)


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    program, *arguments = sys.argv[1:]
    try:
        ensure_venv()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except OSError as error:
        fail(f"Không chuẩn bị được .venv trong {ROOT}: {error.strerror or error}")
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.execv(PYTHON, [str(PYTHON), str(BIN / program), *arguments])


if __name__ == "__main__":
    main()
