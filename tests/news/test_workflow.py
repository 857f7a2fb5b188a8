"""The life cycle of an article: the table, the two people, what readers get meanwhile."""

import datetime as dt
import inspect

import pytest
from django.db import IntegrityError, transaction

from portal.agencies import actions as agencies
from portal.agencies.models import Role
from portal.common.errors import Refused, StaleVersion
from portal.common.models import AuditEntry
from portal.news import actions, queries, rules
from portal.news.models import Article, ArticleRevision, Remark
from tests.accounts.factories import UserFactory
from tests.agencies.factories import delegate, give
from tests.news import factories as make
from tests.news.factories import again, at, do

pytestmark = pytest.mark.django_db


@pytest.fixture
def room():
    return make.newsroom()


# --- the table ------------------------------------------------------------------------------

STATES = {
    "editing": make.written,
    "returned": make.returned,
    "submitted": make.submitted,
    "scheduled": make.scheduled,
    "published": make.published,
    "withdrawn": make.withdrawn,
    "correcting": make.correcting,
}
# verb: (who, what else it takes, {state it is allowed in: state it leads to})
VERBS = {
    "save_article": (
        "editor",
        {"text": {**make.TEXT, "title": "Tiêu đề khác"}},
        {
            "editing": "editing",
            "returned": "returned",
            "published": "editing",
            "withdrawn": "editing",
            "correcting": "editing",
        },
    ),
    "submit": (
        "editor",
        {},
        {"editing": "submitted", "returned": "submitted", "correcting": "submitted"},
    ),
    "take_back": ("editor", {}, {"submitted": "editing", "scheduled": "editing"}),
    "send_back": (
        "approver",
        {"remark": "Sửa tít."},
        {"submitted": "returned", "scheduled": "returned"},
    ),
    "schedule": ("approver", {"at": make.in_days(3)}, {"submitted": "scheduled"}),
    "reschedule": ("approver", {"at": make.in_days(3)}, {"scheduled": "scheduled"}),
    "touch_up": ("approver", {"title": "Tiêu đề khác"}, {"submitted": "submitted"}),
    "unschedule": ("approver", {}, {"scheduled": "submitted"}),
    "publish_now": ("approver", {}, {"scheduled": "published"}),
    "publish": ("approver", {}, {"submitted": "published"}),
    "discard_correction": ("editor", {}, {"correcting": "published"}),
    "withdraw": (
        "approver",
        {"reason": "Sai số liệu."},
        {"published": "withdrawn", "correcting": "withdrawn"},
    ),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", STATES)
def test_every_verb_in_every_state(room, verb, state):
    who, extra, allowed = VERBS[verb]
    article = STATES[state](room)
    before = again(article)
    if state in allowed:
        do(verb, getattr(room, who), article, **extra)
        assert again(article).state == allowed[state]
        return
    with pytest.raises(Refused) as refused:
        do(verb, getattr(room, who), article, **extra)
    assert not isinstance(refused.value, StaleVersion)
    assert str(refused.value).endswith(".")
    after = again(article)
    assert (after.state, after.lock_version) == (before.state, before.lock_version)


def test_every_verb_of_the_table_is_tried():
    verbs = {
        name
        for name in actions.__all__
        if callable(verb := getattr(actions, name))
        and {"article_id", "expected_version"} <= set(inspect.signature(verb).parameters)
    }
    # both have tests of their own: saving what was, publishing by a signature
    assert set(VERBS) == verbs - {"restore_revision", "publish_on_paper"}


def test_the_way_of_an_article_is_written_down(room):
    article = make.written(room, now=at("2026-09-01 08:00"))
    for verb, who, extra, when in [
        ("submit", room.editor, {}, "2026-09-01 09:00"),
        ("send_back", room.approver, {"remark": "Ghi rõ số liệu."}, "2026-09-01 10:00"),
        ("submit", room.editor, {}, "2026-09-01 11:00"),
        ("publish", room.approver, {}, "2026-09-01 12:00"),
    ]:
        do(verb, who, article, now=at(when), **extra)
    assert [(s.verb, s.state, s.by, s.at) for s in queries.steps(article)] == [
        ("create", "editing", room.editor, at("2026-09-01 08:00")),
        ("submit", "submitted", room.editor, at("2026-09-01 09:00")),
        ("send_back", "returned", room.approver, at("2026-09-01 10:00")),
        ("submit", "submitted", room.editor, at("2026-09-01 11:00")),
        ("publish", "published", room.approver, at("2026-09-01 12:00")),
    ]
    verbs = AuditEntry.objects.filter(object_kind="news.article").order_by("id")
    assert list(verbs.values_list("verb", "actor", "agency_id")) == [
        ("create_article", room.editor.pk, room.agency.pk),
        ("submit_article", room.editor.pk, room.agency.pk),
        ("send_back_article", room.approver.pk, room.agency.pk),
        ("submit_article", room.editor.pk, room.agency.pk),
        ("publish_article", room.approver.pk, room.agency.pk),
    ]


def test_a_sending_back_needs_its_remark(room):
    article = make.submitted(room)
    with pytest.raises(Refused) as refused:
        do("send_back", room.approver, article, remark=" \u00a0\n")
    assert refused.value.code == "remark"
    assert again(article).state == "submitted"
    assert Remark.objects.count() == 0
    do("send_back", room.approver, article, remark="Hạn 29/9 hay 28/9?")
    (remark,) = queries.remarks(article)
    assert (remark.text, remark.by, remark.revision.n) == ("Hạn 29/9 hay 28/9?", room.approver, 1)


def test_remarks_are_resolved_once(room):
    article = make.returned(room)
    (remark,) = queries.remarks(article)
    actions.resolve_remark(actor=room.editor, remark_id=remark.pk, now=at("2026-09-01 08:00"))
    actions.resolve_remark(actor=room.colleague, remark_id=remark.pk)
    remark.refresh_from_db()
    assert (remark.resolved_by, remark.resolved_at) == (room.editor, at("2026-09-01 08:00"))


# --- two people -------------------------------------------------------------------------------


def test_nobody_approves_what_they_submitted(room):
    give(room.editor, Role.APPROVER, room.agency)
    article = make.submitted(room)
    with pytest.raises(Refused) as refused:
        do("publish", room.editor, article)
    assert refused.value.code == "own"
    assert again(article).state == "submitted"


def test_nobody_approves_what_they_wrote_even_if_another_submitted_it(room):
    give(room.editor, Role.APPROVER, room.agency)
    article = make.submitted(room, by=room.colleague)
    with pytest.raises(Refused) as refused:
        do("publish", room.editor, article)
    assert refused.value.code == "own"


def test_a_delegation_does_not_help_the_submitter(room):
    delegate(room.approver, room.editor, room.agency, Role.APPROVER)
    article = make.submitted(room)
    with pytest.raises(Refused) as refused:
        do("publish", room.editor, article)
    assert refused.value.code == "own"


def test_a_delegate_of_the_submitter_approves_for_the_submitter_and_may_not(room):
    give(room.editor, Role.APPROVER, room.agency)
    deputy = UserFactory(full_name="Ngô Được Ủy Quyền")
    delegate(room.editor, deputy, room.agency, Role.APPROVER)
    article = make.submitted(room)
    with pytest.raises(Refused) as refused:
        do("publish", deputy, article)
    assert refused.value.code == "own"


def test_whoever_it_was_submitted_for_may_not_approve(room):
    give(room.approver, Role.EDITOR, room.agency)
    deputy = UserFactory(full_name="Ngô Được Ủy Quyền")
    delegate(room.approver, deputy, room.agency, Role.EDITOR)
    article = make.submitted(room, by=deputy)
    assert again(article).submitted_for == room.approver
    with pytest.raises(Refused) as refused:
        do("publish", room.approver, article)
    assert refused.value.code == "own"
    do("publish", room.other_approver, article)


def test_a_delegate_of_another_approver_publishes_on_behalf(room):
    deputy = UserFactory(full_name="Ngô Được Ủy Quyền")
    delegate(room.approver, deputy, room.agency, Role.APPROVER)
    article = do("publish", deputy, make.submitted(room))
    assert (article.approved_by, article.approved_for) == (deputy, room.approver)
    entry = AuditEntry.objects.get(verb="publish_article")
    assert (entry.actor, entry.on_behalf_of) == (deputy, room.approver)


def test_the_waiting_list_leaves_out_what_one_may_not_approve(room):
    give(room.editor, Role.APPROVER, room.agency)
    give(room.approver, Role.EDITOR, room.agency)
    deputy = UserFactory(full_name="Ngô Được Ủy Quyền")
    delegate(room.editor, deputy, room.agency, Role.APPROVER)
    of_editor = make.submitted(room)
    of_colleague = make.submitted(room, by=room.colleague)
    for person in [room.editor, room.approver, room.other_approver, deputy, room.outsider]:
        allowed = {
            a.pk
            for a in (again(of_editor), again(of_colleague))
            if rules.publish_grant(person, a) is not None
        }
        assert set(queries.waiting_for(person).values_list("pk", flat=True)) == allowed, person
    assert {a.pk for a in queries.waiting_for(room.approver)} == {of_editor.pk, of_colleague.pk}


def test_the_database_refuses_one_person_on_both_sides(room):
    article = make.published(room)
    for field in ["submitted_by", "submitted_for", "author"]:
        with pytest.raises(IntegrityError), transaction.atomic():
            Article.objects.filter(pk=article.pk).update(**{field: article.approved_by})


@pytest.mark.parametrize("who", ["staff", "member", "outsider"])
@pytest.mark.parametrize("verb", VERBS)
def test_verbs_need_the_role_at_this_agency(room, who, verb):
    _, extra, allowed = VERBS[verb]
    article = STATES[next(iter(allowed))](room)
    with pytest.raises(Refused) as refused:
        do(verb, getattr(room, who), article, **extra)
    assert refused.value.code == "role"


def test_only_editors_write(room):
    for person in [room.approver, room.staff, room.member, room.outsider]:
        with pytest.raises(Refused) as refused:
            actions.create_article(actor=person, agency=room.agency, text=make.TEXT)
        assert refused.value.code == "role"
    assert Article.objects.count() == 0


# --- what readers get -------------------------------------------------------------------------


def served():
    return list(queries.served(at("2026-12-31 00:00")))


@pytest.mark.parametrize(
    ("state", "count"),
    [("editing", 0), ("returned", 0), ("submitted", 0), ("published", 1), ("withdrawn", 0)],
)
def test_only_published_articles_are_served(room, state, count):
    STATES[state](room, now=at("2026-09-01 08:00"))
    assert len(served()) == count


def test_a_time_to_come_is_never_served(room):
    article = make.published(room, now=at("2026-09-01 08:00"))
    assert [a.pk for a in queries.served(at("2026-09-01 08:00"))] == [article.pk]
    assert list(queries.served(at("2026-09-01 07:59"))) == []


def test_readers_keep_the_approved_text_while_it_is_corrected(room):
    article = make.published(room, now=at("2026-09-01 08:00"))
    make.saved(room, article, title="Tít mới", body="<p>Số đúng là 31.</p>")
    (shown,) = served()
    assert (shown.title, shown.body) == (make.TEXT["title"], make.TEXT["body"])
    assert again(article).working.title == "Tít mới"
    assert list(queries.find(Article.objects.all(), "so dung la 31")) == []

    do("submit", room.editor, article)
    assert served()[0].title == make.TEXT["title"]
    do("publish", room.approver, article, now=at("2026-09-03 10:40"))
    (shown,) = served()
    assert (shown.title, shown.body) == ("Tít mới", "<p>Số đúng là 31.</p>")
    assert shown.published_at == at("2026-09-01 08:00")
    assert shown.updated_at_public == at("2026-09-03 10:40")
    assert [a.pk for a in queries.find(Article.objects.all(), "so dung la 31")] == [article.pk]


def test_a_correction_can_be_given_up_and_is_kept(room):
    article = make.correcting(room)
    do("discard_correction", room.editor, article)
    article = again(article)
    assert (article.state, article.working_id) == ("published", article.live_revision_id)
    assert not article.in_correction
    assert [r.n for r in article.revisions.all()] == [1, 2]
    make.saved(room, article, body="<p>Bản thứ ba.</p>")
    assert [r.n for r in article.revisions.all()] == [1, 2, 3]


def test_what_readers_saw_since_when_is_on_the_revisions(room):
    article = make.published(room, now=at("2026-09-01 08:00"))
    make.saved(room, article, title="Nháp bỏ")
    make.saved(room, article, title="Tít mới")
    do("submit", room.editor, article)
    do("publish", room.other_approver, article, now=at("2026-09-03 10:40"))
    rows = ArticleRevision.objects.filter(article=article)
    assert list(rows.values_list("n", "title", "approved_by", "live_from")) == [
        (1, make.TEXT["title"], room.approver.pk, at("2026-09-01 08:00")),
        (2, "Nháp bỏ", None, None),
        (3, "Tít mới", room.other_approver.pk, at("2026-09-03 10:40")),
    ]


def test_withdrawing_keeps_the_text_and_needs_a_reason(room):
    article = make.published(room)
    with pytest.raises(Refused) as refused:
        do("withdraw", room.approver, article, reason="  ")
    assert refused.value.code == "reason"
    do("withdraw", room.approver, article, reason="Số liệu chưa chính xác.")
    article = again(article)
    assert (article.state, article.withdrawn_reason) == ("withdrawn", "Số liệu chưa chính xác.")
    assert article.body == make.TEXT["body"]


def test_a_withdrawn_article_comes_back_only_through_approval(room):
    article = make.withdrawn(room, now=at("2026-09-01 08:00"))
    make.saved(room, article, body="<p>Số đã kiểm tra.</p>")
    assert served() == []
    do("submit", room.editor, article)
    assert served() == []
    do("publish", room.approver, article, now=at("2026-09-02 08:00"))
    (shown,) = served()
    assert (shown.body, shown.withdrawn_reason) == ("<p>Số đã kiểm tra.</p>", "")
    assert shown.published_at == at("2026-09-01 08:00")


def test_giving_up_the_correction_of_a_withdrawn_article_leaves_it_withdrawn(room):
    article = make.withdrawn(room)
    make.saved(room, article, body="<p>Khác.</p>")
    do("discard_correction", room.editor, article)
    assert again(article).state == "withdrawn"
    assert served() == []


# --- address, name, agency --------------------------------------------------------------------


def test_the_slug_is_frozen_at_the_first_publication(room):
    article = make.written(room, title="Đại hội 135-KH/TU")
    assert article.slug == ""
    make.saved(room, article, title="Đại hội Đảng bộ xã: những con số")
    do("submit", room.editor, article)
    article = do("publish", room.approver, article)
    assert article.slug == "dai-hoi-dang-bo-xa-nhung-con-so"
    make.saved(room, article, title="Tít khác hẳn")
    do("submit", room.editor, article)
    assert do("publish", room.approver, article).slug == "dai-hoi-dang-bo-xa-nhung-con-so"


def test_a_title_without_letters_still_has_an_address(room):
    assert make.published(room, title="!!! 党 ???").slug == "tin"


def test_the_longest_title_fits(room):
    title = "Đường " * 50
    article = make.published(room, title=title[:300])
    assert len(article.title) == 299
    assert len(article.slug) <= 90
    with pytest.raises(Refused) as refused:
        make.written(room, title="ư" * 301)
    assert refused.value.code == "title"


def test_an_article_keeps_the_name_its_agency_had_on_the_day():
    room = make.newsroom("Phòng Nội vụ")
    article = make.published(room, now=at("2024-05-01 08:00"))
    agencies.rename_agency(
        actor=None, agency=room.agency, name="Phòng Văn hóa - Nội vụ", on=dt.date(2025, 7, 1)
    )
    later = make.published(room, now=at("2025-07-01 00:00"))
    assert again(article).agency_name == "Phòng Nội vụ"
    assert again(later).agency_name == "Phòng Văn hóa - Nội vụ"
    make.saved(room, article, lead="Tóm tắt sửa.")
    do("submit", room.editor, article)
    assert do("publish", room.approver, article).agency_name == "Phòng Nội vụ"


def test_an_agency_that_has_ended_publishes_nothing(room):
    article = make.submitted(room, now=at("2025-06-30 10:00"))
    room.agency.valid = (dt.date(2020, 1, 1), dt.date(2025, 7, 1))
    room.agency.save()
    with pytest.raises(Refused):
        do("publish", room.approver, article, now=at("2025-07-01 08:00"))
    assert again(article).state == "submitted"
    assert do("publish", room.approver, article, now=at("2025-06-30 20:00")).state == "published"


# --- what a text must be ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ({"title": "  \u00a0 "}, "title"),
        ({"title": "ư" * 301}, "title"),
        ({"lead": "ư" * 1001}, "lead"),
        ({"byline": "ư" * 121}, "byline"),
        ({"body": "<p>" + "ư" * 400_001 + "</p>"}, "body"),
    ],
)
def test_texts_that_cannot_be_kept(room, text, code):
    with pytest.raises(Refused) as refused:
        make.written(room, **text)
    assert refused.value.code == code
    assert Article.objects.count() == 0


