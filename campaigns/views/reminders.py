"""How a plan reminds."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns import actions, notify
from campaigns.forms.reminders import NoticeRulesForm
from campaigns.queries.reminders import upcoming_notices
from campaigns.rules import access
from campaigns.views._desk import posted, signed_in, working_plan
from portal.common.errors import Refused, StaleVersion


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request, pk):
    """The rules of a plan and what will be sent next."""
    may = access.may_edit_plan if request.method == "POST" else None
    plan = working_plan(request.user, pk, may=may)
    form = NoticeRulesForm(posted(request), plan=plan, rules=notify.rules_of([pk])[pk])
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                changed = actions.set_notice_rules(
                    actor=request.user,
                    plan=plan,
                    rules=form.rules(),
                    lock_version=form.expected_version,
                )
            except StaleVersion as stale:
                form.mark_stale_rules(stale.current, notify.rules_of([pk])[pk])
            except Refused as refused:
                form.add_error(None, refused.message)
            else:
                if changed:
                    messages.success(request, _("Đã lưu cách nhắc. Các lần nhắc đã lập lại."))
                else:
                    messages.info(request, _("Cách nhắc không thay đổi."))
                return redirect("campaigns:notice_rules", pk)
        status = 422
    upcoming, count = upcoming_notices(plan)
    context = {
        "plan": plan,
        "form": form,
        "may_edit": access.may_edit_plan(request.user, plan),
        "upcoming": upcoming,
        "more": count - len(upcoming),
    }
    return render(request, "campaigns/desk/notice_rules.html", context, status=status)
