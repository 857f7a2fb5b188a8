"""What the verbs share: the locked row, the roles, the record of a step."""

from django.utils.translation import gettext as _

from portal.agencies.models import Agency
from portal.agencies.rules import grants_of, person_behind
from portal.common import audit
from portal.common.errors import Refused, StaleVersion
from portal.news.models import Article, Step


def locked(article_id):
    """The article for writing: nobody else changes it before this transaction ends."""
    # Two statements: rows joined to a locked row are those of before the waiting, so a text saved
    # meanwhile would be missing.
    Article.objects.select_for_update().only("pk").get(pk=article_id)
    return Article.objects.select_related(
        "agency",
        "author",
        "submitted_by",
        "approved_by",
        "approved_for",
        "paper_approval__recorded_by",
        *(f"working__{name}" for name in Article.ROW_FIELDS),
    ).get(pk=article_id)


def check_version(article, expected):
    """Refuse what was decided on another text than the one that stands here now."""
    if expected != article.lock_version:
        raise StaleVersion(
            _("Bài đã thay đổi từ lúc bạn mở trang này. Hãy xem lại bản mới rồi làm tiếp."),
            current=article,
        )


def need_role(actor, roles, agency, on):
    """The Grant of one of `roles` at `agency` on that day; Refused without."""
    grant = grants_of(actor, on=on).find(roles, agency)
    if grant is None:
        raise Refused(_("Bạn không có vai trò này ở cơ quan của bài."), code="role")
    return grant


def need_valid_agency(agency, on):
    """Agencies that have ended, or not begun, publish nothing."""
    if not Agency.objects.filter(pk=agency.pk, valid__contains=on).exists():
        raise Refused(
            _("%(agency)s không còn hoạt động vào ngày này, không thể đăng bài.")
            % {"agency": agency.name},
            code="agency_ended",
        )


def record(verb, obj, *, actor, grant, agency, changes=None, label=None):
    """The audit row of what was done under `grant`, with whoever delegated it."""
    audit.record(
        actor=actor,
        verb=verb,
        obj=obj,
        agency=agency,
        on_behalf_of=person_behind(grant),
        changes=changes,
        label=label,
    )


def stepped(article, verb, *, actor, grant=None, at, changes=None, behind=None):
    """Write the step and its audit row. Call it after the article was saved.

    `behind` is the User in whose stead it is done, where no `grant` says so.
    """
    behind = behind if grant is None else person_behind(grant)
    Step.objects.create(
        article=article,
        verb=verb,
        state=article.state,
        revision=article.working,
        by=actor,
        on_behalf_of=behind,
        at=at,
    )
    audit.record(
        actor=actor,
        verb=f"{verb}_article",
        obj=article,
        agency=article.agency_id,
        on_behalf_of=behind,
        changes={"revision": [None, article.working.n], **(changes or {})},
        label=article.working.title,
    )


def store(article, *fields, at):
    """Save these fields; every write counts `lock_version` up."""
    article.lock_version += 1
    article.changed_at = at
    article.save(update_fields=[*fields, "lock_version", "changed_at"])