@pytest.mark.parametrize(
    ("text", "code"),
    [({"body": ""}, "body"), ({"body": "<p>&nbsp;</p>"}, "body"), ({"lead": ""}, "lead")],
)
def test_a_draft_may_be_unfinished_but_not_be_submitted(room, text, code):
    article = make.written(room, **text)
    with pytest.raises(Refused) as refused:
        do("submit", room.editor, article)
    assert refused.value.code == code


def test_ten_thousand_words_are_stored_and_found(room):
    body = "<p>" + " ".join(f"chữ{n}" for n in range(10_000)) + "</p>"
    article = make.published(room, body=body)
    assert [a.pk for a in queries.find(Article.objects.all(), "CHU9999")] == [article.pk]


def test_a_cover_needs_its_alternative_text(room):
    cover = make.picture(room.editor, room.agency)
    with pytest.raises(Refused) as refused:
        make.written(room, cover=cover)
    assert refused.value.code == "cover_alt"
    article = make.written(room, cover=cover, cover_alt="Đại biểu giơ thẻ biểu quyết")
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(cover_alt="")


def test_captions_without_a_picture_are_dropped(room):
    article = make.written(room, cover_alt="x", cover_caption="y", cover_credit="z")
    assert (article.cover_alt, article.cover_caption, article.cover_credit) == ("", "", "")


