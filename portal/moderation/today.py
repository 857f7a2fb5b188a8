""" "Việc hôm nay": what readers wrote and what somebody has to decide on."""

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.agencies.today import MOST, Item, Section
from portal.moderation import queries, registry, rules


def sections(user, grants, now):
    """One Section for who moderates; the words themselves stay on their page. 2 queries."""
    wanted = rules.roles()
    if not any(grant.role in wanted for grant in grants):
        return
    rows = queries.waiting_for(user)
    items = [
        Item(
            title=f"{registry.kinds[case.kind].label}: {case.context_label}",
            url=reverse("moderation:case", args=[case.pk]),
            deadline=case.due_on,
            state=("moderation", case.state),
            note=case.agency.short_name or case.agency.name,
        )
        for case in rows[:MOST]
    ]
    count = len(items) if len(items) < MOST else rows.count()
    yield Section(
        "moderation", _("Chờ kiểm duyệt"), items=items, count=count,
        more_url=reverse("moderation:queue"),
    )  # fmt: skip
