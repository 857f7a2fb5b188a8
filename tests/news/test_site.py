"""What stands at the foot of an agency's public pages, and of the portal's."""

import io
import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from PIL import Image

from portal.agencies.models import Role
from portal.common.errors import Refused, StaleVersion
from portal.common.models import AuditEntry
from portal.news import actions
from portal.news.models import AgencySite
from portal.news.queries import sites
from tests.accounts.factories import UserFactory
from tests.agencies.factories import give
from tests.news import factories as make

pytestmark = pytest.mark.django_db

VALUES = {
    "footer": "Cơ quan chủ quản: Đảng ủy xã Hòa Bình.\nGiấy phép số 12/GP-TTĐT.",
    "address": "Số 1, đường Hòa Bình",
    "phone": "0200 3 812 345",
    "hotline": "0200 3 812 999",
    "email": "hoabinh@tinhmau.vn",
    "links": [("Tỉnh ủy", "https://tinhuy.vn/"), ("Sở Nội vụ", "https://snv.vn/a?b=1")],
    "badge_url": "https://tinnhiemmang.vn/chung-nhan/hoa-binh",
    "visits_start": 10_877_753,
}


@pytest.fixture
def room():
    return make.newsroom()


@pytest.fixture
def admin(room):
    person = UserFactory(full_name="Phạm Quản Trị", is_superuser=True)
    give(person, Role.ADMIN, room.agency)
    return person


def badge(size=(320, 120), name="tin-nhiem.png"):
    file = io.BytesIO()
    Image.new("RGB", size, "#0a6").save(file, "PNG")
    file.name = name
    file.seek(0)
    file.size = len(file.getvalue())
    return file


def save(room, *, actor=None, version=0, badge_file=None, **values):
    return actions.save_site(
        actor=actor or room.approver,
        agency=room.agency,
        expected_version=version,
        values={**VALUES, **values},
        badge_file=badge_file,
    )


def posted(**values):
    data = {**VALUES, "links": "Tỉnh ủy | https://tinhuy.vn/\n\nSở | Nội vụ | https://snv.vn/"}
    return {"lock_version": 0, "badge_alt": "", "badge_file": "", **data, **values}


def address(room):
    return reverse("news:agency_site", args=[room.agency.slug])


def foot(html):
    return html[html.index('<footer class="foot"') :]


# --- Saving -----------------------------------------------------------------------------------


def test_an_approver_saves_and_the_log_says_what_changed(room):
    site = save(room)
    assert (site.phone, site.lock_version) == ("0200 3 812 345", 1)
    assert site.links == [
        {"title": "Tỉnh ủy", "url": "https://tinhuy.vn/"},
        {"title": "Sở Nội vụ", "url": "https://snv.vn/a?b=1"},
    ]
    entry = AuditEntry.objects.get(verb="save_site")
    assert (entry.actor, entry.agency_id) == (room.approver, room.agency.pk)
    assert entry.changes["visits_start"] == [0, 10_877_753]
    save(room, version=1)  # nothing changed: nothing written
    assert AuditEntry.objects.filter(verb="save_site").count() == 1
    assert AgencySite.objects.get().lock_version == 1


@pytest.mark.parametrize("who", ["editor", "staff", "member", "outsider"])
def test_others_save_nothing(room, who):
    with pytest.raises(Refused) as refused:
        save(room, actor=getattr(room, who))
    assert refused.value.code == "role"
    assert not AgencySite.objects.exists()


