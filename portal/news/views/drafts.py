"""Autosave: what the editor's page sends while somebody types, and how it comes back.

What the script and these pages say to each other stands in `portal.common.autosave`. The editor's
views call `data_for`, `around` and `saved`; `keeps_typed` of portal.common guards
their POST against a session that ended.
"""

import uuid

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from portal.agencies.models import Agency
from portal.common import autosave as page
from portal.common import clock
from portal.common.display import datetime_vi
from portal.common.errors import Refused
from portal.common.limits import limited
from portal.common.scoped import fetch
from portal.news import actions, presence, rules
from portal.news.forms.article import ArticleForm
from portal.news.models import Article
from portal.news.queries import drafts as queries
from portal.news.views._common import for_staff, get_article, say

# --- for the editor's views -----------------------------------------------------------------------


def data_for(request, *, agency, article=None):
    """What the editor's form is bound to: what was sent, a draft taken up (`?tu_luu=`), or None."""
    if request.method == "POST":
        return request.POST
    draft = _wanted(request, agency, article)
    return None if draft is None else page.as_sent(draft.fields)


def _wanted(request, agency, article):
    key = page.key_of(request.GET.get(page.TAKE_UP, ""))
    if key is None or request.method == "POST":
        return None
    draft = queries.draft(request.user, key)
    fits = draft is not None and (draft.agency_id, draft.article_id) == (
        agency.pk,
        getattr(article, "pk", None),
    )
    return draft if fits else None


def around(request, form, *, agency, article=None):
    """Context of the editor's page: its key, where it autosaves to, what was left from before."""
    taken = _wanted(request, agency, article)
    if taken is not None:
        page.without_errors(form)
    key = taken.key if taken else page.key_of(request.POST.get(page.KEY, "")) or uuid.uuid4()
    if article is not None:
        presence.enter(article.pk, request.user.pk)
    offers = queries.drafts_of(request.user, agency=agency, article=article)
    if article is None:
        address = reverse("news:autosave_new") + f"?co_quan={agency.slug}"
    else:
        address = reverse("news:autosave", args=[article.pk])
    return {
        "autosave": {
            "key": key,
            "key_field": page.KEY,
            "person_field": page.PERSON,
            "person": request.user.pk,
            "url": address,
            "token_url": reverse("news:autosave_token"),
            "draft_url": reverse("news:draft", args=[uuid.UUID(int=0)]),
            "target": f"bai-{article.pk}" if article else f"moi-{agency.pk}",
            "taken": taken,
        },
        # While the form comes back with errors, the offer would only be in the way.
        "draft_offers": [] if request.method == "POST" else list(offers.exclude(key=key)[:3]),
    }


def of_this_person(request, form):
    """Whether the page was made for who sends it now. If not, the form says so once: what comes
    back is a page of theirs, to be saved or left."""
    sentence = _(
        "Trang này do người khác mở, sau đó %(name)s đăng nhập ở máy này. Chưa lưu gì: nếu "
        "lưu, bài sẽ đứng tên %(name)s. Chỉ bấm lưu lần nữa nếu đúng như vậy."
    )
    return page.of_this_person(request, form, sentence % {"name": request.user.full_name})


def saved(request):
    """The text of this page is saved: its draft has done its work."""
    key = page.key_of(request.POST.get(page.KEY, ""))
    if key is not None:
        actions.drop_draft(actor=request.user, key=key)


# --- addresses ------------------------------------------------------------------------------------


@never_cache
@limited("autosave", per_person=900, minutes=10)
@require_POST
def autosave(request, pk=None):
    """Keep the fields of an editor page.

    JSON: {"at": "14:05"}, or {"message"} with 401 (nobody), 409 (somebody else) or 422.
    Never a redirect: the page asks with fetch, and a sign-in page would look like an answer.
    """
    user = request.user
    refused = page.not_taken(request)
    if refused:
        return refused
    if pk is None:
        article = None
        agency = fetch(
            Agency.objects.all(),
            user=user,
            see=rules.may_write_for,
            slug=request.GET.get("co_quan", ""),
        )
    else:
        rows = Article.objects.select_related("agency").defer("body", "plain", "search")
        article = fetch(rows, user=user, see=rules.may_see, may=rules.may_edit, pk=pk)
        agency = article.agency
    base = request.POST.get("lock_version", "")
    if article is not None and not (base.isascii() and base.isdecimal() and len(base) < 10):
        return page.incomplete()
    try:
        draft = actions.keep_draft(
            actor=user,
            agency=agency,
            article=article,
            key=page.key_of(request.POST[page.KEY]),
            fields=page.fields_of(request, leave_out=["next_step", "co_quan"]),
            base_version=None if article is None else int(base),
        )
    except Refused as refused:
        return page.refusal(refused.message, 422)
    return JsonResponse({"at": f"{clock.local(draft.changed_at):%H:%M}"})


@csrf_exempt  # a page that closes after signing out has no token any more; nothing is stored
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def present(request, pk):
    """Who else has the article open, as a fragment; POST: I have it open (`roi`: no longer).

    The page asks by itself, so nobody signed in is no error: 204.
    """
    if not request.user.is_authenticated:
        return HttpResponse(status=204)
    opens = request.method == "POST"
    rows = Article.objects.only("pk", "agency")
    may = rules.may_edit if opens else None
    article = fetch(rows, user=request.user, see=rules.may_see, may=may, pk=pk)
    if opens and request.POST.get("roi"):
        presence.leave(article.pk, request.user.pk)
        return HttpResponse(status=204)
    if opens:
        presence.enter(article.pk, request.user.pk)
    people = presence.others(article.pk, request.user.pk)
    context = {"people": people, "opens": "1" if opens else ""}
    return render(request, "news/_presence_people.html", context)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request, key):
    """A draft of my own beside what is saved; POST forgets it."""
    found = queries.draft(request.user, key)
    if found is None:
        raise Http404
    article = None
    if found.article_id is not None:
        article = get_article(request, found.article_id)
    back = _editor(found)
    if request.method == "POST":
        actions.drop_draft(actor=request.user, key=key)
        say(request, _("Đã bỏ bản tự lưu lúc %(at)s.") % {"at": datetime_vi(found.changed_at)})
        return redirect(back)
    form = ArticleForm(
        page.as_sent(found.fields), None, article=article, agency=found.agency, actor=request.user
    )
    form.is_valid()
    if article is not None:
        form.show_theirs(article)
    state = article.state if article else Article.State.EDITING
    context = {
        "draft": found,
        "article": article,
        "form": form,
        "outdated": article is not None and found.base_version != article.lock_version,
        "take_up": f"{back}{'&' if '?' in back else '?'}{page.TAKE_UP}={found.key}",
        "back": back,
        "may_write": rules.may_write_for(request.user, found.agency_id) and rules.takes_text(state),
        "preview": [
            (form.fields[name].label, form._display(name, form[name].value()))
            for name in ("title", "lead", "body")
        ],
    }
    return render(request, "news/draft.html", context)


def _editor(draft):
    if draft.article_id is None:
        return f"{reverse('news:create')}?co_quan={draft.agency.slug}"
    return reverse("news:edit", args=[draft.article_id])
