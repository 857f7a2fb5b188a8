"""Dữ liệu của tôi: everything kept about the person as one file, and the end of the account."""

import json

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from portal.accounts import actions, personal_data
from portal.accounts.forms import EraseAccountForm, OwnPasswordForm
from portal.accounts.registries import PERSONAL_DATA
from portal.common.errors import Refused
from portal.common.limits import limited

_limited = limited("own_data", per_person=15, minutes=10)


@never_cache
@sensitive_post_parameters("password")
@login_required
@_limited
def my_data(request):
    """What is kept, by app; with the password a JSON file of all of it, made now, kept nowhere."""
    form = OwnPasswordForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        found = personal_data.everything(request.user)
        response = HttpResponse(
            json.dumps(found, ensure_ascii=False, indent=2),
            content_type="application/json; charset=utf-8",
        )
        response["Content-Disposition"] = 'attachment; filename="du-lieu-cua-toi.json"'
        return response
    return render(
        request,
        "accounts/my_data.html",
        {"form": form, "labels": [part.label for _name, part in PERSONAL_DATA]},
        status=422 if form.is_bound else 200,
    )


@never_cache
@sensitive_post_parameters("password")
@login_required
@_limited
def erase(request):
    """Erase one's own account."""
    form = EraseAccountForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.erase_account(actor=request.user, user=request.user)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            logout(request)
            messages.success(request, _("Đã xóa tài khoản. Cảm ơn đồng chí đã tham gia góp ý."))
            return redirect("home")
    return render(
        request,
        "accounts/erase.html",
        {"form": form},
        status=422 if form.is_bound else 200,
    )
