"""Reader responses in the queue of moderation, and the letters their senders get."""

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.moderation import queries as moderation
from portal.moderation import registry, rules
from portal.news.actions import responses as actions
from portal.news.models import Response
from portal.news.queries.responses import receipt_code
from portal.news.rules import responses as response_rules
from portal.notices.registry import LetterWords

KIND = actions.KIND


class ResponseCases(registry.Handler):
    """Registered as "news.response"."""

    label = gettext_lazy("Phản hồi của bạn đọc")
    roles = response_rules.KEEPERS
    hide_means = gettext_lazy(
        "Phản hồi không hiện dưới bài; bản gốc được giữ, người gửi đọc lý do và có thể đề nghị "
        "xem lại một lần."
    )

    def load(self, subject_ids):
        """2 queries."""
        rows = Response.objects.filter(pk__in=subject_ids, taken_back_at=None).select_related(
            "parent"
        )
        found = {row.pk: row for row in rows}
        same = {
            (article, digest)
            for article, digest, _n in Response.objects.filter(
                article__in={r.article_id for r in found.values()},
                digest__in={r.digest for r in found.values()},
                official=False,
            )
            .order_by()
            .values_list("article", "digest")
            .annotate(n=Count("pk"))
            .filter(n__gt=1)
        }
        return {str(pk): self._shown(row, same) for pk, row in found.items()}

    def _shown(self, row, same):
        hint = ""
        if (row.article_id, row.digest) in same:
            hint = _("Bài này còn phản hồi khác có cùng nội dung.")
        return registry.Shown(
            text=row.text,
            name=row.name,
            answers=row.parent.text if row.parent else "",
            hint=hint,
        )

    def apply(self, case, outcome, *, decision, now):
        response = (
            Response.objects.select_for_update(of=("self",))
            .select_related("article__agency", "parent")
            .get(pk=case.subject_id)
        )
        first = response.shown_at is None
        if outcome == rules.APPROVED:
            actions.show(response, now=now)
            actions.tell_sender(response, "shown", revision=decision.n)
            if first and response.parent and response.parent.state == Response.State.SHOWN:
                actions.tell_sender(response.parent, "replied")
        else:
            actions.hide(response)
            actions.tell_sender(response, "hidden", revision=decision.n)


def write_letter(letter):
    """The LetterWords of a Letter to the sender of a response; None when there is no address."""
    response = (
        Response.objects.filter(pk=letter.subject_id).select_related("article__agency").first()
    )
    to = actions.address_of(response) if response is not None else ""
    if not to:
        return None
    subject, paragraphs = _WORDS[letter.kind](response, letter.revision)
    return LetterWords(
        to=to,
        subject=subject,
        paragraphs=tuple(paragraphs),
        path=reverse("news:responses:receipt", args=[receipt_code(response)]),
        link_label=_("Xem phản hồi của bạn"),
        footer=_(
            "Địa chỉ thư của bạn không hiện công khai, chỉ dùng để báo tin này và sẽ được xóa sau "
            "%(days)d ngày kể từ ngày gửi."
        )
        % {"days": settings.RESPONSE_CONTACT_DAYS},
    )


def _shown(response, _revision):
    return _("Phản hồi của bạn đã được đăng"), [
        _("Phản hồi của bạn cho bài “%(title)s” đã được duyệt và đang hiện dưới bài.")
        % {"title": response.article.title}
    ]


def _hidden(response, revision):
    case = moderation.of_subject(KIND, response.pk)
    told = next((d.told for d in case.decisions.all() if d.n == revision), "")
    paragraphs = [
        _("Phản hồi của bạn cho bài “%(title)s” không được đăng.")
        % {"title": response.article.title},
        told,
    ]
    if not case.was_appealed:
        paragraphs.append(
            _(
                "Bản gốc vẫn được giữ. Nếu thấy quyết định chưa đúng, bạn có thể đề nghị xem lại "
                "một lần tại trang dưới đây; một người khác sẽ xem."
            )
        )
    return _("Phản hồi của bạn không được đăng"), [p for p in paragraphs if p]


def _answered(response, _revision):
    return _("Cơ quan đã trả lời phản hồi của bạn"), [
        _("%(agency)s đã trả lời phản hồi của bạn cho bài “%(title)s”.")
        % {"agency": response.article.agency.name, "title": response.article.title}
    ]


def _replied(response, _revision):
    return _("Có bạn đọc trả lời phản hồi của bạn"), [
        _("Dưới bài “%(title)s” có bạn đọc trả lời phản hồi của bạn.")
        % {"title": response.article.title}
    ]


_WORDS = {"shown": _shown, "hidden": _hidden, "answered": _answered, "replied": _replied}
