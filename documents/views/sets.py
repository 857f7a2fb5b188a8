"""Sets of documents: what readers get of them, and keeping them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from documents import actions, queries, rules
from documents.forms.audience import SetForm
from documents.models import DocumentSet
from portal.agencies.models import Agency
from portal.agencies.rules import grants_of
from portal.common import pagecache
from portal.common.errors import Refused, StaleVersion
from portal.common.paging import paginate
from portal.common.scoped import fetch


@pagecache.public_page()
def document_set(request, pk, slug):
    """The documents of a set that this person may read, in its order."""
    actions.serve_due()
    found = get_object_or_404(queries.readable_sets(request.user), pk=pk)
    if slug != found.slug:
        return redirect("documents:set", pk=pk, slug=found.slug, permanent=True)
    documents = queries.documents_of_set(found, request.user)
    queries.with_full_texts(documents, request.user)
    context = {"set": found, "documents": documents}
    return render(request, "documents/set.html", context)


@never_cache
@login_required
def sets(request):
    """The sets of the agencies where this person works."""
    grants = grants_of(request.user)
    if not grants.agency_ids(rules.INSIDE_ROLES):
        raise PermissionDenied
    page = paginate(request, queries.working_sets(request.user), per_page=20)
    may_create = bool(grants.agency_ids(rules.EDITING_ROLES, inherited=False))
    return render(request, "documents/sets.html", {"page": page, "may_create": may_create})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_set(request):
    """A new set, of the one agency where this person writes or of the one chosen."""
    agencies = Agency.objects.filter(
        pk__in=grants_of(request.user).agency_ids(rules.EDITING_ROLES, inherited=False)
    ).order_by("name", "pk")
    if not agencies:
        raise PermissionDenied
    wanted = request.GET.get("co_quan", "")
    chosen = [a for a in agencies if str(a.pk) == wanted] or list(agencies[:1])
    form = SetForm(request.POST or None, agency=chosen[0])
    if request.method == "POST" and form.is_valid():
        try:
            found = actions.create_set(
                actor=request.user, agency=chosen[0], **form.action_arguments()
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã lập bộ văn kiện."))
            return redirect("documents:edit_set", pk=found.pk)
    context = {"form": form, "agency": chosen[0], "agencies": agencies}
    return render(request, "documents/set_form.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_set(request, pk):
    """What is in a set, in which order, for whom."""
    found = _set(request.user, pk)
    form = SetForm(request.POST or None, agency=found.agency, document_set=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_set(
                actor=request.user,
                document_set=found,
                expected_version=form.expected_version,
                **form.action_arguments(),
            )
        except StaleVersion as stale:
            form.mark_stale(stale.current)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã lưu bộ văn kiện."))
            return redirect("documents:edit_set", pk=pk)
    context = {"form": form, "agency": found.agency, "set": found}
    return render(request, "documents/set_form.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove_set(request, pk):
    """Asks, then takes the set away; its documents stay."""
    found = _set(request.user, pk)
    if request.method == "POST":
        actions.remove_set(actor=request.user, document_set=found)
        messages.success(request, _("Đã bỏ bộ văn kiện; các văn kiện còn nguyên."))
        return redirect("documents:sets")
    return render(request, "documents/set_remove.html", {"set": found})


def _may(user, found):
    return grants_of(user).has(rules.EDITING_ROLES, found.agency_id)


def _sees(user, found):
    return grants_of(user).has(rules.INSIDE_ROLES, found.agency_id)


def _set(user, pk):
    rows = DocumentSet.objects.select_related("agency", "event__host")
    return fetch(rows, user=user, see=_sees, may=_may, pk=pk)
