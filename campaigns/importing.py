"""Lists from Excel: the tasks of a plan, the days of congresses."""

import re
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import actions, boundaries
from campaigns.actions.congresses import CongressDates
from campaigns.actions.tasks import TITLE
from campaigns.models import Event, Form, Phase, Plan, Task
from campaigns.queries.congresses import datable
from campaigns.rules import access, specs
from portal.agencies.models import Agency
from portal.agencies.registries import SheetKind, SheetOutcome
from portal.common import audit, sheets, text
from portal.common.sheets import Column, Problem

TASKS, CONGRESSES = "campaigns.tasks", "campaigns.congresses"
_SEPARATORS = re.compile(r"[;,\n]+")


class Units:
    """Units by code, address or whole name among `rows`; says what is wrong with a word."""

    def __init__(self, rows):
        self._by_key = {}
        for agency in rows:
            keys = (agency.slug, agency.code, agency.name, agency.short_name)
            for key in {text.fold(key) for key in keys if key}:
                self._by_key.setdefault(key, {})[agency.pk] = agency

    def find(self, word):
        """(Agency or None, sentence or "")."""
        found = list(self._by_key.get(text.fold(word), {}).values())
        if len(found) == 1:
            return found[0], ""
        if not found:
            return None, _("Không có đơn vị “%s” đang hoạt động trong phạm vi này.") % word
        return None, _("Có %(n)d đơn vị khớp “%(word)s”; hãy ghi địa chỉ, ví dụ %(slug)s.") % {
            "n": len(found),
            "word": word,
            "slug": found[0].slug,
        }


# --- tasks of a plan ------------------------------------------------------------------------

_MONTH = re.compile(r"(?:(dau|giua|cuoi) )?thang (\d{1,2})(?:/| nam )(\d{4})")
_YEAR = re.compile(r"(?:(dau|giua|cuoi) )?(?:nam )?(\d{4})")
_PARTS = {"dau": specs.EARLY, "giua": specs.MID, "cuoi": specs.LATE}
_EVENT = re.compile(
    r"(?:(\d{1,4}) ngay (lam viec )?)?(truoc|sau)?(?: khi)? ?(khai mac|be mac)(?: (.+))?"
)
_PHASE = re.compile(
    r"(?:(\d{1,4}) ngay (lam viec )?(truoc|sau) )?(?:khi )?(bat dau|ket thuc|het) (.+)"
)
_MOMENTS = {"khai mac": specs.OPENS, "be mac": specs.CLOSES}
_LEAD = re.compile(r"^(?:xong |cham nhat |han |den |truoc |ngay )+")


class DueWords:
    """Due dates as people write them: "30/6/2026", "tháng 6/2026", "7 ngày trước khai mạc",
    "hết Đợt 1", "để ngỏ", "chưa xác định". `spec` gives the Spec; ValueError says what is wrong.
    """

    def __init__(self, plan):
        self._events = list(plan.events.select_related("host").order_by("plan_events__position"))
        self._phases = list(
            Phase.objects.filter(track__plan=plan).order_by("track__position", "position", "id")
        )

    def spec(self, value):
        words = text.fold(text.one_line(value)).strip(" .")
        if words in ("de ngo", "khong thoi han"):
            return specs.Open(verbatim=value)
        if words in ("chua xac dinh", "chua ro"):
            return specs.Unknown(verbatim=value)
        bare = _LEAD.sub("", words)
        day = sheets.day_of(bare)
        if day is not None:
            return specs.DateSpec(date=day, verbatim="" if bare == words else value)
        try:
            if match := _MONTH.fullmatch(bare):
                on = f"{match[3]}-{match[2]}"
                part = _PARTS.get(match[1], "")
                return specs.date_spec(on, part=part, verbatim=value)
            if match := _YEAR.fullmatch(bare):
                return specs.date_spec(match[2], part=_PARTS.get(match[1], ""), verbatim=value)
        except ValueError as error:
            raise ValueError(_("Không có tháng, năm như “%s”.") % value) from error
        if match := _EVENT.fullmatch(words):
            return self._of_event(match, value)
        if match := _PHASE.fullmatch(words):
            return self._of_phase(match, value)
        raise ValueError(
            _(
                "Không hiểu hạn “%s”. Ghi ngày (30/6/2026), tháng (tháng 6/2026), “7 ngày trước "
                "khai mạc”, “hết Đợt 1”, “để ngỏ” hoặc “chưa xác định”."
            )
            % value
        )

    def _of_event(self, match, value):
        amount, working, side, moment, name = match.groups()
        if not self._events:
            raise ValueError(_("Kế hoạch chưa gắn với sự kiện nào để tính hạn theo."))
        found = self._events
        if name:
            found = [e for e in found if name in text.fold(str(e))]
        if len(found) != 1 and not (found and not name):
            raise ValueError(_("Không rõ “%s” là của sự kiện nào của kế hoạch.") % value)
        offset = int(amount or (1 if side else 0)) * (-1 if side == "truoc" else 1)
        if amount and not side:
            raise ValueError(_("Ghi “trước” hay “sau” trong “%s”.") % value)
        return specs.EventSpec(
            event_id=found[0].pk,
            moment=_MOMENTS[moment],
            offset=offset,
            working=bool(working),
            verbatim=value,
        )

    def _of_phase(self, match, value):
        amount, working, side, moment, name = match.groups()
        found = [p for p in self._phases if text.fold(p.title) == name]
        found = found or [p for p in self._phases if text.fold(p.title).startswith(name)]
        if len(found) != 1:
            raise ValueError(_("Không rõ “%s” là đợt nào của kế hoạch.") % value)
        boundary_id = found[0].starts_id if moment == "bat dau" else found[0].ends_id
        offset = int(amount or 0) * (-1 if side == "truoc" else 1)
        return specs.RefSpec(
            boundary_id=boundary_id, offset=offset, working=bool(working), verbatim=value
        )


