import shutil
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from feedback import attachment_backup, erasures, totals
from feedback.management.commands.backup import LEDGER
from feedback.models import Consultation, PublishedNumbers
from portal.common import dumping


class Command(BaseCommand):
    help = (
        "Phục hồi cơ sở dữ liệu từ một bản sao lưu rồi xóa lại những gì đã xóa sau đó. Dừng cổng "
        "trước khi chạy. Mọi thứ đang có trong cơ sở dữ liệu bị thay thế."
    )

    def add_arguments(self, parser):
        parser.add_argument("dump", type=Path)
        parser.add_argument("--ledger", type=Path, help=f"sổ xóa dữ liệu; mặc định {LEDGER} kề bên")
        parser.add_argument("--keys", type=Path, help="bản sao khóa danh tính để chép về")
        parser.add_argument("--yes", action="store_true", help="không hỏi lại")

    def handle(self, *, dump, ledger, keys, yes, **options):
        ledger = ledger or dump.parent / LEDGER
        if not ledger.exists():
            raise CommandError(
                f"Không có sổ xóa dữ liệu {ledger}. Thiếu nó thì dữ liệu đã xóa sẽ sống lại; hãy "
                "tìm bản mới nhất (--ledger)."
            )
        if keys and not keys.is_dir():
            raise CommandError(f"Không có thư mục {keys}.")
        try:
            erasures.read(ledger)
            dumping.check(dump)
        except (OSError, ValueError, dumping.DumpError) as error:
            raise CommandError(str(error)) from error
        name = connection.settings_dict["NAME"]
        if not yes and input(f"Thay toàn bộ dữ liệu trong “{name}”? Gõ lại tên đó: ") != name:
            raise CommandError("Không làm gì cả.")
        self._save_ledger(ledger)
        try:
            dumping.restore(dump)
        except dumping.DumpError as error:
            raise CommandError(str(error)) from error
        call_command("migrate", verbosity=0, interactive=False)
        if keys:
            self._copy_keys(keys)
        call_command("replay_erasures", ledger, stdout=self.stdout, stderr=self.stderr)
        self._put_files_back(attachment_backup.archive_of(dump))
        self._count_anew()
        self.stdout.write("Đã phục hồi.")

    def _save_ledger(self, ledger):
        """What was erased since the last backup is known only to the database that goes now."""
        try:
            erasures.write(ledger)
        except (DatabaseError, OSError) as error:
            connection.close()
            self.stderr.write(f"Không đọc được sổ xóa trong cơ sở dữ liệu đang có: {error}")

    def _copy_keys(self, folder):
        settings.IDENTITY_KEY_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in folder.glob("*.key"):
            target = settings.IDENTITY_KEY_DIR / path.name
            if not target.exists():
                shutil.copyfile(path, target)
                target.chmod(0o600)

    def _put_files_back(self, archive):
        back, missing = attachment_backup.restore(archive)
        self.stdout.write(f"Tệp kèm ý kiến: {back}")
        if missing:
            self.stderr.write(
                f"Thiếu {missing} tệp kèm ý kiến: không có trong kho tệp, và không có hoặc không "
                f"mở được trong {archive} (IDENTITY_MASTER_KEY phải là khóa lúc sao lưu)."
            )

    def _count_anew(self):
        for consultation in Consultation.objects.exclude(ladder_copied_at=None):
            totals.rebuild(consultation)
        PublishedNumbers.objects.all().delete()
