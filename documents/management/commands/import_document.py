"""Read a document from a file.

`import_document FILE --dry-run [--json]` shows its blocks and touches no database;
`import_document FILE --document ID --actor NAME [--replace]` writes them into the edition that is
being written, with the rights of that account.
"""

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand

from documents.importing import read
from portal.common.errors import Refused

_KINDS = {
    "heading": "Đề mục", "paragraph": "Đoạn", "table": "Bảng", "figure": "Hình",
    "footnote": "Chú thích",
}  # fmt: skip
_SHORT = 100


class Command(BaseCommand):
    help = "Đọc văn kiện từ tệp Word (.docx), HTML hoặc văn bản thuần thành các đoạn."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="chỉ in ra, không lưu gì")
        parser.add_argument("--json", action="store_true", help="in các đoạn dạng JSON")
        parser.add_argument("--document", type=int, metavar="ID", help="văn kiện sẽ nhận văn bản")
        parser.add_argument("--actor", metavar="NAME", help="tên đăng nhập của người nhập")
        parser.add_argument(
            "--replace", action="store_true", help="thay nội dung đang có của bản đang soạn"
        )

    def handle(self, *args, file, dry_run, **options):
        if not dry_run and (not options["document"] or not options["actor"]):
            self._refuse("Hãy thêm --dry-run để xem, hoặc --document và --actor để lưu.")
        try:
            result = read(file, Path(file).name)
        except Refused as refused:
            self._refuse(str(refused))
        if not dry_run:
            self._save(result, Path(file).name, **options)
        elif options["json"]:
            self._write(json.dumps([_row(b) for b in result.blocks], ensure_ascii=False, indent=1))
        else:
            self._outline(result)

    def _save(self, result, name, *, document, actor, replace, **options):
        # Here, so that looking at a file needs no model.
        from documents import actions
        from documents.models import Edition, TextImport
        from portal.accounts.models import User

        user = User.objects.filter(username__lower=actor.lower(), is_active=True).first()
        if user is None:
            self._refuse(f"Không có tài khoản “{actor}”.")
        edition = Edition.objects.filter(document=document, state=Edition.State.EDITING).first()
        if edition is None:
            self._refuse(f"Văn kiện {document} không có bản nào đang soạn.")
        begun = TextImport.objects.filter(edition=edition, made_by=user, saved_at=None)
        if begun.exists() and not replace:
            self._refuse("Đang có bản nhập dở ở trang nhập; thêm --replace để bỏ bản đó.")
        staged = None
        try:
            staged = actions.stage(actor=user, edition=edition, name=name, result=result)
            actions.save_import(
                actor=user, text_import=staged, expected_version=staged.lock_version,
                edition_version=edition.lock_version, replace=replace,
            )  # fmt: skip
        except Refused as refused:
            kept = " Văn bản đã đọc còn chờ ở trang nhập của văn kiện." if staged else ""
            self._refuse(f"{refused}{kept}")
        self._write(f"Đã nhập {len(result.blocks)} khối vào bản đang soạn.")
        for note in result.notes:
            self._write(f"Lưu ý: {note}")

    def _outline(self, result):
        for block in result.blocks:
            text = " ".join(filter(None, (block.number, block.plain)))
            text = text if len(text) <= _SHORT else text[:_SHORT].rstrip() + "…"
            if block.kind == "heading":
                self._write(f"{'  ' * (block.level - 1)}[{block.level}] {text}")
            else:
                self._write(f"      {_KINDS[block.kind]}: {'  ' * block.indent}{text}")
        counts = [
            (len(result.blocks), "khối"), (len(result.pictures), "ảnh"),
            (len(result.changes), "thay đổi và ghi chú đã xử lý"),
            (len(result.legacy), "đoạn chữ TCVN3/VNI đã chuyển mã"),
        ]  # fmt: skip
        self._write(", ".join(f"{count} {name}" for count, name in counts if count) + ".")
        for note in result.notes:
            self._write(f"Lưu ý: {note}")

    def _refuse(self, sentence):
        """One line for a person, without the name of a class before it."""
        self._utf8(self.stderr, sys.stderr).write(" ".join(sentence.split()))
        raise SystemExit(1)

    def _write(self, text):
        self._utf8(self.stdout, sys.stdout).write(text)

    @staticmethod
    def _utf8(stream, real):
        """The stream, in UTF-8 whatever the terminal says of itself."""
        if stream._out is real and hasattr(real, "reconfigure"):
            real.reconfigure(encoding="utf-8")
        return stream


def _row(block):
    return {
        "kind": block.kind,
        "level": block.level,
        "number": block.number,
        "text": block.plain,
    }
