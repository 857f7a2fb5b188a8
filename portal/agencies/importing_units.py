"""A tree of units from Excel: new ones founded, known ones brought in line, all of it set-based."""

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, field

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.agencies import actions, queries, ranges, rules
from portal.agencies.actions.projection import LOCK
from portal.agencies.actions.structure import LONG_AGO
from portal.agencies.models import Agency, AgencySlug, Level
from portal.agencies.registries import SheetKind, SheetOutcome
from portal.common import audit, clock, sheets, text
from portal.common.locks import advisory_lock
from portal.common.sheets import Column, Problem

KIND = "agencies.units"
MAX_ROWS = 15_000
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_YES = {"x", "co", "1", "dung", "yes", "chi bo"}
_NO = {"", "0", "khong", "no"}
_BATCH = 2000

CODE, NAME, SHORT, COMMITTEE, KIND_COLUMN, LEVEL, PARENT, PROTOCOL, CELL, PHONE, MEMBERS = (
    gettext_lazy("Mã đơn vị"), gettext_lazy("Tên đơn vị"), gettext_lazy("Tên ngắn"),
    gettext_lazy("Cấp ủy"), gettext_lazy("Loại"), gettext_lazy("Cấp"),
    gettext_lazy("Mã cấp trên"), gettext_lazy("Thứ tự văn bản"), gettext_lazy("Là chi bộ"),
    gettext_lazy("Điện thoại"), gettext_lazy("Số đảng viên"),
)  # fmt: skip


@dataclass
class Target:
    """What a row means: a known agency or a new one, and what would change."""

    row: sheets.Row
    agency: Agency | None = None
    values: dict = field(default_factory=dict)
    names: dict = field(default_factory=dict)
    parent_code: str = ""
    parent: object = None  # an Agency or another Target
    words: list = field(default_factory=list)


@dataclass
class Known:
    """The tree below the unit that imports, as one read found it."""

    root: Agency
    on: dt.date
    agencies: dict
    by_slug: dict
    by_code: dict
    kinds: dict
    levels: dict


class UnitSheet(SheetKind):
    """`params`: {"root": slug of the unit below which the tree stands, "on": ISO date}."""

    title = gettext_lazy("Nhập cây đơn vị từ Excel")
    button = gettext_lazy("Nhập các đơn vị")
    max_rows = MAX_ROWS

    @property
    def columns(self):
        levels = tuple(Level.objects.values_list("name", flat=True))
        return (
            Column("code", str(CODE), required=True, limit=80, aliases=("Mã", "Địa chỉ"), help=_(
                "Mã riêng của đơn vị; đơn vị đã có thì ghi mã hoặc địa chỉ trang của nó."
            )),
            Column("name", str(NAME), required=True, limit=200, aliases=("Tên",), width=44),
            Column("short_name", str(SHORT), limit=80),
            Column("committee", str(COMMITTEE), limit=200, width=36),
            Column(
                "kind", str(KIND_COLUMN), limit=60,
                choices=tuple(str(label) for label in Agency.Kind.labels),
                help=_("Để trống: tổ chức đảng."),
            ),
            Column("level", str(LEVEL), required=True, limit=120, choices=levels),
            Column("parent", str(PARENT), limit=80, aliases=("Cấp trên",), help=_(
                "Mã của một dòng khác hoặc của đơn vị đã có; để trống: trực thuộc đơn vị đang nhập."
            )),
            Column("protocol_no", str(PROTOCOL), limit=9, aliases=("STT văn bản",)),
            Column("cell", str(CELL), limit=10, help=_("Ghi “x” nếu là chi bộ.")),
            Column("phone", str(PHONE), limit=40),
            Column("members", str(MEMBERS), limit=9),
        )  # fmt: skip

    def context(self, user, params):
        root = Agency.objects.select_related("node").filter(slug=params["root"]).first()
        on = dt.date.fromisoformat(params["on"])
        if root is None or not rules.may_administer(user, root):
            return None
        if not ranges.contains(root.valid, on):
            return None
        found = list(queries.subtree(root))
        by_code = {}
        for agency in found:
            if agency.code:
                by_code.setdefault(agency.code.casefold(), []).append(agency)
        return Known(
            root=root,
            on=on,
            agencies={agency.pk: agency for agency in found},
            by_slug={agency.slug: agency for agency in found},
            by_code=by_code,
            kinds={text.fold(str(label)): value for value, label in Agency.Kind.choices},
            levels={
                key: level
                for level in Level.objects.all()
                for key in (text.fold(level.name), level.slug)
            },
        )

    def check(self, rows, context):
        return _Check(rows, context, self.columns).outcome()

    def commit(self, outcome, context, *, actor):
        return _commit(outcome.work, context, actor)

    def urls(self, context):
        slug = context.root.slug
        return reverse("agencies:import_units", args=[slug]), reverse("agencies:managed")


