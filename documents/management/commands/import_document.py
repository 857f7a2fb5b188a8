"""Read a document from a file: `import_document FILE --dry-run [--json]`."""

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

    def handle(self, *args, file, dry_run, **options):
        if not dry_run:
            self._refuse("Hãy thêm --dry-run; văn kiện được lưu từ trang nhập trên cổng.")
        try:
            result = read(file, Path(file).name)
        except Refused as refused:
            self._refuse(str(refused))
        if options["json"]:
            self._write(json.dumps([_row(b) for b in result.blocks], ensure_ascii=False, indent=1))
        else:
            self._outline(result)

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
