"""The page where a person says what became of the passages of the edition before."""

import datetime as dt
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from documents import actions, lineage, queries, rules
from documents.models import Block, Edition
from documents.queries import alignment as places
from documents.views._fetch import desk_edition
from documents.views._spots import dress
from portal.common.errors import Refused
from portal.common.paging import paginate, tabs

PER_PAGE = 20
_TABS = (
    ("can-xem", lazy("Cần xem")),
    ("da-xem", lazy("Đã xem")),
    ("bo", lazy("Bỏ")),
    ("moi", lazy("Mới")),
    ("chuyen", lazy("Chuyển chỗ")),
    ("tat-ca", lazy("Tất cả")),
)


@login_required
def align(request, pk, n):
    """All places under one filter, the most doubtful first."""
    edition = desk_edition(request.user, pk, n)
    if edition.state == Edition.State.EDITING:
        return render(request, "documents/align/none.html", {"edition": edition})
    found = queries.alignment_of(edition)
    if found.last is None:
        return render(request, "documents/align/none.html", {"edition": edition, "first": True})
    counts = found.counts
    asked = request.GET.get("loc", "")
    name = asked if asked in counts else ("can-xem" if found.left else "tat-ca")
    page = paginate(request, found.chosen(name), per_page=PER_PAGE)
    dress(edition, found.last, page.items)
    links = [(value, label, counts[value]) for value, label in _TABS]
    return render(
        request,
        "documents/align/page.html",
        {
            **_common(request, edition, found.last),
            **_numbers(found),
            "page": page,
            "filter": name,
            "tabs": tabs(request, "loc", links, name),
            "sure": len(found.sure(places.SURE[2])),
            "undo_at": request.GET.get("vua", ""),
            "undo_by": request.user.pk,
            "kept": _kept(request),
        },
    )


_VERBS = {
    "dung": (actions.confirm_link, lazy("Đã xác nhận.")),
    "khong": (actions.reject_link, lazy("Đã ghi là không phải.")),
    "bo-noi": (actions.reject_link, lazy("Đã bỏ nối.")),
    "xem-lai": (actions.reopen_link, lazy("Đã để lại chờ xem.")),
}
_ALONE = {
    "khong-co": (actions.settle_alone, lazy("Đã ghi.")),
    "co-lai": (actions.reopen_alone, lazy("Đã để lại chờ xem.")),
}


@login_required
@require_POST
def decide(request, pk, n):
    """One decision about one place; htmx gets the row as it now stands."""
    edition = desk_edition(request.user, pk, n, may=rules.may_align)
    verb = request.POST.get("viec", "")
    expected = _expected(request.POST.get("noi", ""))
    block = _number(request.POST.get("doan", ""))
    done, refusal = "", ""
    try:
        if verb in _VERBS and expected:
            action, done = _VERBS[verb]
            action(actor=request.user, edition=edition, expected=expected)
        elif verb in _ALONE and block:
            action, done = _ALONE[verb]
            action(actor=request.user, edition=edition, block=block)
        else:
            raise Http404
    except Refused as refused:
        refusal = refused.message
    if request.htmx:
        return _row(request, edition, expected if not block else {}, block, refusal)
    if refusal:
        messages.error(request, refusal)
    else:
        messages.success(request, done)
    return redirect(_page(edition, request.GET.get("loc", ""), request.GET.get("trang", "")))


def _row(request, edition, expected, block, refusal):
    last = queries.before(edition)
    spot = places.one_spot(edition, links=expected, block=block)
    if spot is None or last is None:
        raise Http404
    dress(edition, last, [spot])
    return render(
        request,
        "documents/align/_answer.html",
        {
            **_common(request, edition, last),
            **_numbers(queries.alignment_of(edition)),
            "spot": spot,
            "refusal": refusal,
            "filter": request.GET.get("loc", ""),
            "kept": _kept(request),
        },
    )


@login_required
def around(request, pk, n, block):
    """What stands before and after a passage."""
    edition = desk_edition(request.user, pk, n)
    last = queries.before(edition)
    middle = get_object_or_404(Block, pk=block, edition__in=[e for e in (last, edition) if e])
    return render(
        request,
        "documents/align/around.html",
        {
            **_common(request, edition, last),
            "middle": middle,
            "blocks": places.around(middle),
            "number": n if middle.edition_id == edition.pk else last.n,
        },
    )


