"""Rules of reader responses: when an article takes them, and who answers for the agency."""

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext as _

from portal.agencies.models import Role
from portal.agencies.rules import grants_of
from portal.common.display import date_vi

#: Who moderates responses, answers them and closes an article for them.
KEEPERS = frozenset({Role.MODERATOR, Role.EDITOR, Role.APPROVER})
#: Who speaks for the agency.
ANSWERERS = frozenset({Role.EDITOR, Role.APPROVER})

#: The sentence that is agreed to; a new wording gets a new name.
CONSENT = "2026-11"


def consent_sentence():
    return _(
        "Tôi đồng ý để cổng công bố tên và nội dung phản hồi sau khi duyệt. Địa chỉ thư điện tử "
        "không hiện công khai, chỉ dùng để báo kết quả và được xóa sau %(days)d ngày."
    ) % {"days": settings.RESPONSE_CONTACT_DAYS}


def closes_at(article):
    """The instant from which an article takes no more responses by itself."""
    return article.published_at + dt.timedelta(days=settings.RESPONSES_OPEN_DAYS)


def closed_because(article, now):
    """Why `article` takes no responses at `now`, as a sentence; "" while it does."""
    if article.live_revision_id is None or article.published_at > now:
        return _("Bài này chưa đăng nên chưa nhận phản hồi.")
    if article.withdrawn_at is not None:
        return _("Bài này đã gỡ nên không nhận phản hồi.")
    if not article.responses_open:
        return _("Cơ quan đã đóng mục phản hồi của bài này.")
    if now >= closes_at(article):
        return _("Bài đã đăng quá %(days)d ngày, mục phản hồi đã đóng từ %(date)s.") % {
            "days": settings.RESPONSES_OPEN_DAYS,
            "date": date_vi(closes_at(article)),
        }
    return ""


def may_keep(user, article, *, on=None):
    """Whether `user` sees all responses of `article` and may open and close it for them."""
    return grants_of(user, on=on).has(KEEPERS, article.agency_id)


def may_answer(user, article, *, on=None):
    return grants_of(user, on=on).has(ANSWERERS, article.agency_id)
