"""Articles approved by a signature on paper, where the office has no second person."""

from django.db import transaction

from campaigns.actions.approval import refuse_if_second
from portal.common import clock
from portal.common.display import datetime_vi
from portal.news import evidence, notices, rules
from portal.news.actions._common import check_version, locked, need_role, need_valid_agency, stepped
from portal.news.actions._live import check_complete, put_live
from portal.news.actions.scheduling import checked_hour
from portal.official import actions as official
from portal.official.models import PaperApproval

SUBJECT = "news.article"


@transaction.atomic
def publish_on_paper(*, actor, article_id, expected_version, scan, at=None, now=None, **paper):
    """Publish a submitted text by the signature on paper, at once or at the minute `at`.

    Whoever records it may have written the text: the signature approves, the scan is kept as its
    proof, and the superior sees the approval in the list of those on paper.

    Args:
        scan, paper: as `official.record_paper_approval` takes them.

    Raises:
        Refused: "second_person" when somebody else of the office can approve; as
            `official.record_paper_approval`; as `publish`, or with `at` as `schedule`.
        StaleVersion: the text is not the one that was read.
    """
    now = now or clock.now()
    on = clock.today(now)
    article = locked(article_id)
    grant = need_role(actor, rules.REMARKERS, article.agency, on)
    target = rules.LIFECYCLE.target("publish" if at is None else "schedule", article.state)
    check_version(article, expected_version)
    refuse_if_second(article.agency, rules.writers_of(article))
    if at is None:
        need_valid_agency(article.agency, on)
        check_complete(article)
    else:
        at = checked_hour(article, at, now)
    approval = official.record_paper_approval(
        actor=actor,
        agency=article.agency,
        subject_kind=SUBJECT,
        subject_id=article.pk,
        subject_label=article.working.title,
        act=PaperApproval.Act.PUBLISH,
        scan=scan,
        **paper,
    )
    again = article.live_revision_id is not None
    article.state = target
    put_live(article, at=at or now, now=now, paper=approval)
    stepped(
        article,
        "publish" if at is None else "schedule",
        actor=actor,
        grant=grant,
        at=now,
        changes={
            "paper_approval": [None, f"{approval.number}, {approval.signer}"],
            **({"published_at": [None, datetime_vi(at)]} if at else {}),
        },
    )
    if at is None:
        evidence.record(article, actor=actor)
        notices.tell_published(article, actor=actor, again=again, now=now)
    else:
        notices.tell_scheduled(article, actor=actor, now=now)
    return article
