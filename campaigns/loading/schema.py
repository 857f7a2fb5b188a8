"""The shape of plan files: which keys, which values. No references and no database here.

A check takes (value, source, path), returns the clean value, and reports to `source` what is wrong
(then it returns None).
"""

import datetime as dt
import re

from campaigns.rules import specs
from portal.common import text

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
YEARS = range(1900, 2200)


def words(limit, *, lines=False):
    """A text of at most `limit` characters; numbers and days that YAML read are taken as typed."""

    def check(value, source, path):
        if isinstance(value, bool | list | dict):
            return source.problem(path, "cần một đoạn chữ")
        value = text.clean(str(value)) if lines else text.one_line(str(value))
        if len(value) > limit:
            return source.problem(path, f"dài quá {limit} ký tự")
        return value

    return check


def slug(value, source, path):
    value = str(value)
    if isinstance(value, bool) or not _SLUG.fullmatch(value) or len(value) > 80:
        return source.problem(path, f"không phải địa chỉ hợp lệ (a-z, 0-9, gạch nối): {value!r}")
    return value


def integer(low, high):
    def check(value, source, path):
        if isinstance(value, str) and re.fullmatch(r"-?\d{1,9}", value.strip()):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            return source.problem(
                path, f"cần một số nguyên từ {low} đến {high}, không phải {value!r}"
            )
        return value

    return check


def boolean(value, source, path):
    if not isinstance(value, bool):
        return source.problem(path, f"cần true hoặc false, không phải {value!r}")
    return value


def date(value, source, path):
    if isinstance(value, str):
        try:
            value = dt.date.fromisoformat(value.strip())
        except ValueError:
            return source.problem(path, f"cần một ngày dạng 2020-02-05, không phải {value!r}")
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        return source.problem(path, f"cần một ngày dạng 2020-02-05, không phải {value!r}")
    if value.year not in YEARS and value.year < 1000:
        return source.problem(path, f"năm {value.year} ngoài khoảng dùng được")
    return value


def moment(value, source, path):
    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value.strip())
        except ValueError:
            value = None
    if not isinstance(value, dt.datetime) or value.tzinfo is None:
        return source.problem(path, "cần ngày giờ có múi giờ, như 2020-02-18T16:20:00+07:00")
    return value


def choice(*allowed):
    def check(value, source, path):
        if value not in allowed:
            return source.problem(path, f"{value!r} không nằm trong: {', '.join(allowed)}")
        return value

    return check


def list_of(item):
    def check(value, source, path):
        if not isinstance(value, list):
            return source.problem(path, "cần một danh sách")
        out = []
        for number, one in enumerate(value):
            if one is None:
                source.problem((*path, number), "mục trống")
                continue
            clean = item(one, source, (*path, number))
            if clean is not None:
                out.append(clean)
        return out

    return check


def mapping(required=(), **fields):
    """A mapping with these keys; unknown keys are errors, null means not given.

    The clean mapping holds every key (None where not given) and its place under "@".
    """

    def check(value, source, path):
        if not isinstance(value, dict):
            return source.problem(path, "cần một mục có các khóa con")
        for key in value:
            if key not in fields:
                source.problem((*path, key), "khóa không có trong định dạng")
        clean = {"@": (source, path)}
        for key, field in fields.items():
            given = value.get(key)
            clean[key] = None if given is None else field(given, source, (*path, key))
            if given is None and key in required:
                source.problem((*path, key), "thiếu, mà bắt buộc phải có")
        return clean

    return check


def term(value, source, path):
    years = list_of(integer(1900, 2200))(value, source, path)
    if years is None:
        return None
    if len(value) != 2 or (len(years) == 2 and years[1] <= years[0]):
        return source.problem(path, "nhiệm kỳ gồm năm đầu và năm cuối, như [2020, 2025]")
    return tuple(years)


# --- Boundaries -----------------------------------------------------------------------------

BEFORE = (specs.INCLUSIVE, specs.EXCLUSIVE)
SOURCES = ("on", "congress", "event", "phase", "open", "unknown")
_TITLE = words(300)
_BOUNDARY_KEYS = {
    "on": ("part", "before"),
    "congress": ("moment", "days", "working_days"),
    "event": ("moment", "days", "working_days"),
    "phase": ("moment", "days", "working_days", "track", "plan"),
    "open": (),
    "unknown": (),
}
_SHIFT = integer(-specs.MAX_OFFSET, specs.MAX_OFFSET)


