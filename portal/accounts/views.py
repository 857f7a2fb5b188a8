"""Slips, the first password, and a person's own page. Signing in and out is allauth's."""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from portal.accounts import actions, queries, rules
from portal.accounts.forms import ContactForm, NewPasswordForm, SlipCodeForm
from portal.accounts.registries import PROFILE_PANELS
from portal.common.errors import Refused


def _gone(request):
    return render(request, "accounts/slip_gone.html", status=404)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def slip(request, secret):
    """The one-time link of a printed slip: GET asks, POST signs in.

    A scanner or a preview that only fetches the address uses nothing up. Two-step sign-in, where
    the person has set it up, is asked for all the same.
    """
    if queries.good_slip(secret) is None:
        return _gone(request)
    if request.method != "POST":
        response = render(request, "accounts/slip.html")
    else:
        try:
            user = actions.redeem_slip(secret=secret)
        except Refused:
            return _gone(request)
        record_authentication(request, user, method="slip")
        response = perform_login(
            request, Login(user=user, redirect_url=None, signal_kwargs={"slip": True})
        )
    response["Referrer-Policy"] = "no-referrer"
    return response


@never_cache
@require_http_methods(["GET", "POST"])
def slip_code(request):
    """For people whose phone reads no QR: the code typed from the paper."""
    form = SlipCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = rules.normalise_slip(form.cleaned_data["code"])
        if code and queries.good_slip(code) is not None:
            return redirect("accounts:slip", secret=code)
        return _gone(request)
    status = 422 if form.is_bound else 200
    return render(request, "accounts/slip_code.html", {"form": form}, status=status)


@sensitive_post_parameters("password1", "password2")
@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def new_password(request):
    """The password that must be chosen after a slip or at the first sign-in."""
    if not request.user.must_change_password and request.user.has_usable_password():
        return redirect("account_change_password")
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_password(
                actor=request.user, user=request.user, password=form.cleaned_data["password1"]
            )
        except Refused as refusal:
            form.add_error("password1", refusal.message)
        else:
            update_session_auth_hash(request, request.user)
            messages.success(request, _("Đã đặt mật khẩu mới."))
            return redirect("landing")
    status = 422 if form.is_bound else 200
    return render(request, "accounts/new_password.html", {"form": form}, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def profile(request):
    """Tài khoản của tôi: contact, password, two-step sign-in, and what other apps add."""
    user = request.user
    initial = {"phone": user.phone or "", "email": user.email}
    form = ContactForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_account(
                actor=user, user=user, full_name=user.full_name, **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error("phone" if refusal.code.startswith("phone") else None, refusal.message)
        else:
            messages.success(request, _("Đã lưu."))
            return redirect("accounts:profile")
    panels = [part for _name, make in PROFILE_PANELS if (part := make(request))]
    panels = [{"template": template, "context": context} for template, context in panels]
    status = 422 if form.is_bound else 200
    return render(request, "accounts/profile.html", {"form": form, "panels": panels}, status=status)