def test_sections_belong_to_the_agency(room):
    other = make.newsroom("Sở Nội vụ")
    give(other.approver, Role.ADMIN, other.agency)
    theirs = actions.create_section(actor=other.approver, agency=other.agency, title="Cải cách")
    with pytest.raises(Refused) as refused:
        make.written(room, section=theirs)
    assert refused.value.code == "section"


def test_no_break_spaces_and_decomposed_letters_are_folded(room):
    article = make.written(room, title="Đại hội\u00a0Đảng bộ xã \u200b lần thứ I")
    assert article.title == "Đại hội Đảng bộ xã lần thứ I"


def test_unknown_fields_are_a_mistake_of_the_caller(room):
    with pytest.raises(TypeError):
        actions.create_article(actor=room.editor, agency=room.agency, text={"titel": "x"})


# --- two editors --------------------------------------------------------------------------------


def test_the_second_editor_sees_both_texts_and_nothing_is_lost(room):
    article = make.written(room)
    make.saved(room, article, by=room.colleague, body="<p>Của Huy.</p>")
    with pytest.raises(StaleVersion) as stale:
        actions.save_article(
            actor=room.editor,
            article_id=article.pk,
            expected_version=article.lock_version,
            text={**make.TEXT, "body": "<p>Của Phương.</p>"},
        )
    assert stale.value.current.working.body == "<p>Của Huy.</p>"
    assert again(article).working.body == "<p>Của Huy.</p>"


