"""Whether an office has to approve its editions on paper, and where those editions are."""

from django.urls import reverse

from campaigns.queries.approval import second_people
from documents import rules
from documents.models import Edition
from portal.agencies.rules import grants_of


def needs_paper(user, edition):
    """Whether `user` may record a signature on paper for this edition (with its document): it
    waits, they work at it, and nobody else of the office can approve it here. At most 3 queries."""
    return (
        edition.state == Edition.State.SUBMITTED
        and grants_of(user).has(
            rules.EDITING_ROLES | rules.APPROVING_ROLES, edition.document.agency_id
        )
        and rules.approving_grant(user, edition) is None
        and not second_people(edition.document.agency, rules.hands_of(edition))
    )


def approved_editions(ids, user):
    """Registry callback (`official.registry.approved`): {id: address} of what `user` may see."""
    agencies = grants_of(user).agencies(rules.INSIDE_ROLES)
    rows = Edition.objects.filter(pk__in=[int(pk) for pk in ids], document__agency__in=agencies)
    return {
        str(pk): reverse("documents:manage", args=[document])
        for pk, document in rows.values_list("pk", "document_id")
    }
