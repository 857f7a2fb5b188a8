"""The search page: what is found, in which order, what stays hidden, what it costs."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import Plan
from portal.common import clock
from portal.news.actions import create_microsite
from tests.agencies.factories import AgencyFactory, CellFactory
from tests.campaigns.factories import PlanFactory
from tests.feedback.factories import make_world
from tests.news.factories import newsroom, published, submitted

NOW = dt.datetime(2025, 8, 20, 9, 0, tzinfo=clock.TZ)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


def found(client, q, **query):
    """{kind: [titles]} of what the page shows."""
    response = client.get("/tim-kiem/", {"q": q, **query})
    assert response.status_code == 200
    return {
        group["source"].slug: ["".join(p.text for p in row["title"]) for row in group["rows"]]
        for group in response.context.get("groups", [])
    }


class TestFinding:
    def test_with_and_without_marks(self, client):
        published(newsroom(), title="Đại hội Đảng bộ xã Hòa Bình", now=NOW)
        for q in ("Đại hội", "dai hoi", "ĐẠI HỘI", "hoi dai", "hoà bình", "hòa bình"):
            assert found(client, q)["tin-bai"] == ["Đại hội Đảng bộ xã Hòa Bình"], q
        assert "tin-bai" not in found(client, "đại hội tân lập")

    def test_the_marks_that_were_typed_come_first(self, client):
        room = newsroom()
        published(room, title="Hoạt động của ma trận chỉ tiêu", now=NOW)
        published(room, title="Chuyện má Sáu giữ bến", now=NOW)
        published(room, title="Người giữ mả tổ", now=NOW)
        assert found(client, "má")["tin-bai"][0] == "Chuyện má Sáu giữ bến"
        assert found(client, "MẢ")["tin-bai"][0] == "Người giữ mả tổ"

    def test_words_side_by_side_come_before_scattered_ones(self, client):
        room = newsroom()
        published(room, title="Giữ điểm giao dịch xã cũ", now=NOW)
        published(room, title="Điểm mới giữ vai trò giao lưu", now=NOW)
        assert found(client, "giu diem")["tin-bai"] == [
            "Giữ điểm giao dịch xã cũ",
            "Điểm mới giữ vai trò giao lưu",
        ]

    def test_a_syllable_inside_another_word_is_no_hit(self, client):
        AgencyFactory(name="Đảng bộ Khối doanh nghiệp")
        assert found(client, "hoi") == {}
        assert found(client, "khoi")["co-quan"] == ["Đảng bộ Khối doanh nghiệp"]

    def test_plans_by_symbol_and_title(self, client):
        PlanFactory(title="Tuyên truyền đại hội", symbol="12-KH/TU", issued=True)
        assert found(client, "12-KH/TU") == {"ke-hoach": ["Tuyên truyền đại hội"]}
        assert found(client, "tuyen truyen")["ke-hoach"] == ["Tuyên truyền đại hội"]

    def test_documents_consultations_agencies(self, client):
        world = make_world()
        assert found(client, world.edition.document.title)["van-kien"] == [
            world.edition.document.title
        ]
        assert found(client, "Lấy ý kiến Báo cáo")["lay-y-kien"] == [world.consultation.title]
        assert found(client, "xa hoa binh")["co-quan"] == ["Đảng bộ xã Hòa Bình"]

    def test_the_words_are_marked_and_a_passage_is_shown(self, client):
        published(
            newsroom(),
            title="Tin của xã",
            lead="Tin ngắn.",
            body="<p>Bà con thôn Bến Thượng &lt;script&gt; góp ý.</p>",
            now=NOW,
        )
        html = client.get("/tim-kiem/", {"q": "ben thuong"}).content.decode()
        assert "<mark>Bến</mark>" in html
        assert "<mark>Thượng</mark>" in html
        assert "<script>" not in html.replace("<script src", "")

    def test_words_in_quotes_stand_side_by_side(self, client):
        room = newsroom()
        published(room, title="Hội nghị bàn đại sự", now=NOW)
        published(room, title="Đại hội Đảng bộ xã", now=NOW)
        assert len(found(client, "đại hội")["tin-bai"]) == 2
        assert found(client, '"đại hội"')["tin-bai"] == ["Đại hội Đảng bộ xã"]
        assert found(client, "“dai hoi” xã")["tin-bai"] == ["Đại hội Đảng bộ xã"]
        assert "tin-bai" not in found(client, '"hội đại"')

    def test_parts_of_a_symbol_and_the_words_of_a_title_together(self, client):
        PlanFactory(title="Tuyên truyền đại hội", symbol="12-KH/TU", issued=True)
        for q in ("12-KH/TU tuyên truyền", "kh/tu 12", "12 đại hội", "12"):
            expected = ["Tuyên truyền đại hội"] if q != "kh/tu 12" else None
            assert found(client, q).get("ke-hoach") == expected, q

    def test_a_passage_of_a_draft_leads_to_its_paragraph(self, client):
        world = make_world()
        block = world.edition.blocks.filter(para_no__isnull=False).order_by("pos")[0]
        response = client.get("/tim-kiem/", {"q": f'"{block.plain}"', "loai": "van-kien"})
        (row,) = response.context["groups"][0]["rows"]
        assert row["url"].endswith(f"/den/?so={block.para_no}")
        assert any(part.hit for part in row["text"])


class TestNarrowing:
    @pytest.fixture
    def articles(self):
        room, other = newsroom(), newsroom(name="Sở Nội vụ tỉnh")
        early = NOW - dt.timedelta(days=30)
        make = {"title": "Tin đại hội"}
        return {
            "xa": published(room, **make, now=NOW),
            "xa-cu": published(room, **make, now=early),
            "so": published(other, **make, now=NOW),
        }

    def urls(self, client, **query):
        response = client.get("/tim-kiem/", {"q": "đại hội", "loai": "tin-bai", **query})
        return {row["url"] for row in response.context["groups"][0]["rows"]}

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({}, {"xa", "xa-cu", "so"}),
            ({"co_quan": "hòa bình"}, {"xa", "xa-cu"}),
            ({"co_quan": "không có cơ quan này"}, set()),
            ({"tu_ngay": "2025-08-20"}, {"xa", "so"}),
            ({"den_ngay": "2025-08-19"}, {"xa-cu"}),
            ({"co_quan": "so noi vu", "tu_ngay": "2025-08-01"}, {"so"}),
            ({"chuyen_muc": "chưa có mục này"}, set()),
            ({"tu_ngay": "9999-12-31"}, set()),
            ({"den_ngay": "0001-01-01"}, set()),
        ],
    )
    def test_articles(self, client, articles, query, expected):
        assert self.urls(client, **query) == {articles[k].get_absolute_url() for k in expected}

    def test_until_the_last_day_of_the_calendar(self, client, articles):
        every = {article.get_absolute_url() for article in articles.values()}
        assert self.urls(client, den_ngay="9999-12-31") == every

    def test_articles_of_a_campaign(self, client, articles):
        room = newsroom(name="Đảng bộ tỉnh Mẫu")
        plan = PlanFactory(title="Kế hoạch", issuer=room.agency, issued=True)
        microsite = create_microsite(
            actor=room.approver,
            plan=plan,
            agency=room.agency,
            title="Tiến tới đại hội",
            opens_at=NOW,
        )
        of_it = published(room, title="Tin đại hội tỉnh", microsite=microsite, now=NOW)
        assert self.urls(client, chuyen_trang=microsite.slug) == {of_it.get_absolute_url()}

    def test_what_a_filter_does_not_fit_is_left_out(self, client):
        PlanFactory(title="Kế hoạch đại hội", issued=True)
        assert found(client, "đại hội", chuyen_muc="tin") == {}
        assert list(found(client, "đại hội")) == ["ke-hoach"]

    @pytest.mark.parametrize("query", [{"tu_ngay": "mai"}, {"chuyen_trang": "la-lam"}])
    def test_a_wrong_value_is_told_and_finds_nothing(self, client, articles, query):
        response = client.get("/tim-kiem/", {"q": "đại hội", **query})
        assert response.status_code == 200
        assert "groups" not in response.context
        assert list(response.context["filter_form"].errors) == list(query)


class TestHidden:
    def test_what_readers_may_not_see_is_not_found(self, client):
        submitted(newsroom(), title="Bài chờ duyệt bí mật", now=NOW)
        PlanFactory(title="Kế hoạch đang soạn bí mật")
        make_world(announced=False, title="Đợt bí mật")
        CellFactory(name="Chi bộ bí mật")
        assert found(client, "bí mật") == {}

    def test_a_campaign_whose_plan_was_taken_back_is_no_choice(self, client):
        room = newsroom()
        kept, gone = (PlanFactory(issuer=room.agency, issued=True) for _n in range(2))
        for plan, title in ((kept, "Tiến tới Đại hội"), (gone, "Chuyên trang bí mật")):
            create_microsite(
                actor=room.approver, plan=plan, agency=room.agency, title=title, opens_at=NOW
            )
        Plan.objects.filter(pk=gone.pk).update(state=Plan.State.WITHDRAWN)
        page = client.get("/tim-kiem/").content.decode()
        assert "Tiến tới Đại hội" in page
        assert "Chuyên trang bí mật" not in page

    def test_the_same_for_those_who_are_signed_in(self, client):
        room = newsroom()
        submitted(room, title="Bài chờ duyệt bí mật", now=NOW)
        client.force_login(room.editor)
        assert found(client, "bí mật") == {}


class TestPage:
    @pytest.mark.parametrize("q", ["", "   ", "a", "\u200b"])
    def test_nothing_is_asked_without_words(self, client, q):
        assert found(client, q) == {}

    def test_one_kind_page_by_page(self, client):
        for n in range(23):
            AgencyFactory(name=f"Đảng bộ xã số {n}")
        everything = client.get("/tim-kiem/", {"q": "xã số"})
        (group,) = everything.context["groups"]
        assert (len(group["rows"]), group["count"], group["more"]) == (5, 23, True)
        second = client.get("/tim-kiem/", {"q": "xã số", "loai": "co-quan", "trang": "2"})
        assert (second.context["page"].count, len(second.context["page"])) == (23, 3)

    def test_an_unknown_kind_shows_all(self, client):
        AgencyFactory(name="Đảng bộ xã Yên Sơn")
        assert list(found(client, "yên sơn", loai="la")) == ["co-quan"]

    @pytest.mark.parametrize("q", ["%", "_", "'", '"; drop', "\\", "x" * 5000, "(", "a b " * 300])
    def test_odd_questions_are_only_words(self, client, q):
        AgencyFactory(name="Đảng bộ xã Yên Sơn")
        assert found(client, q) == {}

    def test_cost_does_not_grow(self, client):
        def cost():
            with CaptureQueriesContext(connection) as queries:
                client.get("/tim-kiem/", {"q": "yên sơn"})
            return len(queries)

        room = newsroom(name="Đảng bộ xã Yên Sơn")
        published(room, title="Chè Yên Sơn", now=NOW)
        before = cost()
        for n in range(4):
            published(room, title=f"Chè Yên Sơn {n}", now=NOW)
            AgencyFactory(name=f"Chi nhánh Yên Sơn {n}")
        assert cost() == before
        assert before <= 10
