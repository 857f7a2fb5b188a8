"""Work pages about agencies: what I manage, settings, names, parents, succession, founding."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.agencies import actions, queries, rules
from portal.agencies.forms.structure import (
    MoveForm,
    NameForm,
    NewAgencyForm,
    SearchForm,
    SettingsForm,
)
from portal.agencies.views._common import administers, ask, needs
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.paging import paginate


@never_cache
@login_required
@require_safe
def managed(request):
    """The agencies I administer, with the number of people who hold a role there today."""
    if not rules.administers_something(request.user):
        raise PermissionDenied
    today = clock.today()
    rows = queries.managed_by(request.user).select_related("level")
    form = SearchForm(request.GET or None)
    if form.is_valid() and form.cleaned_data["q"]:
        rows = queries.named_like(rows, form.cleaned_data["q"])
    rows = rows.annotate(
        people=Count(
            "memberships__user",
            filter=Q(memberships__valid__contains=today),
            distinct=True,
        )
    )
    page = paginate(request, rows, per_page=50)
    return render(request, "agencies/managed.html", {"page": page, "form": form})


@administers
@require_safe
def overview(request, agency):
    """One agency as its administrator sees it."""
    names, parents, before, after = queries.history(agency)
    context = {
        "agency": agency,
        "names": names,
        "parents": parents,
        "before": before,
        "after": after,
        "delegations": queries.delegations_at(agency),
        "may_restructure": rules.may_restructure(request.user, agency),
    }
    return render(request, "agencies/overview.html", context)


@administers
@require_http_methods(["GET", "POST"])
def settings(request, agency):
    form = SettingsForm(
        request.POST or None,
        instance=agency,
        may_restructure=rules.may_restructure(request.user, agency),
    )
    if request.method == "POST" and form.is_valid():
        values = {k: v for k, v in form.cleaned_data.items() if k != "lock_version"}
        try:
            actions.edit_agency(
                actor=request.user,
                agency=agency,
                expected_version=form.expected_version,
                **values,
            )
        except StaleVersion as stale:
            leader = stale.current.led_by
            form.mark_stale(stale.current, values={"led_by": leader.slug if leader else ""})
        except Refused as refusal:
            form.add_error(refusal.code if refusal.code in form.fields else None, refusal.message)
        else:
            messages.success(request, _("Đã lưu."))
            return redirect("agencies:overview", agency.slug)
    return ask(
        request,
        title=_("Thông tin cơ quan"),
        form=form,
        button=_("Lưu"),
        cancel_url=_home(agency),
        crumbs=_crumbs(agency),
    )


@administers
@require_http_methods(["GET", "POST"])
def rename(request, agency):
    initial = {
        "name": agency.name,
        "short_name": agency.short_name,
        "committee_name": agency.committee_name,
        "slug": agency.slug,
        "on": clock.today(),
    }
    form = NameForm(request.POST or None, initial=initial)
    sent = request.method == "POST" and form.is_valid()
    if sent and _done(form, actions.rename_agency, actor=request.user, agency=agency):
        messages.success(request, _("Đã ghi tên mới."))
        return redirect("agencies:overview", agency.slug)
    return ask(
        request,
        title=_("Đổi tên"),
        intro=_("Tên cũ vẫn được giữ: tin bài, văn bản trước ngày này mang tên khi đó."),
        form=form,
        button=_("Ghi tên mới"),
        cancel_url=_home(agency),
        crumbs=_crumbs(agency),
    )


@administers
@needs(rules.may_restructure)
@require_http_methods(["GET", "POST"])
def move(request, agency):
    initial = {"parent": agency.parent.slug if agency.parent else "", "on": clock.today()}
    form = MoveForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        parent = form.cleaned_data["parent"]
        reaches = request.user.is_superuser if parent is None else rules.may_administer(
            request.user, parent
        )  # fmt: skip
        if not reaches:
            form.add_error("parent", _("Bạn không quản trị cơ quan cấp trên này."))
        elif _done(form, actions.move_agency, actor=request.user, agency=agency):
            messages.success(request, _("Đã chuyển cấp trên trực tiếp."))
            return redirect("agencies:managed")
    return ask(
        request,
        title=_("Chuyển cấp trên trực tiếp"),
        form=form,
        button=_("Chuyển"),
        cancel_url=_home(agency),
        crumbs=_crumbs(agency),
    )


@administers
@require_http_methods(["GET", "POST"])
def create(request, agency):
    """Found a unit directly below `agency`."""
    form = NewAgencyForm(request.POST or None, initial={"starts": clock.today()})
    if request.method == "POST" and form.is_valid():
        made = _done(form, actions.create_agency, actor=request.user, parent=agency)
        if made:
            messages.success(request, _("Đã lập cơ quan mới."))
            return redirect("agencies:overview", made.slug)
    return ask(
        request,
        title=_("Lập đơn vị trực thuộc"),
        form=form,
        button=_("Lập"),
        cancel_url=_home(agency),
        crumbs=_crumbs(agency),
    )


def _done(form, action, **given):
    """Run the action with what the form says; what it refuses stands on the form.

    Returns:
        what the action returned (True where that is nothing), or None when it refused.
    """
    try:
        return action(**given, **form.cleaned_data) or True
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return None


def _home(agency):
    return reverse("agencies:overview", args=[agency.slug])


def _crumbs(agency):
    return [
        (_("Cơ quan tôi quản trị"), reverse("agencies:managed")),
        (agency.short_name or agency.name, _home(agency)),
    ]
