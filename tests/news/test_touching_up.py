"""The approver's page: small corrections, what is new since the last look, threads of remarks."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from portal.agencies.models import Role
from portal.common import richtext
from portal.common.errors import Refused, StaleVersion
from portal.common.models import AuditEntry
from portal.common.richtext import paragraphs
from portal.news import actions, queries
from portal.news.models import ArticleRevision, Look
from portal.notices.actions import sweep
from portal.notices.models import Delivery
from tests.accounts.factories import UserFactory
from tests.agencies.factories import give
from tests.news import factories as make
from tests.news.factories import again, do
from tests.news.test_workflow import delegate

pytestmark = pytest.mark.django_db

BODY = (
    '<p>Tối <strong>thứ Bảy</strong>, chi bộ <a href="/co-quan/">thôn Thượng</a> họp sớm.</p>'
    "<h2>Cách làm</h2>"
    "<ul><li>Một buổi tối;<br>ghi biên bản</li><li>A &amp; B &lt; C</li></ul>"
)


@pytest.fixture
def room():
    return make.newsroom()


def address(name, article, *more):
    return reverse(f"news:{name}", args=[article.pk, *more])


# --- paragraphs -----------------------------------------------------------------------------------


def test_the_paragraphs_of_a_body():
    assert [(p.number, p.tag, p.text) for p in paragraphs.paragraphs(BODY)] == [
        (0, "p", "Tối thứ Bảy, chi bộ thôn Thượng họp sớm."),
        (1, "h2", "Cách làm"),
        (2, "li", "Một buổi tối;\nghi biên bản"),
        (3, "li", "A & B < C"),
    ]


@pytest.mark.parametrize(
    ("number", "text", "piece"),
    [
        # a word in place of a bold one is bold, what stands around it is kept to the letter
        (0, "Tối Chủ nhật, chi bộ thôn Thượng họp sớm.", "<strong>Chủ nhật</strong>, chi bộ <a"),
        (0, "Tối thứ Bảy, chi bộ thôn Hạ họp sớm.", ">thôn Hạ</a> họp sớm."),
        (0, "Đêm thứ Bảy, chi bộ thôn Thượng họp sớm.", "<p>Đêm <strong>thứ Bảy</strong>"),
        (0, "Tối thứ Bảy, chi bộ thôn Thượng họp sớm hơn.", "</a> họp sớm hơn.</p>"),
        (1, "Cách làm <b>mới</b>", "<h2>Cách làm &lt;b&gt;mới&lt;/b&gt;</h2>"),
        (2, "Một buổi sáng;\nghi biên bản", "<li>Một buổi sáng;<br>ghi biên bản</li>"),
        (2, "Một buổi tối; ghi biên bản", "<li>Một buổi tối; ghi biên bản</li>"),
        (3, "A & B < D", "<li>A &amp; B &lt; D</li>"),
    ],
)
def test_a_changed_paragraph_keeps_its_marks(number, text, piece):
    new = paragraphs.replaced(BODY, {number: text})
    assert piece in new
    assert paragraphs.paragraphs(new)[number].text == text
    others = [p.text for p in paragraphs.paragraphs(BODY) if p.number != number]
    assert [p.text for p in paragraphs.paragraphs(new) if p.number != number] == others
    assert richtext.sanitize(new).count("<") == new.count("<")


def test_nothing_changed_is_the_same_body():
    body = richtext.sanitize(BODY + '<figure><img src="/media/anh/a.webp" alt="a > b"></figure>')
    same = {p.number: p.text for p in paragraphs.paragraphs(body)}
    assert richtext.sanitize(paragraphs.replaced(body, same)) == body


# --- small corrections ----------------------------------------------------------------------------


def test_an_approver_puts_a_word_right_and_approves(room):
    article = make.submitted(room, body=BODY)
    do("touch_up", room.approver, article, title="Xã Hòa Bình họp", texts={1: "Cách họp"})
    article = again(article)
    revision = article.working
    assert (article.state, revision.n, revision.by, revision.small) == (
        "submitted",
        2,
        room.approver,
        True,
    )
    assert "<h2>Cách họp</h2>" in revision.body
    assert (article.title, article.body) == (revision.title, revision.body)
    assert AuditEntry.objects.get(verb="touch_up_article").actor == room.approver
    do("publish", room.approver, article)
    assert again(article).title == "Xã Hòa Bình họp"


def test_small_corrections_do_not_add_up_to_a_text(room):
    article = make.submitted(room, body=f"{BODY}<p>{'dài ' * 100}</p>")
    do("touch_up", room.approver, article, lead="Một " * 20)
    version = again(article).lock_version
    with pytest.raises(Refused) as refused:
        do("touch_up", room.other_approver, article, texts={4: "ngắn " * 60})
    assert refused.value.code == "large"
    assert "nhiều nhất 200 chữ cái" in str(refused.value)
    article = again(article)
    assert (article.lock_version, article.working.n) == (version, 2)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"title": make.TEXT["title"]}, "same"),
        ({"texts": {0: "Tối thứ Bảy,\u00a0chi bộ thôn Thượng họp sớm."}}, "same"),
        ({"title": " \u00a0 "}, "title"),
        ({"texts": {0: " "}}, "paragraph"),
        ({"texts": {99: "Đâu?"}}, "paragraph"),
    ],
)
def test_corrections_that_are_none(room, given, code):
    article = make.submitted(room, body=BODY)
    with pytest.raises(Refused) as refused:
        do("touch_up", room.approver, article, **given)
    assert refused.value.code == code
    assert again(article).working.n == 1


def test_who_wrote_the_newest_text_does_not_approve_it(room):
    give(room.colleague, Role.APPROVER, room.agency)
    article = make.written(room)
    make.saved(room, article, by=room.colleague, lead="Viết lại cả phần tóm tắt.")
    do("submit", room.editor, article)
    with pytest.raises(Refused) as refused:
        do("publish", room.colleague, article)
    assert refused.value.code == "own"
    assert queries.waiting_for(room.colleague).count() == 0
    do("touch_up", room.approver, article, title="Tiêu đề của người duyệt")
    do("publish", room.approver, article)
    assert again(article).approved_by == room.approver


def test_a_rewritten_text_stays_its_writer_s_whoever_touched_it_last(room):
    give(room.colleague, Role.APPROVER, room.agency)
    deputy = UserFactory(full_name="Ngô Được Ủy Quyền")
    delegate(room.colleague, deputy, room.agency, Role.APPROVER)
    small, saved = make.written(room), make.written(room)
    for article in (small, saved):
        make.saved(room, article, by=room.colleague, lead="Viết lại cả phần tóm tắt.")
    do("submit", room.editor, small)
    do("touch_up", room.approver, small, title="Tiêu đề của người duyệt")
    make.saved(room, saved, title="Chỉ đổi tiêu đề")
    do("submit", room.editor, saved)
    for person in (room.colleague, deputy):
        assert queries.waiting_for(person).count() == 0
        for article in (small, saved):
            with pytest.raises(Refused) as refused:
                do("publish", person, article)
            assert refused.value.code == "own"
    for article in (small, saved):
        do("publish", room.approver, article)
        # What was approved then is nobody's new text.
        make.saved(room, article, title="Bản đính chính")
        do("submit", room.editor, article)
    assert queries.waiting_for(room.colleague).count() == 2
    do("publish", room.colleague, small)
    assert again(small).approved_by == room.colleague


def test_writers_and_strangers_make_no_small_corrections(room):
    article = make.submitted(room)
    for person in [room.editor, room.staff, room.outsider]:
        with pytest.raises(Refused) as refused:
            do("touch_up", person, article, title="Khác")
        assert refused.value.code == "role"


def test_the_database_tells_a_small_correction_from_a_text(room):
    article = make.submitted(room)
    do("touch_up", room.approver, article, title="Tiêu đề sửa")
    do("publish", room.approver, article)
    row = ArticleRevision.objects.filter(pk=again(article).working_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.update(small=False)


def test_a_correction_of_a_text_that_changed_meanwhile_is_refused(room):
    article = make.submitted(room)
    seen = article.lock_version
    do("touch_up", room.other_approver, article, title="Của người kia")
    with pytest.raises(StaleVersion):
        actions.touch_up(
            actor=room.approver, article_id=article.pk, expected_version=seen, title="Của tôi"
        )
    assert again(article).title == "Của người kia"


def test_the_writer_is_told_and_sees_what_was_put_right(room, client):
    article = make.submitted(room)
    do("touch_up", room.approver, article, title="Đảng bộ xã Hòa Bình hỏi ý kiến từng chi bộ")
    sweep()
    told = Delivery.objects.filter(channel="inbox", person=room.editor)
    assert [d.title for d in told] == [
        "Người duyệt sửa nhỏ: Đảng bộ xã Hòa Bình hỏi ý kiến từng chi bộ"
    ]
    client.force_login(room.editor)
    page = client.get(address("desk_article", article))
    assert [(c.name, "hỏi</ins>" in c.html) for c in page.context["touched_up"]] == [
        ("title", True)
    ]


def test_the_page_of_small_corrections(room, client):
    article = make.submitted(room, body=BODY)
    client.force_login(room.approver)
    page = client.get(address("touch_up", article))
    assert page.status_code == 200
    assert "thôn Thượng" in page.content.decode()
    data = {
        "lock_version": article.lock_version,
        "title": article.title,
        "lead": article.lead,
        "p0": "Tối thứ Bảy, chi bộ thôn Thượng họp sớm.",
        "p1": "Ca\u0301ch ho\u0323p",  # typed in separate marks (NFD)
        "p2": "Một buổi tối;\r\nghi biên bản",
    }
    response = client.post(address("touch_up", article), data)
    assert response["Location"] == address("desk_article", article)
    revision = again(article).working
    assert revision.body == richtext.sanitize(BODY).replace("Cách làm", "Cách họp")
    large = {**data, "lock_version": again(article).lock_version, "p0": "Dài " * 100}
    page = client.post(address("touch_up", article), large)
    assert page.status_code == 200
    assert "Sửa nhỏ nhiều nhất 200 chữ cái" in page.content.decode()
    assert "Dài Dài Dài" in page.content.decode()
    stale = client.post(address("touch_up", article), data)
    assert "Bài đã thay đổi từ lúc đồng chí mở trang này." in stale.content.decode()


# --- looks ----------------------------------------------------------------------------------------


def test_changes_since_my_last_look(room, client):
    article = make.submitted(room)
    client.force_login(room.approver)
    first = client.get(address("desk_article", article))
    assert first.context["changes_since"] == []
    do("send_back", room.approver, article, remark="Sửa tít.")
    make.saved(room, article, title="Tít mới của Mai Phương")
    do("submit", room.editor, article)
    for _again in range(2):  # reading once more takes nothing away
        page = client.get(address("desk_article", article))
        assert [c.name for c in page.context["changes_since"]] == ["title"]
        assert "Khác bản 1 đồng chí đã xem" in page.content.decode()
    client.force_login(room.other_approver)
    page = client.get(address("desk_article", article))
    assert page.context["changes_since"] == []
    assert list(Look.objects.order_by("id").values_list("person__full_name", "revision__n")) == [
        ("Lê Hồng Vân", 1),
        ("Lê Hồng Vân", 2),
        ("Đặng Ngọc Ánh", 2),
    ]


def test_my_own_small_correction_is_no_news_to_me(room, client):
    article = make.submitted(room)
    client.force_login(room.approver)
    client.get(address("desk_article", article))
    do("touch_up", room.approver, article, title="Tiêu đề sửa")
    page = client.get(address("desk_article", article))
    assert page.context["changes_since"] == []
    assert [c.name for c in page.context["touched_up"]] == ["title"]


def test_writers_leave_no_look(room, client):
    article = make.submitted(room)
    client.force_login(room.editor)
    client.get(address("desk_article", article))
    assert Look.objects.count() == 0


def test_the_list_says_what_is_new(room, client):
    fresh, seen, changed = (make.submitted(room, title=t) for t in ["Mới", "Cũ", "Sửa"])
    for article in (seen, changed):
        actions.look(actor=room.approver, article=article)
    do("take_back", room.editor, changed)
    make.saved(room, changed, lead="Tóm tắt khác.")
    do("submit", room.editor, changed)
    actions.add_remark(actor=room.colleague, article_id=seen.pk, text="Xem lại ảnh.")
    rows = queries.with_looks(queries.waiting_for(room.approver), room.approver)
    assert {r.working.title: (r.seen, r.seen_n, r.open_remarks) for r in rows} == {
        "Mới": (False, None, None),
        "Cũ": (True, 1, 1),
        "Sửa": (False, 1, None),
    }
    client.force_login(room.approver)
    page = client.get(reverse("news:waiting")).content.decode()
    assert {a.waited for a in client.get(reverse("news:waiting")).context["page"]} == {0}
    for words in ["Chưa xem", "Đã xem", "Có sửa từ bản 1 đã xem", "1 nhận xét chưa xử lý"]:
        assert words in page
    assert fresh.pk


# --- threads --------------------------------------------------------------------------------------


def test_answers_stand_under_the_remark_and_open_it_again(room):
    article = make.returned(room)
    (first,) = queries.remarks(article)
    actions.resolve_remark(actor=room.editor, remark_id=first.pk)
    answer = actions.add_remark(
        actor=room.approver, article_id=article.pk, text="Còn câu 4.", reply_to=first.pk
    )
    last = actions.add_remark(
        actor=room.editor,
        article_id=article.pk,
        text="\u0110a\u0303 su\u031b\u0309a.",
        reply_to=answer.pk,
    )
    (first,) = queries.remarks(article)
    assert first.resolved_at is None
    assert [(r.by, r.text) for r in first.thread] == [
        (room.approver, "Còn câu 4."),
        (room.editor, "Đã sửa."),
    ]
    with pytest.raises(Refused) as refused:
        actions.resolve_remark(actor=room.editor, remark_id=last.pk)
    assert refused.value.code == "reply"


def test_an_answer_to_a_remark_of_another_article_is_refused(room, client):
    article, other = make.returned(room), make.returned(room)
    (remark,) = queries.remarks(other)
    with pytest.raises(Refused) as refused:
        actions.add_remark(
            actor=room.editor, article_id=article.pk, text="Đã sửa.", reply_to=remark.pk
        )
    assert refused.value.code == "gone"
    client.force_login(room.editor)
    page = client.post(
        address("reply_remark", article, remark.pk), {f"tl{remark.pk}-text": "Đã sửa."}
    )
    assert page.status_code == 200
    assert "Đã sửa." in page.content.decode()
    (own,) = queries.remarks(article)
    client.post(address("reply_remark", article, own.pk), {f"tl{own.pk}-text": "Xong."})
    assert [r.text for r in queries.remarks(article)[0].thread] == ["Xong."]
