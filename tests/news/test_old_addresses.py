"""Addresses of earlier systems: they lead on, cost nothing to other pages, and come from Excel."""

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.agencies.models import Role
from portal.common.errors import Refused
from portal.common.models import AuditEntry
from portal.common.sheets import Row
from portal.news import actions
from portal.news.importing import Context, OldAddressSheet
from portal.news.models import OldAddress
from portal.news.rules.old_addresses import article_in, plain
from tests.accounts.factories import UserFactory
from tests.agencies.factories import delegate, give
from tests.news import factories as make
from tests.news.factories import at, do

pytestmark = pytest.mark.django_db
NOW = at("2026-09-20 10:00")


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def room():
    return make.newsroom(slug="dang-bo-xa-hoa-binh")


def keep(room, *rows, actor=None):
    actions.keep_old_addresses(actor=actor or room.approver, agency=room.agency, rows=list(rows))


@pytest.mark.parametrize(
    ("written", "spelt"),
    [
        ("http://trangcu.vn/Tin/Bai.aspx?ID=12", "/tin/bai.aspx?id=12"),
        ("trangcu.vn/tin/bai/", "/tin/bai"),
        ("/tin/b%C3%A0i/", "/tin/bài"),
        ("  https://trangcu.vn  ", "/"),
        ("http://[xau", ""),
    ],
)
def test_addresses_are_compared_in_one_spelling(written, spelt):
    assert plain(written) == spelt


def test_the_number_of_an_article_is_read_from_its_address():
    assert article_in("http://testserver/tin-tuc/xa/tit-bai-125/") == 125
    assert article_in("/tin-tuc/xa/tit-bai-125") == 125
    assert article_in("/tin-tuc/xa/chuyen-muc/tin-125/") is None
    assert article_in("/ke-hoach/x-125/") is None


def test_an_old_address_leads_to_the_article(room, client):
    article = make.published(room, now=at("2026-09-18 08:00"))
    keep(room, ("/tin/bai.aspx?id=12", article, ""), ("/tin", None, "/tin-tuc/xa/"))
    for written in ["/tin/bai.aspx?id=12", "/Tin/Bai.aspx?ID=12"]:
        response = client.get(written)
        assert (response.status_code, response["Location"]) == (301, article.get_absolute_url())
    assert client.get("/tin/")["Location"] == "/tin-tuc/xa/"
    assert client.get("/tin/?trang=2")["Location"] == "/tin-tuc/xa/"  # the path alone
    assert client.get("/tin/bai.aspx?id=13").status_code == 404
    assert client.post("/tin/").status_code == 404


def test_an_article_readers_cannot_see_is_not_given_away(room, client):
    draft = make.written(room)
    later = make.published(room, now=at("2026-09-21 08:00"))
    gone = make.withdrawn(room, now=at("2026-09-18 08:00"))
    keep(room, ("/a", draft, ""), ("/b", later, ""), ("/c", gone, ""))
    assert client.get("/a").status_code == 404
    assert client.get("/b").status_code == 404
    followed = client.get("/c", follow=True)
    assert (followed.redirect_chain[0][1], followed.status_code) == (301, 410)


def test_pages_that_exist_cost_no_query_more_and_win(room, client):
    article = make.published(room, now=at("2026-09-18 08:00"))
    keep(room, (plain("/robots.txt"), article, ""), (plain("/lam-viec/x/"), article, ""))
    with CaptureQueriesContext(connection) as caught:
        assert client.get("/robots.txt").status_code == 200
    assert len(caught) == 0
    assert client.get("/lam-viec/x/").status_code == 404


def test_an_old_address_never_leads_off_the_site(room):
    for page in ["//xau.example/", "https://xau.example/", "/\\xau.example"]:
        with pytest.raises(IntegrityError), transaction.atomic():
            OldAddress.objects.create(
                path="/x", agency=room.agency, page=page, by=room.approver, at=NOW
            )


