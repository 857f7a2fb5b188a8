"""What the holder of a receipt does without an account, beside replying."""

from django.db import transaction
from django.utils.translation import gettext as _

from feedback import keys, rules, totals
from feedback.models import Identity, Opinion
from portal.common import clock
from portal.common.errors import Refused


@transaction.atomic
def withdraw_by_receipt(*, code, now=None):
    """Withdraw an opinion that nothing but its receipt can find, while the consultation is open.

    Raises:
        Refused: no such receipt, closed, withdrawn already, or it is withdrawn elsewhere
            (`rules.may_withdraw_by_receipt`).
    """
    opinion = (
        Opinion.objects.select_for_update(of=("self",))
        .select_related("consultation__opens", "consultation__closes")
        .filter(receipt_hmac=keys.receipt_hmac(code))
        .first()
    )
    if opinion is None:
        raise Refused(_("Không có ý kiến nào mang mã này."), code="receipt")
    now = now or clock.now()
    if opinion.state != Opinion.State.RECEIVED:
        raise Refused(_("Ý kiến này đã được rút."), code="withdrawn")
    if not rules.is_open(opinion.consultation, now):
        raise Refused(_("Đợt lấy ý kiến đã kết thúc nên không rút được nữa."), code="closed")
    if not rules.may_withdraw_by_receipt(opinion, now):
        raise Refused(_("Ý kiến này được rút trong “Ý kiến của tôi”."), code="account")
    opinion.state = Opinion.State.WITHDRAWN
    opinion.cased = False
    opinion.lock_version += 1
    opinion.save(update_fields=["state", "cased", "lock_version"])
    # taken back, the same words may be sent again
    Identity.objects.filter(opinion=opinion).update(once=None)
    totals.changed(opinion, -1)
    return opinion
