"""What a document says of itself, and who reads it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from documents import actions, rules
from documents.forms.audience import AboutForm, CirculationForm
from documents.views._fetch import desk_document
from portal.common.errors import Refused, StaleVersion


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def about(request, pk):
    """Title, congress, full text behind a summary."""
    document = desk_document(request.user, pk, rules.may_work)
    form = AboutForm(request.POST or None, document=document)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_document(actor=request.user, document=document, **form.action_arguments())
        except StaleVersion as stale:
            form.mark_stale(stale.current)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã lưu thông tin văn kiện."))
            return redirect("documents:manage", pk=pk)
    context = {"document": document, "form": form}
    return render(request, "documents/about.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def circulation(request, pk):
    """Who reads the document."""
    document = desk_document(request.user, pk, rules.may_work)
    had_readers = document.editions.filter(published_at__isnull=False).exists()
    form = CirculationForm(request.POST or None, document=document, had_readers=had_readers)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_circulation(
                actor=request.user, document=document, **form.action_arguments()
            )
        except StaleVersion as stale:
            form.mark_stale(stale.current)
        except Refused as refused:
            form.add_error("reason" if refused.code == "no_reason" else None, refused.message)
        else:
            messages.success(request, _("Đã lưu phạm vi người đọc."))
            return redirect("documents:manage", pk=pk)
    context = {
        "document": document,
        "form": form,
        "had_readers": had_readers,
        "may_approve": rules.may_approve(request.user, document),
    }
    return render(
        request, "documents/circulation.html", context, status=422 if form.errors else 200
    )
