"""What the holder of a receipt does without an account, beside replying."""

from django.db import transaction
from django.utils.translation import gettext as _

from feedback import keys, rules
from feedback.actions.opinions import replace_words, take_back
from feedback.models import Opinion
from portal.common import clock
from portal.common.errors import Refused


@transaction.atomic
def withdraw_by_receipt(*, code, now=None):
    """Withdraw an opinion that nothing but its receipt can find, while the consultation is open.

    Raises:
        Refused: no such receipt, closed, withdrawn already, or it is withdrawn elsewhere
            (`rules.may_change_by_receipt`).
    """
    opinion = _standing(
        code,
        now or clock.now(),
        closed=_("Đợt lấy ý kiến đã kết thúc nên không rút được nữa."),
        elsewhere=_("Ý kiến này được rút trong “Ý kiến của tôi”."),
    )
    return take_back(opinion, now=now)


@transaction.atomic
def rewrite_by_receipt(*, code, stance, text, reason, proposed, now=None):
    """Put other words into an opinion that nothing but its receipt can find; the old ones are kept
    in its history, and shown to nobody here (docs/adr/0015).

    Sending the same words again changes nothing.

    Raises:
        Refused: no such receipt, closed, withdrawn, it is changed elsewhere
            (`rules.may_change_by_receipt`), no stance, too long.
    """
    now = now or clock.now()
    opinion = _standing(
        code,
        now,
        closed=_(
            "Đợt lấy ý kiến đã kết thúc nên không viết lại được nữa; ý kiến đã gửi giữ nguyên."
        ),
        elsewhere=_("Ý kiến này được sửa trong “Ý kiến của tôi”."),
    )
    replace_words(opinion, stance=stance, text=text, reason=reason, proposed=proposed, now=now)
    return opinion


def _standing(code, now, *, closed, elsewhere):
    """The locked opinion of a receipt that may be changed by it alone; refuses with a sentence."""
    opinion = (
        Opinion.objects.select_for_update(of=("self",))
        .select_related("consultation__opens", "consultation__closes")
        .filter(receipt_hmac=keys.receipt_hmac(code))
        .first()
    )
    if opinion is None:
        raise Refused(_("Không có ý kiến nào mang mã này."), code="receipt")
    if opinion.state in (Opinion.State.SPAM, Opinion.State.UNDONE):
        raise Refused(_("Ý kiến này không còn được tính nên không đổi được."), code="not_counted")
    if opinion.state != Opinion.State.RECEIVED:
        raise Refused(_("Ý kiến này đã được rút."), code="withdrawn")
    if not rules.is_open(opinion.consultation, now):
        raise Refused(closed, code="closed")
    if not rules.may_change_by_receipt(opinion, now):
        raise Refused(elsewhere, code="account")
    return opinion
