"""Small corrections by an approver, and what an approver has looked at."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.common import clock, richtext
from portal.common.errors import Refused
from portal.common.richtext import paragraphs
from portal.common.text import clean
from portal.news import notices, rules
from portal.news.actions._common import check_version, locked, need_role, stepped, store
from portal.news.actions._live import approving_grant
from portal.news.actions.items import items_as_given
from portal.news.actions.writing import add_revision, checked, show
from portal.news.models import Look
from portal.news.queries.looks import handed_in
from portal.news.rules import touching_up


@transaction.atomic
def touch_up(*, actor, article_id, expected_version, title=None, lead=None, texts=None, now=None):
    """Put small things right in a submitted text, as a revision of its own by the approver.

    It goes on waiting for approval, and the same person may approve it (ADR 0012): altogether no
    more than `touching_up.MOST` letters differ from what the writers handed in.

    Args:
        title, lead: as they shall read; None leaves them.
        texts: {number: text} of paragraphs of the body (see `portal.common.richtext.paragraphs`).

    Raises:
        Refused: "role", "own"; "same" when nothing differs; "paragraph" for one that is not there
            or left empty; "large" when it is no small correction any more; as `checked`.
        StaleVersion: the text is not the one that was read.
    """
    now = now or clock.now()
    on = clock.today(now)
    article = locked(article_id)
    need_role(actor, rules.APPROVERS, article.agency, on)
    target = rules.LIFECYCLE.target("touch_up", article.state)
    grant = approving_grant(actor, article, on)
    check_version(article, expected_version)
    before = article.working.text()
    text = dict(before)
    if title is not None:
        text["title"] = title
    if lead is not None:
        text["lead"] = lead
    text["body"] = _body(before["body"], texts or {})
    text = checked(article.agency, text)
    if text == before:
        raise Refused(_("Chưa có chỗ nào khác với bản đang chờ duyệt."), code="same")
    _check_small(article, text)
    items = items_as_given(article.working)
    revision = add_revision(article, text, items, actor=actor, at=now)
    revision.small = True
    revision.save(update_fields=["small"])
    article.working, article.state = revision, target
    fields = show(article, revision) if article.live_revision_id is None else []
    store(article, "working", "state", *fields, at=now)
    look(actor=actor, article=article, now=now)
    stepped(article, "touch_up", actor=actor, grant=grant, at=now)
    notices.tell_touched_up(article, actor=actor, now=now)
    return article


def look(*, actor, article, now=None):
    """Keep that `actor` has the newest text before them. Reading changes nothing of the article,
    so no audit row is written."""
    row = Look(revision_id=article.working_id, person=actor, at=now or clock.now())
    Look.objects.bulk_create([row], ignore_conflicts=True)


def _body(body, texts):
    known = {p.number: p for p in paragraphs.paragraphs(body)}
    changed = {}
    for number, text in texts.items():
        if number not in known:
            raise Refused(_("Đoạn này không còn trong bài."), code="paragraph")
        text = clean(text)
        if not text:
            raise Refused(
                _("Không bỏ cả đoạn ở đây được. Hãy trả lại bài để người viết sửa."),
                code="paragraph",
            )
        if text != clean(known[number].text):
            changed[number] = text
    return paragraphs.replaced(body, changed) if changed else body


def _check_small(article, text):
    base = handed_in(article).text()
    changed = sum(
        touching_up.letters_changed(one, other)
        for one, other in [
            (base["title"], text["title"]),
            (base["lead"], text["lead"]),
            (richtext.plain(base["body"]), richtext.plain(text["body"])),
        ]
    )
    if changed > touching_up.MOST:
        raise Refused(
            _(
                "Sửa nhỏ nhiều nhất %(most)d chữ cái so với bản người viết gửi, ở đây là "
                "%(n)d. Hãy trả lại bài kèm nhận xét để người viết sửa."
            )
            % {"most": touching_up.MOST, "n": changed},
            code="large",
        )
