"""Rules of news: the life cycle of an article, and who may do what to it.

An article is written, sent for approval, sent back, published at once or at an appointed minute,
and can be withdrawn. What readers see is the text of the last approval; a correction of a published
article goes round once more while the old text stays up (`Article.live_revision`).
"""

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from portal.agencies.models import Role
from portal.agencies.rules import grants_of
from portal.common.transitions import Lifecycle, transition

EDITING = "editing"
RETURNED = "returned"
SUBMITTED = "submitted"
SCHEDULED = "scheduled"
PUBLISHED = "published"
WITHDRAWN = "withdrawn"

LIFECYCLE = Lifecycle(
    transition(
        "save",
        [EDITING],
        EDITING,
        _("Bài đang chờ duyệt hoặc đã hẹn giờ nên chưa sửa được. Hãy rút bài lại rồi sửa."),
    ),
    transition("rework", [RETURNED], RETURNED, _("Bài này không ở trạng thái trả lại để sửa.")),
    transition(
        "correct", [PUBLISHED, WITHDRAWN], EDITING, _("Chỉ đính chính được bài đã từng đăng.")
    ),
    transition(
        "submit",
        [EDITING, RETURNED],
        SUBMITTED,
        _("Bài này đã được gửi duyệt hoặc đã đăng, không cần gửi lại."),
    ),
    transition(
        "take_back",
        [SUBMITTED, SCHEDULED],
        EDITING,
        _("Chỉ rút lại được bài đang chờ duyệt hoặc chưa đến giờ đăng; bài này đã được xử lý."),
    ),
    transition(
        "send_back",
        [SUBMITTED, SCHEDULED],
        RETURNED,
        _("Bài này không còn chờ duyệt: có thể đã được đăng, trả lại hoặc rút về."),
    ),
    transition(
        "publish",
        [SUBMITTED],
        PUBLISHED,
        _("Bài này không còn chờ duyệt: có thể đã được đăng, trả lại hoặc rút về."),
    ),
    transition(
        "schedule",
        [SUBMITTED],
        SCHEDULED,
        _("Bài này không còn chờ duyệt: có thể đã được đăng, trả lại hoặc rút về."),
    ),
    transition(
        "reschedule",
        [SCHEDULED],
        SCHEDULED,
        _("Bài này không còn hẹn giờ: có thể đã được đăng, trả lại hoặc rút về."),
    ),
    transition(
        "unschedule",
        [SCHEDULED],
        SUBMITTED,
        _("Bài này không còn hẹn giờ: có thể đã được đăng, trả lại hoặc rút về."),
    ),
    transition(
        "publish_now",
        [SCHEDULED],
        PUBLISHED,
        _("Bài này không còn hẹn giờ: có thể đã được đăng, trả lại hoặc rút về."),
    ),
    transition(
        "touch_up",
        [SUBMITTED],
        SUBMITTED,
        _("Chỉ sửa nhỏ được bài đang chờ duyệt."),
    ),
    transition("publish_due", [SCHEDULED], PUBLISHED, _("Bài này không hẹn giờ đăng.")),
    transition("turn_back", [SCHEDULED], RETURNED, _("Bài này không hẹn giờ đăng.")),
    transition(
        "discard", [EDITING, RETURNED], PUBLISHED, _("Bài này không có bản sửa nào đang dở.")
    ),
    transition(
        "discard_hidden", [EDITING, RETURNED], WITHDRAWN, _("Bài này không có bản sửa nào đang dở.")
    ),
    transition(
        "withdraw",
        [PUBLISHED, EDITING, RETURNED, SUBMITTED, SCHEDULED],
        WITHDRAWN,
        _("Chỉ gỡ được bài đang đăng."),
    ),
)

#: What each step is called in the history of an article.
STEP_LABELS = {
    "create": gettext_lazy("Bắt đầu soạn"),
    "save": gettext_lazy("Lưu bản thảo"),
    "rework": gettext_lazy("Sửa theo nhận xét"),
    "correct": gettext_lazy("Bắt đầu bản sửa"),
    "submit": gettext_lazy("Gửi duyệt"),
    "take_back": gettext_lazy("Rút lại để sửa"),
    "send_back": gettext_lazy("Trả lại để sửa"),
    "publish": gettext_lazy("Duyệt và đăng"),
    "touch_up": gettext_lazy("Người duyệt sửa nhỏ"),
    "schedule": gettext_lazy("Duyệt và hẹn giờ đăng"),
    "reschedule": gettext_lazy("Đổi giờ đăng"),
    "unschedule": gettext_lazy("Hủy hẹn giờ, chờ duyệt lại"),
    "publish_now": gettext_lazy("Đăng ngay, không chờ giờ hẹn"),
    "publish_due": gettext_lazy("Đến giờ hẹn, đã đăng"),
    "turn_back": gettext_lazy("Không đăng được theo giờ hẹn, trả lại"),
    "discard": gettext_lazy("Bỏ bản sửa"),
    "withdraw": gettext_lazy("Gỡ bài"),
}

