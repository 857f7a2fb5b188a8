"""The desk: writing, submitting, approving and publishing editions."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from documents import actions, blocks, queries, rendering, rules
from documents.filters import DeskFilter
from documents.forms import DocumentForm, RemarkForm
from documents.models import Document, DocumentSet, Edition
from documents.views._fetch import desk_document
from documents.views._rights import rights
from portal.agencies.rules import grants_of
from portal.common.errors import Refused
from portal.common.keeping import keeps_typed
from portal.common.paging import paginate, tabs
from portal.common.states import look_of


@login_required
def desk(request):
    """The documents of the agencies where this person works."""
    if not grants_of(request.user).agency_ids(rules.INSIDE_ROLES):
        raise PermissionDenied
    found = DeskFilter(request.GET, queryset=queries.working_documents(request.user))
    rows, state = found.qs, request.GET.get("trang_thai", "")
    counts = dict(
        rows.order_by().values_list("latest_state").annotate(n=Count("pk", distinct=True))
    )
    if state not in Edition.State.values:
        state = ""
    choices = [("", _("Tất cả"), sum(counts.values()))]
    choices += [(s.value, look_of("document", s).label, counts.get(s, 0)) for s in Edition.State]
    context = {
        "filter": found,
        "state": state,
        "tabs": tabs(request, "trang_thai", choices, state),
        "page": paginate(request, rows.filter(latest_state=state) if state else rows, per_page=20),
        "filtered": found.used or bool(state),
        "may_create": grants_of(request.user).agency_ids(rules.EDITING_ROLES),
    }
    return render(request, "documents/desk.html", context)


@keeps_typed
@login_required
def create(request):
    """A new document."""
    if not grants_of(request.user).agency_ids(rules.EDITING_ROLES):
        raise PermissionDenied
    form = DocumentForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            document, staged = _create(request.user, form)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            if staged is not None:
                messages.success(
                    request, _("Đã tạo văn kiện. Mời đồng chí xem cấu trúc rồi lưu toàn văn.")
                )
                return redirect("documents:import_preview", pk=document.pk, n=1, which=staged.pk)
            messages.success(request, _("Đã tạo văn kiện. Mời đồng chí nhập hoặc soạn toàn văn."))
            return redirect("documents:import", pk=document.pk, n=1)
    return render(request, "documents/new.html", {"form": form})


@transaction.atomic
def _create(user, form):
    """(the document, its staged text or None); both or neither."""
    document = actions.create_document(actor=user, **form.action_arguments())
    if form.result is None:
        return document, None
    staged = actions.stage(
        actor=user, edition=document.editions.get(), name=form.source_name, result=form.result
    )
    return document, staged


@login_required
def manage(request, pk):
    """One document with its editions and what may be done with them."""
    document = desk_document(request.user, pk)
    actions.serve_due(document.pk)
    editions = list(
        document.editions.select_related(
            "submitted_by", "submitted_for", "approved_by", "approved_for", "paper_approval",
            "official__type",
        ).defer("source").order_by("-n")
    )  # fmt: skip
    units = document.circulation == Document.Circulation.UNITS
    audience = queries.audience_words(document.audience) if units else []
    sets = list(DocumentSet.objects.filter(items__document=document).order_by("title", "id"))
    for edition in editions:
        edition.document = document
        edition.may = rights(request.user, edition)
        edition.before = next(
            (e for e in editions if e.n < edition.n and e.state in queries.READABLE), None
        )
    return render(
        request,
        "documents/manage.html",
        {
            "document": document,
            "editions": editions,
            "unpublished": next((e for e in editions if e.state in Edition.UNPUBLISHED), None),
            "readable": next((e for e in editions if e.state in queries.READABLE), None),
            "may_edit": rules.may_edit(request.user, document),
            "may_work": rules.may_work(request.user, document),
            "audience": audience,
            "lacks_audience": units and not audience and not sets,
            "summaries": document.summaries.order_by("title", "id"),
            "sets": sets,
            "remark_form": RemarkForm(),
        },
    )


@login_required
@require_POST
def start(request, pk):
    """Begin the next edition."""
    document = desk_document(request.user, pk, rules.may_edit)
    try:
        edition = actions.start_edition(actor=request.user, document=document)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("documents:manage", pk=pk)
    return redirect("documents:edit", pk=pk, n=edition.n)


@login_required
def preview(request, pk, n):
    """The text as it will be cut into blocks, with its contents and paragraph numbers."""
    document = desk_document(request.user, pk)
    edition = get_object_or_404(document.editions, n=n)
    edition.document = document
    edition.may = rights(request.user, edition)
    rows = actions.rows_of(edition, blocks.cut(edition.source))
    text = rendering.rendered_blocks(rows, sizes=actions.picture_sizes(rows))
    return render(
        request,
        "documents/preview.html",
        {
            "document": document,
            "edition": edition,
            "text": mark_safe("\n".join(text)),  # noqa: S308  sanitised when it was saved
            "remark_form": RemarkForm(),
        },
    )
