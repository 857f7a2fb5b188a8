"""Loạt bài: of one agency, kept by whoever keeps its sections; of all, kept by the portal."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from portal.common import audit, clock
from portal.common.errors import Refused, StaleVersion
from portal.common.locks import advisory_lock
from portal.common.text import clean, first_free, one_line, slugify_vi
from portal.news import rules
from portal.news.actions._common import need_role, record
from portal.news.models import Series

FIELDS = ("title", "about", "order", "active")


@transaction.atomic
def create_series(*, actor, agency, title, about="", now=None):
    """Begin a series, after those there are. Its address is made from the title, once.

    Args:
        agency: the Agency whose series it is; None for one that every agency may write for, which
            only the administrators of the portal begin.

    Raises:
        Refused: "role"; "title" or "about" (missing, too long), "taken".
    """
    now = now or clock.now()
    grant = _need_keeper(actor, agency, now)
    advisory_lock("news-series")  # slugs are unique in the whole portal
    title, about = _checked(agency, title, about)
    slug = slugify_vi(title, 70) or "loat-bai"
    taken = set(Series.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    last = Series.objects.filter(agency=agency).aggregate(last=Max("order"))["last"]
    series = Series.objects.create(
        agency=agency,
        title=title,
        about=about,
        slug=first_free(slug, taken.__contains__),
        order=0 if last is None else last + 1,
    )
    changes = {"title": [None, title]}
    record("create_series", series, actor=actor, grant=grant, agency=agency, changes=changes)
    return series


@transaction.atomic
def edit_series(*, actor, series_id, expected_version, title, about, order, active, now=None):
    """Change a series; its address stays. One that is not `active` takes no new articles."""
    now = now or clock.now()
    advisory_lock("news-series")
    series = (
        Series.objects.select_for_update(of=("self",)).select_related("agency").get(pk=series_id)
    )
    grant = _need_keeper(actor, series.agency, now)
    if series.lock_version != expected_version:
        raise StaleVersion(
            _("Loạt bài đã được người khác sửa. Hãy đối chiếu rồi lưu lại."), current=series
        )
    before = audit.snapshot(series, FIELDS)
    series.title, series.about = _checked(series.agency, title, about, but=series)
    series.order, series.active = order, active
    changes = audit.diff(before, audit.snapshot(series, FIELDS))
    if changes:
        series.lock_version += 1
        series.save(update_fields=[*FIELDS, "lock_version"])
        agency = series.agency_id
        record("edit_series", series, actor=actor, grant=grant, agency=agency, changes=changes)
    return series


def _need_keeper(actor, agency, now):
    if agency is not None:
        return need_role(actor, rules.SECTION_KEEPERS, agency, clock.today(now))
    if not actor.is_superuser:
        raise Refused(_("Loạt bài chung do quản trị cổng lập."), code="role")
    return None


def _checked(agency, title, about, *, but=None):
    title, about = one_line(title), clean(about)
    limit = Series._meta.get_field("title").max_length
    if not title or len(title) > limit:
        raise Refused(
            _("Tên loạt bài cần có, nhiều nhất %(limit)d ký tự.") % {"limit": limit}, code="title"
        )
    limit = Series._meta.get_field("about").max_length
    if len(about) > limit:
        raise Refused(_("Giới thiệu dài quá %(limit)d ký tự.") % {"limit": limit}, code="about")
    same = Series.objects.filter(agency=agency, title=title)
    if but is not None:
        same = same.exclude(pk=but.pk)
    if same.exists():
        raise Refused(_("Đã có loạt bài “%(title)s”.") % {"title": title}, code="title")
    return title, about
