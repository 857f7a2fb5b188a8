"""Who reads a document: by circulation, by units and levels, by sets; and that nothing leaks."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.urls import reverse

from documents import actions, queries, rules
from documents.models import Document, DocumentSet
from portal.agencies.models import Role
from portal.common.errors import Refused, StaleVersion
from portal.common.models import AuditEntry
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, CellFactory, LevelFactory, give
from tests.documents.factories import make_document, office, publish

pytestmark = pytest.mark.django_db
NOBODY = AnonymousUser()


@pytest.fixture
def world():
    """A province with two communes, each with a cell, and a neighbour; a person in each."""
    tinh = LevelFactory(slug="tinh", name="Cấp tỉnh", order=30)
    xa = LevelFactory(slug="xa", name="Cấp xã", order=45)
    province, staff, approver = office(name="Đảng bộ tỉnh Mẫu", kind="party", level=tinh)
    communes = [
        AgencyFactory(name=f"Đảng bộ xã {name}", kind="party", level=xa, parent=province)
        for name in ("Hòa Bình", "Bến Thượng")
    ]
    cells = [CellFactory(parent=commune) for commune in communes]
    neighbour = AgencyFactory(name="Đảng bộ tỉnh Láng Giềng", kind="party", level=tinh)
    people = {"outsider": UserFactory(), "neighbour": UserFactory()}
    give(people["neighbour"], Role.STAFF, neighbour)
    for i in (0, 1):
        people[f"commune{i}"], people[f"cell{i}"] = UserFactory(), UserFactory()
        give(people[f"commune{i}"], Role.STAFF, communes[i])
        give(people[f"cell{i}"], Role.MEMBER, cells[i])
    return {
        "province": province, "staff": staff, "approver": approver, "communes": communes,
        "cells": cells, "neighbour_agency": neighbour, "xa": xa, **people,
    }  # fmt: skip


PEOPLE = ("staff", "commune0", "cell0", "commune1", "cell1", "neighbour", "outsider")


def published(world, **fields):
    document = make_document(world["staff"], world["province"], **fields)
    publish(document, world["staff"], world["approver"])
    return document


def for_units(world, audience, **fields):
    document = make_document(world["staff"], world["province"], **fields)
    document = actions.set_circulation(
        actor=world["staff"], document=document, circulation="units", audience=audience,
        expected_version=0,
    )  # fmt: skip
    publish(document, world["staff"], world["approver"])
    return document


def readers_of(world, document):
    """Those who may read it; the rule, the list and the page have to agree."""
    found = set()
    for name in PEOPLE:
        user = type(world[name]).objects.get(pk=world[name].pk)
        by_rule = rules.may_read(user, document)
        by_list = queries.readable_documents(user).filter(pk=document.pk).exists()
        assert by_rule == by_list
        if by_rule:
            found.add(name)
    assert not rules.may_read(NOBODY, document)
    return found


def refusal(callable_, **kwargs):
    with pytest.raises(Refused) as caught, transaction.atomic():
        callable_(**kwargs)
    return caught.value.code


def test_internal_is_for_the_agency_and_everybody_below_it(world):
    document = published(world, circulation="internal")
    assert readers_of(world, document) == {"staff", "commune0", "cell0", "commune1", "cell1"}


def test_chosen_units_with_and_without_those_below(world):
    commune, other = world["communes"]
    document = for_units(world, [(commune, False, None)])
    assert readers_of(world, document) == {"staff", "commune0"}
    document = for_units(world, [(commune, True, None), (world["neighbour_agency"], False, None)])
    assert readers_of(world, document) == {"staff", "commune0", "cell0", "neighbour"}
    document = for_units(world, [(world["province"], True, world["xa"])])
    assert readers_of(world, document) == {"staff", "commune0", "commune1"}
    document = for_units(world, [(other, True, world["cells"][1].level)])
    assert readers_of(world, document) == {"staff", "cell1"}


def test_a_supervisor_above_reads_what_the_desk_shows(world):
    commune = world["communes"][0]
    supervisor, writer, approver = UserFactory(), UserFactory(), UserFactory()
    give(supervisor, Role.SUPERVISOR, world["province"])
    give(writer, Role.STAFF, commune)
    give(approver, Role.APPROVER, commune)
    document = make_document(writer, commune, circulation="internal")
    publish(document, writer, approver)
    assert rules.may_read(supervisor, document)
    assert not rules.may_read(world["staff"], document)


def test_a_set_gives_the_right_to_read_and_a_summary_hides_its_full_text(world, client):
    commune = world["communes"][0]
    full = for_units(world, [(world["neighbour_agency"], False, None)], title="Toàn văn báo cáo")
    summary = make_document(world["staff"], world["province"], title="Tóm tắt", circulation="units")
    summary = actions.edit_document(
        actor=world["staff"], document=summary, expected_version=0, summary_of=full
    )
    publish(summary, world["staff"], world["approver"])
    found = actions.create_set(
        actor=world["staff"], agency=world["province"], title="Bộ gửi cấp xã",
        documents=[summary], audience=[(commune, True, None)],
    )  # fmt: skip
    assert readers_of(world, summary) == {"staff", "commune0", "cell0"}
    assert readers_of(world, full) == {"staff", "neighbour"}
    url = reverse("documents:set", args=[found.pk, found.slug])
    full_url = reverse("documents:document", args=[full.pk, full.slug])
    assert client.get(url).status_code == 404
    for name, status, links in (("cell0", 200, False), ("cell1", 404, None), ("staff", 200, True)):
        client.force_login(world[name])
        page = client.get(url)
        assert page.status_code == status
        if status == 200:
            html = page.content.decode()
            assert "Tóm tắt" in html
            assert (full_url in html) is links
    actions.remove_set(actor=world["staff"], document_set=found)
    assert readers_of(world, summary) == {"staff"}
    assert Document.objects.filter(pk=summary.pk).exists()


def test_a_set_gives_no_right_to_documents_of_others(world):
    other = world["communes"][0]
    writer, approver = UserFactory(), UserFactory()
    give(writer, Role.STAFF, other)
    give(approver, Role.APPROVER, other)
    theirs = make_document(writer, other, circulation="units")
    publish(theirs, writer, approver)
    assert refusal(
        actions.create_set, actor=world["staff"], agency=world["province"], title="Bộ",
        documents=[theirs],
    ) == "other_agency"  # fmt: skip
    assert not DocumentSet.objects.exists()


@pytest.mark.parametrize("circulation", ["internal", "units"])
def test_no_public_page_knows_a_document_that_is_not_for_everybody(world, client, circulation):
    title = "Đề án nhân sự mẫu"
    if circulation == "units":
        document = for_units(world, [(world["communes"][0], True, None)], title=title)
    else:
        document = published(world, circulation="internal", title=title)
    edition = document.editions.get()
    addresses = [
        reverse("documents:list"),
        reverse("search") + "?q=đề+án+nhân+sự",
        reverse("sitemap", args=["trang"]),
    ]
    closed = [
        reverse("documents:document", args=[document.pk, document.slug]),
        reverse("documents:edition", args=[document.pk, document.slug, 1]),
        reverse("documents:block", args=[document.pk, document.slug, 1, 3]),
        reverse("documents:download_docx", args=[document.pk, document.slug, 1]),
        reverse("documents:download_pdf", args=[document.pk, document.slug, 1]),
    ]
    for user in (None, world["neighbour"], world["outsider"]):
        client.force_login(user) if user else client.logout()
        for url in addresses:
            assert title not in client.get(url).content.decode()
        for url in closed:
            assert client.get(url).status_code == 404
    assert client.get(reverse("sitemap", args=["van-kien"])).status_code == 404
    # those it is for find it, and nothing may keep what they get
    client.force_login(world["cell0"])
    page = client.get(reverse("documents:list"))
    assert title in page.content.decode()
    assert "Văn kiện của tôi" in page.content.decode()
    for url in closed[:3]:
        page = client.get(url)
        assert page.status_code == 200
        assert page.headers["Cache-Control"] == "private, no-store"
        assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    html = client.get(closed[1]).content.decode()
    assert ("LƯU HÀNH NỘI BỘ" in html) is (circulation == "internal")
    assert edition.state == "published"


def test_reading_and_lists_cost_the_same_for_one_and_many(
    world, client, django_assert_max_num_queries, django_assert_num_queries
):
    document = for_units(world, [(world["communes"][0], True, None)])
    user = type(world["cell0"]).objects.get(pk=world["cell0"].pk)
    rules.grants_of(user)
    with django_assert_max_num_queries(2):
        assert rules.may_read(user, document)
    client.force_login(world["cell0"])
    url = reverse("documents:list")
    client.get(url)
    with django_assert_max_num_queries(12) as first:
        client.get(url)
    for n in range(4):
        for_units(world, [(world["communes"][0], True, None)], title=f"Văn kiện {n}")
    with django_assert_num_queries(len(first)):
        page = client.get(url)
    assert len(page.context["mine"]) == 5


def test_after_publication_narrowing_needs_a_reason_and_widening_an_approver(world):
    document = published(world)
    narrow = {
        "actor": world["staff"], "document": document, "circulation": "internal",
        "expected_version": 0,
    }  # fmt: skip
    assert refusal(actions.set_circulation, **narrow) == "no_reason"
    document = actions.set_circulation(**narrow, reason="Có số liệu chưa công bố.")
    entry = AuditEntry.objects.filter(verb="set_circulation").latest("id")
    assert entry.changes == {
        "circulation": ["public", "internal"],
        "reason": ["", "Có số liệu chưa công bố."],
    }
    wide = {"document": document, "circulation": "public", "expected_version": 1}
    code = refusal(actions.set_circulation, actor=world["staff"], **wide)
    assert code == "approver_only"
    document = actions.set_circulation(actor=world["approver"], **wide)
    assert document.circulation == "public"
    with pytest.raises(StaleVersion):
        actions.set_circulation(actor=world["approver"], **wide | {"circulation": "signed_in"})


def test_another_unit_after_publication_is_widening(world):
    first, second = world["communes"]
    document = for_units(world, [(first, False, None)])
    more = {
        "document": document, "circulation": "units", "expected_version": 1,
        "audience": [(first, False, None), (second, False, None)],
    }  # fmt: skip
    assert refusal(actions.set_circulation, actor=world["staff"], **more) == "approver_only"
    actions.set_circulation(actor=world["approver"], **more)
    assert readers_of(world, document) == {"staff", "commune0", "commune1"}
    assert refusal(
        actions.set_circulation, actor=world["approver"], document=document, circulation="units",
        expected_version=2,
    ) == "no_audience"  # fmt: skip


def test_the_page_of_the_audience_takes_names_and_says_what_it_does_not_know(world, client):
    document = make_document(world["staff"], world["province"])
    url = reverse("documents:circulation", args=[document.pk])
    for name, status in (("outsider", 404), ("staff", 200), ("approver", 200)):
        client.force_login(world[name])
        assert client.get(url).status_code == status
    data = {"circulation": "units", "lock_version": 0}
    assert "Hãy chọn ít nhất một nơi" in client.post(url, data).content.decode()
    page = client.post(url, data | {"exact": "Đảng bộ xã Không Có"})
    assert "Không tìm thấy cơ quan" in page.content.decode()
    data |= {"with_below": "Đảng bộ xã Hòa Bình", "levels": [world["xa"].pk]}
    assert client.post(url, data).status_code == 302
    manage = client.get(reverse("documents:manage", args=[document.pk])).content.decode()
    assert "Đảng bộ xã Hòa Bình và mọi đơn vị cấp dưới" in manage
    assert "Mọi đơn vị Cấp xã của Đảng bộ tỉnh Mẫu" in manage
    html = client.get(url).content.decode()
    assert "Đảng bộ xã Hòa Bình</textarea>" in html
    publish(document, world["staff"], world["approver"])
    document.refresh_from_db()
    assert readers_of(world, document) == {"staff", "commune0", "cell0", "commune1"}


def test_the_title_follows_until_publication_and_then_only_an_approver_changes_it(world, client):
    document = make_document(world["staff"], world["province"], title="Báo cáo")
    change = {"actor": world["staff"], "document": document, "title": "Báo cáo chính trị"}
    document = actions.edit_document(**change, expected_version=0)
    assert document.slug == "bao-cao-chinh-tri"
    publish(document, world["staff"], world["approver"])
    change |= {"title": "Báo cáo của Ban Chấp hành", "expected_version": 1}
    assert refusal(actions.edit_document, **change) == "approver_only"
    document = actions.edit_document(**change | {"actor": world["approver"]})
    assert (document.title, document.slug) == ("Báo cáo của Ban Chấp hành", "bao-cao-chinh-tri")
    assert refusal(
        actions.edit_document, actor=world["approver"], document=document, title="TỐI MẬT",
        expected_version=2,
    ) == "secret"  # fmt: skip
    client.force_login(world["staff"])
    url = reverse("documents:about", args=[document.pk])
    page = client.post(url, {"title": "Khác", "lock_version": 0})
    assert "người khác đã lưu" in page.content.decode()


def test_a_set_is_kept_at_the_desk(world, client):
    document = published(world)
    client.force_login(world["staff"])
    url = reverse("documents:new_set")
    data = {"title": "Bộ Đại hội", "lock_version": 0}
    assert "Ghi thứ tự cho ít nhất một văn kiện" in client.post(url, data).content.decode()
    second = published(world, title="Nghị quyết")
    data |= {f"cho-{document.pk}": 2, f"cho-{second.pk}": 1, "exact": "Đảng bộ xã Hòa Bình"}
    assert client.post(url, data).status_code == 302
    found = DocumentSet.objects.get()
    titles = [d.title for d in queries.documents_of_set(found, world["commune0"])]
    assert titles == ["Nghị quyết", "Báo cáo chính trị"]
    url = reverse("documents:edit_set", args=[found.pk])
    assert 'value="2"' in client.get(url).content.decode()
    page = client.post(url, data | {"lock_version": 7})
    assert "người khác đã lưu" in page.content.decode()
    assert client.post(url, data | {"title": "Bộ mới"}).status_code == 302
    assert "Bộ mới" in client.get(reverse("documents:sets")).content.decode()
    client.force_login(world["outsider"])
    assert client.get(url).status_code == 404
    assert client.get(reverse("documents:sets")).status_code == 403
    client.force_login(world["staff"])
    remove = reverse("documents:remove_set", args=[found.pk])
    assert client.get(remove).status_code == 200
    client.post(remove)
    assert not DocumentSet.objects.exists()
