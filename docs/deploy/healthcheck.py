"""`python docs/deploy/healthcheck.py web|worker|beat`: 0 when that process is well (for Docker)."""

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

BEAT_FOLDER = Path("/srv/beat")
BEAT_SECONDS = 10 * 60  # beat writes its schedule every three minutes


def web() -> bool:
    # The Host header must be one that the portal answers to; /healthz is exempt from https.
    host = os.environ["ALLOWED_HOSTS"].split(",")[0].strip()
    request = urllib.request.Request("http://127.0.0.1:8000/healthz", headers={"Host": host})
    with urllib.request.urlopen(request, timeout=8) as response:  # noqa: S310
        return response.status == 200


def worker() -> bool:
    name = f"celery@{os.uname().nodename}"
    command = ["celery", "-A", "portal", "inspect", "ping", "--timeout", "10", "-d", name]
    return subprocess.run(command, capture_output=True, timeout=18).returncode == 0  # noqa: S603


def beat() -> bool:
    written = [path.stat().st_mtime for path in BEAT_FOLDER.glob("schedule*")]
    return bool(written) and time.time() - max(written) < BEAT_SECONDS


if __name__ == "__main__":
    try:
        well = {"web": web, "worker": worker, "beat": beat}[sys.argv[1]]()
    except (OSError, subprocess.SubprocessError):
        well = False
    sys.exit(0 if well else 1)
