"""The verbs of the desk, each a POST; withdrawing asks first."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods, require_POST

from portal.common.errors import Refused
from portal.news import actions, rules
from portal.news.forms.verbs import RemarkForm, SendBackForm, VersionForm, WithdrawForm
from portal.news.models import Remark
from portal.news.views._common import for_staff, get_article, say, say_refused
from portal.news.views.article import article_context


def verb_view(action, may, sentence, leads_to="news:desk_article"):
    """A view that does `action` to the article as the person saw it."""

    @for_staff
    @require_POST
    def view(request, pk):
        shown = get_article(request, pk, may=may)
        form = VersionForm(request.POST)
        if not form.is_valid():
            return redirect("news:desk_article", shown.pk)
        try:
            action(
                actor=request.user,
                article_id=shown.pk,
                expected_version=form.cleaned_data["lock_version"],
            )
        except Refused as refused:
            say_refused(request, refused)
            return redirect("news:desk_article", shown.pk)
        say(request, sentence)
        return redirect(leads_to, shown.pk)

    return view


submit = verb_view(actions.submit, rules.may_edit, _l("Đã gửi duyệt."))
take_back = verb_view(actions.take_back, rules.may_edit, _l("Đã rút bài về bàn soạn."), "news:edit")
publish = verb_view(actions.publish, rules.may_review, _l("Đã đăng bài."))
discard = verb_view(
    actions.discard_correction, rules.may_edit, _l("Đã bỏ bản sửa; bản đã duyệt giữ nguyên.")
)


@for_staff
@require_POST
def send_back(request, pk):
    """Trả lại để sửa, with the remark that says what."""
    shown = get_article(request, pk, may=rules.may_review)
    form = SendBackForm(request.POST)
    if form.is_valid():
        try:
            actions.send_back(
                actor=request.user,
                article_id=shown.pk,
                expected_version=form.cleaned_data["lock_version"],
                remark=form.cleaned_data["remark"],
            )
        except Refused as refused:
            # What was typed stays: in the same form, or as a remark when nothing is to decide now.
            say_refused(request, refused)
            shown = get_article(request, pk)
            words = form.cleaned_data["remark"]
            form = SendBackForm(initial={"lock_version": shown.lock_version, "remark": words})
            remark = RemarkForm(prefix="nx", initial={"text": words})
            context = article_context(request, shown, send_back=form, remark=remark)
            return render(request, "news/desk_article.html", {**context, "reopen": True})
        say(request, _("Đã trả lại bài cho người viết."))
        return redirect("news:waiting")
    context = article_context(request, shown, send_back=form)
    return render(request, "news/desk_article.html", {**context, "reopen": True})


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, pk):
    """Gỡ bài: a page that asks for the reason."""
    shown = get_article(request, pk, may=rules.may_review)
    form = WithdrawForm(request.POST or None, initial={"lock_version": shown.lock_version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw(
                actor=request.user,
                article_id=shown.pk,
                expected_version=form.cleaned_data["lock_version"],
                reason=form.cleaned_data["reason"],
            )
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            say(request, _("Đã gỡ bài."))
            return redirect("news:desk_article", shown.pk)
    context = {
        "form": form,
        "article": shown,
        "heading": _("Gỡ bài này?"),
        "effects": [
            _("Người đọc không còn thấy bài; địa chỉ của bài nêu lý do gỡ."),
            _("Nội dung, các bản lưu và nhận xét vẫn được giữ."),
            _("Bài không còn là minh chứng cho nhiệm vụ."),
        ],
    }
    return render(request, "news/withdraw.html", context)


@for_staff
@require_POST
def add_remark(request, pk):
    """Nhận xét."""
    shown = get_article(request, pk, may=rules.may_remark)
    form = RemarkForm(request.POST, prefix="nx")
    if form.is_valid():
        try:
            actions.add_remark(
                actor=request.user, article_id=shown.pk, text=form.cleaned_data["text"]
            )
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            say(request, _("Đã ghi nhận xét."))
            return redirect("news:desk_article", shown.pk)
    context = article_context(request, shown, remark=form)
    return render(request, "news/desk_article.html", context)


@for_staff
@require_POST
def reply(request, pk, remark_pk):
    """Trả lời nhận xét."""
    shown = get_article(request, pk, may=rules.may_remark)
    form = RemarkForm(request.POST, prefix=f"tl{remark_pk}")
    try:
        if not form.is_valid():
            raise Refused(form.errors["text"][0], code="remark")
        actions.add_remark(
            actor=request.user,
            article_id=shown.pk,
            text=form.cleaned_data["text"],
            reply_to=remark_pk,
        )
    except Refused as refused:
        # What was typed stands in the form for a new remark, so that it is not lost.
        say_refused(request, refused)
        words = form.data.get(f"tl{remark_pk}-text", "")
        context = article_context(
            request, shown, remark=RemarkForm(prefix="nx", initial={"text": words})
        )
        return render(request, "news/desk_article.html", context)
    say(request, _("Đã ghi câu trả lời."))
    return redirect(f"{reverse('news:desk_article', args=[shown.pk])}#nhan-xet")


@for_staff
@require_POST
def resolve_remark(request, pk, remark_pk):
    """Đã xử lý."""
    shown = get_article(request, pk, may=rules.may_remark)
    remark = get_object_or_404(Remark, pk=remark_pk, article=shown)
    try:
        actions.resolve_remark(actor=request.user, remark_id=remark.pk)
    except Refused as refused:
        say_refused(request, refused)
    leads_to = "news:edit" if request.POST.get("back") == "edit" else "news:desk_article"
    return redirect(leads_to, shown.pk)
