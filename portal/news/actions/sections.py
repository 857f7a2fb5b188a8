"""Chuyên mục of an agency."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from portal.agencies.models import Agency
from portal.common import audit, clock
from portal.common.errors import Refused, StaleVersion
from portal.common.text import first_free, one_line, slugify_vi
from portal.news import rules
from portal.news.actions._common import need_role, record
from portal.news.models import Section


@transaction.atomic
def create_section(*, actor, agency, title, now=None):
    """Add a section to `agency`, after those it has. Its address is made from the title, once."""
    now = now or clock.now()
    # The row of the agency is the lock under which titles and order are compared.
    agency = Agency.objects.select_for_update().get(pk=agency.pk)
    grant = need_role(actor, rules.SECTION_KEEPERS, agency, clock.today(now))
    title = _checked_title(agency, title)
    slug = slugify_vi(title, 70) or "chuyen-muc"
    taken = set(agency.sections.values_list("slug", flat=True))
    last = agency.sections.aggregate(last=Max("order"))["last"]
    section = Section.objects.create(
        agency=agency,
        title=title,
        slug=first_free(slug, taken.__contains__),
        order=0 if last is None else last + 1,
    )
    changes = {"title": [None, title]}
    record("create_section", section, actor=actor, grant=grant, agency=agency, changes=changes)
    return section


@transaction.atomic
def edit_section(*, actor, section_id, expected_version, title, order, now=None):
    """Change title and place of a section; its address stays."""
    now = now or clock.now()
    section = Section.objects.select_for_update().get(pk=section_id)
    agency = Agency.objects.select_for_update().get(pk=section.agency_id)
    grant = need_role(actor, rules.SECTION_KEEPERS, agency, clock.today(now))
    if section.lock_version != expected_version:
        raise StaleVersion(
            _("Chuyên mục đã được người khác sửa. Hãy đối chiếu rồi lưu lại."), current=section
        )
    before = audit.snapshot(section, ["title", "order"])
    section.title = _checked_title(agency, title, but=section)
    section.order = order
    changes = audit.diff(before, audit.snapshot(section, ["title", "order"]))
    if changes:
        section.lock_version += 1
        section.save(update_fields=["title", "order", "lock_version"])
        record("edit_section", section, actor=actor, grant=grant, agency=agency, changes=changes)
    return section


def _checked_title(agency, title, *, but=None):
    title = one_line(title)
    limit = Section._meta.get_field("title").max_length
    if not title or len(title) > limit:
        raise Refused(
            _("Tên chuyên mục cần có, nhiều nhất %(limit)d ký tự.") % {"limit": limit},
            code="title",
        )
    same = agency.sections.filter(title=title)
    if but is not None:
        same = same.exclude(pk=but.pk)
    if same.exists():
        raise Refused(_("Cơ quan đã có chuyên mục “%(title)s”.") % {"title": title}, code="taken")
    return title