def test_the_second_of_two_savers_is_told(room):
    save(room, phone="1")
    with pytest.raises(StaleVersion) as stale:
        save(room, actor=room.other_approver, phone="2")
    assert stale.value.current.phone == "1"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"badge_url": "http://tinnhiemmang.vn/"}, "badge_url"),
        ({"badge_url": "javascript:alert(1)"}, "badge_url"),
        ({"badge_url": 'https://a.vn/"onclick='}, "badge_url"),
        ({"links": [("Xấu", "javascript:alert(1)")]}, "links"),
        ({"links": [("Xấu", "//a.vn")]}, "links"),
        ({"links": [("", "https://a.vn")]}, "links"),
        ({"links": [("Tên", "https://a.vn")] * 13}, "links"),
        ({"links": [("T" * 121, "https://a.vn")]}, "links"),
        ({"footer": "a" * 1001}, "footer"),
        ({"visits_start": -1}, "visits_start"),
        ({"visits_start": 10**11}, "visits_start"),
        ({"for_portal": True}, "portal"),
    ],
)
def test_what_will_not_do_is_refused(room, values, code):
    with pytest.raises(Refused) as refused:
        save(room, **values)
    assert refused.value.code == code
    assert not AgencySite.objects.exists()


def test_the_badge_is_our_own_copy_and_has_words(room):
    with pytest.raises(Refused) as refused:
        save(room, badge_file=badge())
    assert refused.value.code == "badge_alt"
    with pytest.raises(Refused) as refused:
        save(room, badge_file=badge(), badge_alt="Biểu trưng", badge_url="")
    assert refused.value.code == "badge_url"
    site = save(room, badge_file=badge(), badge_alt="Chứng nhận Tín nhiệm mạng")
    assert site.badge_image.url.startswith("/media/anh/")
    site = save(room, version=1, badge_alt="", badge_image=None)
    assert site.badge_image is None


# --- The page ---------------------------------------------------------------------------------


def test_who_may_open_the_page(room, client, admin):
    for person, status in [
        (room.approver, 200),
        (admin, 200),
        (room.editor, 403),
        (room.member, 404),
        (room.outsider, 404),
    ]:
        client.force_login(person)
        assert client.get(address(room)).status_code == status


def test_saving_in_the_browser(room, client):
    client.force_login(room.approver)
    data = posted(badge_file=badge(), badge_alt="Chứng nhận Tín nhiệm mạng")
    answer = client.post(address(room), data)
    assert (answer.status_code, answer["Location"]) == (302, address(room))
    site = AgencySite.objects.get()
    assert [link["title"] for link in site.links] == ["Tỉnh ủy", "Sở | Nội vụ"]
    assert site.visits_start == 10_877_753
    page = client.get(address(room)).content.decode()
    assert "Sở | Nội vụ | https://snv.vn/" in page
    assert "Bỏ ảnh này" in page
    client.post(address(room), posted(lock_version=1, badge_remove="on"))
    assert AgencySite.objects.get().badge_image is None


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"links": "Chỉ có tên"}, "Dòng 1 cần có tên, dấu gạch đứng | và địa chỉ."),
        ({"links": "Tên | ftp://a.vn"}, "Liên kết 1 cần địa chỉ bắt đầu bằng https://"),
        ({"email": "khong-phai-thu"}, "Địa chỉ thư điện tử chưa đúng"),
        ({"badge_url": "http://a.vn"}, "Liên kết phải bắt đầu bằng https://."),
    ],
)
def test_mistakes_are_told_at_the_field_and_nothing_is_lost(room, client, values, sentence):
    client.force_login(room.approver)
    answer = client.post(address(room), posted(**values))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "Giấy phép số 12/GP-TTĐT." in page
    assert not AgencySite.objects.exists()


def test_a_file_that_is_no_picture_is_told_at_the_picture(room, client):
    client.force_login(room.approver)
    fake = io.BytesIO(b"<svg onload=alert(1)>")
    fake.name = "bieu-trung.png"
    answer = client.post(address(room), posted(badge_file=fake, badge_alt="Biểu trưng"))
    assert answer.status_code == 422
    assert answer.context["form"].errors["badge_file"]
    assert not AgencySite.objects.exists()


