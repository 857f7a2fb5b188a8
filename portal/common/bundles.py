"""Style sheets are written in many small files and served in few.

`BUNDLES` names what belongs together. With DEBUG every file is linked by itself; otherwise the
finder below offers each bundle as one file (`css/bundle/<name>.css`), so that collectstatic hashes
and compresses it and a reader on a thin line makes one request, not sixteen.
"""

import os
import tempfile
from functools import cached_property
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

BUNDLES = {
    "site": [
        "css/tokens.css",
        "css/base.css",
        "css/layout.css",
        "css/components/button.css",
        "css/components/form.css",
        "css/components/badge.css",
        "css/components/table.css",
        "css/components/message.css",
        "css/components/data.css",
        "css/components/nav.css",
        "css/components/time.css",
        "css/components/content.css",
        "css/components/notice.css",
        "css/components/plan.css",
        "css/components/consult.css",
        "css/components/consultation.css",
        "css/components/agency.css",
        "css/components/lifecycle.css",
        "css/steps.css",
        "css/utilities.css",
    ],
    "home": ["css/home.css"],
    "microsite": ["css/microsite.css"],
    "front-desk": ["css/front-desk.css"],
    "staff": [
        "css/staff.css",
        "css/components/desk-plan.css",
        "css/components/evidence.css",
        "css/components/report.css",
    ],
    "document": [
        "css/document.css",
        "css/passage.css",
        "css/following.css",
        "css/components/opinion.css",
    ],
    "entries": ["css/entries.css"],
    "compare": ["css/compare.css"],
    "participation": ["css/participation.css"],
    "paper": ["css/paper.css"],
    "poster": ["css/poster.css"],
    "a5": ["css/a5.css"],
    "enter": [
        "css/tokens.css",
        "css/base.css",
        "css/components/button.css",
        "css/poster.css",
        "css/utilities.css",
    ],
    "news": ["css/news.css", "css/reading.css", "css/responses.css"],
    "register": ["css/register.css"],
    "history": ["css/history.css"],
    "newsroom": ["css/newsroom.css"],
    "editing": ["css/editing.css"],
    "guide": ["css/guide.css"],
    "intake": ["css/intake.css"],
    "moderation": ["css/moderation.css"],
    "shown": ["css/shown.css"],
    "alignment": ["css/align.css"],
    "meetings": ["css/meetings.css"],
    "print": ["css/print.css"],
}


def bundle_path(name: str) -> str:
    """Where the bundle stands among the static files; as deep as css/components/, for url()s."""
    return f"css/bundle/{name}.css"


def sheets(name: str) -> list[str]:
    """The static files to link for one bundle."""
    paths = BUNDLES[name]
    return paths if settings.DEBUG or len(paths) == 1 else [bundle_path(name)]


def write_bundle(name: str, target: Path) -> None:
    """The files of a bundle, one after the other; as old as the youngest of them."""
    sources = [Path(settings.BASE_DIR) / "static" / path for path in BUNDLES[name]]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n".join(s.read_text(encoding="utf-8") for s in sources), encoding="utf-8")
    age = max(source.stat().st_mtime_ns for source in sources)
    os.utime(target, ns=(age, age))


class BundleFinder(BaseFinder):
    """Offers the bundles of more than one file to collectstatic and to the test server."""

    @cached_property
    def _folder(self) -> tempfile.TemporaryDirectory:
        return tempfile.TemporaryDirectory(prefix="bundles-")

    @cached_property
    def storage(self) -> FileSystemStorage:
        """A folder of their own, made anew by each process that asks."""
        for name, paths in BUNDLES.items():
            if len(paths) > 1:
                write_bundle(name, Path(self._folder.name) / bundle_path(name))
        return FileSystemStorage(location=self._folder.name)

    def check(self, **kwargs):
        return []

    def list(self, ignore_patterns):
        for name, paths in BUNDLES.items():
            if len(paths) > 1:
                yield bundle_path(name), self.storage

    def find(self, path, find_all=False, **kwargs):
        many = {bundle_path(name) for name, paths in BUNDLES.items() if len(paths) > 1}
        if path not in many:
            return []
        found = self.storage.path(path)
        return [found] if find_all else found
