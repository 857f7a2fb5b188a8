"""Lists from Excel: kept between dry run and confirmation, carried out as a whole or not at all."""

import hashlib
import json

from django.db import transaction
from django.utils.translation import gettext as _

from portal.agencies.models import SheetImport
from portal.agencies.registries import SHEETS
from portal.common import clock, sheets
from portal.common.errors import Refused
from portal.common.locks import advisory_lock


def keep_sheet(*, actor, kind, params, upload):
    """Read an uploaded list and keep it for the dry run. Writes nothing else.

    Raises:
        Refused: for a file that is no such list, or "no_right".
    """
    sheet = SHEETS.get(kind)
    context = sheet.context(actor, params)
    if context is None:
        raise Refused(
            _("Không nhập được ở đây: thiếu quyền, hoặc đơn vị không hoạt động vào ngày này."),
            code="no_right",
        )
    rows = sheets.read(upload, sheet.columns, max_rows=sheet.max_rows, results=sheet.results)
    found = SheetImport(
        kind=kind,
        actor=actor,
        params=params,
        file_name=upload.name[-200:],
        rows=[[row.number, row.values] for row in rows],
    )
    found.digest = digest_of(sheet.check(rows_of(found), context))
    found.save(force_insert=True)
    return found


def rows_of(kept):
    """The Rows of a SheetImport."""
    return [sheets.Row(number, values) for number, values in kept.rows]


def digest_of(outcome):
    """A short form of what an outcome says; differs whenever something else would be done."""
    said = [[p.row, p.column, p.text] for p in outcome.problems]
    said += [list(map(str, line)) for line in outcome.lines]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@transaction.atomic
def commit_sheet(*, actor, kept):
    """Carry out what the dry run showed. Returns a sentence saying what was done.

    Raises:
        Refused: "done" the second time, "no_right", "problems", "stale" when it would not be the
            same any more; nothing is written then.
    """
    advisory_lock(f"sheet.{kept.kind}")
    kept = SheetImport.objects.select_for_update().get(pk=kept.pk)
    if kept.done_at is not None:
        raise Refused(_("Danh sách này đã được nhập rồi."), code="done")
    sheet = SHEETS.get(kept.kind)
    context = sheet.context(actor, kept.params)
    if context is None:
        raise Refused(_("Đồng chí không còn quyền nhập danh sách này."), code="no_right")
    outcome = sheet.check(rows_of(kept), context)
    if outcome.problems:
        raise Refused(_("Danh sách có lỗi; hãy sửa tệp rồi tải lên lại."), code="problems")
    if digest_of(outcome) != kept.digest:
        raise Refused(
            _("Dữ liệu đã thay đổi sau khi kiểm tra; hãy tải tệp lên kiểm tra lại."), code="stale"
        )
    said = sheet.commit(outcome, context, actor=actor)
    kept.done_at = clock.now()
    kept.rows = []
    kept.save(update_fields=["done_at", "rows"])
    return said


def clean_up_sheets(*, before):
    """Forget lists that nobody confirmed. Returns how many."""
    return SheetImport.objects.filter(made_at__lt=before).delete()[0]