def test_both_texts_are_shown_to_the_second_editor(room, client):
    client.force_login(room.other_approver)
    save(room, phone="0200 111", links=[("Một", "https://mot.vn")])
    answer = client.post(address(room), posted(phone="0200 222"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "0200 111" in page
    assert "0200 222" in page
    assert "Một | https://mot.vn" in page
    answer = client.post(address(room), posted(phone="0200 222", lock_version=1))
    assert AgencySite.objects.get().phone == "0200 222"


# --- The portal as a whole --------------------------------------------------------------------


def test_only_an_administrator_of_the_portal_speaks_for_it(
    room, client, admin, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        save(room, actor=admin, for_portal=True, portal_start=500)
    assert sites.portal_foot().email == "hoabinh@tinhmau.vn"
    other = make.newsroom("Sở Nội vụ")
    second = UserFactory(full_name="Ngô Quản Trị", is_superuser=True)
    give(second, Role.ADMIN, other.agency)
    with django_capture_on_commit_callbacks(execute=True):
        save(other, actor=second, for_portal=True, email="snv@tinhmau.vn")
    assert sites.portal_foot().email == "snv@tinhmau.vn"
    assert [site.agency for site in AgencySite.objects.filter(for_portal=True)] == [other.agency]
    local = UserFactory(full_name="Đỗ Quản Trị Xã")
    give(local, Role.ADMIN, room.agency)
    with pytest.raises(Refused) as refused:
        save(room, actor=local, version=2, for_portal=True)
    assert refused.value.code == "portal"


def test_the_form_offers_the_portal_only_to_whom_may(room, client, admin):
    client.force_login(room.approver)
    assert "chân trang chung" not in client.get(address(room)).content.decode()
    client.force_login(admin)
    assert "chân trang chung" in client.get(address(room)).content.decode()


# --- For readers ------------------------------------------------------------------------------


def test_the_foot_of_the_agencys_pages(room, client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        save(
            room,
            badge_file=badge(),
            badge_alt="Chứng nhận Tín nhiệm mạng",
            footer="<b>Đậm</b>",
        )
    article = make.published(room)
    for url in (article.get_absolute_url(), reverse("news:agency", args=[room.agency.slug])):
        html = foot(client.get(url).content.decode())
        assert "0200 3 812 999" in html
        assert 'href="https://snv.vn/a?b=1"' in html
        assert 'alt="Chứng nhận Tín nhiệm mạng"' in html
        assert 'width="160"' in html
        assert "&lt;b&gt;Đậm&lt;/b&gt;" in html
        assert '<dd data-visits="total">10.877.753</dd>' in re.sub(r"\s*\n\s*", "", html)
        assert not re.search(r'(src|srcset)="(https?:)?//', html)
    assert "0200 3 812 999" not in foot(client.get("/").content.decode())


def test_the_portals_foot_is_on_the_other_pages(room, client, admin, settings):
    settings.SITE = {**settings.SITE, "owner": ["Ban Tuyên giáo"], "trust_url": "https://t.vn/1"}
    home = foot(client.get("/").content.decode())
    assert "Ban Tuyên giáo" in home
    assert 'href="https://t.vn/1"' in home
    save(room, actor=admin, for_portal=True)
    sites.keep_portal_foot()
    home = foot(client.get("/").content.decode())
    assert "Giấy phép số 12/GP-TTĐT." in home
    assert 'href="https://tinhuy.vn/"' in home
    assert 'href="https://tinnhiemmang.vn/chung-nhan/hoa-binh"' in home
    assert "Ban Tuyên giáo" not in home
    cache.clear()
    assert "Ban Tuyên giáo" in foot(client.get("/").content.decode())


def test_the_foot_costs_an_article_no_query(room, client, django_assert_num_queries):
    article = make.published(room)

    def cost():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            assert client.get(article.get_absolute_url()).status_code == 200
        return len(queries)

    without = cost()
    save(room, badge_file=badge(), badge_alt="Chứng nhận")
    assert cost() == without