class _Check:
    """One pass over the rows; every problem of every row is kept."""

    def __init__(self, rows, known, columns):
        self.rows, self.known = rows, known
        self.problems = sheets.problems_of_cells(rows, columns)
        self.targets = []
        self.by_code = {}

    def outcome(self):
        for row in self.rows:
            self._row(row)
        for target in self.targets:
            self._parent(target)
        self._loops()
        self.problems.sort()
        for target in self.targets:
            self._say(target)
        made = [t for t in self.targets if t.agency is None]
        changed = [t for t in self.targets if t.agency is not None and t.words]
        same = len(self.targets) - len(made) - len(changed)
        lines = [(t.row.number, t.row["name"], "; ".join(t.words)) for t in self.targets if t.words]
        counts = [
            (_("Lập mới"), len(made)), (_("Sửa"), len(changed)), (_("Giữ nguyên"), same),
        ]  # fmt: skip
        return SheetOutcome(self.problems, lines, counts, work=(made, changed))

    def _add(self, row, column, words):
        self.problems.append(Problem(row.number, str(column), words))

    def _row(self, row):
        code = row["code"].casefold()
        target = Target(row)
        if code in self.by_code:
            self._add(row, CODE, _("Trùng với dòng %d.") % self.by_code[code].row.number)
        elif code:
            self.by_code[code] = target
        target.agency = self._find(row, CODE, row["code"])
        if target.agency is not None and target.agency.pk == self.known.root.pk:
            self._add(row, CODE, _("Đây là chính đơn vị đang nhập; hãy bỏ dòng này."))
        target.values = self._values(row, target.agency)
        target.names = {
            "name": text.one_line(row["name"]),
            "short_name": text.one_line(row["short_name"]),
            "committee_name": text.one_line(row["committee"]),
        }
        if target.agency is not None and not ranges.contains(target.agency.valid, self.known.on):
            self._add(row, CODE, _("Đơn vị này không hoạt động vào ngày nhập."))
        self.targets.append(target)

    def _find(self, row, column, value):
        """The agency below the root that a code or address means; None when there is none."""
        if not value or value == sheets.FORMULA:
            return None
        found = self.known.by_slug.get(value.lower())
        if found is not None:
            return found
        same = self.known.by_code.get(value.casefold(), ())
        if len(same) > 1:
            words = _("Có %(n)d đơn vị mang mã “%(code)s”; hãy ghi địa chỉ, ví dụ %(slug)s.")
            self._add(row, column, words % {"n": len(same), "code": value, "slug": same[0].slug})
        return same[0] if same else None

    def _values(self, row, agency):
        """Settings the row gives; what is empty leaves a known unit as it is."""
        values = {}
        kind, level = text.fold(row["kind"]), text.fold(row["level"])
        if kind and kind not in self.known.kinds and kind not in Agency.Kind.values:
            self._add(row, KIND_COLUMN, _("Không có loại “%s”.") % row["kind"])
        elif kind:
            values["kind"] = self.known.kinds.get(kind, kind)
        if level and level not in self.known.levels:
            self._add(row, LEVEL, _("Không có cấp “%s”.") % row["level"])
        elif level:
            values["level_id"] = self.known.levels[level].pk
        for key, name, column, top in (
            ("protocol_no", "protocol_no", PROTOCOL, 2_000_000_000),
            ("members", "member_count", MEMBERS, 10_000_000),
        ):
            number = row[key].replace(".", "").replace(" ", "")
            if number and not (number.isdecimal() and int(number) <= top):
                self._add(row, column, _("“%s” không phải một số.") % row[key])
            elif number:
                values[name] = int(number)
        cell = text.fold(row["cell"])
        if cell in _YES:
            values["is_cell"] = True
        elif cell not in _NO:
            self._add(row, CELL, _("Ghi “x” hoặc để trống."))
        elif cell:
            values["is_cell"] = False
        if row["phone"]:
            values["phone"] = row["phone"]
        return values

    def _parent(self, target):
        code = target.row["parent"]
        if not code or code == sheets.FORMULA:
            target.parent = None if target.agency is not None else self.known.root
            return
        other = self.by_code.get(code.casefold())
        if other is target:
            self._add(target.row, PARENT, _("Đơn vị không thể trực thuộc chính mình."))
            return
        # What the file says of a unit that is known stands for that unit.
        target.parent = self._find(target.row, PARENT, code) if other is None else other
        if isinstance(target.parent, Target) and target.parent.agency is not None:
            target.parent = target.parent.agency
        if target.parent is None and not self._said(target.row, PARENT):
            words = _("Không có đơn vị mã “%s” trong tệp hay dưới đơn vị đang nhập.")
            self._add(target.row, PARENT, words % code)
        elif isinstance(target.parent, Agency) and target.parent == target.agency:
            self._add(target.row, PARENT, _("Đơn vị không thể trực thuộc chính mình."))

    def _said(self, row, column):
        return any(p.row == row.number and p.column == str(column) for p in self.problems)

    def _loops(self):
        """Units that would stand below themselves, each named once."""
        above = {pk: a.parent_id for pk, a in self.known.agencies.items() if a != self.known.root}
        for target in self.targets:
            if target.parent is not None:
                above[_key(target.agency or target)] = _key(target.parent)
        done = set()
        for target in self.targets:
            path, here = [], _key(target.agency or target)
            while here in above and here not in done and here not in path:
                path.append(here)
                here = above[here]
            if here in path:
                words = _("Các dòng này trực thuộc vòng quanh vào nhau.")
                loop = set(path[path.index(here) :])
                for other in self.targets:
                    if _key(other.agency or other) in loop:
                        self._add(other.row, PARENT, words)
            done.update(path)

    def _say(self, target):
        """What would happen to a unit, and what of `values`, `names`, `parent` is new at all."""
        agency = target.agency
        if agency is None:
            above = target.parent
            name = above.row["name"] if isinstance(above, Target) else getattr(above, "name", "")
            target.words = [_("Lập mới, trực thuộc %s") % name]
            return
        target.values = {k: v for k, v in target.values.items() if getattr(agency, k) != v}
        given = {k: v or getattr(agency, k) for k, v in target.names.items()}
        target.names = given if any(getattr(agency, k) != v for k, v in given.items()) else {}
        if isinstance(target.parent, Agency) and target.parent.pk == agency.parent_id:
            target.parent = None
        if target.names.get("name", agency.name) != agency.name:
            target.words.append(_("đổi tên “%s”") % agency.name)
        elif target.names:
            target.words.append(_("sửa tên ngắn, cấp ủy"))
        if target.parent is not None:
            above = target.parent
            name = above.row["name"] if isinstance(above, Target) else above.name
            target.words.append(_("chuyển sang trực thuộc %s") % name)
        if target.values:
            labels = {
                "kind": KIND_COLUMN, "level_id": LEVEL, "protocol_no": PROTOCOL,
                "member_count": MEMBERS, "is_cell": CELL, "phone": PHONE,
            }  # fmt: skip
            names = ", ".join(str(labels[key]).lower() for key in target.values)
            target.words.append(_("sửa %s") % names)


