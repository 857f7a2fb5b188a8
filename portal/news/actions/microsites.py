"""Keeping the chuyên trang of a campaign."""

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.models import Plan
from portal.agencies.models import Agency
from portal.common import audit, clock
from portal.common.errors import Refused, StaleVersion
from portal.common.locks import advisory_lock
from portal.common.text import clean, first_free, one_line, slugify_vi
from portal.news import rules
from portal.news.actions._common import record
from portal.news.models import Microsite
from portal.news.queries import microsites as queries

FIELDS = ("title", "slug", "lead", "cover", "cover_alt", "agency", "opens_at", "closes_at")
SLUG_LENGTH = 100


@transaction.atomic
def create_microsite(
    *,
    actor,
    plan,
    agency,
    title,
    lead="",
    cover=None,
    cover_alt="",
    opens_at=None,
    closes_at=None,
    now=None,
):
    """Make the chuyên trang of an issued plan. Readers find it from `opens_at` on (None: not yet).

    Args:
        agency: who keeps it: the issuer of the plan, or a unit right below it.

    Raises:
        Refused: "role" unless the actor keeps pages of the issuer; "plan", "taken", "agency",
            "title", "cover_alt", "time".
    """
    now = now or clock.now()
    # The row of the issuer is the lock: two people do not make it twice.
    issuer = Agency.objects.select_for_update().get(pk=plan.issuer_id)
    grant = _need_grant(actor, issuer, now)
    if plan.is_template or plan.state != Plan.State.ISSUED:
        raise Refused(_("Chỉ lập chuyên trang cho kế hoạch đã ban hành."), code="plan")
    if Microsite.objects.filter(plan=plan).exists():
        raise Refused(_("Kế hoạch này đã có chuyên trang."), code="taken")
    site = Microsite(plan=plan)
    _fill(site, title, lead, cover, cover_alt, agency, opens_at, closes_at)
    site.slug = _free_slug(site)
    site.save()
    changes = {name: [None, value] for name, value in audit.snapshot(site, FIELDS).items()}
    record(
        "create_microsite", site, actor=actor, grant=grant, agency=site.agency_id, changes=changes
    )
    return site


@transaction.atomic
def edit_microsite(
    *,
    actor,
    microsite_id,
    expected_version,
    title,
    lead,
    cover,
    cover_alt,
    agency,
    opens_at,
    closes_at,
    now=None,
):
    """Change a chuyên trang. Its address follows the title until it opens, and stays from then on.

    Raises:
        Refused: "role", "opened" when an open one is to open later, and those of
            `create_microsite`.
        StaleVersion: somebody else saved it meanwhile.
    """
    now = now or clock.now()
    Microsite.objects.select_for_update().only("pk").get(pk=microsite_id)
    site = Microsite.objects.select_related("plan__issuer", "agency", "cover").get(pk=microsite_id)
    grant = rules.microsite_grant(actor, site, on=clock.today(now))
    if grant is None:
        raise Refused(_("Đồng chí không phụ trách chuyên trang này."), code="role")
    if site.lock_version != expected_version:
        raise StaleVersion(
            _("Chuyên trang đã được người khác sửa. Hãy đối chiếu rồi lưu lại."), current=site
        )
    opened = site.opens_at is not None and site.opens_at <= now
    if opened and opens_at != site.opens_at:
        raise Refused(
            _("Chuyên trang đã mở, không đổi được giờ mở. Muốn dừng, hãy đặt giờ đóng."),
            code="opened",
        )
    before = audit.snapshot(site, FIELDS)
    _fill(site, title, lead, cover, cover_alt, agency, opens_at, closes_at)
    if not opened:
        site.slug = _free_slug(site)
    changes = audit.diff(before, audit.snapshot(site, FIELDS))
    if changes:
        site.lock_version += 1
        site.save()
        record(
            "edit_microsite", site, actor=actor, grant=grant, agency=site.agency_id, changes=changes
        )
    return site


def _need_grant(actor, issuer, now):
    grant = rules.feature_grant(actor, issuer, on=clock.today(now))
    if grant is None:
        raise Refused(
            _("Chỉ người duyệt hoặc quản trị của cơ quan ban hành kế hoạch lập được chuyên trang."),
            code="role",
        )
    return grant


def _fill(site, title, lead, cover, cover_alt, agency, opens_at, closes_at):
    title, cover_alt = one_line(title), one_line(cover_alt)
    limit = Microsite._meta.get_field("title").max_length
    if not title or len(title) > limit:
        raise Refused(
            _("Tên chuyên trang cần có, nhiều nhất %(limit)d ký tự.") % {"limit": limit},
            code="title",
        )
    if cover is not None and not cover_alt:
        raise Refused(_("Nêu điều thấy trong ảnh, cho người không xem được ảnh."), code="cover_alt")
    if closes_at is not None and (opens_at is None or closes_at <= opens_at):
        raise Refused(_("Giờ đóng phải sau giờ mở."), code="time")
    if agency.pk != site.agency_id and not queries.keepers_for(site.plan).contains(agency):
        raise Refused(
            _("Cơ quan phụ trách phải là cơ quan ban hành hoặc đơn vị trực thuộc."), code="agency"
        )
    site.title, site.lead, site.agency = title, clean(lead), agency
    site.cover, site.cover_alt = cover, cover_alt if cover is not None else ""
    site.opens_at, site.closes_at = opens_at, closes_at


def _free_slug(site):
    advisory_lock("news.microsite.slug")  # two plans may get pages of the same name at once
    slug = slugify_vi(site.title, SLUG_LENGTH) or "chuyen-trang"
    taken = set(
        Microsite.objects.exclude(pk=site.pk)
        .filter(slug__startswith=slug)
        .values_list("slug", flat=True)
    )
    return first_free(slug, taken.__contains__)
