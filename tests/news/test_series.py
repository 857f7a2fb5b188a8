"""Keeping loạt bài."""

import pytest
from django.urls import reverse

from portal.agencies.models import Role
from portal.common.errors import Refused, StaleVersion
from portal.common.models import AuditEntry
from portal.news import actions
from portal.news.models import Series
from tests.accounts.factories import UserFactory
from tests.news import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def room():
    return make.newsroom()


def create(actor, agency, title="Người tốt, việc tốt", **more):
    return actions.create_series(actor=actor, agency=agency, title=title, **more)


def code(call, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return refused.value.code


def test_series_get_an_address_and_a_place_once(room):
    first = create(room.approver, room.agency, "  Người tốt,\n việc tốt ")
    other = create(room.approver, room.agency, "Người tốt việc tốt")
    elsewhere = create(room.outsider, _agency_of(room.outsider))
    assert [(s.title, s.slug, s.order) for s in (first, other, elsewhere)] == [
        ("Người tốt, việc tốt", "nguoi-tot-viec-tot", 0),
        ("Người tốt việc tốt", "nguoi-tot-viec-tot-2", 1),
        ("Người tốt, việc tốt", "nguoi-tot-viec-tot-3", 0),
    ]
    entry = AuditEntry.objects.filter(verb="create_series").earliest("pk")
    assert (entry.actor, entry.agency_id) == (room.approver, room.agency.pk)


def _agency_of(person):
    from portal.agencies.rules import grants_of

    return next(iter(grants_of(person).agencies({Role.APPROVER})))


def test_names_are_needed_once_in_an_agency_and_not_too_long(room):
    create(room.approver, room.agency)
    for title in ("", " \u200b", "a" * 121, "Người tốt, việc tốt"):
        assert code(create, room.approver, room.agency, title) == "title"
    assert code(create, room.approver, room.agency, "Khác", about="a" * 1001) == "about"
    assert Series.objects.count() == 1


def test_who_keeps_which_series(room):
    for person in (room.editor, room.staff, room.member, room.outsider):
        assert code(create, person, room.agency) == "role"
    assert code(create, room.approver, None) == "role"
    chief = UserFactory(is_superuser=True)
    assert create(chief, None).agency is None
    assert code(create, chief, room.agency) == "role"


def edit(actor, series, **changes):
    given = {"title": series.title, "about": series.about, "order": 0, "active": True} | changes
    return actions.edit_series(
        actor=actor, series_id=series.pk, expected_version=series.lock_version, **given
    )


def test_series_are_changed_and_closed(room):
    series = create(room.approver, room.agency)
    changed = edit(room.approver, series, title="Gương sáng", about="Mỗi tuần một người.")
    assert (changed.title, changed.slug, changed.lock_version) == (
        "Gương sáng",
        "nguoi-tot-viec-tot",
        1,
    )
    assert edit(room.approver, changed).lock_version == 1
    with pytest.raises(StaleVersion):
        edit(room.approver, series, title="Cũ")
    assert code(edit, room.editor, changed) == "role"
    create(room.approver, room.agency, "Đã có")
    assert code(edit, room.approver, changed, title="Đã có") == "title"
    assert edit(room.approver, changed, active=False).active is False


def test_the_page(room, client):
    own = create(room.approver, room.agency, "Của cơ quan")
    create(UserFactory(is_superuser=True), None, "Chung")
    make.published(room, series=own)
    url = reverse("news:agency_series", args=[room.agency.slug])
    client.force_login(room.approver)
    page = client.get(url)
    assert [(s.title, s.articles) for s in page.context["series"]] == [
        ("Của cơ quan", 1),
        ("Chung", 0),
    ]
    assert page.content.decode().count("/loat-bai/dang-bo-xa-hoa-binh/") == 2  # tab, "Sửa"
    assert client.post(url, {"title": "Mới"}).status_code == 302
    page = client.post(url, {"title": "Mới", "about": "Giữ lại"})
    assert page.context["form"].errors == {"title": ["Đã có loạt bài “Mới”."]}
    assert "Giữ lại" in page.content.decode()
    for person, status in ((room.editor, 403), (room.member, 404), (room.outsider, 404)):
        client.force_login(person)
        assert client.get(url).status_code == status


def test_the_page_of_one_series(room, client):
    series = create(room.approver, room.agency)
    url = reverse("news:edit_series", args=[room.agency.slug, series.pk])
    client.force_login(room.approver)
    form = {"title": "Gương sáng", "about": "", "order": "2", "lock_version": "0"}
    assert client.get(url).status_code == 200
    assert client.post(url, form).status_code == 302
    series.refresh_from_db()
    assert (series.title, series.order, series.active) == ("Gương sáng", 2, False)
    page = client.post(url, form | {"title": "Bản thứ hai"})
    assert [f.name for f in page.context["form"].stale_fields] == ["title"]
    chung = create(UserFactory(is_superuser=True), None, "Chung")
    assert client.get(url.replace(str(series.pk), str(chung.pk))).status_code == 404


def test_administrators_keep_what_is_of_all(room, client):
    create(room.approver, room.agency, "Của cơ quan")
    chung = create(UserFactory(is_superuser=True), None, "Chung")
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    page = client.get(reverse("admin:news_series_changelist"))
    assert [s.title for s in page.context["cl"].result_list] == ["Chung"]
    make.published(room, series=chung)
    answer = client.post(reverse("admin:news_series_delete", args=[chung.pk]), {"post": "yes"})
    assert answer.status_code == 403
    assert client.get(reverse("admin:news_genre_changelist")).status_code == 200
