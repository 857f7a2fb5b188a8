"""Responses for readers: the form, all responses of an article, the receipt.

The form and the receipt are the only pages of news with a token against forged requests, and so the
only ones that set a cookie; requests to them are logged without saying whose they are.
"""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.common import clock, pagecache
from portal.common.errors import Refused
from portal.common.limits import limited
from portal.common.paging import paginate
from portal.moderation import queries as moderation
from portal.moderation.forms import AppealForm
from portal.news import actions, queries
from portal.news.actions.responses import KIND
from portal.news.forms.responses import ResponseForm
from portal.news.models import Article, Response
from portal.news.queries import responses as reading
from portal.news.rules import responses as response_rules

PER_PAGE = 20
#: An office of a hundred people shares one address.
PER_ADDRESS, MINUTES = 15, 10


def _article(pk, now):
    """An article readers know, also after it was withdrawn; its long texts stay in the database."""
    found = (
        Article.objects.select_related("agency")
        .defer("body", "plain", "search")
        .filter(pk=pk, live_revision__isnull=False, published_at__lte=now)
        .first()
    )
    if found is None:
        raise Http404
    return found


def _canonical(article, name):
    return reverse(f"news:responses:{name}", args=[article.agency.slug, article.slug, article.pk])


@never_cache
@limited("responses", per_address=PER_ADDRESS, minutes=MINUTES)
@require_http_methods(["GET", "HEAD", "POST"])
def write(request, agency_slug, slug, pk):
    """Gửi phản hồi, or with `?tra-loi=id` a reply to a shown response."""
    now = clock.now()
    article = _article(pk, now)
    if (agency_slug, slug) != (article.agency.slug, article.slug):
        query = request.META.get("QUERY_STRING", "")
        return redirect(_canonical(article, "write") + (f"?{query}" if query else ""))
    closed = response_rules.closed_because(article, now)
    context = {
        "article": article,
        "closed": closed,
        "parent": _parent(request, article),
        "all_url": _canonical(article, "all"),
    }
    if request.method != "POST":
        if closed:
            status = 410 if article.withdrawn_at else 200
            return render(request, "news/response_closed.html", context, status=status)
        form = ResponseForm(article=article)
        return render(request, "news/response_form.html", {**context, "form": form})
    form = ResponseForm(request.POST, article=article)
    if form.is_valid():
        try:
            received = actions.send_response(
                article_id=article.pk,
                name=form.cleaned_data["name"],
                email=form.cleaned_data["email"],
                text=form.cleaned_data["text"],
                parent_id=context["parent"].pk if context["parent"] else None,
                submission_key=form.submission_key,
                now=now,
            )
        except Refused as refused:
            if refused.code == "sent_before":
                form.renew()
            form.add_error(
                refused.code if refused.code in form.fields else None, str(refused.message)
            )
        else:
            return redirect("news:responses:receipt", received.code)
    # What was typed stays in the form, also where the article was closed meanwhile.
    return render(request, "news/response_form.html", {**context, "form": form})


def _parent(request, article):
    wanted = request.GET.get("tra-loi", "")
    if not wanted:
        return None
    if not (wanted.isascii() and wanted.isdecimal() and len(wanted) < 18):
        raise Http404
    parent = reading.threads_of(article).filter(pk=wanted).first()
    if parent is None:
        raise Http404
    return parent


@pagecache.public_page(trang=pagecache.page_number)
@require_safe
def all_of(request, agency_slug, slug, pk):
    """All responses to one article, in pages."""
    now = clock.now()
    article = _article(pk, now)
    if (agency_slug, slug) != (article.agency.slug, article.slug):
        return redirect(_canonical(article, "all"), permanent=True)
    if article.withdrawn_at is not None:
        context = {"article": article, "closed": response_rules.closed_because(article, now)}
        return render(request, "news/response_closed.html", context, status=410)
    page = paginate(request, reading.threads_of(article), PER_PAGE)
    context = {
        "article": article,
        "page": page,
        "threads": reading.with_replies(page),
        "closed": response_rules.closed_because(article, now),
    }
    return render(request, "news/responses.html", context)


@never_cache
@limited("responses", per_address=PER_ADDRESS, minutes=MINUTES)
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request, code):
    """The sender's own page: what became of the response, and once a request for a second look."""
    response = reading.by_receipt(code)
    if response is None:
        raise Http404
    case = moderation.of_subject(KIND, response.pk)
    may_appeal = case.state == case.State.HIDDEN and not case.was_appealed
    form = AppealForm(request.POST or None) if may_appeal else None
    if request.method == "POST":
        if "take_back" in request.POST:
            actions.take_back_response(response_id=response.pk)
            return redirect("news:responses:receipt", code)
        if form is None:
            return redirect("news:responses:receipt", code)
        if form.is_valid():
            try:
                actions.ask_again(response=response, text=form.cleaned_data["text"])
            except Refused as refused:
                form.add_error(None, str(refused.message))
            else:
                return redirect("news:responses:receipt", code)
    decisions = list(case.decisions.all())
    context = {
        "response": response,
        "article": response.article,
        "case": case,
        "decision": decisions[-1] if decisions else None,
        "appeal": moderation.appeal_of(case),
        "form": form,
        "shown": response.state == Response.State.SHOWN,
        "answers": queries.answers_to(response),
        "title": _("Phản hồi của bạn"),
    }
    page = render(request, "news/response_receipt.html", context)
    # The policy of referrers stays "same-origin": without any the form below could not be sent.
    page["X-Robots-Tag"] = "noindex"
    return page
