"""What the foot of an agency's public pages says."""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from portal.agencies.models import Agency
from portal.common import audit, clock
from portal.common.errors import Refused, StaleVersion
from portal.common.text import clean, one_line
from portal.common.uploads.actions import store_image
from portal.news import rules
from portal.news.actions._common import need_role, record
from portal.news.actions.visits import show_totals
from portal.news.models import AgencySite
from portal.news.models.sites import LINK_TITLE, LINK_URL, LINKS_MOST, START_MOST
from portal.news.queries import sites

LINES = ("address", "phone", "hotline", "email", "badge_url", "badge_alt")
NUMBERS = ("visits_start", "portal_start")
#: What is compared and written into the audit log.
FIELDS = ("footer", *LINES, "badge_image", "links", "for_portal", *NUMBERS)

_SAFE = re.compile(r"https?://[^\s\"'<>\\]+", re.IGNORECASE)
_HTTPS = re.compile(r"https://[^\s\"'<>\\]+", re.IGNORECASE)


@transaction.atomic
def save_site(*, actor, agency, expected_version, values, badge_file=None, now=None):
    """Write the settings of the public pages of `agency`, the first time too.

    Args:
        values: {field: value} of FIELDS that change; `links` a list of (title, url).
        badge_file: a picture for the badge; `badge_image` None in `values` takes the old one away.

    Raises:
        Refused: "role", the name of the field that will not do, "portal" where only who
            administers the portal and the agency may decide, and those of `store_image`.
        StaleVersion: somebody saved since the form was made.
    """
    now = now or clock.now()
    on = clock.today(now)
    agency = Agency.objects.select_for_update().get(pk=agency.pk)  # the lock for the first saving
    grant = need_role(actor, rules.SECTION_KEEPERS, agency, on)
    site = sites.site_of(agency)
    if site.lock_version != expected_version:
        raise StaleVersion(
            _("Thông tin trang tin đã được người khác sửa. Hãy đối chiếu rồi lưu lại."),
            current=site,
        )
    before = audit.snapshot(site, FIELDS)
    for name, value in values.items():
        setattr(site, name, _checked(name, value))
    common = (before["for_portal"], before["portal_start"])
    if (site.for_portal, site.portal_start) != common and not rules.may_speak_for_portal(
        actor, agency, on=on
    ):
        raise Refused(_("Chỉ quản trị viên của cổng đặt được chân trang chung."), code="portal")
    if badge_file is not None:
        if not site.badge_alt:
            raise Refused(_("Ảnh cần chữ thay thế cho người không xem được ảnh."), code="badge_alt")
        site.badge_image = store_image(badge_file, actor=actor, agency=agency, alt=site.badge_alt)
    _check_badge(site)
    changes = audit.diff(before, audit.snapshot(site, FIELDS))
    if site.pk is not None and not changes:
        return site
    if site.for_portal:
        _take_over(actor, grant, site)
    site.lock_version += 1
    site.save()
    record("save_site", site, actor=actor, grant=grant, agency=agency, changes=changes)
    transaction.on_commit(_shown_anew)
    return site


def _shown_anew():
    sites.keep_portal_foot()
    show_totals()


def _take_over(actor, grant, site):
    """The foot of the portal passes from another agency to this one."""
    others = AgencySite.objects.select_for_update().filter(for_portal=True).exclude(pk=site.pk)
    for other in others:
        other.for_portal = False
        other.lock_version += 1
        other.save(update_fields=["for_portal", "lock_version"])
        changes = {"for_portal": [True, False]}
        record(
            "save_site", other, actor=actor, grant=grant, agency=other.agency_id, changes=changes
        )


def _checked(name, value):
    if name == "links":
        return _links(value)
    if name in NUMBERS:
        if not 0 <= value <= START_MOST:
            raise Refused(_("Con số ban đầu từ 0 đến 10 tỷ."), code=name)
        return value
    if name == "footer":
        return _short(name, clean(value))
    if name in LINES:
        return _short(name, one_line(value))
    return value


def _short(name, text):
    field = AgencySite._meta.get_field(name)
    if len(text) > field.max_length:
        raise Refused(
            _("%(label)s dài quá %(limit)d ký tự.")
            % {"label": field.verbose_name, "limit": field.max_length},
            code=name,
        )
    if name == "badge_url" and text and not _HTTPS.fullmatch(text):
        raise Refused(_("Liên kết phải bắt đầu bằng https://."), code=name)
    return text


def _links(given):
    if len(given) > LINKS_MOST:
        raise Refused(_("Nhiều nhất %d liên kết.") % LINKS_MOST, code="links")
    kept = []
    for n, (title, url) in enumerate(given, start=1):
        title, url = one_line(title), one_line(url)
        if not title or len(title) > LINK_TITLE:
            words = _("Liên kết %(n)d cần có tên, nhiều nhất %(limit)d ký tự.")
            raise Refused(words % {"n": n, "limit": LINK_TITLE}, code="links")
        if not _SAFE.fullmatch(url) or len(url) > LINK_URL:
            words = _("Liên kết %(n)d cần địa chỉ bắt đầu bằng https:// hoặc http://.")
            raise Refused(words % {"n": n}, code="links")
        kept.append({"title": title, "url": url})
    return kept


def _check_badge(site):
    if site.badge_image is None:
        return
    if not site.badge_url:
        raise Refused(_("Ảnh “Tín nhiệm mạng” cần liên kết đến giấy chứng nhận."), code="badge_url")
    if not site.badge_alt:
        raise Refused(_("Ảnh cần chữ thay thế cho người không xem được ảnh."), code="badge_alt")