def test_saving_the_same_text_changes_nothing(room):
    article = make.published(room)
    same = make.saved(room, article)
    assert (same.state, same.lock_version) == ("published", article.lock_version)
    assert article.revisions.count() == 1


def test_an_approver_decides_only_on_the_text_that_was_read(room):
    article = make.submitted(room)
    read = article.lock_version
    do("take_back", room.editor, article)
    make.saved(room, article, title="Đổi sau lưng người duyệt")
    do("submit", room.editor, article)
    with pytest.raises(StaleVersion):
        actions.publish(actor=room.approver, article_id=article.pk, expected_version=read)
    assert again(article).state == "submitted"


# --- sections -----------------------------------------------------------------------------------


def test_sections_are_named_once_and_keep_their_address(room):
    first = actions.create_section(actor=room.approver, agency=room.agency, title="Đại hội")
    assert (first.slug, first.order) == ("dai-hoi", 0)
    with pytest.raises(Refused) as refused:
        actions.create_section(actor=room.approver, agency=room.agency, title=" Đại\u00a0hội ")
    assert refused.value.code == "taken"
    second = actions.create_section(actor=room.approver, agency=room.agency, title="ĐẠI HỘI")
    assert (second.slug, second.order) == ("dai-hoi-2", 1)
    changed = actions.edit_section(
        actor=room.approver,
        section_id=first.pk,
        expected_version=0,
        title="Đại hội các cấp",
        order=5,
    )
    assert (changed.slug, changed.title, changed.order) == ("dai-hoi", "Đại hội các cấp", 5)
    with pytest.raises(StaleVersion):
        actions.edit_section(
            actor=room.approver, section_id=first.pk, expected_version=0, title="Khác", order=1
        )
