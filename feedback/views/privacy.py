"""Dữ liệu của tôi in feedback, and who looked at names, for administrators of units."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from feedback import actions, queries, rules
from feedback.forms import ConsentForm, EraseIdentityForm
from feedback.models import Consultation
from portal.agencies.models import Role
from portal.agencies.rules import grants_of
from portal.common import clock
from portal.common.errors import Refused
from portal.common.limits import limited
from portal.common.paging import paginate

_limited = limited("my_data", per_person=30, minutes=10)


@never_cache
@login_required
def my_data(request):
    """What the portal keeps of the person's opinions, by consultation."""
    return render(
        request, "feedback/my_data.html", {"rows": queries.my_data(request.user, clock.now())}
    )


@never_cache
@login_required
@_limited
def consent(request, pk):
    """Withdraw the consent given in one consultation."""
    consultation = get_object_or_404(
        Consultation.objects.select_related("opens", "closes", "agency"), pk=pk
    )
    now = clock.now()
    data = queries.my_data_in(request.user, consultation, now)
    if data is None or not (data.identities or data.drafts):
        raise Http404
    may_take_back = rules.is_open(consultation, now)
    form = ConsentForm(_posted(request), may_take_back=may_take_back)
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw_consent(
                author=request.user, consultation=consultation, take_back=form.take_back, now=now
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(
                request,
                _("Đã rút đồng ý và rút các ý kiến. Không còn gì gắn chúng với đồng chí.")
                if form.take_back
                else _("Đã rút đồng ý. Ý kiến vẫn được tính, không còn gắn với đồng chí."),
            )
            return redirect("feedback:my_data")
    return render(
        request,
        "feedback/consent.html",
        {"data": data, "form": form, "may_take_back": may_take_back},
        status=422 if form.is_bound else 200,
    )


@never_cache
@login_required
@_limited
def erase(request, public_id):
    """Cut one own opinion off from its author."""
    opinion = queries.my_opinion(request.user, public_id)
    if opinion is None:
        raise Http404
    form = EraseIdentityForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.erase_identity(author=request.user, opinion=opinion)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(
                request, _("Đã xóa danh tính. Ý kiến vẫn được tính; mã tiếp nhận vẫn dùng được.")
            )
            return redirect("feedback:mine")
    return render(
        request,
        "feedback/erase_identity.html",
        {"opinion": opinion, "form": form},
        status=422 if form.is_bound else 200,
    )


@never_cache
@login_required
def looks(request):
    """Looks at names in the units the person administers; never at which opinion."""
    if not grants_of(request.user).agencies({Role.ADMIN}).exists():
        raise PermissionDenied
    page = paginate(request, queries.looks_for(request.user), per_page=50)
    counts = queries.look_counts(request.user)
    return render(request, "feedback/looks.html", {"page": page, "counts": counts})


def _posted(request):
    """What was posted, be it nothing at all; None for a page that is only opened."""
    return request.POST if request.method == "POST" else None