def test_who_may_keep_them(room):
    article = make.published(room, now=at("2026-09-18 08:00"))
    for person in [room.editor, room.member, room.outsider]:
        with pytest.raises(Refused):
            keep(room, ("/x", article, ""), actor=person)
    other = make.newsroom("Sở Nội vụ")
    keep(room, ("/x", article, ""))
    with pytest.raises(Refused) as refused:
        keep(other, ("/x", None, "/tin-tuc/so/"))
    assert refused.value.code == "foreign"
    assert OldAddress.objects.get().article == article


def test_a_delegate_keeps_and_drops_them_on_behalf(room):
    deputy = UserFactory(full_name="Ngô Được Ủy Quyền")
    delegate(room.approver, deputy, room.agency, Role.APPROVER)
    keep(room, ("/x", None, "/tin-tuc/xa/"), actor=deputy)
    row = OldAddress.objects.get()
    actions.drop_old_address(actor=deputy, pk=row.pk, agency=room.agency)
    for verb in ["keep_old_addresses", "drop_old_address"]:
        entry = AuditEntry.objects.get(verb=verb)
        assert (entry.actor, entry.on_behalf_of) == (deputy, room.approver)


def test_a_list_is_checked_line_by_line(room):
    article = make.published(room, now=at("2026-09-18 08:00"), title="Bài một")
    theirs = make.published(make.newsroom("Sở Nội vụ"), now=at("2026-09-18 08:00"))
    home = f"/tin-tuc/{room.agency.slug}/"
    keep(room, ("/cu", None, home))
    lines = [
        ("http://cu.vn/a?id=1", f"http://testserver{article.get_absolute_url()}"),
        ("http://cu.vn/cu/", article.get_absolute_url()),
        ("http://cu.vn/muc", home),
        ("http://cu.vn/A?ID=1", home),
        ("http://cu.vn/", home),
        ("http://cu.vn/khac", theirs.get_absolute_url()),
        ("http://cu.vn/ngoai", "https://xau.example/"),
    ]
    rows = [Row(n, {"old": old, "new": new}) for n, (old, new) in enumerate(lines, start=2)]
    outcome = OldAddressSheet().check(rows, Context(room.agency))
    assert [(p.row, p.column, p.text) for p in outcome.problems] == [
        (5, "Địa chỉ cũ", "Trùng với dòng 2."),
        (6, "Địa chỉ cũ", "Đây không phải địa chỉ."),
        (7, "Địa chỉ mới", "Không có bài hay trang nào của cơ quan ở địa chỉ này."),
        (8, "Địa chỉ mới", "Không có bài hay trang nào của cơ quan ở địa chỉ này."),
    ]
    good = OldAddressSheet().check(rows[:3], Context(room.agency))
    assert good.problems == []
    assert [line[2] for line in good.lines] == ["Thêm: Bài một", "Sửa: Bài một", f"Thêm: {home}"]
    said = OldAddressSheet().commit(good, Context(room.agency), actor=room.approver)
    assert said == "Đã ghi 3 địa chỉ cũ."
    assert Client().get("/cu")["Location"] == article.get_absolute_url()
    assert Client().get("/muc/")["Location"] == home


def test_the_pages_of_the_desk(room, client):
    article = make.published(room, now=at("2026-09-18 08:00"), title="Bài một")
    index = reverse("news:old_addresses", args=[room.agency.slug])
    client.force_login(room.approver)
    assert "Chưa có địa chỉ cũ nào" in client.get(index).content.decode()
    keep(room, ("/tin/<b>.aspx", article, ""))
    html = client.get(index).content.decode()
    assert "/tin/&lt;b&gt;.aspx" in html
    assert article.get_absolute_url() in html
    for name in ["import_old_addresses", "old_addresses_template"]:
        assert client.get(reverse(f"news:{name}", args=[room.agency.slug])).status_code == 200
    row = OldAddress.objects.get()
    drop = reverse("news:drop_old_address", args=[room.agency.slug, row.pk])
    client.force_login(room.editor)
    assert client.post(drop).status_code == 403
    give(room.editor, Role.ADMIN, room.agency)
    client.force_login(room.editor)
    assert client.post(drop).status_code == 302
    assert not OldAddress.objects.exists()
    do("withdraw", room.approver, article, reason="Sai.")
