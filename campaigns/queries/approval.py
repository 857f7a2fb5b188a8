"""Who could approve, and whether an office has to approve on paper."""

from campaigns.queries.plans import visible_plans
from campaigns.rules import access
from portal.accounts.models import User
from portal.agencies.models import Role
from portal.agencies.queries import people_with_roles


def second_people(agency, hands):
    """Users who may approve in the office `agency` what the people `hands` (ids) submitted."""
    holders = people_with_roles([agency], [Role.APPROVER])
    ids = {h.user_id for h in holders if h.user_id not in hands and h.on_behalf_of_id not in hands}
    return list(User.objects.filter(pk__in=ids).order_by("pk")) if ids else []


def may_issue_on_paper(user, plan):
    """Staff of the issuer, for a submitted plan that nobody else of the office can issue."""
    return (
        plan.state == "submitted"
        and access.may_create_plan(user, plan.issuer_id)
        and not second_people(plan.issuer, access.hands_of(plan))
    )


def approved_plans(ids, user):
    """Registry callback (`official.registry.approved`): {id: address} of plans `user` may see."""
    plans = visible_plans(user).filter(pk__in=[int(pk) for pk in ids])
    return {str(plan.pk): plan.get_absolute_url() for plan in plans}
