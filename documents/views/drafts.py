"""Autosave of the working text, who has it open, and pasted text of old fonts.

The editor's views call `taken`, `around` and `saved`; what the script and these pages say to each
other stands in `portal.common.autosave`.
"""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from documents import actions, blocks, rules, sections
from documents.models import Edition
from documents.queries import drafts as queries
from documents.views._fetch import desk_edition
from portal.agencies.rules import grants_of
from portal.common import autosave as page
from portal.common import clock, pasting, presence
from portal.common.diff import diff_html
from portal.common.display import datetime_vi
from portal.common.errors import Refused
from portal.common.limits import limited
from portal.common.richtext import plain, sanitize

_EDITIONS = Edition.objects.defer("source")
NO_KEY = uuid.UUID(int=0)


def room(edition):
    """Under which name presence knows the editor of an edition."""
    return f"soan-van-kien:{edition.pk}"


# --- for the editor's views -----------------------------------------------------------------------


def taken(request, edition, section=""):
    """The draft that `?tu_luu=` takes up in this editor, or None."""
    key = page.key_of(request.GET.get(page.TAKE_UP, ""))
    if key is None or request.method == "POST":
        return None
    found = queries.draft(request.user, key)
    fits = found is not None and (found.edition_id, found.section) == (edition.pk, section)
    return found if fits else None


def around(request, edition, section="", draft=None):
    """Context of the editor's page: its key, where it autosaves to, what was left, who is there."""
    presence.enter(room(edition), request.user.pk)
    key = draft.key if draft else page.key_of(request.POST.get(page.KEY, "")) or uuid.uuid4()
    here = [edition.document_id, edition.n]
    query = f"?muc={section}" if section else ""
    offers = queries.drafts_of(request.user, edition).exclude(key=key)[:3]
    return {
        "autosave": {
            "key": key,
            "key_field": page.KEY,
            "person_field": page.PERSON,
            "person": request.user.pk,
            "url": reverse("documents:autosave", args=here) + query,
            "token_url": reverse("documents:autosave_token"),
            "draft_url": reverse("documents:draft", args=[NO_KEY]),
            "target": f"vk-{edition.pk}-{section or 'ca'}",
            "taken": draft,
        },
        # While the form comes back with errors, the offer would only be in the way.
        "draft_offers": [] if request.method == "POST" else list(offers),
        "people": presence.others(room(edition), request.user.pk),
        "presence_url": reverse("documents:presence", args=here),
    }


def left(request, edition):
    """Context of the page where a section is chosen: what was left, who is there."""
    here = [edition.document_id, edition.n]
    return {
        "draft_offers": list(queries.drafts_of(request.user, edition)[:3]),
        "people": presence.others(room(edition), request.user.pk),
        "presence_url": reverse("documents:presence", args=here),
    }


def of_this_person(request, form):
    """Whether the page was made for who sends it now; if not, the form says so once."""
    sentence = _(
        "Trang này do người khác mở, sau đó %(name)s đăng nhập ở máy này. Chưa lưu gì: nếu lưu, "
        "văn bản sẽ do %(name)s sửa. Chỉ bấm lưu lần nữa nếu đúng như vậy."
    )
    return page.of_this_person(request, form, sentence % {"name": request.user.full_name})


def saved(request):
    """The text of this page is saved: its draft has done its work."""
    key = page.key_of(request.POST.get(page.KEY, ""))
    if key is not None:
        actions.drop_draft(actor=request.user, key=key)


# --- addresses ------------------------------------------------------------------------------------


@never_cache
@limited("autosave_text", per_person=900, minutes=10)
@require_POST
def autosave(request, pk, n):
    """Keep the fields of an editor page.

    JSON: {"at": "14:05"}, or {"message"} with 401 (nobody), 409 (somebody else) or 422.
    """
    refused = page.not_taken(request)
    if refused:
        return refused
    edition = desk_edition(request.user, pk, n, rules.may_edit, editions=_EDITIONS)
    base, section = request.POST.get("lock_version", ""), request.GET.get("muc", "")
    if not (_number(base) and (not section or _number(section))):
        return page.incomplete()
    try:
        draft = actions.keep_draft(
            actor=request.user,
            edition=edition,
            key=page.key_of(request.POST[page.KEY]),
            fields=page.fields_of(request, leave_out=["preview"]),
            base_version=int(base),
            section=section,
        )
    except Refused as refused:
        return page.refusal(refused.message, 422)
    return JsonResponse({"at": f"{clock.local(draft.changed_at):%H:%M}"})


def _number(text):
    return text.isascii() and text.isdecimal() and len(text) < 8


@csrf_exempt  # a page that closes after signing out has no token any more; nothing is stored
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def present(request, pk, n):
    """Who else has the text open, as a fragment; POST: I have it open (`roi`: no longer).

    The page asks by itself, so nobody signed in is no error: 204.
    """
    if not request.user.is_authenticated:
        return HttpResponse(status=204)
    opens = request.method == "POST"
    edition = desk_edition(
        request.user, pk, n, rules.may_edit if opens else None, editions=_EDITIONS
    )
    if opens and request.POST.get("roi"):
        presence.leave(room(edition), request.user.pk)
        return HttpResponse(status=204)
    if opens:
        presence.enter(room(edition), request.user.pk)
    people = presence.others(room(edition), request.user.pk)
    return render(request, "documents/_presence_people.html", {"people": people})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request, key):
    """A draft of my own beside what is saved; POST forgets it."""
    found = queries.draft(request.user, key)
    if found is None:
        raise Http404
    edition = found.edition
    back = reverse("documents:edit", args=[edition.document_id, edition.n])
    if request.method == "POST":
        actions.drop_draft(actor=request.user, key=key)
        messages.success(
            request, _("Đã bỏ bản tự lưu lúc %(at)s.") % {"at": datetime_vi(found.changed_at)}
        )
        return redirect(back)
    mine = plain(sanitize("".join(found.fields.get("html", []))))
    theirs = plain(sanitize(_stored(found)))
    query = f"?muc={found.section}&" if found.section else "?toan=1&"
    context = {
        "draft": found,
        "edition": edition,
        "document": edition.document,
        "same": mine == theirs,
        "changes": diff_html(theirs, mine),
        "outdated": found.base_version != edition.lock_version,
        "take_up": f"{back}{query}{page.TAKE_UP}={found.key}",
        "back": back,
        "may_write": rules.may_edit(request.user, edition.document)
        and edition.state == Edition.State.EDITING,
    }
    return render(request, "documents/draft.html", context)


def _stored(found):
    """The stored text that a draft would replace."""
    if not found.section:
        return found.edition.source
    cut = blocks.cut(found.edition.source)
    number, title = ("".join(found.fields.get(name, [])) for name in ("number", "title"))
    section = sections.counterpart(cut, int(found.section), number, title)
    return sections.html_of(cut, section) if section else ""


@never_cache
@limited("legacy_text", per_person=200, minutes=10)
@require_POST
def pasted(request):
    """What a piece of the clipboard says in Unicode, see `portal.common.pasting`."""
    return pasting.answer(
        request, lambda user: bool(grants_of(user).agency_ids(rules.EDITING_ROLES))
    )
