from django.core.management.base import BaseCommand, CommandError

from campaigns.loading import LoadError, load_calendar


class Command(BaseCommand):
    help = "Nạp lịch nghỉ lễ, ngày làm bù từ tệp YAML (docs/PLAN_FORMAT.md)."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE.yaml")

    def handle(self, *args, file, **options):
        try:
            created, changed = load_calendar(file)
        except LoadError as error:
            raise CommandError(f"{error}\n{len(error.problems)} lỗi, không nạp gì.") from error
        self.stdout.write(f"Lịch: {created} ngày mới, {changed} ngày thay đổi.")