def boundary(value, source, path):
    """One source, with what belongs to it. Clean: {"source", "verbatim", "spec" or reference}."""
    if not isinstance(value, dict):
        return source.problem(path, "cần một mốc, như {on: 2020-06} hoặc {open: true}")
    value = {k: v for k, v in value.items() if v is not None}
    given = [key for key in SOURCES if key in value]
    if len(given) != 1:
        return source.problem(path, f"cần đúng một trong: {', '.join(SOURCES)}")
    kind = given[0]
    before = len(source.problems)
    for key in value:
        if key not in (kind, "verbatim", *_BOUNDARY_KEYS[kind]):
            source.problem((*path, key), f"không đi cùng “{kind}”")
    verbatim = value.get("verbatim")
    if verbatim is not None:
        verbatim = words(200)(verbatim, source, (*path, "verbatim"))
    clean = {"@": (source, path), "source": kind, "verbatim": verbatim or ""}
    if kind == "on":
        _on(clean, value, source, path)
    elif kind in ("open", "unknown"):
        if value[kind] is not True:
            source.problem((*path, kind), "chỉ nhận giá trị true")
    else:
        _relative(clean, kind, value, source, path)
    return clean if len(source.problems) == before else None


def _on(clean, value, source, path):
    part = value.get("part", "")
    if part and part not in specs.PARTS:
        source.problem((*path, "part"), f"{part!r} không nằm trong: {', '.join(specs.PARTS)}")
        return
    # `true` leaves it to the plan whether the day counts; only the plan's row knows.
    before = value.get("before", "")
    clean["before_of_plan"] = before is True
    if before not in (True, "", *BEFORE):
        source.problem((*path, "before"), f"cần true, {' hoặc '.join(BEFORE)}: {before!r}")
        return
    try:
        clean["spec"] = specs.date_spec(
            value["on"],
            part=part,
            before="" if before is True else before,
            verbatim=clean["verbatim"],
        )
    except ValueError:
        if part and isinstance(value["on"], dt.date):
            source.problem((*path, "part"), "một ngày không chia phần được")
        else:
            source.problem(
                (*path, "on"),
                f"cần năm, tháng hoặc ngày (2020, 2020-06, 2020-06-15): {value['on']!r}",
            )


def _relative(clean, kind, value, source, path):
    moments = ("starts", "ends") if kind == "phase" else ("opens", "closes")
    clean["key"] = (_TITLE if kind == "phase" else slug)(value[kind], source, (*path, kind))
    if "moment" not in value:
        source.problem((*path, "moment"), f"thiếu: {' hoặc '.join(moments)}")
    else:
        clean["moment"] = choice(*moments)(value["moment"], source, (*path, "moment"))
    for key in ("track", "plan"):
        clean[key] = _TITLE(value[key], source, (*path, key)) if key in value else None
    if "days" in value and "working_days" in value:
        source.problem((*path, "working_days"), "chỉ một trong days và working_days")
    clean["working"] = "working_days" in value
    name = "working_days" if clean["working"] else "days"
    clean["offset"] = _SHIFT(value[name], source, (*path, name)) if name in value else 0


# --- Sections -------------------------------------------------------------------------------

_HAPPENING = {
    "slug": slug,
    "host": slug,
    "ordinal": integer(1, 3999),
    "term": term,
    "opens": date,
    "closes": date,
    "expected_opens": date,
    "expected_closes": date,
    "expected_words": words(120),
    "actual_opens": date,
    "actual_closes": date,
    "previous": slug,
    "place": words(200),
}
_SYMBOL = words(80)


def _recipients(value, source, path):
    """A text, or a list with one recipient a line."""
    if isinstance(value, list):
        lines = list_of(words(200))(value, source, path)
        return "\n".join(lines)
    return words(2000, lines=True)(value, source, path)


def _form(value, source, path):
    """A text, or a family with its items: a list of (name, family or None)."""
    if isinstance(value, dict):
        family = mapping(
            required=("family", "items"), family=words(160), items=list_of(words(200))
        )(value, source, path)
        return [(name, family["family"]) for name in family["items"] or ()] if family else None
    name = words(200)(value, source, path)
    return [(name, None)] if name else None


