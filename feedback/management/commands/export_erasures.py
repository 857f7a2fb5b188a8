from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from feedback import erasures


class Command(BaseCommand):
    help = "Thêm sổ xóa dữ liệu vào một tệp nằm ngoài các bản sao lưu."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *, file, **options):
        try:
            count = erasures.write(file)
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{file}: {count}")
