"""A superior removes a row on whose dates derived plans hang: they keep the dates as their own."""

from django.db.models import Q

from campaigns.boundaries import spec_of
from campaigns.models import Boundary
from campaigns.rules.specs import DateSpec, RefSpec, Unknown


def release_derived(graph, plan, owned):
    """Let go of the limits of plans that carry out `plan` and are bound to `owned`.

    Each keeps what the superior said (or, where it was shifted, the day it came to), so that a unit
    that goes on with what the superior dropped loses no date. Limits of other plans stay bound and
    refuse the removal as before.

    Args:
        owned: Boundaries of `plan` that are about to go.
    """
    by_id = {boundary.pk: boundary for boundary in owned}
    theirs = (
        Q(phase_starting__track__plan__implements=plan)
        | Q(phase_ending__track__plan__implements=plan)
        | Q(task_due__plan__implements=plan)
    )
    for boundary in Boundary.objects.filter(theirs, ref_boundary__in=by_id):
        above = by_id[boundary.ref_boundary_id]
        said = spec_of(above)
        same = not boundary.offset and boundary.side == above.side
        if not same or (isinstance(said, RefSpec) and said.boundary_id in by_id):
            said = DateSpec(date=boundary.resolved_on) if boundary.resolved_on else Unknown()
        graph.replace(boundary, said)
