from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from feedback import erasures


class Command(BaseCommand):
    help = (
        "Xóa lại những gì đã xóa sau lúc sao lưu, theo sổ xóa dữ liệu; chạy sau mỗi lần phục hồi."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *, file, **options):
        if not file.exists():
            raise CommandError(f"Không có tệp {file}.")
        try:
            lines = erasures.read(file)
        except ValueError as error:
            raise CommandError(str(error)) from error
        done = erasures.replay(lines)
        left = erasures.leftovers(lines)
        for kind, count in done.items():
            if count:
                self.stdout.write(f"{erasures.Kind(kind).label}: {count}")
        locked = erasures.accounts_not_looked_for(lines)
        if locked:
            self.stderr.write(
                f"Không mở được khóa của {locked} đợt lấy ý kiến: danh tính của tài khoản đã xóa ở "
                "đó chưa tìm được. Chép khóa về rồi chạy lại lệnh này; khóa đã mất hẳn thì cũng "
                "không ai tìm được các danh tính ấy."
            )
        if left:
            raise CommandError(f"Còn {len(left)} dòng chưa xóa được; chưa mở cổng cho người dùng.")
