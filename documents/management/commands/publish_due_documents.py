"""Publish the editions that are due: `publish_due_documents [--dry-run]`."""

from django.core.management.base import BaseCommand

from documents import actions
from portal.common.display import datetime_vi


class Command(BaseCommand):
    """Settles the scheduled editions whose minute has come, as the worker does each minute."""

    help = "Công bố các lần dự thảo đã đến giờ hẹn."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="chỉ cho xem, không ghi gì")

    def handle(self, *args, dry_run=False, **options):
        result = actions.publish_due(dry_run=dry_run, report=self._report)
        if not dry_run:
            self.stdout.write(
                f"đã công bố {result.published}, chờ duyệt lại {result.turned_back}, "
                f"lỗi {result.errors}."
            )

    def _report(self, edition, published):
        words = {True: "đã công bố", False: "chờ duyệt lại", None: "đến giờ"}[published]
        at = datetime_vi(edition.publish_at or edition.published_at) or "–"
        self.stdout.write(f"{at}  văn kiện {edition.document_id}: {words}")
