"""Brings a demo's database (`--database`) or static files (`--static STAMP`) up to date."""

import argparse
import hashlib
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def pending_migrations() -> int:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def static_fingerprint() -> str:
    """Changes when any static file does (by name, size and time) or when the settings do."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            facts = os.stat(storage.path(path))
            digest.update(f"{path}\0{facts.st_size}\0{facts.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def collect(stamp: Path) -> None:
    from django.conf import settings
    from django.core.management import call_command

    wanted = static_fingerprint()
    if stamp.exists() and stamp.read_text() == wanted and Path(settings.STATIC_ROOT).is_dir():
        return
    say("Gom và nén các tệp tĩnh …")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(wanted)


def fill() -> None:
    from django.core.management import call_command

    todo = pending_migrations()
    if todo:
        say(f"Tạo bảng trong cơ sở dữ liệu ({todo} bước) …")
        call_command("migrate", interactive=False, verbosity=0)
    call_command("load_demo", stdout=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", action="store_true")
    parser.add_argument("--static", type=Path)
    options = parser.parse_args()

    import django

    django.setup()
    if options.database:
        fill()
    if options.static:
        collect(options.static)


if __name__ == "__main__":
    main()
