"""Chuyên mục of my agencies."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.agencies.models import Agency
from portal.agencies.rules import grants_of
from portal.common.errors import Refused, StaleVersion
from portal.common.scoped import fetch
from portal.news import actions, rules
from portal.news.forms.keeping import SectionEditForm, SectionForm
from portal.news.models import Section
from portal.news.views._common import for_staff, in_newsroom, say


def _sees(user, agency):
    return grants_of(user).has(rules.READERS, agency)


def keeping_tabs(agency, current):
    """Chuyên mục beside loạt bài of the agency."""
    pages = {
        "sections": (_("Chuyên mục"), "news:agency_sections"),
        "series": (_("Loạt bài"), "news:agency_series"),
    }
    return [
        {"label": label, "url": reverse(name, args=[agency.slug]), "current": key == current}
        for key, (label, name) in pages.items()
    ]


def kept_agency(request, slug):
    """The agency whose chuyên mục, loạt bài and addresses the person keeps; 404, 403 otherwise."""
    return fetch(
        Agency.objects.all(), user=request.user, see=_sees, may=rules.may_keep_sections, slug=slug
    )


@in_newsroom
@require_safe
def index(request):
    """The agencies whose sections I keep; straight on when it is only one."""
    agencies = list(
        grants_of(request.user).agencies(rules.SECTION_KEEPERS).filter(node__isnull=False)[:200]
    )
    if not agencies:
        return render(request, "news/no_role.html", status=403)
    if len(agencies) == 1:
        return redirect("news:agency_sections", agencies[0].slug)
    return render(request, "news/section_agencies.html", {"agencies": agencies})


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def of_agency(request, agency_slug):
    """The sections of one agency, and a form for another."""
    agency = kept_agency(request, agency_slug)
    form = SectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_section(
                actor=request.user, agency=agency, title=form.cleaned_data["title"]
            )
        except Refused as refused:
            form.add_error("title", str(refused.message))
        else:
            say(request, _("Đã thêm chuyên mục “%(title)s”.") % {"title": made.title})
            return redirect("news:agency_sections", agency.slug)
    context = {"agency": agency, "sections": agency.sections.all(), "form": form}
    context["tabs"] = keeping_tabs(agency, "sections")
    return render(request, "news/sections.html", context)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, agency_slug, pk):
    """Title and place of one section."""
    agency = kept_agency(request, agency_slug)
    section = get_object_or_404(Section, pk=pk, agency=agency)
    initial = {
        "title": section.title,
        "order": section.order,
        "lock_version": section.lock_version,
    }
    form = SectionEditForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_section(
                actor=request.user,
                section_id=section.pk,
                expected_version=form.expected_version,
                title=form.cleaned_data["title"],
                order=form.cleaned_data["order"],
            )
        except StaleVersion as stale:
            form.mark_stale(stale.current)
        except Refused as refused:
            form.add_error("title", str(refused.message))
        else:
            say(request, _("Đã lưu."))
            return redirect("news:agency_sections", agency.slug)
    context = {"agency": agency, "section": section, "form": form}
    return render(request, "news/section_edit.html", context)
