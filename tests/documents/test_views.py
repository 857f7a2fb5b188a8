import pytest
from django.urls import reverse

from documents import actions
from documents.models import Document, Edition, TextImport
from portal.agencies.models import Role
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, CellFactory, give
from tests.documents.factories import TEXT, make_document, office, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return office(name="Đảng bộ tỉnh Mẫu", kind="party")


def room_url(document):
    return reverse("documents:document", args=[document.pk, document.slug])


def test_the_whole_journey_from_pasting_to_reading(world, client):
    agency, staff, approver = world
    client.force_login(staff)
    response = client.post(
        reverse("documents:new"),
        {
            "agency": agency.pk,
            "title": "Báo cáo\u00a0chính trị",
            "circulation": "public",
            "text": "Phần thứ nhất. KẾT QUẢ\nI. Bối cảnh\nNăm năm qua có ba cú sốc.",
            "not_secret": "on",
        },
    )
    document = Document.objects.get()
    staged = TextImport.objects.get()
    here = [document.pk, 1, staged.pk]
    assert response.url == reverse("documents:import_preview", args=here)
    versions = {"lock_version": 0, "edition_version": 0}
    client.post(reverse("documents:import_save", args=here), versions)
    assert (document.title, document.slug) == ("Báo cáo chính trị", "bao-cao-chinh-tri")
    steps = {s: reverse("documents:act", args=[document.pk, 1, s]) for s in ("trinh", "cong-bo")}
    assert client.post(steps["cong-bo"]).status_code == 403
    client.post(steps["trinh"])
    client.force_login(approver)
    client.post(steps["cong-bo"])
    client.logout()
    page = client.get(room_url(document))
    assert page.status_code == 200
    html = page.content.decode()
    assert 'id="doan-1"' in html
    assert "Năm năm qua có ba cú sốc." in html
    assert "DỰ THẢO LẦN 1" in html
    assert not page.cookies
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]


def test_secret_text_shows_a_sentence_and_keeps_what_was_typed(world, client):
    agency, staff, _ = world
    client.force_login(staff)
    data = {"agency": agency.pk, "title": "Báo cáo", "circulation": "public", "not_secret": "on"}
    page = client.post(reverse("documents:new"), data | {"text": "TUYỆT MẬT\nNội dung quý."})
    assert "dấu độ mật “Tuyệt mật”" in page.content.decode()
    assert "Nội dung quý." in page.content.decode()
    assert not Document.objects.exists()


def test_the_second_editor_sees_both_texts(world, client):
    agency, staff, _ = world
    document = make_document(staff, agency)
    edition = document.editions.get()
    actions.save_text(
        actor=staff, edition=edition, html="<p>Bản của người kia.</p>", note="", expected_version=0
    )
    client.force_login(staff)
    url = reverse("documents:edit", args=[document.pk, 1])
    page = client.post(url, {"html": "<p>Bản của tôi.</p>", "note": "", "lock_version": 0})
    html = page.content.decode()
    assert "Bản của tôi." in html
    assert "Bản của người kia." in html
    edition.refresh_from_db()
    assert edition.source == "<p>Bản của người kia.</p>"
    # sending again, now in knowledge of both, is a decision
    client.post(url, {"html": "<p>Bản của tôi.</p>", "note": "", "lock_version": 1})
    edition.refresh_from_db()
    assert edition.source == "<p>Bản của tôi.</p>"


def test_the_editor_page_alone_has_the_looser_policy(world, client):
    agency, staff, _ = world
    document = make_document(staff, agency)
    client.force_login(staff)
    policy = client.get(reverse("documents:edit", args=[document.pk, 1])).headers
    assert "script-src-attr 'unsafe-inline'" in policy["Content-Security-Policy"]
    policy = client.get(reverse("documents:manage", args=[document.pk])).headers
    assert "unsafe-inline" not in policy["Content-Security-Policy"]


def test_outsiders_find_nothing_and_readers_may_not_write(world, client):
    agency, staff, _approver = world
    document = make_document(staff, agency)
    outsider, rapporteur = UserFactory(), UserFactory()
    give(outsider, Role.STAFF, AgencyFactory())
    give(rapporteur, Role.RAPPORTEUR, agency)
    edit = reverse("documents:edit", args=[document.pk, 1])
    for user, expected in ((outsider, 404), (rapporteur, 403), (staff, 200)):
        client.force_login(user)
        assert client.get(edit).status_code == expected
        assert client.get(room_url(document)).status_code == 404


def test_internal_documents_exist_only_for_those_inside(world, client):
    agency, staff, approver = world
    document = make_document(staff, agency, circulation="internal")
    publish(document, staff, approver)
    member, outsider = UserFactory(), UserFactory()
    give(member, Role.MEMBER, CellFactory(parent=agency))
    assert client.get(room_url(document)).status_code == 404
    for user, expected in ((outsider, 404), (member, 200)):
        client.force_login(user)
        assert client.get(room_url(document)).status_code == expected
        page = client.get(reverse("documents:list"))
        assert list(page.context["page"]) == []
        assert list(page.context["mine"]) == ([document] if user == member else [])


def test_old_editions_stay_readable_and_withdrawn_ones_say_why(world, client):
    agency, staff, approver = world
    document = make_document(staff, agency)
    first = publish(document, staff, approver)
    actions.start_edition(actor=staff, document=document, html=TEXT + "<p>Đoạn mới thêm.</p>")
    second = publish(document, staff, approver)
    old = reverse("documents:edition", args=[document.pk, document.slug, 1])
    assert "Đoạn mới thêm." not in client.get(old).content.decode()
    assert "Đoạn mới thêm." in client.get(room_url(document)).content.decode()
    actions.withdraw(actor=approver, edition=second, reason="Nhầm bản in.")
    page = client.get(reverse("documents:edition", args=[document.pk, document.slug, 2]))
    assert (page.status_code, "Nhầm bản in." in page.content.decode()) == (410, True)
    assert first.n == 1


def test_a_wrong_slug_redirects_for_good(world, client):
    agency, staff, approver = world
    document = make_document(staff, agency)
    publish(document, staff, approver)
    response = client.get(reverse("documents:document", args=[document.pk, "sai"]))
    assert (response.status_code, response.url) == (301, room_url(document))


def test_lists_cost_the_same_for_one_and_many(world, client, django_assert_num_queries):
    agency, staff, approver = world
    publish(make_document(staff, agency), staff, approver)
    with django_assert_num_queries(5):
        client.get(reverse("documents:list"))
    for n in range(4):
        publish(make_document(staff, agency, title=f"Văn kiện {n}"), staff, approver)
    with django_assert_num_queries(5):
        page = client.get(reverse("documents:list"))
    assert page.context["page"].count == 5
    assert Edition.objects.count() == 5


def test_the_room_costs_the_same_for_short_and_long_texts(world, client, django_assert_num_queries):
    agency, staff, approver = world
    short = make_document(staff, agency, html="<p>Một.</p>")
    publish(short, staff, approver)
    long = make_document(staff, agency, html="<p>Đoạn.</p>" * 200)
    publish(long, staff, approver)
    for document in (short, long):
        with django_assert_num_queries(4):
            client.get(room_url(document))
