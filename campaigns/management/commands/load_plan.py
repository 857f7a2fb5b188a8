from django.core.management.base import BaseCommand, CommandError

from campaigns.loading import LoadError, load_files

NAMES = {
    "agencies": "cơ quan",
    "events": "sự kiện",
    "documents": "văn bản",
    "plans": "kế hoạch",
    "tracks": "mạch",
    "phases": "đợt",
    "tasks": "nhiệm vụ",
}


class Command(BaseCommand):
    help = "Nạp kế hoạch từ tệp YAML (docs/PLAN_FORMAT.md): nạp hết hoặc không nạp gì."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE.yaml")
        parser.add_argument(
            "--check", action="store_true", help="chỉ kiểm tra, không ghi gì vào cơ sở dữ liệu"
        )

    def handle(self, *args, files, check, **options):
        try:
            report = load_files(files, check=check)
        except LoadError as error:
            count = len(error.problems)
            raise CommandError(f"{error}\n{count} lỗi, không nạp gì.") from error
        for remark in report.remarks:
            self.stderr.write(remark)
        made = [f"{n} {NAMES[kind]}" for kind, n in report.created.items() if n]
        if check:
            self.stdout.write(f"Hợp lệ: {len(report.plans)} kế hoạch; không ghi gì.")
        elif made:
            self.stdout.write(f"Đã nạp {len(report.plans)} kế hoạch; mới: {', '.join(made)}.")
        elif report.acts:
            self.stdout.write(f"Đã cập nhật {len(report.plans)} kế hoạch.")
        else:
            self.stdout.write("Không có gì thay đổi.")
