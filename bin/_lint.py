"""`bin/lint`: every check that needs no running portal, each by name; all run, any failure fails.

The Django checks need a database to look at, so the test servers are started for them.
"""

import base64
import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import _servers

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent


def production_environment(folder: str, servers: dict[str, str]) -> dict[str, str]:
    """Every setting as a real installation has it: `check --deploy` must have nothing to say."""
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ},
        **servers,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "ALLOWED_HOSTS": "cong.example.vn",
        "SITE_URL": "https://cong.example.vn",
        "CSRF_TRUSTED_ORIGINS": "https://cong.example.vn",
        "EMAIL_URL": "smtp+tls://portal:password@mail.example.vn:587",
        "STORAGE_URL": f"file://{folder}/media",
        "STATIC_ROOT": f"{folder}/static",
        "IDENTITY_KEY_DIR": f"{folder}/keys",
        "IDENTITY_MASTER_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
    }


def checks() -> list[tuple[str, list[str]]]:
    manage = [sys.executable, "manage.py"]
    return [
        ("ruff check", [str(TOOLS / "ruff"), "check", "."]),
        ("ruff format", [str(TOOLS / "ruff"), "format", "--check", "--quiet", "."]),
        ("djlint format", [str(TOOLS / "djlint"), "templates", "--check"]),
        ("djlint lint", [str(TOOLS / "djlint"), "templates", "--lint", "--quiet"]),
        ("lint-imports", [str(TOOLS / "lint-imports"), "--no-cache"]),
        ("makemigrations", [*manage, "makemigrations", "--check", "--dry-run"]),
        ("check --deploy", [*manage, "check", "--deploy", "--fail-level", "WARNING"]),
    ]


def main() -> int:
    os.chdir(ROOT)
    failed = []
    servers = _servers.ThrowawayServers()
    servers.start()
    try:
        with tempfile.TemporaryDirectory(prefix="cdh-lint-") as folder:
            environ = production_environment(folder, servers.environ())
            for name, command in checks():
                started = time.monotonic()
                done = subprocess.run(command, env=environ, capture_output=True, text=True)
                verdict = "ok" if done.returncode == 0 else "FAILED"
                print(f"{name:<15} {verdict:<7} {time.monotonic() - started:5.1f} s", flush=True)
                if done.returncode != 0:
                    failed.append(name)
                    print(done.stdout.strip(), done.stderr.strip(), sep="\n", flush=True)
    finally:
        servers.stop()
    if failed:
        print(f"bin/lint: {', '.join(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