_SAVE_VERBS = {RETURNED: "rework", PUBLISHED: "correct", WITHDRAWN: "correct"}


def save_verb(state):
    """Which verb of the life cycle saving a text means in this state."""
    return _SAVE_VERBS.get(state, "save")


def takes_text(state):
    """Whether another text may be saved in this state."""
    return LIFECYCLE.allows(save_verb(state), state)


READERS = frozenset({Role.EDITOR, Role.APPROVER, Role.STAFF, Role.ADMIN, Role.SUPERVISOR})
WRITERS = frozenset({Role.EDITOR})
APPROVERS = frozenset({Role.APPROVER})
REMARKERS = WRITERS | APPROVERS
SECTION_KEEPERS = frozenset({Role.APPROVER, Role.ADMIN})


def works_with_news(user, *, on=None):
    """Whether the person has anything to do in the newsroom of some agency."""
    return any(g.role in READERS for g in grants_of(user, on=on))


def may_see(user, article, *, on=None):
    """Whether unpublished texts, remarks and history of `article` are open to `user`."""
    return grants_of(user, on=on).has(READERS, article.agency_id)


def may_write_for(user, agency, *, on=None):
    """Whether `user` may write articles of `agency` (an Agency or its id)."""
    return grants_of(user, on=on).has(WRITERS, agency)


def may_edit(user, article, *, on=None):
    return may_write_for(user, article.agency_id, on=on)


def may_remark(user, article, *, on=None):
    return grants_of(user, on=on).has(REMARKERS, article.agency_id)


def may_review(user, article, *, on=None):
    """Whether `user` holds the approver role where the article belongs (see `publish_grant`)."""
    return grants_of(user, on=on).has(APPROVERS, article.agency_id)


def may_time(user, article, *, on=None):
    """Whether `user` may move or cancel the hour of a scheduled article.

    Its text is approved already, so an approver may, whoever wrote it; where a signature on paper
    approved it, an editor as well.
    """
    held = APPROVERS if article.paper_approval_id is None else REMARKERS
    return grants_of(user, on=on).has(held, article.agency_id)


def may_keep_sections(user, agency, *, on=None):
    return grants_of(user, on=on).has(SECTION_KEEPERS, agency)


def may_feature(user, agency, *, on=None):
    """Whether `user` chooses what the pages of `agency` feature, and keeps its chuyên trang."""
    return grants_of(user, on=on).has(SECTION_KEEPERS, agency)


def feature_grant(user, agency, *, on=None):
    """The Grant under which `may_feature` holds, or None."""
    return grants_of(user, on=on).find(SECTION_KEEPERS, agency)


def featuring_agencies(user):
    """Queryset of the agencies for which `may_feature` holds."""
    return grants_of(user).agencies(SECTION_KEEPERS)


def microsite_grant(user, microsite, *, on=None):
    """The Grant under which `user` keeps a chuyên trang (with `plan`), or None: of the agency
    that keeps it, or of the one that issued the plan."""
    grants = grants_of(user, on=on)
    return grants.find(SECTION_KEEPERS, microsite.agency_id) or grants.find(
        SECTION_KEEPERS, microsite.plan.issuer_id
    )


def may_keep_microsite(user, microsite):
    return microsite_grant(user, microsite) is not None


def may_preview_microsite(user, microsite):
    """Whether `user` sees a chuyên trang (with `plan`) before it opens: all who work with news
    where it belongs."""
    grants = grants_of(user)
    return any(
        grants.has(READERS, agency) for agency in (microsite.agency_id, microsite.plan.issuer_id)
    )


def features_something(user):
    """Whether the person keeps the pages of some agency; for navigation."""
    return any(g.role in SECTION_KEEPERS for g in grants_of(user))


def writers_of(article):
    """Ids of the people the text counts as written by; none of them may approve it. 1 query.

    Whoever saved a text since the last approved one is among them, however little a colleague
    changed after it; an approver's small correction makes nobody a writer.
    """
    saved = article.revisions.filter(small=False).order_by()
    if article.live_revision_id is not None:
        saved = saved.filter(n__gt=article.live_revision.n)
    ids = {article.author_id, article.submitted_by_id, article.submitted_for_id}
    return (ids | set(saved.values_list("by", flat=True))) - {None}


def publish_grant(user, article, *, on=None):
    """The Grant under which `user` may publish, or None: nobody approves their own text.

    Their own text is one they wrote or submitted, or that was submitted on their behalf; and a
    delegate of such a person approves for that person, so this way is closed as well.
    """
    own = writers_of(article)
    if user.pk in own:
        return None
    held = [
        g
        for g in grants_of(user, on=on)
        if g.role in APPROVERS and g.agency_id == article.agency_id and g.on_behalf_of_id not in own
    ]
    return min(held, key=lambda g: g.on_behalf_of_id is not None, default=None)


def may_speak_for_portal(user, agency, *, on=None):
    """Whether `user` may make the foot of this agency's pages that of the whole portal: a portal
    administrator who administers the agency as well."""
    return user.is_superuser and grants_of(user, on=on).has(Role.ADMIN, agency)