@login_required
def choose(request, pk, n):
    """Choose by hand which passages belong together, looking for them by words or number."""
    edition = desk_edition(request.user, pk, n, may=rules.may_align)
    last = queries.before(edition)
    if last is None or edition.state == Edition.State.EDITING:
        raise Http404
    data = request.POST if request.method == "POST" else request.GET
    sides = [
        _Side(edition, last, "cu", data, new=False),
        _Side(edition, last, "moi", data, new=True),
    ]
    refusal = ""
    if request.method == "POST" and data.get("viec") == "noi":
        try:
            actions.link_by_hand(
                actor=request.user,
                edition=edition,
                sources=[b.pk for b in sides[0].chosen],
                targets=[b.pk for b in sides[1].chosen],
            )
        except Refused as refused:
            refusal = refused.message
        else:
            messages.success(request, _("Đã nối các đoạn đã chọn."))
            return redirect(_page(edition, data.get("loc", "")))
    sides[0].offer(sides[1].chosen)
    sides[1].offer(sides[0].chosen)
    return render(
        request,
        "documents/align/choose.html",
        {
            **_common(request, edition, last),
            "sides": sides,
            "refusal": refusal,
            "loc": data.get("loc", ""),
        },
        status=422 if refusal else 200,
    )


class _Side:
    """One edition on the page of choosing: what is ticked, what was looked for, what is near."""

    def __init__(self, edition, last, name, data, new):
        self.edition, self.last, self.name, self.new = edition, last, name, new
        self.shown = edition if new else last
        ids = [number for number in map(_number, data.getlist(name)) if number][:60]
        found = Block.objects.filter(edition=self.shown, pk__in=ids).order_by("pos")
        self.chosen = list(found)
        self.q = data.get(f"tim_{name}", "").strip()[:200]

    def offer(self, others):
        """Fill `found`: by words; without words what is most like the chosen ones opposite."""
        here = {block.pk for block in self.chosen}
        if self.q:
            found = places.find_blocks(self.shown, self.q)
        elif others and not self.chosen:
            free = places.free_blocks(self.edition, self.last, self.new)
            found = [free[i] for i, _score in lineage.nearest(others[0], free, most=6)]
        elif self.chosen:
            pos = {block.pos + step for block in self.chosen for step in (-1, 1)}
            found = list(Block.objects.filter(edition=self.shown, pos__in=pos).order_by("pos"))
        else:
            found = []
        self.found = [block for block in found if block.pk not in here]


@login_required
def many(request, pk, n):
    """The list of what would be confirmed at once, and the button for it."""
    edition = desk_edition(request.user, pk, n, may=rules.may_align)
    found = queries.alignment_of(edition)
    if found.last is None:
        raise Http404
    if request.method == "POST":
        try:
            at = actions.confirm_many(
                actor=request.user, edition=edition, expected=_expected(request.POST.get("noi", ""))
            )
        except Refused as refused:
            messages.error(request, refused.message)
            return redirect("documents:align_many", pk=pk, n=n)
        messages.success(request, _("Đã xác nhận các đoạn trong danh sách."))
        return redirect(_page(edition, "can-xem", vua=at.isoformat()))
    percent = _number(request.GET.get("diem", "")) or places.SURE[2]
    percent = percent if percent in places.SURE else places.SURE[2]
    sure = found.sure(percent)
    shown = dress(edition, found.last, sure[: places.MOST_AT_ONCE])
    return render(
        request,
        "documents/align/many.html",
        {
            **_common(request, edition, found.last),
            "spots": shown,
            "total": len(sure),
            "percent": percent,
            "choices": [(p, len(found.sure(p))) for p in places.SURE],
            "expected": " ".join(spot.expected for spot in shown),
        },
    )


@login_required
@require_POST
def undo(request, pk, n):
    """Take back what was confirmed at once."""
    edition = desk_edition(request.user, pk, n, may=rules.may_align)
    try:
        at = dt.datetime.fromisoformat(request.POST.get("vua", ""))
        if at.tzinfo is None:
            raise ValueError
    except ValueError:
        raise Http404 from None
    try:
        count = actions.undo_many(actor=request.user, edition=edition, at=at)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        if count:
            messages.success(
                request,
                ngettext("Đã để lại %d chỗ nối chờ xem.", "Đã để lại %d chỗ nối chờ xem.", count)
                % count,
            )
        else:
            messages.info(request, _("Không còn gì để hoàn tác."))
    return redirect(_page(edition, "can-xem"))


def _common(request, edition, last):
    return {
        "document": edition.document,
        "edition": edition,
        "last": last,
        "may": rules.may_align(request.user, edition.document),
        "published": edition.state not in Edition.UNPUBLISHED,
    }


def _numbers(found):
    left, done = found.left, found.done
    return {"left": left, "done": done, "total": left + done}


def _kept(request):
    kept = {name: request.GET[name] for name in ("loc", "trang") if request.GET.get(name)}
    return f"?{urlencode(kept)}" if kept else ""


def _page(edition, name="", number="", **more):
    query = {"loc": name, "trang": number, **more}
    query = {key: value for key, value in query.items() if value}
    url = reverse("documents:align", args=[edition.document_id, edition.n])
    return f"{url}?{urlencode(query)}" if query else url


def _expected(raw):
    """{link id: state} from "12:proposed 13:proposed"; what makes no sense is left out."""
    out = {}
    for part in raw.split()[:5000]:
        digits, _colon, state = part.partition(":")
        if _number(digits) and state:
            out[int(digits)] = state
    return out


def _number(raw):
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 16 else None
