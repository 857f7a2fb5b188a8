"""Progress of a plan: numbers, units × phases down the tree, one unit, the list.

Those who handed the tasks out and those above them see every unit; a unit sees itself and what
stands below it. Every page takes "tính đến ngày" along in its links.
"""

from dataclasses import dataclass

from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaigns.forms.progress import AsOfForm, ProgressFilter
from campaigns.models import Phase, Plan
from campaigns.queries import assignments, charts, heat
from campaigns.queries.standing import AsOf, ordered
from campaigns.rules import access
from campaigns.rules.states import DOING, DONE, OVERDUE, TODO, WAITING
from campaigns.views._desk import PLANS, signed_in
from portal.agencies.models import Agency
from portal.agencies.rules import path_of
from portal.common import clock
from portal.common.paging import paginate
from portal.common.scoped import fetch

_HEAT_PAGE = "trang"
#: So many forms stand in the picture; all of them in its table.
_IN_PICTURE = 6


@dataclass
class Sight:
    """What one person sees of one plan on the day asked for."""

    plan: Plan
    paths: tuple | None
    at: AsOf
    form: AsOfForm
    root: Agency | None = None

    @property
    def keep(self):
        """The chosen day for the addresses of other pages, to stand behind other parameters."""
        return f"&ngay={self.at.day.isoformat()}" if self.at.past else ""

    @property
    def only(self):
        """The same where there is no other parameter."""
        return f"?{self.keep[1:]}" if self.keep else ""


def sight(request, pk, data=None):
    """The Sight of the person; 404 for those who see nothing of it. The day is in `data` (GET)."""
    plan = fetch(
        PLANS.select_related("issuer__node"), user=request.user, see=access.may_see_progress, pk=pk
    )
    today = clock.today()
    form = AsOfForm(request.GET if data is None else data, today=today)
    return Sight(plan, access.progress_paths(request.user, plan), AsOf.of(form.day, today), form)


def unit_in(seen, pk):
    """The Agency `pk`, where this Sight reaches it; else 404."""
    agency = get_object_or_404(Agency.objects.select_related("level", "node"), pk=pk)
    if seen.paths is not None and not path_of(agency).startswith(tuple(seen.paths)):
        raise Http404
    return agency


def base_context(seen):
    """What every page of progress says about itself."""
    return {
        "plan": seen.plan,
        "at": seen.at,
        "as_of": seen.form,
        "keep": seen.keep,
        "only": seen.only,
        "sees_all": seen.paths is None,
        "page_tabs": _tabs(seen),
    }


def _tabs(seen):
    pages = (
        ("progress", _("Đơn vị và đợt")),
        ("progress_list", _("Phân công")),
        ("progress_timeline", _("Thanh thời gian")),
    )
    return [
        {
            "name": name,
            "label": label,
            "url": reverse(f"campaigns:{name}", args=[seen.plan.pk]) + seen.only,
        }
        for name, label in pages
    ]


def tabs(context, name):
    """Mark the tab of the page `name`."""
    for tab in context["page_tabs"]:
        tab["current"] = tab["name"] == name
    return context


def parts_of(counts):
    """Parts of a bar with its legend; what waits for acceptance only where there is any."""
    rows = [
        (DONE, _("Hoàn thành"), "done"),
        (WAITING, _("Chờ nghiệm thu"), "aside"),
        (DOING, _("Đang làm"), "now"),
        (OVERDUE, _("Quá hạn"), "late"),
        (TODO, _("Chưa bắt đầu"), "todo"),
    ]
    return [
        {"state": state, "label": label, "count": counts[state], "tone": tone}
        for state, label, tone in rows
        if counts[state] or state != WAITING
    ]


def _ids(raw, most):
    """Ids out of "12,45"; what is no number is left out."""
    found = [int(x) for x in raw.split(",") if x.isascii() and x.isdecimal() and len(x) < 15]
    return list(dict.fromkeys(found))[:most]


def _number(raw):
    return int(raw) if raw.isascii() and raw.isdecimal() and 0 < len(raw) < 8 else 1


