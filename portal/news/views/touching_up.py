"""Small corrections by an approver, without the heavy editor."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.common.errors import Refused, StaleVersion
from portal.news import actions, rules
from portal.news.forms.touching_up import TouchUpForm
from portal.news.models import Article
from portal.news.rules import touching_up
from portal.news.views._common import for_staff, get_article, say, say_refused


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def touch_up(request, pk):
    """Sửa nhỏ: title, lead and single paragraphs as plain texts."""
    shown = get_article(request, pk, may=_may)
    if shown.state != Article.State.SUBMITTED and request.method != "POST":
        return redirect("news:desk_article", shown.pk)
    form = TouchUpForm(request.POST or None, article=shown)
    if request.method == "POST" and form.is_valid():
        try:
            actions.touch_up(
                actor=request.user,
                article_id=shown.pk,
                expected_version=form.cleaned_data["lock_version"],
                title=form.cleaned_data["title"],
                lead=form.cleaned_data["lead"],
                texts=form.texts,
            )
        except StaleVersion:
            form.say_stale()
        except Refused as refused:
            if refused.code.startswith("transition"):
                say_refused(request, refused)
                return redirect("news:desk_article", shown.pk)
            form.add_error(None, str(refused.message))
        else:
            say(request, _("Đã lưu sửa nhỏ. Bài vẫn chờ duyệt."))
            return redirect("news:desk_article", shown.pk)
    context = {"form": form, "article": shown, "text": shown.working, "most": touching_up.MOST}
    return render(request, "news/touch_up.html", context)


def _may(user, article):
    if article.state == Article.State.SUBMITTED:
        return rules.publish_grant(user, article) is not None
    return rules.may_review(user, article)
