"""Ending an agency: merged, split, renamed, abolished; what it leaves passes on on the day."""

import datetime as dt
import logging

from django.db import transaction
from django.utils.translation import gettext as _

from portal.agencies import ranges
from portal.agencies.actions.projection import LOCK, project_today
from portal.agencies.actions.structure import cut, move_agency
from portal.agencies.models import Agency, AgencyEdge, Delegation, Membership, Succession
from portal.agencies.registries import LEGACIES
from portal.common import audit, clock
from portal.common.errors import Refused
from portal.common.locks import advisory_lock

logger = logging.getLogger(__name__)


@transaction.atomic
def succeed(
    *,
    actor,
    source,
    kind,
    on,
    targets=(),
    decision="",
    carry_roles=False,
    heir=None,
    shares=None,
):
    """End `source` before the day `on` and say what became of it.

    Args:
        kind: a Succession.Kind; ABOLISH has no target, MERGE and RENAME one, SPLIT one or more.
        on: the first day on which `source` is no more.
        carry_roles: with a single target, roles held past that day go on there.
        heir: of several targets the one that looks after what `source` leaves; the first if None.
        shares: {name in registries.LEGACIES: {key: target id}} for open work that a split gives
            to one target or another; what is not named goes to the heir.

    With a single target the units below go to it; otherwise they must have been moved before. Open
    work is passed on at once when the day has come, otherwise on that day (`apply_successions`).

    Raises:
        Refused: wrong number of targets, units left below, or a day outside its life.
    """
    advisory_lock(LOCK)
    targets = list(targets)
    source = Agency.objects.select_for_update().get(pk=source.pk)
    children = check_succession(source=source, kind=kind, on=on, targets=targets, heir=heir)
    single = targets[0] if len(targets) == 1 else None
    for child in children:
        start = max(on, child.valid.lower or on)
        new_parent = None if child.pk == single.pk else single
        move_agency(
            actor=actor,
            agency=child,
            parent=new_parent,
            on=start,
            decision=decision,
            project=False,
        )
    links = [
        Succession.objects.create(
            source=source,
            target=t,
            kind=kind,
            on=on,
            decision=decision,
            heir=t == (heir or targets[0]) if t else False,
            shares=shares or {},
            made_by=actor,
        )
        for t in targets or [None]
    ]
    _end_people(source, on, single if carry_roles else None)
    cut(source.names.all(), on)
    cut(source.parent_edges.all(), on)
    source.valid = ranges.DateRange(source.valid.lower, on)
    source.save(update_fields=["valid"])
    audit.record(
        actor=actor,
        verb="succeed_agency",
        obj=source,
        agency=source,
        changes={
            "succession": [None, str(Succession.Kind(kind).label)],
            "targets": [None, [t.name for t in targets]],
            "on": [None, str(on)],
            "decision": [None, decision],
        },
    )
    project_today()
    for _name, legacy in LEGACIES:
        legacy.decided(source=source, links=links, on=on, actor=actor)
    if on <= clock.today():
        _apply(source, links)
    return links


def check_succession(*, source, kind, on, targets=(), heir=None):
    """What `succeed` refuses; returns the units below that would move."""
    wanted = {
        Succession.Kind.ABOLISH: len(targets) == 0,
        Succession.Kind.MERGE: len(targets) == 1,
        Succession.Kind.RENAME: len(targets) == 1,
        Succession.Kind.SPLIT: len(targets) >= 1,
    }
    if not wanted[kind]:
        raise Refused(_("Số cơ quan kế tục không hợp với hình thức đã chọn."), code="targets")
    if heir is not None and heir.pk not in {t.pk for t in targets}:
        raise Refused(_("Nơi tiếp nhận phải là một cơ quan kế tục."), code="heir")
    if source.pk in {t.pk for t in targets}:
        raise Refused(_("Cơ quan không thể kế tục chính mình."), code="itself")
    if on <= (source.valid.lower or dt.date.min) or not ranges.contains(
        source.valid, on - ranges.DAY
    ):
        raise Refused(_("Ngày kết thúc nằm ngoài thời gian hoạt động của cơ quan."), code="outside")
    for target in targets:
        if not ranges.contains(target.valid, on):
            raise Refused(
                _("“%(name)s” không hoạt động vào ngày này.") % {"name": target.name},
                code="target_outside",
            )
    below = AgencyEdge.objects.filter(parent=source, valid__overlap=ranges.days(on))
    children = list(Agency.objects.filter(pk__in=below.values("child")).order_by("id"))
    if children and len(targets) != 1:
        raise Refused(
            _("Còn %(n)d đơn vị trực thuộc; hãy chuyển các đơn vị này sang cấp trên mới trước.")
            % {"n": len(children)},
            code="children_left",
        )
    return children


