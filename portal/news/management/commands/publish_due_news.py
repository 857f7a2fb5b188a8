"""Publish what is due, or tell a monitor how late it is: `publish_due_news [--check]`."""

import json

from django.core.management.base import BaseCommand, CommandError

from portal.common import clock
from portal.common.display import datetime_vi
from portal.news import actions, queries


class Command(BaseCommand):
    """Settles the scheduled articles whose minute has come, as the worker does each minute."""

    help = "Ghi nhận các bài đã đến giờ đăng; --check chỉ đo, không ghi gì."

    def add_arguments(self, parser):
        parser.add_argument(
            "--check",
            action="store_true",
            help="in số bài đến giờ chưa xử lý dạng JSON; mã thoát 1 khi chậm quá 5 phút",
        )
        parser.add_argument("--dry-run", action="store_true", help="chỉ cho xem, không ghi gì")

    def handle(self, *args, check=False, dry_run=False, **options):
        if check:
            self._check()
            return
        result = actions.publish_due(dry_run=dry_run, report=self._report)
        if not dry_run:
            self.stdout.write(
                f"đã đăng {result.published}, trả lại {result.turned_back}, lỗi {result.errors}."
            )

    def _check(self):
        late = queries.overdue(clock.now())
        self.stdout.write(
            json.dumps(
                {
                    "due_unpublished": late.count,
                    "oldest_overdue_seconds": late.seconds,
                    "oldest_due_at": late.oldest and clock.local(late.oldest).isoformat(),
                }
            )
        )
        if late.worrying:
            raise CommandError(f"bài chậm nhất đã quá giờ {late.minutes} phút", returncode=1)

    def _report(self, article, published):
        words = {True: "đã đăng", False: "trả lại", None: "đến giờ"}[published]
        self.stdout.write(f"{datetime_vi(article.published_at) or '–'}  {article.pk}: {words}")