def _key(thing):
    return thing.pk if isinstance(thing, Agency) else id(thing)


# --- writing --------------------------------------------------------------------------------

_CUT = """
DELETE FROM {table} WHERE {column} = ANY(%(ids)s) AND lower(valid) >= %(on)s;
UPDATE {table} SET valid = daterange(lower(valid), %(on)s)
WHERE {column} = ANY(%(ids)s) AND valid @> %(on)s::date;
"""
_CUT_NAMES = _CUT.format(table="agencies_agencyname", column="agency_id")
_CUT_EDGES = _CUT.format(table="agencies_agencyedge", column="child_id")

_INSERT_NAMES = """
INSERT INTO agencies_agencyname
    (agency_id, name, short_name, committee_name, sort_key, valid, decision)
SELECT v.id, v.name, v.short_name, v.committee_name, v.sort_key,
       daterange(%s, upper(a.valid)), ''
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])
     AS v(id, name, short_name, committee_name, sort_key)
JOIN agencies_agency a ON a.id = v.id
"""
_INSERT_EDGES = """
INSERT INTO agencies_agencyedge (child_id, parent_id, valid, decision)
SELECT c.id, p.id,
       daterange(greatest(%s::date, lower(p.valid)), least(upper(c.valid), upper(p.valid))), ''
FROM unnest(%s::bigint[], %s::bigint[]) AS v(child, parent)
JOIN agencies_agency c ON c.id = v.child
JOIN agencies_agency p ON p.id = v.parent
"""


