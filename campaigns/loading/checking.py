"""Bringing several files together and following every reference, before anything is written."""

from collections import Counter, defaultdict

from campaigns.models import Event, Phase, Plan, PlanForm
from campaigns.queries.data import AmbiguousPlan, find_plan
from campaigns.rules.resolve import Cycle, Node, resolve
from campaigns.rules.workdays import WorkCalendar
from portal.agencies.models import Agency, Level
from portal.official.queries import matching
from portal.official.symbols import parse_symbol


def canonical(symbol):
    return parse_symbol(symbol).canonical


def _plain(value):
    """A clean mapping without its places, for comparing two definitions."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items() if k != "@"}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return value


def plan_key(plan):
    return plan["slug"] or f"{plan['issuer']} {canonical(plan['symbol'])}"


class World:
    """Everything the files say, merged; `check` reports what does not fit together."""

    def __init__(self, contents):
        self._seen = {}
        self.levels = self._merge(contents, "levels", lambda r: r["slug"])
        self.agencies = self._merge(contents, "agencies", lambda r: r["slug"])
        self.successions = self._merge(
            contents,
            "successions",
            lambda r: (tuple(r["from"] or ()), tuple(r["to"] or ()), r["kind"], r["on"]),
        )
        self.congresses = self._merge(contents, "congresses", lambda r: r["slug"], space="event")
        self.events = self._merge(contents, "events", lambda r: r["slug"], space="event")
        self.commemorations = self._merge(
            contents, "commemorations", lambda r: r["slug"], space="event"
        )
        self.documents = self._merge(
            contents,
            "documents",
            lambda r: (r["issuer"], canonical(r["symbol"]), r["issued_on"] and r["issued_on"].year),
        )
        for content in contents:
            for plan in content["plans"]:
                if not plan["slug"] and not plan["symbol"]:
                    self._report(plan, "slug", "cần slug khi kế hoạch không có số, ký hiệu")
        self.plans = self._merge(
            [{"plans": [p for p in c["plans"] if p["slug"] or p["symbol"]]} for c in contents],
            "plans",
            plan_key,
        )

    def _merge(self, contents, section, key_of, space=None):
        found = {}
        for content in contents:
            for row in content[section]:
                try:
                    key = key_of(row)
                except (AttributeError, KeyError, TypeError):
                    continue  # a required key is missing; that has been said
                seen = self._seen.setdefault(space or section, {})
                if key in seen and _plain(seen[key]) != _plain(row):
                    other, path = seen[key]["@"]
                    where = f"{other.name}, dòng {other.line(path)}"
                    self._report(row, None, f"đã khai khác ở {where}; hai bản phải giống nhau")
                seen.setdefault(key, row)
                found.setdefault(key, row)
        return found

    @staticmethod
    def _report(row, key, text):
        source, path = row["@"]
        source.problem((*path, key) if key is not None else path, text)

    # --- references -------------------------------------------------------------------------

    def check(self):
        """Follow every reference; problems go to the sources."""
        self._levels_and_agencies()
        self._events()
        self._documents()
        self._plan_index()
        for plan in self.plans.values():
            self._plan(plan)
        for row in self.commemorations.values():
            if row["plan"] and self.plan_named(row["plan"], row, "plan") is None:
                pass  # plan_named has reported it
        self._cycles()

    def _missing(self, row, key, known, value, text):
        if value is not None and value not in known:
            self._report(row, key, text.format(value))

    def _levels_and_agencies(self):
        self.known_levels = set(self.levels) | set(Level.objects.values_list("slug", flat=True))
        self.known_agencies = set(self.agencies)
        wanted = set(self._agency_slugs())
        self.known_agencies |= set(
            Agency.objects.filter(slug__in=wanted).values_list("slug", flat=True)
        )
        for row in self.agencies.values():
            self._missing(row, "level", self.known_levels, row["level"], "không có cấp “{}”")
            self._missing(
                row, "parent", self.known_agencies, row["parent"], "không có cơ quan “{}”"
            )
        self._agency_loops()
        for row in self.successions.values():
            for key in ("from", "to"):
                for number, slug in enumerate(row[key] or ()):
                    if slug not in self.known_agencies:
                        source, path = row["@"]
                        source.problem((*path, key, number), f"không có cơ quan “{slug}”")

    def _agency_loops(self):
        for slug, row in self.agencies.items():
            seen, current = [], slug
            while current in self.agencies and current not in seen:
                seen.append(current)
                current = self.agencies[current]["parent"]
            if current == slug and row["parent"]:
                loop = " → ".join([*seen, slug])
                self._report(row, "parent", f"cơ quan nằm dưới chính nó: {loop}")

    def _agency_slugs(self):
        for row in self.agencies.values():
            yield row["parent"]
        for row in self.successions.values():
            yield from row["from"] or ()
            yield from row["to"] or ()
        for rows in (self.congresses, self.events):
            yield from (row["host"] for row in rows.values())
        yield from (row["issuer"] for row in self.documents.values())
        for plan in self.plans.values():
            yield plan["issuer"]
            for task in plan["tasks"] or ():
                yield from task["assigned_to"] or ()

    def _events(self):
        own = {**self.congresses, **self.events, **self.commemorations}
        slugs = set(own)
        for row in (*self.congresses.values(), *self.events.values()):
            slugs.add(row["previous"])
        for plan in self.plans.values():
            slugs |= set(plan["congresses"] or ())
            for limit in limits_of(plan):
                if limit["source"] in ("congress", "event"):
                    slugs.add(limit["key"])
        stored = dict(Event.objects.filter(slug__in=slugs - {None}).values_list("slug", "kind"))
        self.known_events = set(own) | set(stored)
        self.known_congresses = set(self.congresses) | {
            slug for slug, kind in stored.items() if kind == "congress"
        }
        for row in (*self.congresses.values(), *self.events.values()):
            self._missing(row, "host", self.known_agencies, row["host"], "không có cơ quan “{}”")
            self._missing(
                row, "previous", self.known_events, row["previous"], "không có sự kiện “{}”"
            )
            for before, after in (
                ("opens", "closes"),
                ("expected_opens", "expected_closes"),
                ("actual_opens", "actual_closes"),
            ):
                if row[before] and row[after] and row[after] < row[before]:
                    self._report(row, after, f"trước ngày khai mạc {row[before]}")

    def _documents(self):
        self.known_symbols = {canonical(r["symbol"]) for r in self.documents.values()}
        self.known_symbols |= {canonical(p["symbol"]) for p in self.plans.values() if p["symbol"]}
        for row in self.documents.values():
            self._missing(
                row, "issuer", self.known_agencies, row["issuer"], "không có cơ quan “{}”"
            )
            for link in row["links"] or ():
                if link["to"]:
                    self._symbol(link, "to", link["to"])

    def _symbol(self, row, key, symbol):
        if canonical(symbol) in self.known_symbols or matching(symbol).exists():
            return
        self._report(row, key, f"không có văn bản “{symbol}”")

    def _plan_index(self):
        self.plans_by_name = defaultdict(list)
        for key, plan in self.plans.items():
            names = {key, plan["slug"], plan["symbol"] and canonical(plan["symbol"])}
            for name in names - {None, ""}:
                self.plans_by_name[name].append(plan)

    def plan_named(self, name, row, key):
        """The plan called `name`: a mapping of the files or a stored Plan; None was reported."""
        found = self.plans_by_name.get(name) or self.plans_by_name.get(canonical(name)) or []
        if len(found) == 1:
            return found[0]
        if len(found) > 1:
            self._report(row, key, f"“{name}” là số, ký hiệu của nhiều kế hoạch; hãy dùng slug")
            return None
        try:
            plan = find_plan(name)
        except AmbiguousPlan:
            self._report(row, key, f"“{name}” là số, ký hiệu của nhiều kế hoạch; hãy dùng slug")
            return None
        if plan is None:
            self._report(row, key, f"không có kế hoạch “{name}”")
        return plan

    def _plan(self, plan):
        source, path = plan["@"]
        self._missing(plan, "issuer", self.known_agencies, plan["issuer"], "không có cơ quan “{}”")
        for number, symbol in enumerate(plan["basis"] or ()):
            if canonical(symbol) not in self.known_symbols and not matching(symbol).exists():
                source.problem((*path, "basis", number), f"không có văn bản “{symbol}”")
        for number, slug in enumerate(plan["congresses"] or ()):
            if slug not in self.known_events:
                source.problem((*path, "congresses", number), f"không có đại hội “{slug}”")
        if plan["implements"]:
            above = self.plan_named(plan["implements"], plan, "implements")
            if above is plan:
                self._report(plan, "implements", "kế hoạch không thể triển khai chính nó")
        if plan["symbol_raw"] and not plan["symbol"]:
            self._report(plan, "symbol_raw", "chỉ đi cùng symbol")
        self._titles(plan["tracks"] or (), "mạch")
        self._titles(plan["tasks"] or (), "nhiệm vụ")
        for track in plan["tracks"] or ():
            self._titles(track["phases"] or (), "đợt")
            for phase in track["phases"] or ():
                self._forms(plan, phase, phase["forms"] or ())
                for side in ("starts", "ends"):
                    self._limit(plan, track, phase[side])
        for task in plan["tasks"] or ():
            self._task(plan, task)

    def _titles(self, rows, what):
        count = Counter(row["title"] for row in rows)
        for number, row in enumerate(rows):
            earlier = any(other["title"] == row["title"] for other in rows[:number])
            if row["title"] and count[row["title"]] > 1 and earlier:
                self._report(row, "title", f"{what} “{row['title']}” đã có ở trên")

    def _forms(self, plan, row, names, key="forms"):
        own = {name for group in plan["forms"] or () for name, _family in group}
        for name in names:
            if name in own:
                continue
            if plan["forms"] is None and self._stored_form(plan, name):
                continue
            self._report(row, key, f"hình thức “{name}” không có trong forms của kế hoạch")

    def _stored_form(self, plan, name):
        stored = stored_plan(plan)
        return stored and PlanForm.objects.filter(plan=stored, form__name=name).exists()

    def _task(self, plan, task):
        source, path = task["@"]
        for number, slug in enumerate(task["assigned_to"] or ()):
            if slug not in self.known_agencies:
                source.problem((*path, "assigned_to", number), f"không có cơ quan “{slug}”")
        if task["phase"]:
            self.phase_named(plan, None, task["phase"], task, track_title=task["track"])
        elif task["track"]:
            self._report(task, "track", "chỉ đi cùng phase")
        if task["form"]:
            self._forms(plan, task, [task["form"]], key="form")
        self._limit(plan, None, task["due"])

    def _limit(self, plan, track, limit):
        if limit is None:
            return
        if limit["source"] == "congress" and limit["key"] not in self.known_congresses:
            self._report(limit, "congress", f"không có đại hội “{limit['key']}”")
        elif limit["source"] == "event" and limit["key"] not in self.known_events:
            self._report(limit, "event", f"không có sự kiện “{limit['key']}”")
        elif limit["source"] == "phase":
            target = plan
            if limit["plan"]:
                target = self.plan_named(limit["plan"], limit, "plan")
                if target is None:
                    return
            same = track if target is plan else None
            limit["target"] = self.phase_named(
                target, same, limit["key"], limit, track_title=limit["track"]
            )

    def phase_named(self, plan, track, title, row, *, track_title=None):
        """The phase `title` of `plan` as (plan, track title, phase title), or None (reported).

        Looks in `track` first, then everywhere in the plan; in the files first, then as stored.
        """
        if isinstance(plan, dict):
            tracks = plan["tracks"] or ()
            pairs = [(t["title"], p["title"]) for t in tracks for p in t["phases"] or ()]
            stored = stored_plan(plan)
        else:
            pairs, stored = [], plan
        if stored is not None:
            rows = Phase.objects.filter(track__plan=stored)
            pairs += list(rows.values_list("track__title", "title"))
        pairs = list(dict.fromkeys(pairs))
        if track_title:
            if track_title not in {t for t, _p in pairs}:
                self._report(row, "track", f"không có mạch “{track_title}”")
                return None
            pairs = [pair for pair in pairs if pair[0] == track_title]
        found = [pair for pair in pairs if pair[1] == title]
        if track is not None and (track["title"], title) in found:
            found = [(track["title"], title)]
        if not found:
            self._report(row, "phase", f"không có đợt “{title}”")
            return None
        if len(found) > 1:
            self._report(row, "track", f"“{title}” có ở nhiều mạch; hãy nêu track")
            return None
        return (plan, *found[0])

    def _cycles(self):
        """Loops among the phases of the files, reported at every boundary on them."""
        ids, nodes, where = {}, {}, {}

        def number(plan, track, phase, side):
            key = (id(plan) if isinstance(plan, dict) else plan.pk, track, phase, side)
            return ids.setdefault(key, len(ids))

        for plan in self.plans.values():
            for track in plan["tracks"] or ():
                for phase in track["phases"] or ():
                    for side in ("starts", "ends"):
                        limit = phase[side]
                        own = number(plan, track["title"], phase["title"], side)
                        target = limit and limit.get("target")
                        ref = number(*target, limit["moment"]) if target else None
                        nodes[own] = Node(own, "ref" if target else "open", side, ref_id=ref)
                        where[own] = (limit, phase["title"])
        while nodes:
            try:
                resolve(nodes, WorkCalendar())
                return
            except Cycle as cycle:
                names = [where[i][1] for i in cycle.ids]
                loop = [n for i, n in enumerate(names) if i == 0 or names[i - 1] != n]
                loop = loop if len(loop) > 1 else loop * 2
                limit = where[cycle.ids[0]][0]
                self._report(limit, "phase", f"các mốc phụ thuộc vòng quanh: {' → '.join(loop)}")
                for i in cycle.ids[:-1]:
                    nodes[i] = nodes[i]._replace(kind="open", ref_id=None)


def limits_of(plan):
    """Every boundary of a plan mapping that was read well."""
    for track in plan["tracks"] or ():
        for phase in track["phases"] or ():
            for side in ("starts", "ends"):
                if phase[side]:
                    yield phase[side]
    for task in plan["tasks"] or ():
        if task["due"]:
            yield task["due"]


def stored_plan(plan):
    """The Plan that a mapping of a file stands for, if it is stored: by slug, else by issuer and
    symbol."""
    if plan["slug"]:
        found = Plan.objects.filter(key=plan["slug"]).first()
        if found:
            return found
    if not plan["symbol"]:
        return None
    rows = Plan.objects.filter(
        issuer__slug=plan["issuer"], document__canonical=canonical(plan["symbol"])
    )
    if plan["issued_on"]:
        rows = rows.filter(document__issued_on=plan["issued_on"]) or rows
    return rows.order_by("-id").first()
