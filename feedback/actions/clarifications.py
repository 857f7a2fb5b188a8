"""Questions of a rapporteur to the author of an opinion, and replies; the author stays as unknown.

No audit row: what was asked and by whom is in the messages, and the author's side has no name.
"""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from feedback import keys, participants, rules
from feedback.models import Clarification, ClarificationThread, Identity, Opinion
from portal.common import clock
from portal.common.errors import Refused
from portal.common.text import clean

MAX_TEXT = 2_000
#: Messages of one exchange, both sides together.
MOST_MESSAGES = 20
#: So many words of the opinion in a row, and a question repeats it.
_REPEATED_WORDS = 6

READER, AUTHOR = Clarification.Side.READER, Clarification.Side.AUTHOR
State = ClarificationThread.State


@transaction.atomic
def ask_author(*, actor, opinion, text, now=None):
    """A rapporteur of the reading node asks the author of `opinion`. Returns the Clarification.

    The two take turns: nothing is asked while a reply is waited for. The same question sent twice
    is one. A question may not repeat the words of the opinion, for the receipt page shows it.

    Raises:
        Refused: no right, closed (`rules.may_talk`), not the reader's turn, empty, too long, it
            repeats the opinion, too many messages.
    """
    opinion = _locked(opinion.pk)
    if not rules.may_read_node(actor, opinion.reading_node):
        raise Refused(_("Đồng chí không đọc ý kiến ở nấc này."), code="no_right")
    text = _checked(opinion, text)
    last = _last(opinion)
    if last is not None and last.side == READER:
        if last.text == text and last.by_id == actor.pk:
            return last
        raise Refused(
            _("Câu hỏi trước chưa được trả lời; chờ người góp ý trả lời rồi hỏi tiếp."),
            code="waiting",
        )
    if _repeats(text, opinion):
        raise Refused(
            _(
                "Câu hỏi nhắc lại nguyên văn ý kiến. Người góp ý có thể bị buộc đưa mã tiếp nhận "
                "cho người khác xem, vì vậy hãy hỏi mà không nhắc lại lời của họ."
            ),
            code="repeats",
        )
    made = _add(opinion, last, READER, text, now, by=actor)
    _set(opinion, State.WAITING, made.on)
    participants.tell(opinion.consultation_id, participants.CLARIFY, now=now)
    return made


@transaction.atomic
def reply_by_receipt(*, code, text, now=None):
    """Whoever holds the receipt replies. Returns the Clarification.

    Raises:
        Refused: code "receipt" where there is no such opinion; else as `reply_as_author`.
    """
    found = Opinion.objects.filter(receipt_hmac=keys.receipt_hmac(code)).values_list("pk").first()
    if found is None:
        raise Refused(_("Không có ý kiến nào mang mã này."), code="receipt")
    return _reply(_locked(found[0]), text, now)


@transaction.atomic
def reply_as_author(*, author, opinion, text, now=None):
    """The author replies from “Ý kiến của tôi”. Returns the Clarification.

    Raises:
        Refused: not the author's, nothing was asked, closed, empty, too long.
    """
    opinion = _locked(opinion.pk)
    try:
        lookup = keys.ConsultationKey(opinion.consultation.key_id).lookup(author)
    except keys.KeyUnavailable:
        lookup = None
    if lookup is None or not Identity.objects.filter(opinion=opinion, lookup=lookup).exists():
        raise Refused(_("Không tìm thấy ý kiến này trong “Ý kiến của tôi”."), code="not_own")
    return _reply(opinion, text, now)


@transaction.atomic
def settle_thread(*, actor, opinion, now=None):
    """The rapporteur has what was needed; the exchange leaves the list of new replies."""
    opinion = _locked(opinion.pk)
    if not rules.may_read_node(actor, opinion.reading_node):
        raise Refused(_("Đồng chí không đọc ý kiến ở nấc này."), code="no_right")
    last = _last(opinion)
    if last is None or last.side != AUTHOR:
        raise Refused(_("Người góp ý chưa trả lời."), code="waiting")
    _set(opinion, State.SETTLED, last.on)


def _reply(opinion, text, now):
    last = _last(opinion)
    text = _checked(opinion, text)
    if last is not None and last.side == AUTHOR and last.text == text:
        return last  # the same form, sent twice
    if last is None or last.side != READER:
        raise Refused(_("Không có câu hỏi nào đang chờ trả lời."), code="not_asked")
    made = _add(opinion, last, AUTHOR, text, now)
    _set(opinion, State.REPLIED, made.on)
    return made


def _locked(pk):
    return (
        Opinion.objects.select_for_update(of=("self",))
        .select_related("consultation__opens", "consultation__closes", "reading_node")
        .get(pk=pk)
    )


def _checked(opinion, text):
    text = clean(text)
    if not rules.may_talk(opinion):
        raise Refused(_closed(opinion), code="closed")
    if not text:
        raise Refused(_("Hãy viết nội dung."), code="empty")
    if len(text) > MAX_TEXT:
        raise Refused(_("Nội dung tối đa %d ký tự.") % MAX_TEXT, code="long")
    return text


def _closed(opinion):
    if opinion.state != Opinion.State.RECEIVED:
        return _("Ý kiến này không còn được tính nên không trao đổi nữa.")
    if opinion.origin == Opinion.Origin.UNIT:
        return _("Ý kiến này do đơn vị nhập từ hội nghị, phiếu hoặc thư; hãy hỏi đơn vị đó.")
    return _("Đã công bố trả lời nên không trao đổi thêm được nữa.")


def _last(opinion):
    return opinion.clarifications.order_by("-n").first()


def _add(opinion, last, side, text, now, by=None):
    n = 1 if last is None else last.n + 1
    if n > MOST_MESSAGES:
        raise Refused(_("Trao đổi về ý kiến này đã quá dài."), code="many")
    on = clock.today(now or clock.now())
    return Clarification.objects.create(opinion=opinion, n=n, side=side, text=text, by=by, on=on)


def _set(opinion, state, on):
    ClarificationThread.objects.update_or_create(
        opinion=opinion, defaults={"node": opinion.reading_node, "state": state, "on": on}
    )


def _repeats(text, opinion):
    """Whether `text` has some words in a row that stand in the opinion (not in the passage)."""
    passage = _runs(opinion.quote)
    own = set().union(*(_runs(words) for words in (opinion.text, opinion.reason, opinion.proposed)))
    return bool(_runs(text) & (own - passage))


def _runs(text):
    words = re.findall(r"\w+", text.lower())
    size = _REPEATED_WORDS
    return {tuple(words[i : i + size]) for i in range(len(words) - size + 1)}
