"""What the rows of a list mean: documents that are new, changed or there already; their links."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import connection
from django.utils.translation import gettext as _

from portal.agencies import queries as agencies
from portal.agencies.models import Agency
from portal.common import text
from portal.common.sheets import FORMULA, Problem, Row, problems_of_cells

from ..models import DocumentLink, DocumentType, OfficialDocument
from ..queries import desk, visible_to
from ..rules import may_keep
from ..symbols import UNKNOWN, Symbol, parse_symbol
from . import columns

NEW, CHANGED, SAME, WRONG, ALSO = "new", "changed", "same", "wrong", "also"


@dataclass(eq=False)
class Target:
    """One document of the list: the row it comes from, what it will hold, what it is linked to.

    `document` is the one that is in the register already, `values` what will be written, `before`
    what stands there now, `links` {kind: [Target or OfficialDocument]} that are to be added.
    """

    row: Row
    parts: Symbol
    document: OfficialDocument | None = None
    values: dict = field(default_factory=dict)
    before: dict = field(default_factory=dict)
    links: dict = field(default_factory=lambda: defaultdict(list))
    problems: dict = field(default_factory=lambda: defaultdict(list))
    note: str = ""
    also: bool = False  # only named by a link of the list

    @property
    def state(self):
        if self.problems:
            return WRONG
        if self.document is None:
            return ALSO if self.also else NEW
        return CHANGED if self.values or self.links else SAME

    @property
    def label(self):
        """What it is called in the list."""
        return self.parts.raw or self.row[columns.TITLE]

    @property
    def day(self):
        """The date the document will have."""
        return self.values.get("issued_on") or (self.document and self.document.issued_on)

    def wrong(self, key, words):
        self.problems[key].append(words)


class Reader:
    """Targets for rows, against the register as it stands; every table is read once."""

    def __init__(self, context):
        self.context = context
        self.targets = []
        self.also = []
        self.problems = []
        self._names = {}

    def read(self, rows):
        """Fills `targets`, those only named by links (`also`), and `problems`."""
        for row in rows:
            symbol = row[columns.SYMBOL]
            symbol = "" if symbol == FORMULA else text.one_line(symbol)
            self.targets.append(Target(row, parse_symbol(symbol)))
        by_row = {target.row.number: target for target in self.targets}
        keys = {column.title: column.key for column in columns.COLUMNS}
        for problem in problems_of_cells(rows, columns.COLUMNS):
            by_row[problem.row].wrong(keys[problem.column], problem.text)
        self._types = _types()
        self._issuers = _issuers()
        for target in self.targets:
            self._values(target)
        self._find()
        self._twice()
        self._taken()
        self._links()
        self._circles()
        for target in self.targets:
            for key, sentences in target.problems.items():
                title = columns.TITLES.get(key, "")
                self.problems += [Problem(target.row.number, title, s) for s in sentences]
        self.problems.sort()
        return self

    # What the cells of one row say

    def _values(self, target):
        row, values = target.row, target.values
        for key in (columns.SIGNER, columns.POSITION, columns.TITLE):
            values[key] = text.one_line(row[key])
        values[columns.RECIPIENTS] = row[columns.RECIPIENTS]
        values[columns.SYMBOL] = target.parts.raw
        if not values[columns.SYMBOL] and not values[columns.TITLE]:
            target.wrong(
                columns.SYMBOL, _("Thiếu số, ký hiệu; văn bản không số thì ghi trích yếu.")
            )
        try:
            values["issued_on"] = columns.read_day(row[columns.DAY])
            if values["issued_on"] and values["issued_on"] > self.context.today:
                target.wrong(columns.DAY, _("Ngày ban hành chưa đến."))
        except ValueError as error:
            target.wrong(columns.DAY, str(error))
        try:
            values["scope_key"] = columns.read_scope(row[columns.SCOPE], values.get("issued_on"))
        except ValueError as error:
            target.wrong(columns.SCOPE, str(error))
        self._type(target)
        words = text.one_line(row[columns.ISSUER])
        values["issuer_name"] = words
        found = self._issuers.get(text.fold(words), set()) if words else set()
        values["issuer"] = issuer = next(iter(found)) if len(found) == 1 else None
        if issuer and text.fold(words) in {text.fold(issuer.slug), text.fold(issuer.code)}:
            values["issuer_name"] = self._name_on(issuer, values.get("issued_on"))

    def _name_on(self, agency, day):
        """The name of an agency on the day, for a code; each asked for once."""
        key = (agency.pk, day)
        if key not in self._names:
            self._names[key] = str(agencies.name_on(agency, day or self.context.today))
        return self._names[key]

    def _type(self, target):
        words = text.fold(target.row[columns.TYPE])
        family = target.parts.family
        if not words:
            target.values["type"] = self._types.get(
                (target.parts.type.casefold(), family or "party")
            )
            return
        kind = self._types.get((words, family or "party")) or self._types.get((words, "state"))
        if kind is None:
            said = _("Không có loại văn bản “%s” trong danh mục.") % target.row[columns.TYPE]
            target.wrong(columns.TYPE, said)
        target.values["type"] = kind

    # What is in the register already

    def _find(self):
        symbols = {t.parts.canonical for t in self.targets if t.parts.canonical}
        found = defaultdict(list)
        rows = OfficialDocument.objects.filter(canonical__in=symbols)
        for document in visible_to(self.context.user, rows).select_related("issuer", "type"):
            found[document.canonical].append(document)
        titles = {t.values[columns.TITLE] for t in self.targets if not t.parts.canonical} - {""}
        rows = OfficialDocument.objects.filter(symbol="", title__in=titles)
        for document in visible_to(self.context.user, rows).select_related("issuer", "type"):
            found[document.title].append(document)
        for target in self.targets:
            key = target.parts.canonical or target.values[columns.TITLE]
            matches = [d for d in found.get(key, ()) if _may_be(d, target)]
            if len(matches) > 1:
                said = _("Sổ có %d văn bản như vậy; ghi thêm ngày ban hành hoặc cơ quan.")
                target.wrong(columns.SYMBOL, said % len(matches))
            elif matches:
                target.document = matches[0]
        known = [t for t in self.targets if t.document is not None]
        elsewhere = desk.kept_elsewhere([t.document.pk for t in known])
        for target in known:
            self._changes(target, target.document.pk in elsewhere)

    def _changes(self, target, elsewhere):
        """Of the cells only what is filled in and differs; of a document of others nothing."""
        document, said = target.document, target.values
        target.values = {}
        if elsewhere or not may_keep(self.context.user, document):
            target.note = (
                _("văn bản của một kế hoạch, giữ nguyên")
                if elsewhere
                else _("đã có, do cơ quan khác giữ: giữ nguyên")
            )
            return
        for key, value in said.items():
            if value in ("", None) or key == columns.SYMBOL:
                continue
            if key == "type" and not target.row[columns.TYPE]:
                continue
            if key == "issuer" and document.issuer_id is not None:
                continue
            if key == columns.SCOPE and "-" not in value:
                continue
            if getattr(document, key) != value:
                target.before[key] = getattr(document, key)
                target.values[key] = value

    def _twice(self):
        seen = {}
        for target in self.targets:
            if target.document is not None:
                key = target.document.pk
            else:
                said = target.values
                key = (
                    target.parts.canonical or text.fold(said[columns.TITLE]),
                    text.fold(said["issuer_name"]),
                    said.get("scope_key") or (said.get("issued_on") and said["issued_on"].year),
                )
            first = seen.setdefault(key, target.row.number)
            if first != target.row.number:
                target.wrong(columns.SYMBOL, _("Trùng với dòng %d.") % first)

    def _taken(self):
        """Numbers that the constraint of the register would refuse, of documents not seen here."""
        new = [t for t in self.targets if t.document is None and t.values.get("issuer")]
        taken = set(
            OfficialDocument.objects.filter(
                canonical__in={t.parts.canonical for t in new},
                removed_at=None,
                number__isnull=False,
            ).values_list("canonical", "issuer_id", "scope_key")
        )
        for target in new:
            if (target.parts.canonical, target.values["issuer"].pk, _scope_of(target)) in taken:
                target.wrong(
                    columns.SYMBOL,
                    _("Văn bản này đã có trong sổ của cơ quan khác, chưa công bố."),
                )

    # Links

    def _links(self):
        wanted = []
        for target in self.targets:
            for key in columns.LINKS:
                cell = target.row[key]
                if not cell or cell == FORMULA or target.note:
                    continue
                try:
                    wanted += [(target, key, *link) for link in columns.read_links(cell)]
                except ValueError as error:
                    target.wrong(key, str(error))
        here, register = self._by_symbol(wanted)
        have = set(
            DocumentLink.objects.filter(
                source__in=[t.document.pk for t in self.targets if t.document is not None]
            ).values_list("source_id", "target_id", "kind")
        )
        for target, key, symbol, day in wanted:
            other = self._other(target, key, symbol, day, here, register)
            if other is None:
                continue
            kind = columns.LINKS[key]
            ends = (_pk(target), _pk(other), kind)
            if other is target or (ends[0] is not None and ends[0] == ends[1]):
                target.wrong(key, _("Một văn bản không thể liên kết với chính nó."))
            elif ends not in have and other not in target.links[kind]:
                target.links[kind].append(other)
        for target in self.targets:
            target.links = {kind: others for kind, others in target.links.items() if others}

    def _by_symbol(self, wanted):
        """Rows of the list and documents of the register by canonical symbol."""
        here, register = defaultdict(list), defaultdict(list)
        for target in self.targets:
            if target.parts.canonical:
                here[target.parts.canonical].append(target)
        symbols = {parse_symbol(symbol).canonical for _t, _k, symbol, _d in wanted}
        rows = OfficialDocument.objects.filter(canonical__in=symbols - {""})
        for document in visible_to(self.context.user, rows):
            register[document.canonical].append(document)
        return here, register

    def _other(self, target, key, symbol, day, here, register):
        """The other end of a link: a row of the list, else of the register, else to be added."""
        parts = parse_symbol(symbol)
        rows = [t for t in here[parts.canonical] if day is None or t.day in (None, day)]
        found = {id(t): t for t in rows}
        listed = {t.document.pk for t in rows if t.document is not None}
        for document in register[parts.canonical]:
            if document.pk not in listed and (day is None or document.issued_on in (None, day)):
                found[document.pk] = document
        if len(found) > 1:
            said = _("Có nhiều văn bản số %s; hãy ghi thêm ngày, ví dụ “%s ngày 31/12/2019”.")
            target.wrong(key, said % (symbol, symbol))
            return None
        if found:
            return next(iter(found.values()))
        if parts.kind == UNKNOWN:
            said = _("“%s” không đọc được như một số, ký hiệu văn bản (ví dụ 135-KH/TU).")
            target.wrong(key, said % symbol)
            return None
        also = Target(Row(target.row.number), parts, also=True)
        also.values = {columns.SYMBOL: symbol, "issued_on": day, "scope_key": ""}
        also.values["type"] = self._types.get((parts.type.casefold(), parts.family))
        self.also.append(also)
        here[parts.canonical].append(also)
        return also

    def _circles(self):
        """Refuse links that would close a circle, with those of the register and of the list."""
        for kind in DocumentLink.Kind.values:
            edges = defaultdict(list)
            new = [(t, other) for t in self.targets for other in t.links.get(kind, ())]
            if not new:
                continue
            for source, end in _reached({_pk(other) for _t, other in new} - {None}, kind):
                edges[source].append(end)
            for target, other in new:
                edges[_node(target)].append(_node(other))
            key = next(k for k, value in columns.LINKS.items() if value == kind)
            circle = _in_circles(edges)
            for target, other in new:
                if circle.get(_node(target)) == circle.get(_node(other), -1):
                    said = _("Liên kết tới %s làm thành vòng.") % (
                        other.label if isinstance(other, Target) else other
                    )
                    target.wrong(key, said)


def _pk(end):
    if isinstance(end, Target):
        return end.document.pk if end.document is not None else None
    return end.pk


def _node(end):
    return _pk(end) or id(end)


_REACHED = """
WITH RECURSIVE reach(source_id, target_id) AS (
    SELECT source_id, target_id FROM official_documentlink
    WHERE source_id = ANY(%s) AND kind = %s
  UNION
    SELECT l.source_id, l.target_id
    FROM official_documentlink l JOIN reach r ON l.source_id = r.target_id WHERE l.kind = %s
)
SELECT source_id, target_id FROM reach
"""


def _reached(ids, kind):
    """Links of the register that can be followed from documents `ids`."""
    with connection.cursor() as cursor:
        cursor.execute(_REACHED, [list(ids), kind, kind])
        return cursor.fetchall()


def _in_circles(edges):
    """{node: number} of nodes that lie on a circle, one number a circle (Tarjan, no recursion)."""
    index, low, on, stack, found = {}, {}, set(), [], {}
    for root in list(edges):
        if root in index:
            continue
        work = [(root, iter(edges.get(root, ())))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on.add(root)
        while work:
            node, others = work[-1]
            for other in others:
                if other not in index:
                    index[other] = low[other] = len(index)
                    stack.append(other)
                    on.add(other)
                    work.append((other, iter(edges.get(other, ()))))
                    break
                if other in on:
                    low[node] = min(low[node], index[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    circle = []
                    while True:
                        member = stack.pop()
                        on.discard(member)
                        circle.append(member)
                        if member == node:
                            break
                    if len(circle) > 1:
                        found |= dict.fromkeys(circle, index[node])
    return found


def _may_be(document, target):
    """Whether a document of the register may be what a row says."""
    day, scope = target.values.get("issued_on"), target.values.get("scope_key", "")
    if day and document.issued_on and day.year != document.issued_on.year:
        return False
    if "-" in scope and "-" in document.scope_key and scope != document.scope_key:
        return False
    said = target.values.get("issuer")
    return not (said and document.issuer_id and said != document.issuer)


def _scope_of(target):
    """The scope_key that the register will give a new document."""
    values = target.values
    year = target.parts.year or (values.get("issued_on") and values["issued_on"].year)
    return values.get("scope_key") or (str(year) if year else "")


def _types():
    """{(folded name or abbreviation, family): DocumentType}, the first of an abbreviation."""
    found = {}
    for kind in DocumentType.objects.order_by("family", "order", "name"):
        found[text.fold(kind.name), kind.family] = kind
        found.setdefault((kind.abbreviation.casefold(), kind.family), kind)
        found.setdefault((text.fold(kind.abbreviation), kind.family), kind)
    return found


def _issuers():
    """{folded name, short name, code or committee: {Agency}} of the agencies of today."""
    found = defaultdict(set)
    rows = Agency.objects.filter(node__isnull=False, is_cell=False)
    for agency in rows.only("pk", "slug", "code", "name", "short_name", "committee_name"):
        words = (agency.slug, agency.code, agency.name, agency.short_name, agency.committee_name)
        for word in {text.fold(word) for word in words if word}:
            found[word].add(agency)
    return found
