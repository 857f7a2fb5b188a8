"""The desk: lists, the editor, the page of one article, the preview."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.agencies.rules import grants_of
from portal.common.errors import Refused, StaleVersion
from portal.common.keeping import keeps_typed
from portal.common.paging import paginate, tabs
from portal.common.richtext import editor_csp
from portal.news import actions, queries, rules
from portal.news.filters import DeskFilter
from portal.news.forms.article import ArticleForm
from portal.news.models import Article
from portal.news.views import drafts
from portal.news.views._common import for_staff, get_article, in_newsroom, say

STATE_PARAM = "trang_thai"


@in_newsroom
@require_safe
def index(request):
    """Articles of my agencies by state."""
    agencies = grants_of(request.user).agencies(rules.READERS).order_by("protocol_no", "id")
    found = DeskFilter(
        request.GET, queryset=queries.desk(request.user), request=request, agencies=agencies
    )
    rows = found.qs
    counts = queries.state_counts(rows)
    state = request.GET.get(STATE_PARAM, "")
    if state not in Article.State.values:
        state = ""
    context = {
        "filter": found,
        "many_agencies": found.many_agencies,
        "state": state,
        "state_param": STATE_PARAM,
        "tabs": _state_tabs(request, counts, state),
        "page": paginate(request, rows.filter(state=state) if state else rows),
        "filtered": any(request.GET.get(name) for name in found.filters),
        "may_write": bool(_writable(request.user)),
        "may_keep_sections": bool(grants_of(request.user).agency_ids(rules.SECTION_KEEPERS)),
        "waiting_count": queries.waiting_for(request.user).count(),
    }
    return render(request, "news/desk.html", context)


def _state_tabs(request, counts, chosen):
    choices = [("", _("Tất cả"), sum(counts.values()))]
    choices += [(state.value, state.label, counts.get(state.value, 0)) for state in Article.State]
    return tabs(request, STATE_PARAM, choices, chosen)


@keeps_typed
@in_newsroom
@editor_csp
@require_http_methods(["GET", "HEAD", "POST"])
def create(request):
    """A new article; who writes for several agencies chooses one first (`?co_quan=slug`)."""
    agencies = _writable(request.user)
    if not agencies:
        return render(request, "news/no_role.html", status=403)
    wanted = request.GET.get("co_quan")
    chosen = next((a for a in agencies if a.slug == wanted), None)
    if wanted and chosen is None:
        raise Http404
    if chosen is None and len(agencies) > 1:
        return render(request, "news/choose_agency.html", {"agencies": agencies})
    agency = chosen or agencies[0]
    form = ArticleForm(
        drafts.data_for(request, agency=agency),
        request.FILES or None,
        agency=agency,
        actor=request.user,
    )
    if _only_adds(request, form):
        pass
    elif request.method == "POST" and drafts.of_this_person(request, form) and form.is_valid():
        try:
            made = actions.create_article(
                actor=request.user,
                agency=agency,
                text=form.text,
                items=form.items,
                assignment=form.cleaned_data["assignment"],
            )
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            return _saved(request, made)
    context = {
        "form": form,
        "agency": agency,
        "article": None,
        **drafts.around(request, form, agency=agency),
    }
    return render(request, "news/edit.html", context)


def _only_adds(request, form):
    """Whether a button "Thêm" was pressed: files are kept and shown, nothing is saved yet."""
    if request.method != "POST" or request.POST.get("next_step") != "add":
        return False
    form.forget_errors()
    return True


def _writable(user):
    grants = grants_of(user)
    alive = grants.agencies(rules.WRITERS).filter(node__isnull=False)
    return list(alive.order_by("protocol_no", "sort_key", "id"))


@keeps_typed
@for_staff
@editor_csp
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk):
    """The editor."""
    shown = get_article(request, pk, may=rules.may_edit)
    if request.method != "POST" and not rules.takes_text(shown.state):
        messages.info(request, _("Bài đang chờ duyệt nên chưa sửa được. Hãy rút bài lại rồi sửa."))
        return redirect("news:desk_article", shown.pk)
    form = ArticleForm(
        drafts.data_for(request, agency=shown.agency, article=shown),
        request.FILES or None,
        article=shown,
        agency=shown.agency,
        actor=request.user,
    )
    if _only_adds(request, form):
        pass
    elif request.method == "POST" and drafts.of_this_person(request, form) and form.is_valid():
        try:
            saved = actions.save_article(
                actor=request.user,
                article_id=shown.pk,
                expected_version=form.expected_version,
                text=form.text,
                items=form.items,
                assignment=form.cleaned_data["assignment"],
            )
        except StaleVersion as stale:
            form.show_theirs(stale.current)
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            return _saved(request, saved)
    context = {
        "form": form,
        "agency": shown.agency,
        "article": shown,
        **around(shown),
        **drafts.around(request, form, agency=shown.agency, article=shown),
    }
    return render(request, "news/edit.html", context)


def around(article):
    """History and remarks."""
    remarks = queries.remarks(article)
    return {
        "steps": queries.trail(queries.steps(article)),
        "remarks": remarks,
        "open_remarks": sum(1 for r in remarks if r.resolved_at is None),
    }


def _saved(request, article):
    """Where the button leads: back to the text, to the preview, or on to approval."""
    drafts.saved(request)
    wish = request.POST.get("next_step", "")
    if wish == "submit":
        try:
            actions.submit(
                actor=request.user,
                article_id=article.pk,
                expected_version=article.lock_version,
            )
        except Refused as refused:
            say(request, _("Đã lưu bản thảo."))
            messages.error(request, refused.message)
            return redirect("news:edit", article.pk)
        say(request, _("Đã lưu và gửi duyệt."))
        return redirect("news:desk_article", article.pk)
    if wish == "preview":
        return redirect("news:preview", article.pk)
    say(request, _("Đã lưu."))
    return redirect("news:edit", article.pk)
