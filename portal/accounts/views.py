"""Slips, the first password, and a person's own page. Signing in and out is allauth's."""

from contextlib import suppress

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from portal.accounts import actions, addresses, queries, rules
from portal.accounts.forms import ContactForm, NewPasswordForm, SlipCodeForm
from portal.accounts.registries import PROFILE_PANELS
from portal.common.errors import Refused
from portal.common.limits import limited

#: For pages with a secret in their address and a form: it is told to no other site. Under
#: "no-referrer" a browser would send the form with the origin "null", which is refused.
REFERRERS = "same-origin"


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
    response["Referrer-Policy"] = REFERRERS
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
@sensitive_post_parameters("password")
@login_required
@limited("own_account", per_person=15, minutes=10)
@require_http_methods(["GET", "POST"])
def profile(request):
    """Tài khoản của tôi: contact, password, two-step sign-in, and what other apps add.

    Another mail address takes the password, and counts when the link sent there is opened; giving
    the address up counts at once.
    """
    user = request.user
    initial = {"phone": user.phone or "", "email": user.email}
    form = ContactForm(request.POST or None, initial=initial, user=user)
    if request.method == "POST" and form.is_valid():
        wanted = form.new_email
        try:
            with transaction.atomic():
                actions.edit_account(
                    actor=user,
                    user=user,
                    full_name=user.full_name,
                    phone=form.cleaned_data["phone"],
                    email="" if wanted == "" else user.email,
                )
                if wanted:
                    _send_link(request, user, wanted)
        except Refused as refusal:
            form.add_error(refusal.code.split("_")[0] if refusal.code else None, refusal.message)
        else:
            if wanted:
                messages.info(
                    request,
                    _(
                        "Đã gửi thư tới %s. Địa chỉ mới được dùng sau khi mở liên kết trong thư, "
                        "trong vòng hai ngày; đến lúc đó địa chỉ cũ vẫn được dùng."
                    )
                    % wanted,
                )
            else:
                messages.success(request, _("Đã lưu."))
            return redirect("accounts:profile")
    panels = [part for _name, make in PROFILE_PANELS if (part := make(request))]
    panels = [{"template": template, "context": context} for template, context in panels]
    status = 422 if form.is_bound else 200
    return render(request, "accounts/profile.html", {"form": form, "panels": panels}, status=status)


def _send_link(request, user, email):
    """Send the link to the new address.

    Raises:
        Refused: "email" when the mail does not go.
    """
    path = reverse("accounts:confirm_email", args=[addresses.sealed(user, email)])
    _send(
        "new_address", email, {"username": user.username, "url": request.build_absolute_uri(path)}
    )


def _send(name, email, context):
    try:
        get_adapter().send_mail(f"account/email/{name}", email, context)
    except OSError as error:  # SMTPException is one
        raise Refused(_("Chưa gửi được thư. Xin thử lại sau ít phút."), code="email") from error


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_email(request, value):
    """The link in the mail to a new address: GET asks, POST makes it the address of the account.

    Nobody needs to be signed in: the mail may be read on another device. The old address is told.
    """
    found = addresses.opened(value)
    if found is None:
        response = render(request, "accounts/address_gone.html", status=404)
    elif request.method == "POST":
        user, email = found
        old = user.email
        actions.edit_account(
            actor=user, user=user, full_name=user.full_name, phone=user.phone or "", email=email
        )
        if old:
            with suppress(Refused):  # the change stands; the old address may be dead by now
                _send("address_changed", old, {"username": user.username})
        messages.success(request, _("Đã đổi thư điện tử của tài khoản."))
        response = redirect("accounts:profile")
    else:
        context = {"username": found[0].username, "email": found[1]}
        response = render(request, "accounts/confirm_email.html", context)
    response["Referrer-Policy"] = REFERRERS
    return response
