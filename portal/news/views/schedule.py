"""The hour of an article: setting, moving and giving it up; the timetable of the newsroom."""

import itertools

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods, require_safe

from portal.common import clock
from portal.common import minutes as timing
from portal.common.display import datetime_vi
from portal.common.errors import Refused
from portal.common.paging import paginate
from portal.news import actions, queries, rules
from portal.news.forms.timing import ScheduleForm
from portal.news.models import Article
from portal.news.views._common import for_staff, get_article, in_newsroom, say
from portal.news.views.review import verb_view


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def schedule(request, pk):
    """Duyệt và hẹn giờ đăng; for what has an hour already: another one."""
    shown = get_article(request, pk, may=_may_set)
    moving = shown.state == Article.State.SCHEDULED
    now = clock.now()
    if request.method != "POST" and (sentence := _why_not(request.user, shown, now)):
        messages.error(request, sentence)
        return redirect("news:desk_article", shown.pk)
    refused = None
    form = ScheduleForm(request.POST or None, article=shown, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            saved = (actions.reschedule if moving else actions.schedule)(
                actor=request.user,
                article_id=shown.pk,
                expected_version=form.cleaned_data["lock_version"],
                at=form.cleaned_data["at"],
            )
        except Refused as error:
            form.add_error(None, str(error.message))
            refused = error
        else:
            _say_scheduled(request, saved, moving)
            return redirect("news:desk_article", shown.pk)
    context = {
        "form": form,
        "article": shown,
        "text": shown.working,
        "moving": moving,
        "suggestions": timing.suggestions(now),
        "coming": queries.coming(shown),
    }
    # After a conflict the page decides on what it shows: the form takes the version it now has.
    if refused is not None and refused.code == "stale":
        form.renew(lock_version=get_article(request, pk).lock_version)
    return render(request, "news/schedule.html", context)


def _may_set(user, article):
    if article.state == Article.State.SCHEDULED:
        return rules.may_time(user, article)
    return rules.may_review(user, article)


def _why_not(user, article, now):
    """The sentence for who opens the page in vain; "" where an hour can be set or moved."""
    try:
        if article.state == Article.State.SCHEDULED:
            actions.refuse_due(article, now)
        else:
            rules.LIFECYCLE.target("schedule", article.state)
            actions.refuse_correction(article)
            actions.approving_grant(user, article, clock.today(now))
    except Refused as refused:
        return refused.message
    return ""


def _say_scheduled(request, article, moving):
    at = datetime_vi(article.published_at)
    words = _("Đã đổi giờ đăng thành %(at)s.") if moving else _("Đã duyệt, bài sẽ đăng lúc %(at)s.")
    say(request, words % {"at": at})
    others = queries.same_minute(article, article.published_at)
    if others:
        messages.info(
            request,
            _("Cùng phút này cơ quan còn đăng: %(titles)s.")
            % {"titles": "; ".join(f"“{title}”" for title in others)},
        )


unschedule = verb_view(actions.unschedule, rules.may_time, _l("Đã hủy hẹn giờ; bài lại chờ duyệt."))
publish_now = verb_view(actions.publish_now, rules.may_time, _l("Đã đăng bài."))


@in_newsroom
@require_safe
def timetable(request):
    """Lịch đăng: what comes when in my agencies, and what should have come."""
    rows = queries.timetable(request.user)
    page = paginate(request, rows, per_page=50)
    now = clock.now()
    days = [
        (day, [(article, article.published_at <= now) for article in articles])
        for day, articles in itertools.groupby(page, key=lambda a: clock.today(a.published_at))
    ]
    context = {"page": page, "days": days, "overdue": queries.overdue(now, rows)}
    return render(request, "news/timetable.html", context)
