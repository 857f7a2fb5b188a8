"""What a preview of moved dates shows, whatever is about to be moved."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from campaigns import notify, queries
from campaigns.models import Plan

#: So many plans are listed, and so many dates of each; the others are counted.
MOST_PLANS = 30
MOST_MOVES = 12

_PLAN = "campaigns.plan:"


@dataclass(frozen=True)
class PlanMoves:
    """What would move in one plan; the names of drafts of others are not told."""

    name: str
    url: str
    moves: list
    count: int
    live: bool = False
    hidden: bool = False
    own: bool = False

    @property
    def more(self):
        """How many dates are not listed."""
        return 0 if self.hidden else self.count - len(self.moves)


def effect_context(user, effect, plan=None):
    """{effect, plans, more_plans, places, people, dates} for `_effect.html`: the plan that is
    being edited first, then those in force.

    A fixed number of queries, also where thousands of plans move.
    """
    groups = {}
    for move in effect.moves:
        groups.setdefault(move.context_key, []).append(move)
    ids = [int(key.removeprefix(_PLAN)) for key in groups if key.startswith(_PLAN)]
    # Templates move along and concern nobody.
    for pk in Plan.objects.filter(pk__in=ids, is_template=True).values_list("pk", flat=True):
        del groups[f"{_PLAN}{pk}"]
    visible = {
        f"{_PLAN}{pk}"
        for pk in queries.visible_plans(user).filter(pk__in=ids).values_list("pk", flat=True)
    }
    rows, own = [], f"{_PLAN}{plan.pk}" if plan else ""
    for key, moves in groups.items():
        moves.sort(key=lambda m: (m.old_on or m.new_on, m.name, m.side))
        hidden = key.startswith(_PLAN) and key not in visible
        first = moves[0]
        rows.append(
            PlanMoves(
                name=_("Kế hoạch đang soạn của cơ quan khác") if hidden else first.context,
                url="" if hidden else first.url,
                moves=[] if hidden else moves[:MOST_MOVES],
                count=len(moves),
                live=first.live,
                hidden=hidden,
                own=key == own,
            )
        )
    rows.sort(key=lambda row: (not row.own, row.hidden, not row.live, row.name))
    return {
        "effect": effect,
        "plans": rows[:MOST_PLANS],
        "places": len(rows),
        "more_plans": max(len(rows) - MOST_PLANS, 0),
        "dates": sum(row.count for row in rows),
        "people": notify.people_told(effect.moves),
        "changed": True,
    }