@dataclass
class TaskContext:
    plan: Plan
    units: Units
    phases: dict
    forms: dict
    titles: dict
    due: DueWords


class TaskSheet(SheetKind):
    """`params`: {"plan": id}."""

    title = gettext_lazy("Nhập nhiệm vụ từ Excel")
    button = gettext_lazy("Thêm các nhiệm vụ")
    max_rows = 500
    columns = (
        Column(
            "title", "Nhiệm vụ", required=True, limit=TITLE, aliases=("Tên nhiệm vụ",), width=60
        ),
        Column("detail", "Yêu cầu", limit=4000, width=40),
        Column("deliverable", "Sản phẩm", limit=200),
        Column("phase", "Đợt", limit=200, help="Tên đợt đúng như trong kế hoạch."),
        Column("form", "Hình thức", limit=200, help="Tên hình thức đúng như trong danh mục."),
        Column(
            "due", "Hạn", limit=200, aliases=("Thời hạn", "Hạn hoàn thành"),
            help="Ngày 30/6/2026, tháng 6/2026, “7 ngày trước khai mạc”, “5 ngày làm việc sau bế "
            "mạc”, “hết Đợt 1”, “để ngỏ”, “chưa xác định”.",
        ),
        Column(
            "units", "Đơn vị", limit=4000, aliases=("Đơn vị thực hiện",), width=40,
            help="Mã, địa chỉ hoặc tên; nhiều đơn vị cách nhau bằng dấu chấm phẩy.",
        ),
    )  # fmt: skip

    def context(self, user, params):
        plan = Plan.objects.filter(pk=params["plan"]).first()
        if plan is None or not access.may_edit_plan(user, plan):
            return None
        alive = Agency.objects.filter(node__isnull=False).only(
            "pk", "slug", "code", "name", "short_name"
        )
        return TaskContext(
            plan=plan,
            units=Units(alive),
            phases=_by_folded(Phase.objects.filter(track__plan=plan), "title"),
            forms=_by_folded(Form.objects.all(), "name"),
            titles=_by_folded(Task.objects.filter(plan=plan), "title"),
            due=DueWords(plan),
        )

    def check(self, rows, context):
        problems = sheets.problems_of_cells(rows, self.columns)
        work, lines, seen, units = [], [], {}, 0
        for row in rows:

            def add(column, words, row=row):
                problems.append(Problem(row.number, column, words))

            title = text.fold(row["title"])
            if title in context.titles:
                add("Nhiệm vụ", _("Kế hoạch đã có nhiệm vụ này; hãy bỏ dòng hoặc sửa ở kế hoạch."))
            elif title in seen:
                add("Nhiệm vụ", _("Trùng với dòng %d.") % seen[title])
            elif title:
                seen[title] = row.number
            phase = _one(context.phases, row["phase"], "Đợt", add)
            form = _one(context.forms, row["form"], "Hình thức", add)
            due = None
            if row["due"] and row["due"] != sheets.FORMULA:
                try:
                    due = context.due.spec(row["due"])
                except ValueError as error:
                    add("Hạn", str(error))
            given = []
            for word in _SEPARATORS.split(row["units"]) if row["units"] != sheets.FORMULA else ():
                if not word.strip():
                    continue
                agency, wrong = context.units.find(word.strip())
                if wrong:
                    add("Đơn vị", wrong)
                elif agency not in given:
                    given.append(agency)
            units += len(given)
            words = _("Thêm, giao %d đơn vị") % len(given) if given else _("Thêm, chưa giao")
            if due is not None:
                words += _("; hạn: %s") % (row["due"])
            lines.append((row.number, row["title"], words))
            work.append((row, phase, form, due, given))
        problems.sort()
        counts = [(_("Nhiệm vụ mới"), len(work)), (_("Lượt giao đơn vị"), units)]
        return SheetOutcome(problems, lines, counts, work=work)

    def commit(self, outcome, context, *, actor):
        with boundaries.editing(actor=actor):
            for row, phase, form, due, given in outcome.work:
                actions.add_task(
                    actor=actor,
                    plan=context.plan,
                    title=row["title"],
                    detail=row["detail"],
                    deliverable=row["deliverable"],
                    phase=phase,
                    form=form,
                    due=due,
                    assigned_to=given,
                )
        audit.record(
            actor=actor,
            verb="import_tasks",
            obj=context.plan,
            agency=context.plan.issuer_id,
            changes={"created": [0, len(outcome.work)]},
        )
        return _("Đã thêm %d nhiệm vụ.") % len(outcome.work)

    def urls(self, context):
        pk = context.plan.pk
        return reverse("campaigns:import_tasks", args=[pk]), reverse("campaigns:manage", args=[pk])


