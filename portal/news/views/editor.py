"""What the editor's page asks for while somebody writes: new rows, keywords."""

from django.http import JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST, require_safe

from portal.agencies.models import Agency
from portal.agencies.rules import grants_of
from portal.common.scoped import fetch
from portal.news import queries, rules
from portal.news.actions.items import MOST
from portal.news.forms.items import MOST_ROWS, ItemForm, NewItems, keep_new, prefix_of
from portal.news.views._common import for_staff


def _agency(request, slug):
    return fetch(
        Agency.objects.all(), user=request.user, see=_sees, may=rules.may_write_for, slug=slug
    )


def _sees(user, agency):
    return grants_of(user).has(rules.READERS, agency)


def _number(text, most):
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 6 else 0


@for_staff
@require_POST
def add_items(request):
    """Keep pictures, files, a video or its address at once; their rows of the form as HTML.

    `co_quan` is the agency, `tu` the number of the first row, `co-<kind>` how many of a kind there
    are. Answers {"rows": [{"kind", "html"}], "errors": [sentence]}; nothing belongs to an article
    before the form itself is sent.
    """
    agency = _agency(request, request.POST.get("co_quan", ""))
    form = NewItems(request.POST, request.FILES)
    first = _number(request.POST.get("tu", ""), MOST_ROWS)
    room = {
        kind: most - _number(request.POST.get(f"co-{kind}", ""), most)
        for kind, most in MOST.items()
    }
    form.is_valid()
    rows, errors = keep_new(form.cleaned_data, actor=request.user, agency=agency, room=room)
    sentences = [str(text) for given in (form.errors, errors) for v in given.values() for text in v]
    shown = []
    for n, (state, upload) in enumerate(rows, first):
        row = ItemForm(initial=state, prefix=prefix_of(n), state=state, upload=upload)
        html = render_to_string("news/_editor_item.html", {"row": row}, request=request)
        shown.append({"kind": state["kind"], "html": html})
    return JsonResponse({"rows": shown, "errors": sentences})


@for_staff
@require_safe
def tags(request):
    """Choices for the last of the keywords that are being typed."""
    agency = _agency(request, request.GET.get("co_quan", ""))
    before, comma, last = request.GET.get("tags", "")[:500].rpartition(",")
    kept = f"{before.strip()}{comma} " if comma else ""
    found = queries.tags_of(agency, last)
    return render(request, "news/_tag_options.html", {"tags": [f"{kept}{tag}" for tag in found]})
