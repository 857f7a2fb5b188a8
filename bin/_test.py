"""`bin/test [--quick] [pytest arguments]`: the tests, on servers of their own.

With DATABASE_URL and REDIS_URL given, those are used instead (a test database is made beside the
named one; the named Redis database is emptied). Browser tests take CHROME, or a Chromium that is
installed; without one they are skipped, but under CI they fail.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    arguments = sys.argv[1:]
    if "--quick" in arguments:
        arguments = [argument for argument in arguments if argument != "--quick"]
        arguments = ["-m", "not slow", *arguments]
    # With two processes the two cores of a small machine are used; `-n 0` brings back one.
    os.chdir(ROOT)
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile", *arguments]
    os.execv(sys.executable, command)


if __name__ == "__main__":
    main()