def _by_folded(rows, name):
    found = {}
    for row in rows:
        found.setdefault(text.fold(getattr(row, name)), []).append(row)
    return found


def _one(known, value, column, add):
    """The one row of a name, None for an empty cell; a problem for an unknown or ambiguous one."""
    if not value or value == sheets.FORMULA:
        return None
    found = known.get(text.fold(value), ())
    if len(found) == 1:
        return found[0]
    add(
        column,
        _("Có %d mục tên “%s”.") % (len(found), value) if found else _("Không có “%s”.") % value,
    )
    return None


# --- days of congresses ---------------------------------------------------------------------

_TERM = re.compile(r"(\d{4})\s*[-–]\s*(\d{4})")
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def ordinal_of(value):
    """12 or XII as a number; None for anything else."""
    value = value.strip().upper()
    if value.isdecimal():
        return int(value) if 1 <= int(value) <= 200 else None
    if not value or any(letter not in _ROMAN for letter in value):
        return None
    numbers = [_ROMAN[letter] for letter in value]
    following = [*numbers[1:], 0]
    total = sum(-n if n < after else n for n, after in zip(numbers, following, strict=True))
    return total if text.roman(total) == value else None


@dataclass
class CongressContext:
    units: Units
    by_ordinal: dict
    by_term: dict


