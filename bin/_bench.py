"""`bin/bench`: servers of its own for `tests.bench.run`, gone when it ends.

Unlike the tests' servers they write to the disk as in production: what is measured is meant.
"""

import base64
import contextlib
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
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "BENCH_FOLDER": str(folder),
        "DEBUG": "0",
        "DEMO": "0",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": "http://127.0.0.1",
        "INSECURE_HTTP": "1",
        "EMAIL_URL": f"filemail://{folder}/mail",
        "IDENTITY_MASTER_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        "IDENTITY_KEY_DIR": str(folder / "keys"),
        "STORAGE_URL": f"file://{folder}/media",
        "STATIC_ROOT": str(folder / "static"),
        "LOG_LEVEL": "WARNING",
    }


def main() -> int:
    if {"-h", "--help"} & set(sys.argv):
        return subprocess.call([sys.executable, "-m", "tests.bench.run", "--help"], cwd=ROOT)
    folder = _servers.throwaway_folder("bench")
    folder.chmod(0o711)
    servers = _servers.Servers(data=folder, pg_data=folder / "pgdata", run=folder / "run")
    try:
        servers.start()
        for name in ("mail", "keys", "media"):
            (folder / name).mkdir(mode=0o700)
        command = [sys.executable, "-m", "tests.bench.run", *sys.argv[1:]]
        return subprocess.call(command, cwd=ROOT, env=environment(folder, servers))
    except KeyboardInterrupt:
        return 130
    except _servers.ServerError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        with contextlib.suppress(KeyboardInterrupt):
            servers.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
