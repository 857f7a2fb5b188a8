"""What waits for an approver, the page of one article, and the text as readers would see it."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.common import clock
from portal.common.paging import paginate
from portal.news import actions, queries, rules
from portal.news.forms.verbs import RemarkForm, SendBackForm, VersionForm
from portal.news.models import Article
from portal.news.views._common import allow_players, for_staff, get_article, in_newsroom
from portal.news.views.desk import around


@in_newsroom
@require_safe
def waiting(request):
    """Chờ đồng chí duyệt."""
    rows = queries.with_looks(queries.waiting_for(request.user), request.user)
    page = paginate(request, rows)
    today = clock.today()
    for article in page:
        article.waited = (today - clock.today(article.submitted_at)).days
    return render(request, "news/waiting.html", {"page": page})


@for_staff
@require_safe
def article(request, pk):
    """One article with everything around it; on a phone the page an approver decides on."""
    shown = get_article(request, pk)
    context = article_context(request, shown)
    if context["may_decide"] and request.method == "GET":
        actions.look(actor=request.user, article=shown)
    response = render(request, "news/desk_article.html", context)
    return allow_players(response, context["items"])


def article_context(request, shown, *, send_back=None, remark=None):
    """What the page of one article needs; the forms come back with their errors."""
    user = request.user
    state, allows = shown.state, rules.LIFECYCLE.allows
    may_edit, may_review = rules.may_edit(user, shown), rules.may_review(user, shown)
    submitted = state == Article.State.SUBMITTED
    scheduled = state == Article.State.SCHEDULED
    due = scheduled and shown.published_at <= clock.now()
    to_come = scheduled and not due
    version = {"lock_version": shown.lock_version}
    may_publish = submitted and rules.publish_grant(user, shown) is not None
    seen = queries.seen_before(user, shown) if may_review and submitted else None
    handed_in = queries.handed_in(shown) if shown.working.small else None
    return {
        "seen": seen,
        "changes_since": queries.changes_from(seen, shown) if seen else [],
        "handed_in": handed_in,
        "touched_up": queries.changes_from(handed_in, shown) if handed_in else [],
        "may_touch_up": may_publish,
        "article": shown,
        "text": shown.working,
        "items": queries.items_of(shown.working),
        **around(shown),
        "version_form": VersionForm(initial=version, auto_id=False),
        "send_back_form": send_back or SendBackForm(initial=version),
        "remark_form": remark or RemarkForm(prefix="nx"),
        "due": due,
        "to_come": to_come,
        "may_edit": may_edit and rules.takes_text(state),
        "may_submit": may_edit and allows("submit", state),
        "may_take_back": may_edit and (submitted or to_come),
        "may_discard": may_edit and shown.in_correction and allows("discard", state),
        "may_decide": may_review and submitted,
        "may_publish": may_publish,
        "may_paper": queries.needs_paper(user, shown),
        "may_schedule": may_publish and shown.live_revision_id is None,
        "may_time": to_come and rules.may_time(user, shown),
        "may_publish_now": scheduled and rules.may_time(user, shown),
        "may_withdraw": may_review and shown.is_live,
        "may_remark": rules.may_remark(user, shown),
    }


@for_staff
@require_safe
def preview(request, pk):
    """The newest text as readers would see it."""
    shown = get_article(request, pk)
    context = {
        "article": shown,
        "text": shown.working,
        "items": queries.items_of(shown.working),
        "preview": True,
        "back": reverse("news:desk_article", args=[shown.pk]),
    }
    response = render(request, "news/article.html", context)
    response["X-Robots-Tag"] = "noindex"
    return allow_players(response, context["items"])
