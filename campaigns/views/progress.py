"""Progress of a plan: numbers, units × phases, the list of assignments."""

from collections import Counter

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaigns.forms.filters import AssignmentFilter
from campaigns.queries import desk
from campaigns.rules.states import DOING, DONE, OVERDUE, TODO
from campaigns.views._desk import signed_in, working_plan
from portal.common import clock
from portal.common.paging import paginate


@signed_in
@require_safe
def progress(request, pk):
    """How far every unit is with every phase, for those who handed the tasks out."""
    plan = working_plan(request.user, pk)
    day = clock.today()
    heat = desk.heat(plan, day)
    found = AssignmentFilter(request.GET, queryset=desk.assignments(plan, day), plan=plan)
    page = paginate(request, desk.ordered(found.qs), per_page=30)
    counts = Counter(dict.fromkeys((DONE, DOING, OVERDUE, TODO), 0)) + heat.whole.counts
    context = {
        "plan": plan,
        "now": clock.now(),
        "heat": heat,
        "counts": {state: counts[state] for state in (DONE, DOING, OVERDUE, TODO)},
        "total": heat.whole.total,
        "late_units": desk.late_units(plan, day),
        "parts": [
            {"label": _("Hoàn thành"), "count": counts[DONE], "tone": "done"},
            {"label": _("Đang làm"), "count": counts[DOING], "tone": "now"},
            {"label": _("Quá hạn"), "count": counts[OVERDUE], "tone": "late"},
            {"label": _("Chưa bắt đầu"), "count": counts[TODO], "tone": "todo"},
        ],
        "filter": found,
        "filtered": any(request.GET.get(name) for name in found.filters),
        "page": page,
        "views": desk.views(page, day),
    }
    return render(request, "campaigns/desk/progress.html", context)
