"""Editions approved by a signature on paper, where the office has no second person."""

from django.db import transaction

from campaigns.actions.approval import refuse_if_second
from documents import notices
from documents.actions._common import lock, record
from documents.actions._live import (
    APPROVAL,
    check_version,
    live_of,
    need_valid_agency,
    put_live,
    store,
    warn,
)
from documents.actions.scheduling import checked_hour
from documents.rules import APPROVING_ROLES, EDITING_ROLES, LIFECYCLE, hands_of
from portal.agencies.rules import require
from portal.common import clock
from portal.common.display import datetime_vi
from portal.official import actions as official
from portal.official.models import PaperApproval

SUBJECT = "documents.edition"


@transaction.atomic
def publish_on_paper(
    *, actor, edition, scan, at=None, now=None, expected_version=None, confirmed=False, **paper
):
    """Publish a submitted edition by the signature on paper, at once or at the minute `at`.

    Whoever records it may have written the text: the signature approves, the scan is kept as its
    proof, and the superior sees the approval in the list of those on paper.

    Args:
        scan, paper: as `official.record_paper_approval` takes them.

    Raises:
        Refused: "second_person" when somebody else of the office can approve; as
            `official.record_paper_approval`; as `publish`, or with `at` as `schedule`.
    """
    now = now or clock.now()
    edition = lock(edition)
    document = edition.document
    acting = require(actor, EDITING_ROLES | APPROVING_ROLES, document.agency)
    verb = "publish" if at is None else "schedule"
    state = LIFECYCLE.target(verb, edition.state)
    check_version(edition, expected_version)
    refuse_if_second(document.agency, hands_of(edition))
    if at is None:
        need_valid_agency(document.agency, clock.today(now))
    else:
        at = checked_hour(edition, at, now)
    warn(live_of(document), now, confirmed=confirmed)
    approval = official.record_paper_approval(
        actor=actor,
        agency=document.agency,
        subject_kind=SUBJECT,
        subject_id=edition.pk,
        subject_label=f"{document.title} ({edition.n})",
        act=PaperApproval.Act.PUBLISH,
        scan=scan,
        **paper,
    )
    edition.paper_approval = approval
    changes = {"paper_approval": [None, f"{approval.number}, {approval.signer}"]}
    if at is None:
        put_live(edition, at=now, actor=actor, now=now)
        notices.tell_published(edition, actor=actor, now=now)
    else:
        edition.state, edition.publish_at, edition.remark = state, at, ""
        store(edition, "state", "remark", *APPROVAL)
        changes["publish_at"] = [None, datetime_vi(at)]
        notices.tell_scheduled(edition, actor=actor, now=now)
    record(acting, verb, edition, document, changes)
    return edition