_PHASE = mapping(
    required=("title", "starts", "ends"),
    title=words(200),
    starts=boundary,
    ends=boundary,
    summary=words(5000, lines=True),
    themes=list_of(words(500)),
    forms=list_of(words(200)),
)
_TRACK = mapping(
    required=("title",),
    title=words(300),
    declared_phases=integer(0, 1000),
    phases=list_of(_PHASE),
)
_TASK = mapping(
    required=("title",),
    title=words(300),
    detail=words(5000, lines=True),
    deliverable=words(200),
    assigned_to=list_of(slug),
    track=words(300),
    phase=words(200),
    due=boundary,
    form=words(200),
)
_PLAN = mapping(
    required=("title", "issuer"),
    slug=slug,
    symbol=_SYMBOL,
    symbol_raw=_SYMBOL,
    title=words(400),
    issuer=slug,
    issued_on=date,
    signer=words(120),
    recipients=_recipients,
    basis=list_of(_SYMBOL),
    implements=words(120),
    congresses=list_of(slug),
    source=mapping(
        name=words(200),
        byline=words(120),
        section=words(120),
        published_at=moment,
        updated_on=date,
    ),
    summary=words(5000, lines=True),
    themes=list_of(words(500)),
    forms=list_of(_form),
    remarks=list_of(words(500)),
    before_includes_day=boolean,
    tracks=list_of(_TRACK),
    tasks=list_of(_TASK),
    state=choice("editing", "issued"),
)

FILE = mapping(
    levels=list_of(
        mapping(
            required=("slug", "name", "order"),
            slug=slug,
            name=words(120),
            order=integer(-100000, 100000),
        )
    ),
    agencies=list_of(
        mapping(
            required=("slug", "name", "kind", "level"),
            slug=slug,
            name=words(200),
            kind=choice("party", "state", "mass", "other"),
            level=slug,
            cell=boolean,
            parent=slug,
            code=words(40),
            committee=words(200),
            short_name=words(80),
            protocol_no=integer(0, 1000000),
            valid_from=date,
            valid_to=date,
            names=list_of(
                mapping(
                    required=("name", "from", "to"),
                    **{"name": words(200), "committee": words(200), "from": date, "to": date},
                )
            ),
            about=words(5000, lines=True),
            address=words(200),
            phone=words(40),
            members=integer(0, 10000000),
        )
    ),
    successions=list_of(
        mapping(
            required=("from", "kind", "on"),
            **{
                "from": list_of(slug),
                "to": list_of(slug),
                "kind": choice("merge", "split", "rename", "abolish"),
                "decision": words(120),
                "on": date,
            },
        )
    ),
    congresses=list_of(
        mapping(
            required=("slug", "host", "ordinal", "term", "kind"),
            name=words(200),
            kind=choice("delegates", "members", "national"),
            **_HAPPENING,
        )
    ),
    events=list_of(
        mapping(
            required=("slug", "host", "name", "kind"),
            name=words(200),
            kind=choice("election", "session", "commemoration", "other"),
            **_HAPPENING,
        )
    ),
    commemorations=list_of(
        mapping(
            required=("name", "observed_on"),
            slug=slug,
            name=words(200),
            event_date=date,
            observed_on=date,
            plan=words(120),
        )
    ),
    documents=list_of(
        mapping(
            required=("symbol", "issuer"),
            symbol=_SYMBOL,
            symbol_raw=_SYMBOL,
            issued_on=date,
            issuer=slug,
            kind=words(10),
            abstract=words(500),
            signer=words(120),
            links=list_of(
                mapping(
                    required=("kind", "to"),
                    kind=choice("basis", "implements", "replaces", "amends"),
                    to=_SYMBOL,
                )
            ),
        )
    ),
    plans=list_of(_PLAN),
)


def read(source):
    """The clean content of a Source: {section: [mappings]}; problems are on the source."""
    clean = FILE(source.data, source, ())
    content = {k: v or [] for k, v in clean.items() if k != "@"}
    for row in content["commemorations"]:
        if not row["slug"] and row["name"] and row["observed_on"]:
            row["slug"] = text.slugify_vi(f"{row['name'][:200]} {row['observed_on'].year}", 80)
        if not row["plan"] and len(content["plans"]) == 1:
            only = content["plans"][0]
            row["plan"] = only["slug"] or only["symbol"]
    return content
