"""Preview links: their page under the article, and what somebody with a link sees."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.common import clock
from portal.common.addresses import absolute
from portal.common.errors import Refused
from portal.common.limits import limited
from portal.common.paging import paginate
from portal.news import actions, queries, rules
from portal.news.forms.previews import PreviewLinkForm
from portal.news.models import PreviewLink
from portal.news.views._common import allow_players, for_staff, get_article, say, say_refused


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
@limited("preview_links", per_person=30, minutes=10)
def links(request, pk):
    """Liên kết xem trước: what was given out, and a new one, whose secret is shown this once."""
    shown = get_article(request, pk, may=rules.may_remark)
    form = PreviewLinkForm(request.POST or None)
    address = ""
    if request.method == "POST" and form.is_valid():
        try:
            _link, secret = actions.make_preview_link(
                actor=request.user, article_id=shown.pk, **form.cleaned_data
            )
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            # Shown in the answer itself: kept for another request it would have to be stored.
            address = absolute(reverse("news:shared_preview", args=[secret]))
            form = PreviewLinkForm()
    now = clock.now()
    page = paginate(request, queries.preview_links(shown))
    context = {
        "article": shown,
        "text": shown.working,
        "form": form,
        "address": address,
        "page": page,
        "rows": [(link, link.opens_at(now)) for link in page],
    }
    return render(request, "news/preview_links.html", context)


@for_staff
@require_POST
def revoke(request, pk, link_pk):
    """Thu hồi liên kết."""
    shown = get_article(request, pk, may=rules.may_remark)
    link = get_object_or_404(PreviewLink, pk=link_pk, article=shown)
    try:
        actions.revoke_preview_link(actor=request.user, link_id=link.pk)
    except Refused as refused:
        say_refused(request, refused)
    else:
        say(request, _("Đã thu hồi liên kết, từ giờ không mở được nữa."))
    return redirect("news:preview_links", shown.pk)


@never_cache
@require_safe
@limited("shared_preview", per_address=60, minutes=10, methods=("GET", "HEAD"))
def shared_preview(request, secret):
    """What the link shows: the newest text at this moment. Anything else does not exist (404)."""
    link = actions.open_preview_link(secret=secret)
    if link is None:
        raise Http404
    items = queries.items_of(link.article.working)
    context = {
        "article": link.article,
        "text": link.article.working,
        "items": items,
        "preview": True,
        "link": link,
    }
    response = render(request, "news/shared_preview.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return allow_players(response, items)
