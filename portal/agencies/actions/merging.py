"""Several units become one on one day: the usual way in which a level is reorganised."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.agencies import ranges
from portal.agencies.actions.structure import create_agency
from portal.agencies.actions.succession import check_succession, succeed
from portal.agencies.models import Succession
from portal.common.errors import Refused


@transaction.atomic
def merge_agencies(
    *, actor, parent, sources, on, decision, target=None, new=None, carry_roles=True
):
    """Merge `sources` (units directly below `parent`) into one, all of them or none.

    Args:
        target: the unit that takes the others over; it may be one of `sources`, which goes on.
        new: instead, {"name", "short_name", "committee_name"} of a unit founded below `parent` on
            the day `on`, of the level and kind of the first source.

    Returns:
        the unit they have become.

    Raises:
        Refused: "few" for less than two units that come together; as `succeed`.
    """
    sources = list(sources)
    ending = check_merger(sources=sources, target=target, on=on)
    if target is None:
        first = sources[0]
        target = create_agency(
            actor=actor,
            parent=parent,
            kind=first.kind,
            level=first.level,
            is_cell=first.is_cell,
            code=first.code,
            protocol_no=min(source.protocol_no for source in sources),
            member_count=sum(source.member_count or 0 for source in sources) or None,
            starts=on,
            decision=decision,
            **new,
        )
    for source in ending:
        succeed(
            actor=actor,
            source=source,
            kind=Succession.Kind.MERGE,
            targets=[target],
            on=on,
            decision=decision,
            carry_roles=carry_roles,
        )
    return target


def check_merger(*, sources, target, on):
    """The units that would end; refuses what `merge_agencies` refuses of them."""
    ending = [source for source in sources if source != target]
    if not ending or (target is None and len(ending) < 2):
        raise Refused(_("Chọn ít nhất hai đơn vị để sáp nhập."), code="few")
    for source in ending:
        targets = [target] if target is not None else [_NotYet()]
        check_succession(source=source, kind=Succession.Kind.MERGE, on=on, targets=targets)
    return ending


class _NotYet:
    """Stands for the unit that is founded on the day itself."""

    pk = None
    name = ""
    valid = ranges.days(None)
