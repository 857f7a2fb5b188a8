"""`bin/bench`: servers of its own for `tests.bench.run`, gone when it ends.

Unlike the tests' servers they write to the disk as in production: what is measured is meant. With
`--keep FOLDER` the data stays there, and the next run of the same scale measures it again.
"""

import argparse
import base64
import contextlib
import fcntl
import json
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

import _servers

ROOT = Path(__file__).resolve().parent.parent


def environment(folder: Path, servers: _servers.Servers) -> dict[str, str]:
    return {
        **os.environ,
        **servers.environ(),
        **secrets_of(folder),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "BENCH_FOLDER": str(folder),
        "DEBUG": "0",
        "DEMO": "0",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": "http://127.0.0.1",
        "INSECURE_HTTP": "1",
        "EMAIL_URL": f"filemail://{folder}/mail",
        "IDENTITY_KEY_DIR": str(folder / "keys"),
        "STORAGE_URL": f"file://{folder}/media",
        "STATIC_ROOT": str(folder / "static"),
        "LOG_LEVEL": "WARNING",
    }


def secrets_of(folder: Path) -> dict[str, str]:
    """Made once for a folder: the keys of the data in it are wrapped with them."""
    kept = folder / "secrets.json"
    if not kept.exists():
        made = {
            "SECRET_KEY": secrets.token_urlsafe(60),
            "IDENTITY_MASTER_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        kept.touch(mode=0o600)
        kept.write_text(json.dumps(made))
    return json.loads(kept.read_text())


def folder_of(keep: Path | None) -> Path:
    """The folder to work in; one that is kept is held against a second run."""
    if keep is None:
        folder = _servers.throwaway_folder("bench")
    else:
        folder = keep.absolute()
        folder.mkdir(parents=True, exist_ok=True)
        held = os.open(folder, os.O_RDONLY)  # until this process ends
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _servers.ServerError(f"Đang có lần đo khác trong {folder}.") from None
    folder.chmod(0o711)
    return folder


def main() -> int:
    if {"-h", "--help"} & set(sys.argv):
        return subprocess.call([sys.executable, "-m", "tests.bench.run", "--help"], cwd=ROOT)
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--keep", type=Path)
    keep = parser.parse_known_args()[0].keep
    folder = servers = None
    try:
        folder = folder_of(keep)
        servers = _servers.Servers(data=folder, pg_data=folder / "pgdata", run=folder / "run")
        servers.start()
        for name in ("mail", "keys", "media"):
            (folder / name).mkdir(mode=0o700, exist_ok=True)
        command = [sys.executable, "-m", "tests.bench.run", *sys.argv[1:]]
        return subprocess.call(command, cwd=ROOT, env=environment(folder, servers))
    except KeyboardInterrupt:
        return 130
    except _servers.ServerError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        with contextlib.suppress(KeyboardInterrupt):
            if servers is not None:
                servers.stop()
        if folder is not None and keep is None:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
