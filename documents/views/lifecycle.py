"""The life cycle of an edition at the desk: its steps, its hour, its approval on paper."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from documents import actions, queries, registry, rules
from documents.forms import RemarkForm
from documents.forms.timing import PaperForm, ScheduleForm
from documents.models import Edition
from documents.views._fetch import desk_document, edition_of
from portal.common import clock
from portal.common.display import datetime_vi
from portal.common.errors import Refused
from portal.common.minutes import suggestions
from portal.official.forms import FILE_REFUSALS

EDITIONS = Edition.objects.select_related(
    "submitted_by", "approved_by", "paper_approval__recorded_by"
)


STEPS = {
    "trinh": (actions.submit, rules.may_edit, lazy("Đã trình người duyệt.")),
    "rut-lai": (actions.take_back, rules.may_edit, lazy("Đã rút lại để soạn tiếp.")),
    "tra-lai": (actions.send_back, rules.may_approve, lazy("Đã trả lại kèm nhận xét.")),
    "cong-bo": (actions.publish, rules.may_approve, lazy("Đã công bố.")),
    "huy-hen": (actions.unschedule, rules.may_work, lazy("Đã hủy hẹn giờ; văn bản lại chờ duyệt.")),
    "cong-bo-ngay": (actions.publish_now, rules.may_work, lazy("Đã công bố, không chờ giờ hẹn.")),
    "thu-hoi": (actions.withdraw, rules.may_approve, lazy("Đã thu hồi.")),
}
#: Steps that may take an edition from those who work on it; they ask twice.
_ASKS_TWICE = {
    actions.publish: (lazy("Công bố lần dự thảo mới?"), lazy("Vẫn công bố")),
    actions.publish_now: (lazy("Công bố lần dự thảo mới?"), lazy("Vẫn công bố")),
    actions.withdraw: (lazy("Thu hồi lần dự thảo này?"), lazy("Vẫn thu hồi")),
}


@login_required
@require_POST
def act(request, pk, n, step):
    """One step of the life cycle of an edition."""
    if step not in STEPS:
        raise Http404
    action, may, done = STEPS[step]
    edition = _edition(request.user, pk, n, may)
    arguments = {}
    if action in (actions.send_back, actions.withdraw):
        form = RemarkForm(request.POST)
        words = form.cleaned_data["remark"] if form.is_valid() else ""
        arguments["remark" if action is actions.send_back else "reason"] = words
    if action in _ASKS_TWICE:
        arguments["confirmed"] = request.POST.get("confirmed") == "1"
    version = request.POST.get("lock_version", "")
    if action is actions.publish and version.isascii() and version.isdecimal():
        arguments["expected_version"] = int(version)
    try:
        edition = action(actor=request.user, edition=edition, **arguments)
    except Refused as refused:
        if refused.code == "needs_confirmation":
            return _ask_twice(request, edition, action)
        messages.error(request, refused.message)
    else:
        _say(request, edition, action, done)
    return redirect("documents:manage", pk=pk)


def _say(request, edition, action, done):
    turned_back = action is actions.publish_now and edition.state == Edition.State.SUBMITTED
    if turned_back or (action is actions.withdraw and edition.state != Edition.State.WITHDRAWN):
        messages.warning(request, edition.remark)
    else:
        messages.success(request, done)


def _ask_twice(request, edition, action):
    """The page that says what happens to those who work on an edition; POSTs the same once more."""
    title, button = _ASKS_TWICE[action]
    if action is actions.withdraw:
        affected = edition
    else:
        affected = edition.document.editions.get(state=Edition.State.PUBLISHED)
    context = {
        "document": edition.document,
        "edition": edition,
        "title": title,
        "button": button,
        "danger": action is actions.withdraw,
        "warnings": registry.warnings_of(affected, clock.now()),
        "kept": [
            (name, request.POST[name])
            for name in ("remark", "lock_version")
            if name in request.POST
        ],
    }
    return render(request, "documents/confirm.html", context, status=422)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def schedule(request, pk, n):
    """Duyệt và hẹn giờ công bố; for what has an hour already: another one."""
    edition = _edition(request.user, pk, n, rules.may_work)
    moving, now = edition.state == Edition.State.SCHEDULED, clock.now()
    if request.method != "POST" and (sentence := _why_not(request.user, edition, now)):
        messages.error(request, sentence)
        return redirect("documents:manage", pk=pk)
    form = ScheduleForm(request.POST or None, edition=edition, now=now)
    warnings = []
    if request.method == "POST" and form.is_valid():
        values = {"at": form.cleaned_data["at"]}
        if not moving:
            values["confirmed"] = form.cleaned_data["confirmed"]
        try:
            saved = (actions.reschedule if moving else actions.schedule)(
                actor=request.user,
                edition=edition,
                expected_version=form.cleaned_data["lock_version"],
                **values,
            )
        except Refused as refused:
            warnings = _shown_again(form, refused, edition, now)
        else:
            at = datetime_vi(saved.publish_at)
            words = _("Đã đổi giờ công bố thành %s.") if moving else _("Đã duyệt, công bố lúc %s.")
            messages.success(request, words % at)
            return redirect("documents:manage", pk=pk)
    context = {
        "document": edition.document,
        "edition": edition,
        "form": form,
        "moving": moving,
        "suggestions": suggestions(now),
        "warnings": warnings,
    }
    status = 422 if form.errors or warnings else 200
    return render(request, "documents/schedule.html", context, status=status)


def _why_not(user, edition, now):
    """The sentence for who opens the page in vain; "" where an hour can be set or moved."""
    if edition.state == Edition.State.SCHEDULED:
        if not rules.may_time(user, edition):
            return _("Chỉ người duyệt đổi được giờ công bố.")
        if edition.publish_at <= now:
            return _("Đã đến giờ công bố, người đọc đã thấy văn bản.")
        return ""
    try:
        rules.LIFECYCLE.target("schedule", edition.state)
    except Refused as refused:
        return refused.message
    if rules.approving_grant(user, edition) is None:
        return _("Cần một người duyệt khác người trình để hẹn giờ công bố.")
    return ""


def _shown_again(form, refused, edition, now):
    """Prepare the form for being sent once more; the warnings to be read with it."""
    if refused.code == "needs_confirmation":
        form.renew(confirmed="on")
        live = edition.document.editions.get(state=Edition.State.PUBLISHED)
        return registry.warnings_of(live, now)
    form.add_error(None, refused.message)
    if refused.code == "stale":
        form.renew(lock_version=Edition.objects.get(pk=edition.pk).lock_version)
    return []


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request, pk, n):
    """Record what the signed paper says, with its scan; the edition is published by it."""
    edition = _edition(request.user, pk, n, rules.may_work)
    if request.method != "POST" and not queries.needs_paper(request.user, edition):
        messages.error(
            request,
            _(
                "Chỉ ghi phê duyệt trên giấy cho bản đang chờ duyệt mà cơ quan không có người "
                "duyệt khác."
            ),
        )
        return redirect("documents:manage", pk=pk)
    now = clock.now()
    form = PaperForm(request.POST or None, request.FILES or None, edition=edition)
    warnings = _warnings(edition, now)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.publish_on_paper(
                actor=request.user, edition=edition, **form.action_arguments()
            )
        except Refused as refused:
            name = "scan" if refused.code in FILE_REFUSALS else None
            if refused.code == "needs_confirmation":
                name = "confirmed"
            form.add_error(name, refused.message)
        else:
            if saved.state == Edition.State.SCHEDULED:
                at = datetime_vi(saved.publish_at)
                messages.success(request, _("Đã ghi phê duyệt, công bố lúc %s.") % at)
            else:
                messages.success(request, _("Đã ghi phê duyệt và công bố."))
            return redirect("documents:manage", pk=pk)
    context = {
        "document": edition.document,
        "edition": edition,
        "form": form,
        "warnings": warnings,
    }
    return render(request, "documents/paper.html", context, status=422 if form.errors else 200)


def _warnings(edition, now):
    live = edition.document.editions.filter(state=Edition.State.PUBLISHED).first()
    return registry.warnings_of(live, now) if live else []


def _edition(user, pk, n, may):
    """The edition with its document, what was due settled first."""
    document = desk_document(user, pk, may)
    actions.serve_due(document.pk)
    return edition_of(document, n, EDITIONS)
