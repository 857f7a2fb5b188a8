"""Names of events for people."""

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from portal.common.text import roman


def event_name(event):
    """The name of an event for people.

    A congress without a name of its own is called after its kind, host and ordinal: "Đại hội đại
    biểu Đảng bộ tỉnh Mẫu lần thứ I, nhiệm kỳ 2025-2030". Source: glossary, DOMAIN section 6.
    """
    if event.name:
        return event.name
    parts = [event.get_delegates_display() or event.get_kind_display()]
    if event.host_id:
        parts.append(event.host.name)
    name = " ".join(parts)
    if event.ordinal:
        name += " " + _("lần thứ %s") % roman(event.ordinal)
    if event.term_start:
        name += ", " + _("nhiệm kỳ %s") % f"{event.term_start}-{event.term_end or ''}"
    return name


def plan_path(slug, pk):
    """The address of a plan's page: its slug, frozen when it is issued, followed by its number."""
    try:
        return reverse("campaigns:plan", kwargs={"slug": slug, "pk": pk})
    except NoReverseMatch:  # a management command in a process without the pages
        return f"/ke-hoach/{slug}-{pk}/"


def event_path(event):
    """The address of an event's page; congresses and other events share it."""
    try:
        return reverse("campaigns:event", kwargs={"slug": event.slug})
    except NoReverseMatch:
        return f"/dai-hoi/{event.slug}/"


def changes_path(plan):
    """The address of the page that lists a plan's versions and what changed."""
    return f"{plan_path(plan.slug, plan.pk)}thay-doi/"


def manage_path(pk):
    """The address of a plan's work page."""
    return f"/lam-viec/ke-hoach/{pk}/"
