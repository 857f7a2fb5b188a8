"""Chuyên trang of my agencies: the list, a new one from a plan, its words and its times."""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.queries import visible_plans
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.paging import paginate
from portal.news import actions, rules
from portal.news.forms.microsites import MicrositeForm
from portal.news.models import Microsite
from portal.news.queries import front
from portal.news.queries import microsites as queries
from portal.news.views._common import for_staff, say

_FIELD_OF = {
    "title": "title",
    "cover_alt": "cover_alt",
    "time": "closes_at",
    "opened": "opens_at",
    "agency": "agency",
}


def _for_keepers(view):
    @for_staff
    @wraps(view)
    def checked(request, *args, **kwargs):
        if not rules.features_something(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


@_for_keepers
@require_safe
def index(request):
    """The chuyên trang I keep, and plans that have none yet."""
    now = clock.now()
    page = paginate(request, queries.kept(request.user), 20)
    context = {
        "page": page,
        "rows": queries.with_states(page, now),
        "plans": queries.plans_without(request.user)[:20],
    }
    return render(request, "news/microsites.html", context)


@_for_keepers
@require_http_methods(["GET", "HEAD", "POST"])
def create(request, plan_pk):
    """A chuyên trang for one plan."""
    plan = get_object_or_404(visible_plans(request.user), pk=plan_pk)
    if not rules.may_feature(request.user, plan.issuer_id):
        raise PermissionDenied
    existing = Microsite.objects.filter(plan=plan).first()
    if existing is not None:
        return redirect("news:edit_microsite", existing.pk)
    form = _form(request, plan)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_microsite(actor=request.user, plan=plan, **form.values())
        except Refused as refused:
            form.add_error(_FIELD_OF.get(refused.code), str(refused.message))
        else:
            say(request, _("Đã lập chuyên trang “%(title)s”.") % {"title": made.title})
            return redirect("news:edit_microsite", made.pk)
    return _page(request, plan, form)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk):
    """Words, picture, keeper and times of one chuyên trang."""
    rows = Microsite.objects.select_related("agency", "cover", "plan__document", "plan__issuer")
    site = get_object_or_404(rows, pk=pk)
    if not rules.may_keep_microsite(request.user, site):
        if not rules.may_preview_microsite(request.user, site):
            raise Http404
        raise PermissionDenied
    form = _form(request, site.plan, site)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_microsite(
                actor=request.user,
                microsite_id=site.pk,
                expected_version=form.expected_version,
                **form.values(),
            )
        except StaleVersion as stale:
            form.show_theirs(stale.current)
        except Refused as refused:
            form.add_error(_FIELD_OF.get(refused.code), str(refused.message))
        else:
            say(request, _("Đã lưu."))
            return redirect("news:edit_microsite", site.pk)
    return _page(request, site.plan, form, site)


def _form(request, plan, site=None):
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    return MicrositeForm(*posted, plan=plan, actor=request.user, microsite=site)


def _page(request, plan, form, site=None):
    context = {"plan": plan, "form": form, "microsite": site}
    if site is not None:
        now = clock.now()
        features = front.Place(owner=site.agency, campaign=site)
        context |= {
            "state": queries.state_of(site, now),
            "opened": site.opens_at is not None and site.opens_at <= now,
            "features": features if rules.may_feature(request.user, site.agency_id) else None,
            "chosen": front.stories(now, campaign=site),
        }
    return render(
        request, "news/microsite_edit.html", context, status=422 if form.is_bound else 200
    )
