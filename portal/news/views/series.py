"""Loạt bài of my agencies."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.common.errors import Refused, StaleVersion
from portal.news import actions, queries
from portal.news.forms.keeping import SeriesEditForm, SeriesForm
from portal.news.models import Series
from portal.news.views._common import for_staff, say
from portal.news.views.sections import keeping_tabs, kept_agency


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def of_agency(request, agency_slug):
    """The series of one agency and those of all, and a form for another of the agency."""
    agency = kept_agency(request, agency_slug)
    form = SeriesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_series(actor=request.user, agency=agency, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.code if refused.code in form.fields else None, refused.message)
        else:
            say(request, _("Đã thêm loạt bài “%(title)s”.") % {"title": made.title})
            return redirect("news:agency_series", agency.slug)
    context = {
        "agency": agency,
        "series": queries.series_kept(agency),
        "form": form,
        "tabs": keeping_tabs(agency, "series"),
    }
    return render(request, "news/series_kept.html", context)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, agency_slug, pk):
    """Title, introduction, place of one series, and whether it takes articles."""
    agency = kept_agency(request, agency_slug)
    series = get_object_or_404(Series, pk=pk, agency=agency)
    initial = {name: getattr(series, name) for name in SeriesEditForm.base_fields}
    form = SeriesEditForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_series(
                actor=request.user,
                series_id=series.pk,
                expected_version=form.expected_version,
                **{n: v for n, v in form.cleaned_data.items() if n != "lock_version"},
            )
        except StaleVersion as stale:
            form.mark_stale(stale.current)
        except Refused as refused:
            form.add_error(refused.code if refused.code in form.fields else None, refused.message)
        else:
            say(request, _("Đã lưu."))
            return redirect("news:agency_series", agency.slug)
    context = {"agency": agency, "series": series, "form": form}
    return render(request, "news/series_edit.html", context)
