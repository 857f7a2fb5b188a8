"""Responses at the desk: what an article got, the agency's answers, opening and closing."""

import uuid

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.common import clock
from portal.common.errors import Refused
from portal.common.paging import paginate
from portal.common.scoped import fetch
from portal.moderation.models import Case
from portal.news import actions, rules
from portal.news.actions.responses import KIND
from portal.news.forms.responses import AnswerForm, OpenForm
from portal.news.models import Article, Response
from portal.news.queries import responses as reading
from portal.news.rules import responses as response_rules
from portal.news.views._common import for_staff, say, say_refused

PER_PAGE = 30


def _may_look(user, article):
    return response_rules.may_keep(user, article) or rules.may_see(user, article)


def _article(request, pk, may=None):
    rows = Article.objects.select_related("agency", "working").defer(
        "body", "plain", "search", "working__body"
    )
    return fetch(rows, user=request.user, see=_may_look, may=may, pk=pk)


@for_staff
@require_safe
def index(request, pk):
    """Responses to one article: all for those who keep them, the shown ones for others."""
    article = _article(request, pk)
    keeps = response_rules.may_keep(request.user, article)
    page = paginate(request, reading.of_article(article, keeps=keeps), PER_PAGE)
    ids = [str(r.pk) for top in page for r in [top, *top.replies.all()]]
    cases = dict(Case.objects.filter(kind=KIND, subject_id__in=ids).values_list("subject_id", "pk"))
    context = {
        "article": article,
        "page": page,
        "threads": [
            {
                "response": top,
                "case": cases.get(str(top.pk)),
                "replies": [(reply, cases.get(str(reply.pk))) for reply in top.replies.all()],
            }
            for top in page
        ],
        "closed": response_rules.closed_because(article, clock.now())
        if article.live_revision_id
        else "",
        "may_keep": keeps,
        "may_answer": response_rules.may_answer(request.user, article),
    }
    return render(request, "news/desk_responses.html", context)


@for_staff
@require_POST
def set_open(request, pk):
    """Open or close the article for responses."""
    article = _article(request, pk, may=response_rules.may_keep)
    form = OpenForm(request.POST)
    form.is_valid()
    open_ = form.cleaned_data["open"]
    try:
        actions.set_responses_open(actor=request.user, article_id=article.pk, open_=open_)
    except Refused as refused:
        say_refused(request, refused)
    else:
        say(request, _("Đã mở mục phản hồi.") if open_ else _("Đã đóng mục phản hồi."))
    return redirect("news:desk_responses", article.pk)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request, pk, response_pk):
    """Trả lời của cơ quan."""
    article = _article(request, pk, may=response_rules.may_answer)
    asked = get_object_or_404(
        Response.objects.select_related("parent"), pk=response_pk, article=article
    )
    if asked.state != Response.State.SHOWN:
        raise Http404
    form = AnswerForm(request.POST or None, initial={"key": uuid.uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_response(
                actor=request.user,
                response_id=asked.pk,
                text=form.cleaned_data["text"],
                submission_key=form.cleaned_data["key"],
            )
        except Refused as refused:
            form.add_error("text" if refused.code == "text" else None, str(refused.message))
        else:
            say(request, _("Đã đăng câu trả lời của cơ quan."))
            return redirect("news:desk_responses", article.pk)
    context = {"article": article, "asked": asked, "form": form}
    return render(request, "news/answer_response.html", context)


@for_staff
@require_POST
def take_away(request, pk, response_pk):
    """Take back an answer of the agency."""
    article = _article(request, pk, may=response_rules.may_answer)
    given = get_object_or_404(Response, pk=response_pk, article=article, official=True)
    try:
        actions.take_answer_away(actor=request.user, answer_id=given.pk)
    except Refused as refused:
        say_refused(request, refused)
    else:
        say(request, _("Đã gỡ câu trả lời."))
    return redirect("news:desk_responses", article.pk)
