"""The author asks for a second look: by receipt without an account, or in “Ý kiến của tôi”."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from feedback import moderation, queries
from feedback.forms import ReceiptForm
from portal.common.errors import Refused
from portal.common.limits import limited
from portal.moderation.forms import AppealForm

PREFIX = "xem-lai"
_LONGEST = 60


@never_cache
@limited("receipt", per_address=60, minutes=10)
@require_POST
def by_receipt(request):
    """By the code, which comes in the body; a wrong one is answered as everywhere."""
    code = request.POST.get("code", "")[:_LONGEST]
    opinion = queries.by_receipt(code)
    if opinion is None:
        form = ReceiptForm(request.POST)
        form.is_valid()
        form.errors.clear()
        form.add_error("code", _("Không có ý kiến nào mang mã này. Hãy xem lại từng ký tự."))
        return render(request, "feedback/receipt.html", {"form": form}, status=404)
    form = AppealForm(request.POST, prefix=PREFIX)
    done = _ask(form, opinion)
    return render(
        request,
        "feedback/appeal.html",
        {"opinion": opinion, "asking": form, "code": code, "done": done},
        status=200 if done else 422,
    )


@never_cache
@login_required
@require_POST
def own(request, public_id):
    """By the account, whose keyed token finds the opinion."""
    opinion = queries.my_opinion(request.user, public_id)
    if opinion is None:
        raise Http404
    form = AppealForm(request.POST, prefix=PREFIX)
    if _ask(form, opinion):
        messages.success(request, _("Đã gửi đề nghị. Một người khác sẽ xem lại."))
        return redirect("feedback:mine_one", public_id=public_id)
    context = {"opinion": opinion, "asking": form, "own": True}
    return render(request, "feedback/appeal.html", context, status=422)


def _ask(form, opinion):
    if not form.is_valid():
        return False
    try:
        moderation.appeal(opinion, text=form.cleaned_data["text"])
    except Refused as refused:
        form.add_error(None, refused.message)
        return False
    return True
