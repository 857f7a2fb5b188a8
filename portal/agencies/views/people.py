"""Work pages about the people of one agency. Every list that shows members of a cell is logged."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts import actions as accounts
from portal.agencies import actions, queries, ranges, rules
from portal.agencies.forms.people import (
    ContactForm,
    DelegationForm,
    EndForm,
    HandoverForm,
    KnownPersonForm,
    NewPersonForm,
    RoleForm,
)
from portal.agencies.models import Membership, Role, RoleRequest
from portal.agencies.views._common import administers, ask, looks_up_people, person_of
from portal.agencies.views.slips import slips_response
from portal.common import audit, clock
from portal.common.errors import Refused
from portal.common.paging import paginate


def log_look(request, agency):
    """Membership of a cell is sensitive: who looked at its list is on record."""
    if agency.is_cell:
        audit.record(actor=request.user, verb="view_members", obj=agency, agency=agency)


@administers
@require_safe
def index(request, agency):
    """The people with a role here, today or to come."""
    log_look(request, agency)
    page = paginate(request, queries.people_of(agency), per_page=50)
    context = {"agency": agency, "page": page, "crumbs": crumbs(agency)}
    return render(request, "agencies/people.html", context)


@administers
@require_safe
def person(request, agency, public_id):
    """One person: what they hold in agencies I manage, and what can be done."""
    log_look(request, agency)
    user = person_of(agency, public_id)
    reach = queries.managed_by(request.user)
    held = (
        Membership.objects.filter(user=user, agency__in=reach.order_by())
        .select_related("agency")
        .order_by("-valid", "role")
    )
    today = clock.today()
    context = {
        "agency": agency,
        "person": user,
        "held": [(row, _standing(row, today)) for row in held],
        "waiting": queries.role_requests(request.user).filter(user=user),
        "delegations": queries.delegations_at(agency).filter(giver=user),
        "manage": rules.may_manage_account(request.user, user),
        "crumbs": crumbs(agency, people=True),
    }
    return render(request, "agencies/person.html", context)


@administers
@require_http_methods(["GET", "POST"])
def add(request, agency):
    """A new account here, or a role here for somebody who has one."""
    if request.GET.get("co-tai-khoan") == "1":
        return _add_known(request, agency)
    return _add(request, agency, known=False)


@looks_up_people
def _add_known(request, agency):
    return _add(request, agency, known=True)


def _add(request, agency, *, known):
    form_class = KnownPersonForm if known else NewPersonForm
    form = form_class(request.POST or None, initial={"starts": clock.today()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                user = data["person"] if known else _open(request, agency, data)
                row = actions.grant_role(
                    actor=request.user,
                    user=user,
                    agency=agency,
                    role=data["role"],
                    starts=data["starts"],
                    until=data["until"],
                )
        except Refused as refusal:
            form.add_error(_field_of(refusal, form), refusal.message)
        else:
            messages.success(request, _("Đã thêm %(name)s.") % {"name": user.full_name})
            _say_waiting(request, row)
            return redirect("agencies:person", agency.slug, user.public_id)
    return render(
        request,
        "agencies/add_person.html",
        {"agency": agency, "form": form, "known": known, "crumbs": crumbs(agency, people=True)},
        status=422 if form.is_bound else 200,
    )


def _open(request, agency, data):
    return accounts.create_account(
        actor=request.user,
        full_name=data["full_name"],
        username=data["username"],
        phone=data["phone"],
        email=data["email"],
        agency=agency,
    )


@administers
@require_http_methods(["GET", "POST"])
def grant(request, agency, public_id):
    user = person_of(agency, public_id)
    form = RoleForm(request.POST or None, initial={"starts": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.grant_role(
                actor=request.user, user=user, agency=agency, **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            if not _say_waiting(request, row):
                messages.success(request, _("Đã giao vai trò."))
            return redirect("agencies:person", agency.slug, public_id)
    return ask(
        request,
        title=_("Giao vai trò cho %(name)s") % {"name": user.full_name},
        form=form,
        button=_("Giao vai trò"),
        **_around(agency, user),
    )


@administers
@require_http_methods(["GET", "POST"])
def end(request, agency, public_id, pk):
    user = person_of(agency, public_id)
    row = _held_here(agency, user, pk)
    yesterday = clock.today() - ranges.DAY
    form = EndForm(request.POST or None, initial={"last_day": yesterday})
    if request.method == "POST" and form.is_valid():
        actions.end_role(actor=request.user, membership=row, last_day=form.cleaned_data["last_day"])
        messages.success(request, _("Đã kết thúc vai trò."))
        return redirect("agencies:person", agency.slug, public_id)
    return ask(
        request,
        title=_("Kết thúc vai trò “%(role)s” của %(name)s")
        % {"role": row.get_role_display(), "name": user.full_name},
        form=form,
        button=_("Kết thúc"),
        danger=True,
        **_around(agency, user),
    )


@administers
@looks_up_people
@require_http_methods(["GET", "POST"])
def delegate(request, agency, public_id):
    """The administrator writes down a delegation that the person gave on paper."""
    user = person_of(agency, public_id)
    held = _running(user).filter(agency=agency)
    today = clock.today()
    form = DelegationForm(request.POST or None, held=held, initial={"starts": today})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.delegate(
                actor=request.user,
                giver=user,
                to_user=data["to_user"],
                agency=agency,
                role=data["held"].role,
                starts=data["starts"],
                until=data["until"],
                decision=data["decision"],
            )
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Đã ghi ủy quyền."))
            return redirect("agencies:person", agency.slug, public_id)
    return ask(
        request,
        title=_("Ủy quyền thay cho %(name)s") % {"name": user.full_name},
        intro=_("Người nhận làm việc của vai trò này và được ghi là “thay mặt” người ủy quyền."),
        form=form,
        button=_("Ghi ủy quyền"),
        **_around(agency, user),
    )


@administers
@looks_up_people
@require_http_methods(["GET", "POST"])
def hand_over(request, agency, public_id):
    """Bàn giao: everything the person holds in agencies I manage goes to another."""
    user = person_of(agency, public_id)
    reach = set(queries.managed_by(request.user).order_by().values_list("pk", flat=True))
    held = _running(user).filter(agency__in=reach).exclude(role=Role.MEMBER)
    form = HandoverForm(request.POST or None, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            moved = actions.hand_over(
                actor=request.user,
                from_user=user,
                to_user=form.cleaned_data["to_user"],
                on=form.cleaned_data["on"],
                agencies=reach,
            )
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Đã bàn giao: %(what)s.") % {"what": "; ".join(moved)})
            return redirect("agencies:people", agency.slug)
    effects = [f"{row.get_role_display()}, {row.agency.name}" for row in held]
    return ask(
        request,
        title=_("Bàn giao việc của %(name)s") % {"name": user.full_name},
        intro=_("Những việc sau chuyển sang người nhận; ủy quyền do người này lập sẽ kết thúc."),
        effects=effects,
        form=form,
        button=_("Bàn giao"),
        **_around(agency, user),
    )


@administers
@require_http_methods(["GET", "POST"])
def edit(request, agency, public_id):
    user = _managed(request, agency, public_id)
    initial = {"full_name": user.full_name, "phone": user.phone or "", "email": user.email}
    form = ContactForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            user = accounts.edit_account(
                actor=request.user, user=user, agency=agency, **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(_field_of(refusal, form), refusal.message)
        else:
            messages.success(request, _("Đã lưu."))
            return redirect("agencies:person", agency.slug, user.public_id)
    return ask(
        request,
        title=_("Sửa thông tin của %(name)s") % {"name": user.full_name},
        form=form,
        button=_("Lưu"),
        **_around(agency, user),
    )


@administers
@require_http_methods(["GET", "POST"])
def close(request, agency, public_id):
    """Ngừng tài khoản, or open it again: nothing is deleted."""
    user = _managed(request, agency, public_id)
    if request.method == "POST":
        act = accounts.deactivate if user.is_active else accounts.reactivate
        act(actor=request.user, user=user, agency=agency)
        messages.success(
            request, _("Đã ngừng tài khoản.") if user.is_active else _("Đã mở lại tài khoản.")
        )
        return redirect("agencies:person", agency.slug, public_id)
    title = (
        _("Ngừng tài khoản của %(name)s?") if user.is_active else _("Mở lại tài khoản %(name)s?")
    )
    intro = _("Người này không đăng nhập được nữa; những gì đã viết vẫn còn nguyên.")
    return ask(
        request,
        title=title % {"name": user.full_name},
        intro=intro if user.is_active else "",
        form=None,
        button=_("Ngừng tài khoản") if user.is_active else _("Mở lại"),
        danger=user.is_active,
        **_around(agency, user),
    )


@administers
@require_POST
def slip(request, agency, public_id):
    """A new slip for one person; the older ones end."""
    user = _managed(request, agency, public_id)
    return slips_response(request, agency, [user])


@administers
@require_POST
def slips(request, agency):
    """New slips for the people ticked in the list, as one PDF."""
    log_look(request, agency)
    chosen = request.POST.getlist("person")[:200]
    people = [
        user
        for user in queries.people_of(agency).filter(public_id__in=_uuids(chosen), is_active=True)
        if rules.may_manage_account(request.user, user)
    ]
    if not people:
        messages.error(request, _("Hãy chọn ít nhất một người mà bạn được cấp phiếu đăng nhập."))
        return redirect("agencies:people", agency.slug)
    return slips_response(request, agency, people)


# --- helpers --------------------------------------------------------------------------------


def _say_waiting(request, row):
    """Say that a second administrator has to agree; whether that is so."""
    waits = isinstance(row, RoleRequest)
    if waits:
        messages.info(
            request,
            _(
                "Vai trò “%s” đọc được ý kiến góp ý, nên chỉ có hiệu lực khi một người quản trị "
                "thứ hai (cấp trên hoặc quản trị cổng) xác nhận."
            )
            % row.get_role_display(),
        )
    return waits


def crumbs(agency, *, people=False):
    rows = [
        (_("Cơ quan tôi quản trị"), reverse("agencies:managed")),
        (agency.short_name or agency.name, reverse("agencies:overview", args=[agency.slug])),
    ]
    if people:
        rows.append((_("Người"), reverse("agencies:people", args=[agency.slug])))
    return rows


def _around(agency, user):
    url = reverse("agencies:person", args=[agency.slug, user.public_id])
    return {
        "cancel_url": url,
        "crumbs": [*crumbs(agency, people=True), (user.full_name, url)],
    }


def _managed(request, agency, public_id):
    """The person, whose account the administrator may manage; else 403."""
    user = person_of(agency, public_id)
    if not rules.may_manage_account(request.user, user):
        raise PermissionDenied
    return user


def _running(user):
    today = clock.today()
    return Membership.objects.filter(user=user, valid__overlap=ranges.days(today)).select_related(
        "agency"
    )


def _held_here(agency, user, pk):
    return get_object_or_404(_running(user), agency=agency, pk=pk)


def _standing(row, today):
    if row.valid.upper is not None and row.valid.upper <= today:
        return "past"
    return "now" if row.valid.lower is None or row.valid.lower <= today else "future"


def _field_of(refusal, form):
    name = refusal.code.split("_taken")[0]
    return name if name in form.fields else None


def _uuids(values):
    found = []
    for value in values:
        try:
            found.append(uuid.UUID(value))
        except ValueError:
            continue
    return found
