import shutil
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from feedback import attachment_backup, erasures
from portal.common import clock, dumping

LEDGER = "so-xoa-du-lieu.jsonl"


class Command(BaseCommand):
    help = (
        "Sao lưu cơ sở dữ liệu vào một thư mục, kèm tệp của các ý kiến (niêm phong bằng khóa "
        "chính) và sổ xóa dữ liệu. Khóa danh tính không nằm trong bản sao lưu; --keys chép chúng "
        "sang một thư mục khác, do người khác giữ."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)
        parser.add_argument("--keys", type=Path, help="thư mục khác, cho khóa danh tính")

    def handle(self, *, folder, keys, **options):
        folder = folder.absolute()
        keys = keys and keys.absolute()
        if keys and (keys == folder or keys in folder.parents or folder in keys.parents):
            raise CommandError(
                "Khóa danh tính không được nằm chung thư mục với bản sao lưu: ai có cả hai thì đọc "
                "được ai đã góp ý gì."
            )
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = folder / f"portal-{clock.local(clock.now()):%Y%m%d-%H%M%S}.dump"
            dumping.dump(path)
            dumping.check(path)
            archive = attachment_backup.archive_of(path)
            files, missing = attachment_backup.write(archive)
            count = erasures.write(folder / LEDGER)
            self.stdout.write(f"{path}")
            self.stdout.write(f"{archive}: {files}")
            if missing:
                self.stderr.write(f"Thiếu {missing} tệp kèm ý kiến trong kho tệp.")
            self.stdout.write(f"{folder / LEDGER}: {count}")
            if keys:
                self.stdout.write(f"{keys}: {self._copy_keys(keys, folder / LEDGER)}")
        except (OSError, ValueError, dumping.DumpError) as error:
            raise CommandError(str(error)) from error

    def _copy_keys(self, folder, ledger):
        """Keys that are there, copied; keys that were destroyed, destroyed in the copy too."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for kind, subject in erasures.read(ledger):
            if kind == erasures.Kind.KEY:
                (folder / f"{subject}.key").unlink(missing_ok=True)
        copied = 0
        for path in settings.IDENTITY_KEY_DIR.glob("*.key"):
            target = folder / path.name
            shutil.copyfile(path, target)
            target.chmod(0o600)
            copied += 1
        return copied
