"""Phê duyệt trên giấy: where an office has nobody else who could approve."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.common import clock
from portal.common.display import datetime_vi
from portal.common.errors import Refused
from portal.news import actions, queries, rules
from portal.news.forms.paper import PaperForm
from portal.news.views._common import for_staff, get_article, say
from portal.official.forms import FILE_REFUSALS


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request, pk):
    """Record what the signed paper says, with its scan; the article is published by it."""
    shown = get_article(request, pk, may=rules.may_remark)
    if request.method != "POST" and not queries.needs_paper(request.user, shown):
        messages.error(
            request,
            _(
                "Chỉ ghi phê duyệt trên giấy cho bài đang chờ duyệt mà cơ quan không có "
                "người duyệt khác."
            ),
        )
        return redirect("news:desk_article", shown.pk)
    form = PaperForm(request.POST or None, request.FILES or None, article=shown)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            saved = actions.publish_on_paper(
                actor=request.user,
                article_id=shown.pk,
                expected_version=values.pop("lock_version"),
                at=values.pop("at"),
                **{name: values[name] for name in ("scan", "signer", "position", "number")},
                signed_on=values["signed_on"],
            )
        except Refused as refused:
            form.add_error("scan" if refused.code in FILE_REFUSALS else None, str(refused.message))
        else:
            if saved.published_at > clock.now():
                at = datetime_vi(saved.published_at)
                say(request, _("Đã ghi phê duyệt, bài sẽ đăng lúc %(at)s.") % {"at": at})
            else:
                say(request, _("Đã ghi phê duyệt và đăng bài."))
            return redirect("news:desk_article", shown.pk)
    context = {"form": form, "article": shown, "text": shown.working}
    return render(request, "news/paper.html", context, status=422 if form.errors else 200)
