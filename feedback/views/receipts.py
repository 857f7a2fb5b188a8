"""What becomes of an opinion, by its receipt and without an account."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from feedback import queries, rules
from feedback.forms import ReceiptForm
from portal.common import clock
from portal.common.limits import limited


@never_cache
@limited("receipt", per_address=30, minutes=10)
def receipt(request):
    """The state of an opinion by its receipt: never its text, its stance or its place."""
    form = ReceiptForm(request.POST or None)
    opinion, status = None, 200
    if request.method == "POST" and form.is_valid():
        opinion = queries.by_receipt(form.cleaned_data["code"])
        if opinion is None:
            form.add_error("code", _("Không có ý kiến nào mang mã này. Hãy xem lại từng ký tự."))
            status = 404
    return render(
        request,
        "feedback/receipt.html",
        {
            "form": form,
            "opinion": opinion,
            "phase": opinion and rules.phase_of(opinion.consultation, clock.now()),
        },
        status=status,
    )
