"""Show or do what is due: `sweep_notices [--at ISO] [--dry-run]`."""

import datetime as dt

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.common import clock
from portal.notices import actions, registry
from portal.notices.models import ScheduledNotice

WORDS = {
    ScheduledNotice.State.EXPANDED: ("gửi", "sẽ gửi"),
    ScheduledNotice.State.CANCELLED: ("bỏ, không còn đúng", "sẽ bỏ, không còn đúng"),
    ScheduledNotice.State.MISSED: ("bỏ lỡ, đã quá muộn", "bỏ lỡ, đã quá muộn"),
    ScheduledNotice.State.PENDING: ("LỖI", "LỖI"),
}


class Command(BaseCommand):
    """Settles every notice that is due, as the worker does each minute."""

    help = "Gửi các nhắc việc đã đến hạn, hoặc cho xem (--dry-run) mà không làm gì."

    def add_arguments(self, parser):
        parser.add_argument(
            "--at", help="xét vào thời điểm này, ví dụ 2025-09-24T07:00 (giờ Việt Nam)"
        )
        parser.add_argument("--dry-run", action="store_true", help="chỉ cho xem, không ghi gì")

    def handle(self, *args, at=None, dry_run=False, **options):
        now = _instant(at) if at else clock.now()

        def report(outcome):
            self.stdout.write(_line(outcome, dry_run))

        result = actions.sweep(now=now, dry_run=dry_run, report=report)
        moment = clock.local(now).strftime("%d/%m/%Y %H:%M")
        verb = "sẽ gửi" if dry_run else "đã gửi"
        self.stdout.write(
            f"{moment}: {verb} {result.sent} nhắc việc cho {result.people} lượt người, "
            f"không còn đúng {result.cancelled}, bỏ lỡ {result.missed}, lỗi {result.errors}."
        )


def _instant(text):
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--at: không đọc được “{text}”; ví dụ 2025-09-24T07:00.") from None
    return at if timezone.is_aware(at) else at.replace(tzinfo=clock.TZ)


def _line(outcome, dry_run):
    notice = outcome.notice
    due = clock.local(notice.due_at).strftime("%d/%m/%Y %H:%M")
    words = WORDS[outcome.state][dry_run]
    people = f" cho {outcome.people} người" if outcome.state == notice.State.EXPANDED else ""
    error = f" ({outcome.error})" if outcome.error else ""
    subject = f"{notice.subject_kind} {notice.subject_id}"
    return f"{due}  {registry.kind_of(notice).label}, {subject}: {words}{people}{error}"
