"""What those above see of the meetings of their units: numbers, and a reminder."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from feedback.actions import meetings_below as actions
from feedback.models import LadderNode
from feedback.queries import meetings as queries
from feedback.rules import entering, phase_of
from feedback.rules import meetings as rules
from portal.agencies.models import Role
from portal.common import clock
from portal.common.errors import Refused


@never_cache
@login_required
@require_safe
def below(request, consultation, node):
    """Meetings of the child units of a node, in numbers."""
    node, place = _node(request.user, consultation, node)
    now = clock.now()
    rows = queries.meetings_below(node)
    context = {
        "node": node,
        "consultation": node.consultation,
        "phase": phase_of(node.consultation, now),
        "rows": rows,
        "sums": {
            name: sum(getattr(row, name) for row in rows)
            for name in ("units", "held_in", "meetings", "present", "speakers")
        },
        "takes": rules.takes(node.consultation, now),
        # entering for a unit that has nobody is the office's work
        "unmanned": queries.unmanned(rows) if place.grant.role == Role.STAFF else set(),
        "waiting": len(queries.without_meeting(node)),
    }
    return render(request, "feedback/meetings/below.html", context)


@never_cache
@login_required
@require_POST
def remind(request, consultation, node):
    """Remind the units below that entered no meeting yet."""
    node, _place = _node(request.user, consultation, node)
    try:
        told = actions.remind_units(actor=request.user, node=node)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        said = ngettext("Đã nhắc %d đơn vị.", "Đã nhắc %d đơn vị.", told) % told
        messages.success(request, said)
    return redirect("feedback:meetings_below", consultation, node.pk)


def _node(user, consultation, node):
    """(the node, the Place of `user`) for clerks of it and above; for others it is not there."""
    found = get_object_or_404(
        LadderNode.objects.select_related(
            "consultation__opens", "consultation__closes", "consultation__agency", "parent"
        ),
        pk=node,
        consultation=consultation,
    )
    place = entering.place_for(user, found.pk)
    if place is None or not place.is_clerk or not rules.offered(found.consultation):
        raise Http404
    return found, place
