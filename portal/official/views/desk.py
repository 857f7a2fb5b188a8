"""The register as its offices keep it: the list, entering, changing, removing, looking up."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.paging import paginate
from portal.common.scoped import fetch

from .. import actions, rules
from ..actions.removing import KEPT_FOR
from ..filters import DeskFilter
from ..forms import FILE_REFUSALS, document_line
from ..forms.entry import DocumentForm, NewDocumentForm
from ..models import OfficialDocument
from ..queries import desk, links_of, listing, type_of
from ..symbols import UNKNOWN, parse_symbol
from ._fetch import documents
from .public import lines

#: So many documents a search within a form offers.
MOST_FOUND = 12


def for_office(view):
    """Signed in, working in some office, never kept by a cache."""

    @never_cache
    @wraps(view)
    def checked(request, *args, **kwargs):
        if request.htmx and not request.user.is_authenticated:
            return HttpResponse(headers={"HX-Redirect": redirect_to_login(request.path).url})
        return ready(request, *args, **kwargs)

    @login_required
    @wraps(view)
    def ready(request, *args, **kwargs):
        if not rules.offices(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


def _kept(user, pk):
    """The document for those who keep it; 403 for others of an office who see it."""
    return fetch(
        documents(user).select_related("kept_by"),
        user=user,
        see=lambda user, row: True,
        may=rules.may_keep,
        pk=pk,
    )


@for_office
@require_safe
def index(request):
    """Documents of my agencies and those below that I watch over."""
    user = request.user
    found = DeskFilter(request.GET, queryset=desk.kept_by_office(user), user=user)
    page = paginate(request, found.in_order, per_page=30)
    context = {
        "filter": found,
        "page": page,
        "rows": lines(page, user),
        "may_enter": bool(rules.keeps_for(user)),
    }
    return render(request, "official/desk/index.html", context)


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """Enter a document with its links and its signed copy."""
    user = request.user
    if not rules.keeps_for(user):
        raise PermissionDenied
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    initial = {"symbol": request.GET.get("so", "")[:80], "is_public": True}
    form = NewDocumentForm(*posted, user=user, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            document = actions.enter_document(
                actor=user,
                agency=form.cleaned_data["agency"],
                links=form.links(),
                file=form.cleaned_data["file"],
                **form.values(),
            )
        except Refused as refused:
            _add_refusal(form, refused)
        else:
            messages.success(request, _("Đã ghi %s vào sổ.") % document.label)
            return redirect("official:document", document.pk)
    return _form_page(request, form, None)


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk):
    """Change facts and links; the second of two people sees both texts."""
    user = request.user
    document = _kept(user, pk)
    elsewhere = desk.kept_elsewhere([document.pk]).get(document.pk)
    if elsewhere:
        messages.info(request, elsewhere)
        return redirect("official:document", document.pk)
    posted = (request.POST,) if request.method == "POST" else ()
    form = DocumentForm(*posted, user=user, document=document, linked=_linked(document, user))
    if form.is_bound and form.is_valid():
        try:
            document = actions.revise_document(
                actor=user,
                document=document,
                lock_version=form.expected_version,
                links=form.links(),
                **form.values(),
            )
        except StaleVersion as stale:
            form.mark_stale_document(stale.current, _linked(stale.current, user))
        except Refused as refused:
            _add_refusal(form, refused)
        else:
            messages.success(request, _("Đã lưu."))
            return redirect("official:document", document.pk)
    return _form_page(request, form, document)


def _linked(document, user):
    """{kind: documents} of its own links, as far as `user` may see them."""
    return {g.kind: g.documents for g in links_of(document, user) if g.outgoing}


def _form_page(request, form, document):
    context = {
        "form": form,
        "document": document,
        "reading": _reading(form["symbol"].value() or "", request.user, leave_out=document),
    }
    status = 422 if form.is_bound else 200
    return render(request, "official/desk/form.html", context, status=status)


def _add_refusal(form, refused):
    field = {
        "duplicate": "symbol",
        "symbol_long": "symbol",
        **dict.fromkeys(FILE_REFUSALS, "file"),
    }.get(refused.code)
    form.add_error(field if field in form.fields else None, refused.message)


def _reading(symbol, user, leave_out=None):
    """What a symbol says, as the form shows it beside the field; None for an empty one."""
    if not symbol.strip():
        return None
    parts = parse_symbol(symbol)
    return {
        "parts": parts,
        "readable": parts.kind != UNKNOWN,
        "type": type_of(symbol),
        "alike": desk.alike(symbol, user, leave_out=leave_out),
    }


@for_office
@require_safe
def reading(request):
    """Part of the form: type, number and issuer read from what is being typed."""
    user = request.user
    but = request.GET.get("tru", "")
    but = OfficialDocument.objects.filter(pk=int(but)).first() if but.isdecimal() else None
    context = {"reading": _reading(request.GET.get("symbol", "")[:200], user, leave_out=but)}
    return render(request, "official/desk/_reading.html", context)


@for_office
@require_safe
def lookup(request):
    """Documents by symbol or words, with the line that a form takes; a page, and a part of one."""
    words = request.GET.get("tra-cuu", "")[:200]
    rows = listing.find(documents(request.user), words, beginning=True) if words.strip() else []
    if words.strip():
        rows = list(rows.order_by(*listing.ORDERS["moi"])[: MOST_FOUND + 1])
    context = {
        "words": words,
        "rows": [(row, document_line(row)) for row in rows[:MOST_FOUND]],
        "more": len(rows) > MOST_FOUND,
        "may_enter": bool(rules.keeps_for(request.user)),
        "looks_like_symbol": parse_symbol(words).kind != UNKNOWN,
    }
    page = "official/desk/_found.html" if request.htmx else "official/desk/lookup.html"
    return render(request, page, context)


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request, pk):
    """Put a document into "Đã xóa", after a page that asks; while it is used, say where."""
    document = _kept(request.user, pk)
    if request.method == "POST":
        try:
            actions.remove_document(actor=request.user, document=document)
        except Refused as refused:
            messages.error(request, refused.message)
            return redirect("official:remove", pk)
        messages.success(
            request, _("Đã xóa %s; trong 30 ngày còn khôi phục được.") % document.label
        )
        return redirect("official:desk")
    context = {
        "document": document,
        "elsewhere": desk.kept_elsewhere([document.pk]).get(document.pk),
        "users": desk.users_of(document),
    }
    return render(request, "official/desk/remove.html", context)


@for_office
@require_safe
def removed(request):
    """What waits in "Đã xóa", and until when."""
    page = paginate(request, desk.removed_by_office(request.user), per_page=30)
    rows = [
        {
            "document": row,
            "until": clock.local(row.removed_at + KEPT_FOR).date(),
            "may": rules.may_keep(request.user, row),
        }
        for row in page
    ]
    return render(request, "official/desk/removed.html", {"page": page, "rows": rows})


@for_office
@require_POST
def restore(request, pk):
    """Bring a document back."""
    document = fetch(
        desk.removed_by_office(request.user),
        user=request.user,
        see=lambda user, row: True,
        may=rules.may_keep,
        pk=pk,
    )
    try:
        actions.restore_document(actor=request.user, document=document)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("official:removed")
    messages.success(request, _("Đã khôi phục %s.") % document.label)
    return redirect(reverse("official:document", args=[pk]))
