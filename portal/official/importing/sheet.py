"""The list of documents as a `SheetKind`: dry run with every row, carrying out, its page."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.agencies.models import Agency
from portal.agencies.registries import SheetKind, SheetOutcome
from portal.agencies.rules import grants_of
from portal.common import clock
from portal.common.paging import paginate, tabs

from .. import actions
from ..models import DocumentLink
from ..rules import KEEPERS
from .columns import COLUMNS, TITLES
from .targets import ALSO, CHANGED, NEW, SAME, WRONG, Reader, Target

KIND = "official.documents"
#: So many rows on one page of the dry run.
PER_PAGE = 100
WORDS = {
    NEW: gettext_lazy("Thêm"),
    CHANGED: gettext_lazy("Sửa"),
    SAME: gettext_lazy("Đã có, giữ nguyên"),
    ALSO: gettext_lazy("Ghi thêm, chỉ biết số"),
    WRONG: gettext_lazy("Lỗi"),
}


@dataclass
class Context:
    """Who imports, in whose name, what becomes of new documents."""

    user: object
    agency: Agency
    is_public: bool
    today: dt.date
    file_name: str = ""


class RegisterSheet(SheetKind):
    """`params`: {"agency": slug, "public": bool, "file": name}."""

    title = gettext_lazy("Nhập văn bản từ Excel")
    button = gettext_lazy("Ghi vào sổ đúng như trên")
    max_rows = 5000
    columns = COLUMNS
    results = True
    template = "official/desk/sheet.html"

    def context(self, user, params):
        agency = Agency.objects.filter(slug=params["agency"]).first()
        if agency is None or not grants_of(user).has(KEEPERS, agency):
            return None
        return Context(user, agency, bool(params["public"]), clock.today(), params["file"])

    def check(self, rows, context):
        reader = Reader(context).read(rows)
        targets = sorted(
            [*reader.targets, *reader.also], key=lambda target: (target.row.number, target.also)
        )
        states = Counter(target.state for target in targets)
        lines = [(t.row.number, t.label, _said(t)) for t in targets]
        lines.append((0, context.agency.slug, str(context.is_public)))
        counts = [
            (_("Văn bản mới"), states[NEW]),
            (_("Sửa lại"), states[CHANGED]),
            (_("Giữ nguyên"), states[SAME]),
            (_("Ghi thêm từ liên kết"), states[ALSO]),
            (_("Liên kết mới"), sum(len(ends) for t in targets for ends in t.links.values())),
        ]
        return SheetOutcome(reader.problems, lines, counts, work=targets)

    def commit(self, outcome, context, *, actor):
        batch = actions.import_documents(
            actor=actor,
            agency=context.agency,
            is_public=context.is_public,
            targets=outcome.work,
            file_name=context.file_name,
        )
        said = _("Đã ghi %(added)d văn bản mới, sửa %(changed)d. Hoàn tác được trong 30 ngày.")
        return said % {"added": batch.added, "changed": batch.changed}

    def urls(self, context):
        here = reverse("official:import")
        return here, here

    def shown(self, request, outcome):
        """The rows of the dry run, all or those of one state, by pages."""
        states = Counter(target.state for target in outcome.work)
        chosen = request.GET.get("loc", "")
        targets = [t for t in outcome.work if not chosen or t.state == chosen]
        page = paginate(request, targets, per_page=PER_PAGE)
        choices = [("", _("Tất cả"), len(outcome.work))]
        choices += [
            (state, words, states[state]) for state, words in WORDS.items() if states[state]
        ]
        return {
            "page": page,
            "shown_rows": [_row(target) for target in page],
            "tabs": tabs(request, "loc", choices, chosen),
        }


def _row(target):
    """What the page shows of one row."""
    return {
        "number": target.row.number,
        "state": target.state,
        "words": WORDS[target.state],
        "label": target.label,
        "note": target.note,
        "details": details(target),
        "problems": [
            {"title": TITLES.get(key, ""), "cell": target.row[key][:200], "said": sentences}
            for key, sentences in target.problems.items()
        ],
    }


def details(target):
    """[(name of the field, before, after)] of what would be written, as people read it."""
    out = []
    for key, title in TITLES.items():
        if target.values.get(key) not in ("", None):
            after = target.values[key]
            out.append((title, _shown(target.before.get(key)), _shown(after)))
    if target.before.get("issuer", "") is None or (
        target.document is None and target.values.get("issuer")
    ):
        out.append((_("Gắn với cơ quan"), "", str(target.values["issuer"])))
    labels = dict(DocumentLink.Kind.choices)
    for kind, others in target.links.items():
        names = [o.label if isinstance(o, Target) else str(o) for o in others]
        out.append((_("Liên kết: %s") % str(labels[kind]).lower(), "", "; ".join(names)))
    return out


def _shown(value):
    if value in ("", None):
        return ""
    return f"{value:%d/%m/%Y}" if isinstance(value, dt.date) else str(value)


def _said(target):
    """One sentence that differs whenever something else would be done."""
    words = [str(WORDS[target.state]), target.note]
    words += [f"{title}: {before} → {after}" for title, before, after in details(target)]
    if target.document is not None:
        words.append(f"#{target.document.pk}")
        if target.values or target.links:
            words.append(f"v{target.document.lock_version}")
    return "; ".join(words)
