"""What becomes of an opinion, by its receipt and without an account.

The code comes in the body of a POST, never in an address; nothing here is kept of who asked.
"""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from feedback import actions, keys, moderation, queries, receipts
from feedback.forms import (
    EraseIdentityForm,
    ReceiptForm,
    ReplyForm,
    RewriteForm,
    WithdrawByReceiptForm,
)
from portal.common import clock
from portal.common.errors import Refused
from portal.common.limits import limited

_limited = limited("receipt", per_address=60, minutes=10)
#: Prefix of the fields of new words, and the button that asks for them.
NEW, OPEN = "moi", "mo"
#: Longer than any way of writing a code; the rest is not looked at.
_LONGEST = 60


@never_cache
@_limited
def receipt(request):
    """The state of an opinion by its receipt: never its text, its stance or its place."""
    if request.method != "POST":
        return render(request, "feedback/receipt.html", {"form": ReceiptForm()})
    return _page(request)


@never_cache
@_limited
@require_POST
def receipt_reply(request):
    """The author answers a question with nothing but the receipt."""
    form = ReplyForm(request.POST)
    return _act(
        request,
        "reply_form",
        form,
        lambda code: actions.reply_by_receipt(code=code, text=form.cleaned_data["text"]),
        _("Đã gửi trả lời đến người tổng hợp."),
    )


@never_cache
@_limited
@require_POST
def receipt_withdraw(request):
    """Withdraw an opinion that only its receipt can find."""
    form = WithdrawByReceiptForm(request.POST, auto_id="rut_%s")
    return _act(
        request,
        "withdraw_form",
        form,
        lambda code: actions.withdraw_by_receipt(code=code),
        _("Đã rút ý kiến. Ý kiến này không còn được tính."),
    )


@never_cache
@_limited
@require_POST
def receipt_rewrite(request):
    """Other words for an opinion that only its receipt can find; the old ones are not shown.

    A page of its own: the three stances as choices would stand on every receipt else."""
    code = _code(request)
    found = queries.status_by_receipt(code, clock.now())
    if found is None:
        return _page(request)
    opening = OPEN in request.POST
    form = RewriteForm(None if opening else request.POST, prefix=NEW)
    if not opening and form.is_valid():
        try:
            actions.rewrite_by_receipt(code=code, **form.words())
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return _page(request, done=_("Đã thay câu chữ. Mã tiếp nhận không đổi."))
    status = 200 if opening else 422
    if not found.may_change:
        return _page(request, status=status, rewrite_form=form)
    context = {"form": form, "code": code, "found": found}
    return render(request, "feedback/receipt_rewrite.html", context, status=status)


@never_cache
@_limited
@require_POST
def receipt_erase(request):
    """Erase the identity behind an opinion; the same answer whether there was one."""
    form = EraseIdentityForm(request.POST, auto_id="xoa_%s")
    return _act(
        request,
        "erase_form",
        form,
        lambda code: actions.erase_identity_by_receipt(code=code),
        _("Không còn gì trên cổng gắn ý kiến này với người gửi. Ý kiến vẫn được tính."),
    )


@never_cache
@_limited
@require_POST
def receipt_picture(request):
    """The receipt as a picture to keep. It is drawn for every code that can be one, so that it
    says nothing of whether there is an opinion."""
    letters = keys.normalise_receipt(_code(request))
    if not letters:
        return _page(request)
    code = "-".join(letters[i : i + 5] for i in range(0, len(letters), 5))
    response = HttpResponse(receipts.picture(code), content_type="image/png")
    response["Content-Disposition"] = 'attachment; filename="ma-tiep-nhan.png"'
    return response


def _act(request, name, form, act, done):
    """Do something by receipt and show the receipt again, with what was typed if it was refused.

    A wrong code is looked for first, and once, whatever else was sent.
    """
    code = _code(request)
    if queries.status_by_receipt(code, clock.now()) is None:
        return _page(request)
    if form.is_valid():
        try:
            act(code)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return _page(request, done=done)
    return _page(request, status=422, **{name: form})


def _page(request, *, status=200, **context):
    code = _code(request)
    found = queries.status_by_receipt(code, clock.now())
    form = ReceiptForm(request.POST)
    if found is None:
        # one sentence for every code that leads nowhere, whatever is wrong with it
        moderation.moderated(None)
        form.is_valid()
        form.errors.clear()
        form.add_error("code", _("Không có ý kiến nào mang mã này. Hãy xem lại từng ký tự."))
        return render(request, "feedback/receipt.html", {"form": form}, status=404)
    return render(
        request,
        "feedback/receipt.html",
        {
            "form": form,
            "found": found,
            "code": code,
            "reply_form": ReplyForm(),
            "withdraw_form": WithdrawByReceiptForm(auto_id="rut_%s"),
            "erase_form": EraseIdentityForm(auto_id="xoa_%s"),
        }
        | context,
        status=status,
    )


def _code(request):
    return request.POST.get("code", "")[:_LONGEST]
