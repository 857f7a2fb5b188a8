"""Plans approved by a signature on paper, where the office has no second person."""

from django.utils.translation import gettext as _

from campaigns import boundaries
from campaigns.actions._common import lock
from campaigns.actions.plans import LIFECYCLE, put_in_force
from campaigns.queries.approval import second_people
from campaigns.rules.access import hands_of
from portal.common.errors import Refused
from portal.official import actions as official
from portal.official.models import PaperApproval

PLAN = "campaigns.plan"


def issue_plan_on_paper(*, actor, plan, symbol, issued_on, signer, signer_position, scan):
    """Put a submitted plan in force by the signature on the paper itself.

    The scan is kept as the proof of the approval and, being the signed plan, as its signed copy.
    Number, date and signer are those of the paper.

    Raises:
        Refused: "second_person" when the office has somebody else who can approve; "duplicate";
            as `official.record_paper_approval`.
    """
    with boundaries.editing(actor=actor) as graph:
        current = lock(plan)
        LIFECYCLE.target("issue", current.state)
        refuse_if_second(current.issuer, hands_of(current))
        approval = official.record_paper_approval(
            actor=actor,
            agency=current.issuer,
            subject_kind=PLAN,
            subject_id=current.pk,
            subject_label=current.title,
            act=PaperApproval.Act.ISSUE,
            scan=scan,
            signer=signer,
            position=signer_position,
            number=symbol,
            signed_on=issued_on,
        )
        current = put_in_force(
            graph,
            actor=actor,
            plan=current,
            signed=None,
            on_paper={
                "symbol": symbol,
                "issued_on": issued_on,
                "signer": signer,
                "signer_position": signer_position,
            },
            paper_approval=approval,
        )
        official.keep_as_issued(actor=actor, document=current.document, upload=approval.scan)
    return current


def refuse_if_second(agency, hands):
    """Refuse an approval on paper, naming them, while others of the office can approve here.

    Raises:
        Refused: "second_person".
    """
    others = second_people(agency, hands)
    if others:
        raise Refused(
            _("Cơ quan có người duyệt khác (%s), nên duyệt ngay trên cổng, không ghi giấy.")
            % ", ".join(str(user) for user in others[:3]),
            code="second_person",
        )