def _commit(work, known, actor):
    """All units of a checked list: a fixed number of statements per 2.000 rows."""
    advisory_lock(LOCK)
    made, changed = work
    on = known.on
    _found(made, on)
    _settings(changed)
    _rename([t for t in changed if t.names], on)
    _move([t for t in changed if t.parent is not None], on)
    _edges(made, on)
    actions.project_today()
    audit.record(
        actor=actor,
        verb="import_units",
        obj=known.root,
        agency=known.root,
        changes={"created": [0, len(made)], "changed": [0, len(changed)]},
    )
    return _("Đã lập %(made)d đơn vị, sửa %(changed)d đơn vị.") % {
        "made": len(made),
        "changed": len(changed),
    }


def _found(targets, on):
    taken = set(Agency.objects.values_list("slug", flat=True))
    taken |= set(AgencySlug.objects.values_list("slug", flat=True))
    numbers = Counter()
    rows = []
    for target in targets:
        code, names = target.row["code"], target.names
        is_slug = bool(_SLUG.fullmatch(code)) and code not in taken
        slug = code if is_slug else _free(text.slugify_vi(names["name"], 70), taken, numbers)
        taken.add(slug)
        target.agency = Agency(
            slug=slug,
            code="" if is_slug else code[:40],
            valid=ranges.days(on),
            parent=None,
            sort_key=text.sort_key(names["name"]),
            **{"kind": Agency.Kind.PARTY, **target.values},
            **names,
        )
        rows.append(target.agency)
    Agency.objects.bulk_create(rows, batch_size=_BATCH)
    _names(targets, on)


def _free(base, taken, numbers):
    base = base or "don-vi"
    slug = base
    while slug in taken:
        numbers[base] += 1
        slug = f"{base}-{numbers[base] + 1}"
    return slug


def _names(targets, on):
    columns = [
        [t.agency.pk for t in targets],
        *([t.names[key] for t in targets] for key in ("name", "short_name", "committee_name")),
        [text.sort_key(t.names["name"]) for t in targets],
    ]
    _execute(_INSERT_NAMES, [on, *columns])


def _settings(targets):
    changed = [target for target in targets if target.values]
    for target in changed:
        for key, value in target.values.items():
            setattr(target.agency, key, value)
        target.agency.lock_version += 1
    fields = ["kind", "level", "protocol_no", "member_count", "is_cell", "phone", "lock_version"]
    Agency.objects.bulk_update([t.agency for t in changed], fields, batch_size=_BATCH)


def _rename(targets, on):
    _cut(_CUT_NAMES, targets, on)
    _names(targets, on)


def _move(targets, on):
    _cut(_CUT_EDGES, targets, on)
    _edges(targets, on)


def _edges(targets, on):
    above = [t.parent.agency if isinstance(t.parent, Target) else t.parent for t in targets]
    ids = [t.agency.pk for t in targets], [agency.pk for agency in above]
    _execute(_INSERT_EDGES, [on, *ids])


def _cut(statement, targets, on):
    if targets:
        _execute(statement, {"ids": [t.agency.pk for t in targets], "on": on})


def _execute(statement, values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def day_is_possible(on, today=None):
    """Whether units may be founded as of `on`: within the past and a year ahead."""
    today = today or clock.today()
    return LONG_AGO <= on <= today + dt.timedelta(days=366)