def heat_context(request, seen):
    """The heat table with its opened rows, and the numbers over everything."""
    if root := _ids(request.GET.get("goc", ""), 1):
        seen.root = unit_in(seen, root[0])
    found = heat.units_of(seen.plan, seen.at, paths=seen.paths, root=seen.root)
    options = {
        "paths": seen.paths,
        "root": seen.root,
        "open_ids": _ids(request.GET.get("mo", ""), heat.MOST_OPEN),
    }
    number = _number(request.GET.get(_HEAT_PAGE, "1"))
    table = heat.heat(seen.plan, seen.at, found, page=number, **options)
    page = paginate(request, range(table.longest), per_page=heat.PER_PAGE, param=_HEAT_PAGE)
    if page.number != number:  # beyond the end: the last one instead
        table = heat.heat(seen.plan, seen.at, found, page=page.number, **options)
    where = f"&goc={seen.root.pk}" if seen.root else ""
    where += f"&{_HEAT_PAGE}={page.number}" if page.number > 1 else ""
    return {
        "heat": table,
        "heat_page": page,
        "summary": found,
        "root": seen.root,
        "where": where + seen.keep,
    }


@signed_in
@require_safe
def progress(request, pk):
    """How far every unit is with every phase."""
    seen = sight(request, pk)
    context = base_context(seen) | heat_context(request, seen)
    found = context["summary"]
    context |= {
        "counts": {state: found.counts[state] for state in (DONE, WAITING, DOING, OVERDUE, TODO)},
        "total": found.total,
        "late_units": found.late_units,
        "parts": parts_of(found.counts),
        "may_call": access.may_edit_plan(request.user, seen.plan),
        "late": assignments.most_late(seen.plan, seen.at, heat.narrow(seen.paths, seen.root)),
        "where_from": _above(seen),
        "phase_parts": [
            (phase, cell, parts_of(cell.counts))
            for (phase, _begun), cell in zip(
                context["heat"].columns, context["heat"].footer, strict=True
            )
        ],
        "carried": [("goc", seen.root.pk)] if seen.root else [],
    }
    if found.total:
        context["forms"], context["weeks"] = charts.evidence_numbers(
            seen.plan, seen.at, found, paths=seen.paths, root=seen.root
        )
        context["top_forms"] = context["forms"][:_IN_PICTURE]
        context["most_evidence"] = max((line.evidence for line in context["forms"]), default=0)
        context["evidence_total"] = sum(line.evidence for line in context["forms"])
    return render(request, "campaigns/progress/overview.html", tabs(context, "progress"))


def _above(seen):
    """The units between the top and the one that is looked at, for the way back up."""
    if seen.root is None or not (path := path_of(seen.root)):
        return []
    tops = [path_of(seen.plan.issuer)] if seen.paths is None else seen.paths
    above = [
        path[:end]
        for end in range(heat.STEP, len(path), heat.STEP)
        if seen.paths is None or path[:end].startswith(tuple(tops))
    ]
    return list(
        Agency.objects.filter(node__path__in=[p for p in above if p not in tops]).order_by(
            "node__path"
        )
    )


@signed_in
@require_safe
def heat_rows(request, pk):
    """The heat table alone: for htmx, when a row is opened or closed."""
    seen = sight(request, pk)
    context = base_context(seen) | heat_context(request, seen)
    return render(request, "campaigns/progress/_heat.html", context)


@signed_in
@require_safe
def unit(request, pk, agency):
    """One unit: its own tasks in this plan, and how far those below it are."""
    seen = sight(request, pk)
    context = base_context(seen) | _unit_context(request, seen, agency)
    page = paginate(request, assignments.keys_of(context["rows"]), per_page=30)
    context |= {"page": page, "views": assignments.views_of(seen.plan, seen.at, page)}
    return render(request, "campaigns/progress/unit.html", tabs(context, ""))