def apply_successions(*, on=None):
    """Pass on what agencies left whose day has come. Beat calls it; idempotent, catches up.

    One transaction per agency: what one of them cannot do keeps none of the others.

    Returns:
        how many agencies were settled.
    """
    on = on or clock.today()
    due = Succession.objects.filter(on__lte=on, applied_at=None).order_by("on", "id")
    done = 0
    for source_id, day in dict.fromkeys(due.values_list("source_id", "on")):
        try:
            with transaction.atomic():
                advisory_lock(LOCK)
                source = Agency.objects.select_for_update().get(pk=source_id)
                rows = Succession.objects.select_for_update(of=("self",)).filter(
                    source=source, on=day, applied_at=None
                )
                links = list(rows.select_related("target", "made_by").order_by("id"))
                if links:
                    _apply(source, links)
                    done += 1
        except Exception:
            logger.exception("the succession of agency %s could not be applied", source_id)
    return done


def _apply(source, links):
    """Name the heir and have every app pass on what is open. Once per succession."""
    on, actor = links[0].on, links[0].made_by
    targets = {link.target_id: link.target for link in links if link.target_id}
    heir = next((link.target for link in links if link.heir and link.target_id), None)
    if heir is None:
        heir = _parent_before(source, on)
    Agency.objects.filter(pk=source.pk).update(heir=heir)
    source.heir = heir
    if heir is not None:
        Agency.objects.filter(heir=source).exclude(pk=heir.pk).update(heir=heir)
    moved = []
    for name, legacy in LEGACIES:
        given = (links[0].shares or {}).get(name) or {}
        shares = {key: targets[pk] for key, pk in given.items() if pk in targets}
        moved += legacy.carry_over(
            source=source, heir=heir, links=links, shares=shares, on=on, actor=actor
        )
    Succession.objects.filter(pk__in=[link.pk for link in links]).update(applied_at=clock.now())
    audit.record(
        actor=actor,
        verb="apply_succession",
        obj=source,
        agency=source,
        changes={"heir": [None, heir and heir.name], "moved": [None, moved]},
    )


def _parent_before(source, on):
    """Who stood above an agency that ended without successor; it looks after what is left."""
    edge = AgencyEdge.objects.filter(child=source, valid__contains=on - ranges.DAY)
    row = edge.select_related("parent").first()
    return row.parent if row else None


# --- helpers --------------------------------------------------------------------------------


def _end_people(source, on, target):
    """End roles and delegations at `source`; with a target the roles go on there."""
    past = source.memberships.filter(valid__overlap=ranges.days(on)).select_related("user")
    for row in past:
        if target is None:
            continue
        valid = ranges.DateRange(max(row.valid.lower or on, on), row.valid.upper)
        same = Membership.objects.filter(
            user=row.user, agency=target, role=row.role, valid__overlap=valid
        )
        if not same.exists():
            Membership.objects.create(user=row.user, agency=target, role=row.role, valid=valid)
    cut(source.memberships.all(), on)
    cut(Delegation.objects.filter(agency=source), on)
