"""What a person may do with an edition at the desk, asked once for the page that offers it."""

from documents import queries, rules
from documents.models import Edition

_ALIGNED = (Edition.State.SUBMITTED, Edition.State.SCHEDULED, Edition.State.PUBLISHED)


def rights(user, edition):
    """{name: whether} for the templates; `edition` with its document. At most 4 queries, and only
    where the edition waits for approval.

    "undecided" is a number: passages of the edition before that a person has still to place.
    """
    document = edition.document
    state, submitted = edition.state, edition.state == Edition.State.SUBMITTED
    approver = rules.may_approve(user, document)
    return {
        "align": rules.may_align(user, document),
        "undecided": queries.undecided(edition) if edition.n > 1 and state in _ALIGNED else 0,
        "edit": rules.may_edit(user, document),
        "approve": submitted and rules.approving_grant(user, edition) is not None,
        "send_back": approver and state in (Edition.State.SUBMITTED, Edition.State.SCHEDULED),
        "own": submitted and approver and rules.approving_grant(user, edition) is None,
        "time": state == Edition.State.SCHEDULED and rules.may_time(user, edition),
        "paper": submitted and queries.needs_paper(user, edition),
        "withdraw": approver and state in (Edition.State.PUBLISHED, Edition.State.SUPERSEDED),
    }
