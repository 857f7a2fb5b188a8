"""Looking at the name an author chose to show."""

from django.utils.translation import gettext as _

from feedback import keys, rules
from feedback.models import Identity, IdentityLook, Opinion
from portal.common.errors import Refused
from portal.common.text import clean

MAX_REASON = 300


def check_look(*, reader, opinion):
    """Refuse a look that is not allowed, before a reason or a password is asked for.

    Raises:
        Refused: "no_right", "unnamed", "erased" or "key". That the reader wrote the opinion is not
            among them: only `look_at_identity`, behind the password, says so.
    """
    if not rules.may_read_node(reader, opinion.reading_node):
        raise Refused(_("Đồng chí không có quyền xem danh tính này."), code="no_right")
    if opinion.naming != Opinion.Naming.NAMED:
        raise Refused(_("Người gửi không nêu tên."), code="unnamed")
    if opinion.state != Opinion.State.RECEIVED:
        raise Refused(_("Ý kiến này đã được rút, không xem tên được nữa."), code="withdrawn")
    if not Identity.objects.filter(pk=opinion.pk).exists():
        raise Refused(
            _("Người gửi đã xóa danh tính của ý kiến này; nội dung vẫn được tính."), code="erased"
        )
    _key(opinion)


def look_at_identity(*, reader, opinion, reason):
    """The name an author chose to show, for a rapporteur of the reading node; the look is kept.

    The look is written before the name is opened. No audit row: `IdentityLook` is the record, only
    added to, shown to the author and counted for the administrator of the unit.

    Raises:
        Refused: as `check_look`; no reason is given; the opinion is the reader's own.
    """
    reason = clean(reason)
    check_look(reader=reader, opinion=opinion)
    if not reason:
        raise Refused(_("Cần ghi lý do xem danh tính."), code="no_reason")
    if len(reason) > MAX_REASON:
        raise Refused(_("Lý do dài quá %d ký tự.") % MAX_REASON, code="long")
    key = _key(opinion)
    identity = Identity.objects.get(pk=opinion.pk)
    if bytes(identity.lookup) == key.lookup(reader):
        raise Refused(_("Đây là ý kiến của chính đồng chí."), code="own")
    IdentityLook.objects.create(opinion=opinion, reader=reader, reason=reason)
    try:
        return key.open(opinion.pk, identity.ciphertext)
    except keys.KeyUnavailable:
        raise Refused(_("Không mở được tên người gửi của ý kiến này."), code="key") from None


def _key(opinion):
    try:
        return keys.ConsultationKey(opinion.consultation.key_id)
    except keys.KeyUnavailable:
        raise Refused(_("Khóa danh tính của đợt này đã được hủy."), code="key") from None