@signed_in
@require_safe
def unit_panel(request, pk, agency):
    """The same beside the heat table: for htmx, when a cell is chosen."""
    seen = sight(request, pk)
    context = base_context(seen) | _unit_context(request, seen, agency)
    keys = assignments.keys_of(context["rows"])[: assignments.IN_PANEL + 1]
    views = assignments.views_of(seen.plan, seen.at, keys)
    context |= {
        "views": views[: assignments.IN_PANEL],
        "has_more": len(views) > assignments.IN_PANEL,
    }
    return render(request, "campaigns/progress/_unit_panel.html", context)


def _unit_context(request, seen, pk):
    agency = unit_in(seen, pk)
    chosen, phase = request.GET.get("dot", ""), None
    if chosen and chosen != "null":
        ids = _ids(chosen, 1)
        phases = Phase.objects.filter(track__plan=seen.plan).select_related("starts", "ends")
        phase = phases.filter(pk=ids[0]).first() if ids else None
        chosen = str(phase.pk) if phase else ""
    rows = assignments.unit_rows(seen.plan, seen.at, agency, chosen, seen.paths)
    counted = rows.order_by().values_list("shown").annotate(n=Count("pk"))
    own = heat.Cell()
    for state, n in counted.values_list("shown", "n"):
        own.counts[state] += n
    whole = heat.Cell()
    found = heat.summary(seen.plan, seen.at, paths=seen.paths, root=agency)
    for key, counts in found.of(0).items():
        if not chosen or str(key or "null") == chosen:
            whole.counts += counts
    return {
        "unit": agency,
        "phase": phase,
        "chosen": chosen,
        "rows": rows,
        "own": own,
        "below": heat.Cell(whole.counts - own.counts),
        "evidence": assignments.newest_evidence(seen.plan, agency, seen.at),
    }


@signed_in
@require_safe
def listing(request, pk):
    """Every assignment that is seen, with filters."""
    seen = sight(request, pk)
    narrowed = seen.paths is not None or any(request.GET.get(n) for n in ("q", "cay", "rieng"))
    rows = assignments.rows_of(seen.plan, seen.at, seen.paths, passed_on=narrowed)
    found = ProgressFilter(request.GET, queryset=rows, plan=seen.plan)
    page = paginate(request, assignments.keys_of(ordered(found.qs)), per_page=30)
    context = base_context(seen) | {
        "filter": found,
        "filtered": bool(found.chosen),
        "direct_only": not narrowed,
        "page": page,
        "views": assignments.views_of(seen.plan, seen.at, page),
    }
    return render(request, "campaigns/progress/list.html", tabs(context, "progress_list"))


@signed_in
@require_safe
def timeline(request, pk):
    """Tracks, phases and tasks on one timeline with today, made to be printed; below it a table."""
    seen = sight(request, pk)
    found = heat.summary(seen.plan, seen.at, paths=seen.paths)
    lines = charts.task_lines(seen.plan, seen.at, found, everything=seen.paths is None)
    listed = reverse("campaigns:progress_list", args=[pk])

    def link(line):
        return f"{listed}?viec={line.task.pk}{seen.keep}"

    now = clock.now()
    rows = [(line, link(line)) for _track, phases in lines for _p, ts in phases for line in ts]
    context = base_context(seen) | {
        "timeline": charts.gantt(seen.plan, seen.at, lines, link, today=clock.today(now)),
        "rows": rows,
        "now": now,
    }
    return render(request, "campaigns/progress/timeline.html", tabs(context, "progress_timeline"))


#: So many rows stand on the page made for paper; the rest are in the Excel file.
ON_PAPER = 300


@signed_in
@require_safe
def paper(request, pk):
    """The table without pages and what is late, laid out for paper."""
    seen = sight(request, pk)
    found = heat.units_of(seen.plan, seen.at, paths=seen.paths)
    table = heat.heat(seen.plan, seen.at, found, paths=seen.paths, per_page=ON_PAPER)
    context = base_context(seen) | {
        "heat": table,
        "summary": found,
        "parts": parts_of(found.counts),
        "late": assignments.most_late(seen.plan, seen.at, seen.paths, limit=ON_PAPER),
        "left_out": max(table.longest - ON_PAPER, 0),
        "now": clock.now(),
    }
    return render(request, "campaigns/progress/paper.html", context)