class CongressSheet(SheetKind):
    """No params: which units count depends on where the person is staff."""

    title = gettext_lazy("Nhập ngày đại hội từ Excel")
    button = gettext_lazy("Ghi ngày các đại hội")
    max_rows = 15_000
    columns = (
        Column("unit", "Đơn vị", required=True, limit=200, aliases=("Mã đơn vị", "Tổ chức"),
               width=36, help="Mã, địa chỉ hoặc tên đúng như trong hệ thống."),
        Column("term", "Nhiệm kỳ", required=True, limit=12, help="Ví dụ 2025-2030."),
        Column("ordinal", "Lần thứ", limit=10, help="Số La Mã hoặc số thường."),
        Column("kind", "Hình thức", limit=60, choices=tuple(map(str, Event.Delegates.labels))),
        Column("opens", "Khai mạc", limit=20, help="Ngày theo kế hoạch, ví dụ 24/9/2025."),
        Column("closes", "Bế mạc", limit=20, help="Để trống nếu họp trong một ngày."),
        Column("place", "Địa điểm", limit=200, width=36),
    )  # fmt: skip

    def context(self, user, params):
        hosts = Agency.objects.filter(datable(user), kind=Agency.Kind.PARTY, node__isnull=False)
        if not hosts.exists():
            return None
        stored = list(
            Event.objects.filter(kind=Event.Kind.CONGRESS, host__in=hosts.order_by().values("pk"))
        )
        return CongressContext(
            units=Units(hosts.only("pk", "slug", "code", "name", "short_name")),
            by_ordinal={(e.host_id, e.ordinal): e for e in stored if e.ordinal},
            by_term={(e.host_id, e.term_start): e for e in stored},
        )

    def check(self, rows, context):
        problems = sheets.problems_of_cells(rows, self.columns)
        kinds = {text.fold(str(label)): value for value, label in Event.Delegates.choices}
        work, lines, seen, same = [], [], {}, 0
        for row in rows:

            def add(column, words, row=row):
                problems.append(Problem(row.number, column, words))

            entry, term = self._entry(row, context, kinds, seen, add)
            if entry is None:
                continue
            words = _what(entry)
            if not words:
                same += 1
                continue
            lines.append((row.number, row["unit"], words))
            work.append((term, entry))
        problems.sort()
        made = sum(entry.event is None for _term, entry in work)
        counts = [
            (_("Lập mới"), made), (_("Sửa"), len(work) - made), (_("Giữ nguyên"), same),
        ]  # fmt: skip
        return SheetOutcome(problems, lines, counts, work=work)

    def _entry(self, row, context, kinds, seen, add):
        host, wrong = (None, "")
        if row["unit"] and row["unit"] != sheets.FORMULA:
            host, wrong = context.units.find(row["unit"])
        if wrong:
            add("Đơn vị", wrong)
        match = _TERM.fullmatch(row["term"])
        term = (int(match[1]), int(match[2])) if match else None
        if row["term"] and (term is None or not term[0] < term[1] <= term[0] + 10):
            add("Nhiệm kỳ", _("“%s” không phải một nhiệm kỳ, ví dụ 2025-2030.") % row["term"])
            term = None
        ordinal = ordinal_of(row["ordinal"]) if row["ordinal"] else None
        if row["ordinal"] and ordinal is None:
            add("Lần thứ", _("“%s” không phải một số thứ tự.") % row["ordinal"])
        kind = kinds.get(text.fold(row["kind"]), "")
        if row["kind"] and not kind:
            add("Hình thức", _("Không có hình thức “%s”.") % row["kind"])
        days = {}
        for key, column in (("opens", "Khai mạc"), ("closes", "Bế mạc")):
            days[key] = sheets.day_of(row[key]) if row[key] else None
            if row[key] and days[key] is None:
                add(column, _("“%s” không phải một ngày, ví dụ 24/9/2025.") % row[key])
        if days["opens"] and days["closes"] and days["closes"] < days["opens"]:
            add("Bế mạc", _("Ngày bế mạc phải từ ngày khai mạc trở đi."))
        if host is None or term is None:
            return None, None
        key = (host.pk, term[0])
        if key in seen:
            add("Đơn vị", _("Trùng với dòng %d: cùng đơn vị, cùng nhiệm kỳ.") % seen[key])
            return None, None
        seen[key] = row.number
        event = context.by_term.get(key)
        other = context.by_ordinal.get((host.pk, ordinal)) if ordinal else None
        if other is not None and other != event:
            add("Lần thứ", _("Đơn vị này đã có đại hội lần thứ đó ở nhiệm kỳ khác."))
        if days["opens"] is None and days["closes"] is not None and event is None:
            add("Khai mạc", _("Thiếu, hãy điền."))
        return CongressDates(
            host=host, event=event, ordinal=ordinal, delegates=kind, place=row["place"], **days
        ), term

    def commit(self, outcome, context, *, actor):
        by_term = {}
        for term, entry in outcome.work:
            by_term.setdefault(term, []).append(entry)
        made = changed = 0
        with boundaries.editing(actor=actor):
            for term, entries in by_term.items():
                new, moved = actions.set_congress_dates(actor=actor, term=term, entries=entries)
                made, changed = made + new, changed + moved
        return _("Đã lập %(made)d đại hội, sửa %(changed)d đại hội.") % {
            "made": made,
            "changed": changed,
        }

    def urls(self, context):
        return reverse("campaigns:import_congresses"), reverse("campaigns:congress_desk")


def _what(entry):
    """What would happen to one congress, "" for nothing."""
    if entry.event is None:
        day = f"{entry.opens:%d/%m/%Y}" if entry.opens else _("chưa có ngày")
        return _("Lập mới: %s") % day
    said = []
    for name, field, label in (
        ("opens", "planned_opens", _("khai mạc")),
        ("closes", "planned_closes", _("bế mạc")),
    ):
        new, old = getattr(entry, name), getattr(entry.event, field)
        if new and new != old:
            before = f"{old:%d/%m/%Y}" if old else _("chưa có")
            said.append(f"{label}: {before} → {new:%d/%m/%Y}")
    if entry.ordinal and entry.ordinal != entry.event.ordinal:
        said.append(_("sửa lần thứ"))
    if entry.delegates and entry.delegates != entry.event.delegates:
        said.append(_("sửa hình thức"))
    if entry.place and entry.place != entry.event.place:
        said.append(_("sửa địa điểm"))
    return "; ".join(said)
