"""The verbs of reader responses: sending, answering for the agency, opening and closing.

What readers send is decided on in `portal.moderation`; `show` and `hide` are called from there
(`news.moderation`). Audit rows never hold the words, the name or the address of a sender. Sending
by itself leaves none: nothing is shown by it, and an audit row tells the page cache that readers
see something new, which is not for strangers to say.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from portal.common import clock, sealing
from portal.common.errors import Refused
from portal.common.text import clean, fold, one_line
from portal.moderation.actions import appeal as appeal_case
from portal.moderation.actions import close as close_case
from portal.moderation.actions import put_in_queue
from portal.news.actions._common import need_role, record
from portal.news.models import Article, Response, ResponseContact
from portal.news.models.responses import NAME_LENGTH, TEXT_LENGTH
from portal.news.queries.responses import receipt_code
from portal.news.rules import responses as response_rules
from portal.notices.actions import post_letter

KIND = "news.response"
CONTACT = "responses/contact"
State = Response.State

#: More than so many of one article within so long is a flood, not a discussion.
FLOOD, FLOOD_WITHIN = 30, dt.timedelta(minutes=10)
#: More answers than so many belong under the article, not under one response.
MOST_REPLIES = 50


@dataclass(frozen=True)
class Received:
    """What the sender is told: the response, the code of the receipt, whether it was known."""

    response: Response
    code: str
    repeated: bool


@transaction.atomic
def send_response(*, article_id, name, text, email="", parent_id=None, submission_key, now=None):
    """Take a reader's response to an article, or to a shown response; moderation decides on it.

    Args:
        email: where to tell the result, "" for nowhere; sealed, never shown.
        parent_id: the response that is answered, None for the article itself.
        submission_key: made with the form; the second arrival of a form gets the first receipt.

    Raises:
        Refused: "closed", "parent", "duplicate", "busy", "sent_before" for other words under the
            same key, or the field that is wrong in `code`.
    """
    now = now or clock.now()
    known = Response.objects.filter(submission_key=submission_key).first()
    if known is not None:
        if known.taken_back_at is None and known.digest != _digest(clean(text)):
            raise Refused(
                _(
                    "Phản hồi trước của biểu mẫu này đã được nhận. Bấm gửi lần nữa để gửi nội dung "
                    "dưới đây thành một phản hồi mới."
                ),
                code="sent_before",
            )
        return Received(known, receipt_code(known), repeated=True)
    article = Article.objects.select_related("agency").get(pk=article_id)
    closed = response_rules.closed_because(article, now)
    if closed:
        raise Refused(closed, code="closed")
    name, text = _checked(one_line(name), clean(text))
    parent = _answered(article, parent_id)
    digest = _digest(text)
    _refuse_floods(article, parent, name, digest, now)
    response, made = Response.objects.get_or_create(
        submission_key=submission_key,
        defaults={
            "article": article,
            "parent": parent,
            "name": name,
            "text": text,
            "digest": digest,
            "submitted_at": now,
            "receipt": sealing.token_digest(receipt_code(Response(submission_key=submission_key))),
            "consent": response_rules.CONSENT,
        },
    )
    code = receipt_code(response)
    if not made:
        return Received(response, code, repeated=True)
    if email:
        ResponseContact.objects.create(
            response=response, sealed=sealing.seal(CONTACT, response.pk, email)
        )
    put_in_queue(
        kind=KIND,
        subject_id=response.pk,
        agency=article.agency_id,
        context_label=article.title,
        context_url=article.get_absolute_url(),
        submitted_at=now,
    )
    return Received(response, code, repeated=False)


def _checked(name, text):
    for field, value, limit, empty in (
        ("name", name, NAME_LENGTH, _("Hãy ghi tên hiện cùng phản hồi.")),
        ("text", text, TEXT_LENGTH, _("Phản hồi cần có nội dung.")),
    ):
        if not value:
            raise Refused(empty, code=field)
        if len(value) > limit:
            raise Refused(
                _("Phần này dài %(length)d ký tự, nhiều nhất là %(limit)d.")
                % {"length": len(value), "limit": limit},
                code=field,
            )
    return name, text


def _answered(article, parent_id):
    if parent_id is None:
        return None
    parent = Response.objects.filter(
        pk=parent_id, article=article, parent=None, state=State.SHOWN
    ).first()
    if parent is None:
        raise Refused(_("Phản hồi này không còn hiện nên không trả lời được."), code="parent")
    return parent


def _refuse_floods(article, parent, name, digest, now):
    same = Response.objects.filter(article=article, digest=digest, official=False)
    if any(fold(other) == fold(name) for other in same.values_list("name", flat=True)[:200]):
        raise Refused(_("Cổng đã nhận phản hồi này rồi, không cần gửi lại."), code="duplicate")
    recent = Response.objects.filter(
        article=article, official=False, submitted_at__gt=now - FLOOD_WITHIN
    )
    if recent.count() >= FLOOD:
        raise Refused(
            _("Bài đang nhận rất nhiều phản hồi. Nội dung vẫn còn đây, xin gửi lại sau ít phút."),
            code="busy",
        )
    if parent is not None and parent.replies.exclude(state=State.HIDDEN).count() >= MOST_REPLIES:
        raise Refused(
            _("Phản hồi này đã có nhiều trả lời. Xin gửi phản hồi mới cho bài."), code="busy"
        )


def _digest(text):
    return hashlib.sha256(fold(text).encode()).hexdigest()


# --- What moderation decides --------------------------------------------------------------------


def show(response, *, now):
    """Let readers see it. Called inside the transaction of the decision."""
    response.state = State.SHOWN
    response.shown_at = response.shown_at or now
    response.save(update_fields=["state", "shown_at"])


def hide(response):
    """Take it away from readers, or never show it; the row stays."""
    response.state = State.HIDDEN
    response.save(update_fields=["state"])


def ask_again(*, response, text, now=None):
    """The sender, known by the receipt, asks for a second look. Refused as `moderation` refuses."""
    return appeal_case(kind=KIND, subject_id=response.pk, text=text, now=now)


@transaction.atomic
def take_back_response(*, response_id, now=None):
    """The sender, known by the receipt, takes the response back, and the consent with it.

    Name, words and address are erased. Where others answered it, a line in its place keeps what
    they said; otherwise nothing is shown. Twice changes nothing.
    """
    now = now or clock.now()
    # The case first, as in a decision: two who wait for each other would both be sent away.
    close_case(kind=KIND, subject_id=response_id)
    response = Response.objects.select_for_update().get(pk=response_id, official=False)
    if response.taken_back_at is not None:
        return response
    answered = response.replies.filter(state=State.SHOWN).exists()
    response.name, response.text = _("Bạn đọc"), _("Người gửi đã rút phản hồi này.")
    response.digest = ""
    response.taken_back_at = now
    if not answered:
        response.state = State.HIDDEN
    response.save(update_fields=["name", "text", "digest", "taken_back_at", "state"])
    ResponseContact.objects.filter(response=response).delete()
    return response


def tell_sender(response, kind, *, revision=0):
    """Write to the sender where an address was given: "shown", "hidden" or "answered"."""
    if ResponseContact.objects.filter(response=response).exists():
        post_letter(kind=kind, subject_kind=KIND, subject_id=response.pk, revision=revision)


def address_of(response):
    """The address of the sender, or "" where there is none (any more)."""
    contact = ResponseContact.objects.filter(response=response).first()
    if contact is None:
        return ""
    try:
        return sealing.unseal(CONTACT, response.pk, contact.sealed)
    except sealing.Unreadable:
        return ""


# --- What the agency does -----------------------------------------------------------------------


@transaction.atomic
def answer_response(*, actor, response_id, text, submission_key, now=None):
    """Answer a shown response in the name of the agency; readers see it at once.

    An answer to an answer stands under the same response.

    Raises:
        Refused: "role", "parent" when it is not shown, "text".
    """
    now = now or clock.now()
    asked = (
        Response.objects.select_for_update(of=("self",))
        .select_related("article__agency", "parent")
        .get(pk=response_id)
    )
    article = asked.article
    grant = need_role(actor, response_rules.ANSWERERS, article.agency, clock.today(now))
    top = asked.parent or asked
    if {top.state, asked.state} != {State.SHOWN}:
        raise Refused(_("Chỉ trả lời được phản hồi đang hiện."), code="parent")
    _name, text = _checked(_("Cơ quan"), clean(text))
    answer, made = Response.objects.get_or_create(
        submission_key=submission_key,
        defaults={
            "article": article,
            "parent": top,
            "official": True,
            "by": actor,
            "name": article.agency.name,
            "text": text,
            "digest": _digest(text),
            "state": State.SHOWN,
            "submitted_at": now,
            "shown_at": now,
        },
    )
    if not made:
        return answer
    record(
        "answer_response",
        answer,
        actor=actor,
        grant=grant,
        agency=article.agency_id,
        label=article.title,
    )
    tell_sender(asked, "answered", revision=answer.pk)
    return answer


@transaction.atomic
def take_answer_away(*, actor, answer_id, now=None):
    """Take back an answer of the agency; twice changes nothing."""
    now = now or clock.now()
    answer = (
        Response.objects.select_for_update(of=("self",))
        .select_related("article__agency")
        .get(pk=answer_id, official=True)
    )
    article = answer.article
    grant = need_role(actor, response_rules.ANSWERERS, article.agency, clock.today(now))
    if answer.state == State.HIDDEN:
        return answer
    answer.state = State.HIDDEN
    answer.save(update_fields=["state"])
    record(
        "take_answer_away",
        answer,
        actor=actor,
        grant=grant,
        agency=article.agency_id,
        label=article.title,
    )
    return answer


@transaction.atomic
def set_responses_open(*, actor, article_id, open_, now=None):
    """Open or close an article for responses; what was sent before stays."""
    now = now or clock.now()
    article = Article.objects.select_related("agency").get(pk=article_id)
    grant = need_role(actor, response_rules.KEEPERS, article.agency, clock.today(now))
    # By itself and without `lock_version`: whoever edits the text at this moment loses nothing.
    changed = (
        Article.objects.filter(pk=article_id)
        .exclude(responses_open=open_)
        .update(responses_open=open_)
    )
    if changed:
        article.responses_open = open_
        record(
            "open_responses" if open_ else "close_responses",
            article,
            actor=actor,
            grant=grant,
            agency=article.agency_id,
            changes={"responses_open": [not open_, open_]},
            label=article.title,
        )
    return article


@transaction.atomic
def erase_contacts(*, now=None):
    """Erase the addresses whose time is over. Returns how many."""
    now = now or clock.now()
    before = now - dt.timedelta(days=settings.RESPONSE_CONTACT_DAYS)
    gone, _by_model = ResponseContact.objects.filter(response__submitted_at__lt=before).delete()
    return gone
