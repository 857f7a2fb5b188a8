import datetime as dt

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from portal.agencies import actions
from portal.agencies.models import Role
from portal.common import audit
from portal.common.models import AuditEntry
from tests.accounts.factories import AdminFactory, UserFactory
from tests.agencies.factories import AgencyFactory, give

pytestmark = pytest.mark.django_db

PAGE = "/nhat-ky/"


@pytest.fixture
def world():
    class World:
        commune = AgencyFactory(name="Đảng bộ xã", slug="xa")
        unit = AgencyFactory(name="Trường", slug="truong", parent=commune)
        other = AgencyFactory(name="Sở bên cạnh", slug="ben-canh")
        boss = UserFactory(username="quantrixa", full_name="Nguyễn Văn Quyết")
        deputy = UserFactory(username="phó", full_name="Lê Thùy Linh")

    give(World.boss, Role.ADMIN, World.commune)
    return World


def labels(response):
    return [(line.verb, line.entry.object_label) for line in response.context["lines"]]


def test_an_agency_administrator_sees_the_own_subtree_a_portal_administrator_everything(
    client, world
):
    for agency in (world.commune, world.unit, world.other):
        audit.record(actor=world.boss, verb="edit_agency", obj=agency, agency=agency)
    client.force_login(world.boss)
    seen = [label for verb, label in labels(client.get(PAGE)) if verb.startswith("Sửa")]
    assert seen == ["Trường", "Đảng bộ xã"]
    client.force_login(AdminFactory())
    seen = [label for verb, label in labels(client.get(PAGE)) if verb.startswith("Sửa")]
    assert seen == ["Sở bên cạnh", "Trường", "Đảng bộ xã"]


def test_nobody_else_gets_in(client, world):
    assert client.get(PAGE).status_code == 302
    give(world.deputy, Role.EDITOR, world.commune)
    client.force_login(world.deputy)
    assert client.get(PAGE).status_code == 403


def test_changes_are_told_in_words(client, world):
    actions.edit_agency(
        actor=world.boss, agency=world.commune, expected_version=0, kind="party", is_cell=True
    )
    actions.rename_agency(
        actor=world.boss, agency=world.commune, name="Đảng bộ phường", on=dt.date(2025, 7, 1)
    )
    client.force_login(world.boss)
    lines = client.get(PAGE).context["lines"]
    assert lines[0].changes == [
        ("Tên", "Đảng bộ xã", "Đảng bộ phường"),
        ("Từ ngày", "–", "01/07/2025"),
    ]
    assert lines[1].changes == [
        ("Chi bộ", "Không", "Có"),
        ("Loại", "Cơ quan nhà nước", "Tổ chức đảng"),
    ]
    granted = next(line for line in lines if line.verb == "Giao vai trò")
    assert granted.changes == [("Thời gian", "–", "01/01/2000 – …")]
    assert [line.kind for line in lines[:2]] == ["Cơ quan, tổ chức"] * 2


def test_filters(client, world):
    client.force_login(AdminFactory())
    with time_machine.travel("2026-03-04T16:59:59+00:00", tick=False):  # still the 4th in Vietnam
        audit.record(actor=world.boss, verb="edit_agency", obj=world.commune, agency=world.commune)
    with time_machine.travel("2026-03-04T17:00:00+00:00", tick=False):
        audit.record(
            actor=world.deputy,
            on_behalf_of=world.boss,
            verb="move_agency",
            obj=world.unit,
            agency=world.unit,
        )

    def found(query):
        return labels(client.get(f"{PAGE}?{query}"))

    edit, move = ("Sửa thông tin cơ quan", "Đảng bộ xã"), ("Chuyển cấp trên trực tiếp", "Trường")
    assert found("tu=2026-03-05&den=2026-03-05") == [move]
    assert found("tu=2026-03-04&den=2026-03-04") == [edit]
    assert found("viec=move_agency") == [move]
    assert found("loai=agencies.agency&tu=2026-03-01&den=2026-03-10") == [move, edit]
    assert found("nguoi=quantrixa") == [move, edit]
    assert found("nguoi=khongco") == []
    assert found("co_quan=truong&viec=move_agency") == [move]
    page = client.get(f"{PAGE}?co_quan=khong-co")
    assert page.status_code == 200
    assert "Không tìm thấy cơ quan nào" in page.content.decode()


def test_the_page_costs_the_same_for_one_and_for_many(client, world):
    client.force_login(world.boss)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE).status_code == 200
        return len(queries)

    client.get(PAGE)
    before = cost()
    for _ in range(20):
        user = UserFactory()
        audit.record(actor=user, verb="edit_agency", obj=world.unit, agency=world.unit)
    assert cost() == before


def test_the_log_is_only_added_to(world):
    audit.record(actor=None, verb="edit_agency", obj=world.unit, agency=world.unit)
    for act in (
        lambda: AuditEntry.objects.update(verb="x"),
        lambda: AuditEntry.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert AuditEntry.objects.filter(verb="edit_agency").count() == 1


def test_a_verb_nobody_listed_is_told_by_its_first_word():
    from portal.agencies import audit_words

    assert audit_words.verb("add_chapter") == "Thêm"
    assert audit_words.verb("issue_plan") == "Ban hành kế hoạch"
    assert audit_words.verb("frobnicate") == "frobnicate"
    assert audit_words.kind("nothing.here") == "nothing.here"


def test_a_field_without_a_name_in_words_is_not_told_by_its_identifier():
    from portal.agencies import audit_words
    from portal.common.models import AuditEntry

    entry = AuditEntry(
        object_kind="official.officialdocument",
        changes={"scope_key": ["", "KH"], "symbol": ["", "12-KH/TU"]},
    )
    assert [row[0] for row in audit_words.changes(entry)] == ["Phạm vi đánh số", "Số, ký hiệu"]
