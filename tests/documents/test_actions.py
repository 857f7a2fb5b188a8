import pytest
from django.db import InternalError, connection, transaction

from documents import actions
from documents.models import Block, BlockLink, Document, Edition
from portal.agencies.models import Role
from portal.common.errors import Refused, StaleVersion
from portal.common.models import AuditEntry
from tests.accounts.factories import UserFactory
from tests.agencies.factories import give
from tests.documents.factories import TEXT, make_document, office, publish

pytestmark = pytest.mark.django_db
State = Edition.State


@pytest.fixture
def world():
    return office(name="Đảng bộ tỉnh Mẫu", kind="party")


def refusal(callable_, **kwargs):
    with pytest.raises(Refused) as caught, transaction.atomic():
        callable_(**kwargs)
    return caught.value.code


def test_from_writing_to_published_blocks(world):
    agency, staff, approver = world
    edition = publish(make_document(staff, agency), staff, approver)
    assert edition.state == State.PUBLISHED
    found = list(edition.blocks.values_list("pos", "kind", "level", "number", "para_no"))
    assert found == [
        (1, "heading", 1, "Phần thứ nhất", None),
        (2, "heading", 2, "I.", None),
        (3, "paragraph", 0, "", 1),
        (4, "paragraph", 0, "", 2),
        (5, "heading", 2, "II.", None),
        (6, "paragraph", 0, "", 3),
    ]
    verbs = AuditEntry.objects.filter(agency_id=agency.pk).order_by("id").values_list("verb")
    assert [v for (v,) in verbs][-3:] == ["create_document", "submit", "publish"]


def test_secret_text_is_refused_before_anything_is_stored(world):
    agency, staff, _ = world
    code = refusal(
        actions.create_document, actor=staff, agency=agency, title="Báo cáo", not_secret=True,
        html="<p>TUYỆT MẬT</p><p>Nội dung</p>",
    )  # fmt: skip
    assert code == "secret"
    assert not Document.objects.exists()
    assert (
        refusal(
            actions.create_document, actor=staff, agency=agency, title="Báo cáo", not_secret=False
        )
        == "not_confirmed"
    )
    edition = make_document(staff, agency).editions.get()
    code = refusal(
        actions.save_text, actor=staff, edition=edition, html="<p>Độ mật: Mật</p>", note="",
        expected_version=0,
    )  # fmt: skip
    assert code == "secret"
    edition.refresh_from_db()
    assert "Mật" not in edition.source


def test_nobody_publishes_what_they_submitted(world):
    agency, staff, _ = world
    give(staff, Role.APPROVER, agency)
    edition = make_document(staff, agency).editions.get()
    actions.submit(actor=staff, edition=edition)
    assert refusal(actions.publish, actor=staff, edition=edition) == "own_text"


def test_roles_are_asked(world):
    agency, staff, approver = world
    outsider = UserFactory()
    edition = make_document(staff, agency).editions.get()
    assert refusal(actions.submit, actor=outsider, edition=edition) == "no_right"
    assert refusal(actions.submit, actor=approver, edition=edition) == "no_right"
    actions.submit(actor=staff, edition=edition)
    assert refusal(actions.publish, actor=outsider, edition=edition) == "no_right"


def test_returned_with_a_remark_and_published_after_correction(world):
    agency, staff, approver = world
    edition = make_document(staff, agency).editions.get()
    actions.submit(actor=staff, edition=edition)
    assert refusal(actions.send_back, actor=approver, edition=edition, remark=" ") == "no_remark"
    edition = actions.send_back(actor=approver, edition=edition, remark="Thiếu số liệu mục II.")
    assert (edition.state, edition.remark) == (State.EDITING, "Thiếu số liệu mục II.")
    edition = actions.save_text(
        actor=staff, edition=edition, html=TEXT + "<p>Thêm.</p>", note="",
        expected_version=edition.lock_version,
    )  # fmt: skip
    actions.submit(actor=staff, edition=edition)
    edition = actions.publish(actor=approver, edition=edition)
    assert edition.blocks.count() == 7


def test_the_second_of_two_editors_loses_nothing(world):
    agency, staff, _ = world
    edition = make_document(staff, agency).editions.get()
    actions.save_text(actor=staff, edition=edition, html="<p>A</p>", note="", expected_version=0)
    with pytest.raises(StaleVersion) as caught:
        actions.save_text(
            actor=staff, edition=edition, html="<p>B</p>", note="", expected_version=0
        )
    assert caught.value.current.source == "<p>A</p>"


def test_published_text_cannot_change_even_by_sql(world):
    agency, staff, approver = world
    edition = publish(make_document(staff, agency), staff, approver)
    block = edition.blocks.first()
    for statement in (
        f"UPDATE documents_block SET plain = 'khác' WHERE id = {block.pk}",
        f"DELETE FROM documents_block WHERE id = {block.pk}",
        "INSERT INTO documents_block (edition_id, pos, key, kind, level, number, html, plain) "
        f"VALUES ({edition.pk}, 99, gen_random_uuid(), 'paragraph', 0, '', 'x', 'x')",
    ):
        with pytest.raises(InternalError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_next_edition_inherits_keys_one_to_one_and_links(world):
    agency, staff, approver = world
    document = make_document(staff, agency)
    first = publish(document, staff, approver)
    second = actions.start_edition(
        actor=staff, document=document, html=TEXT.replace("6,8%", "7,1%"), note="Sửa số liệu"
    )
    assert refusal(actions.start_edition, actor=staff, document=document) == "one_unpublished"
    second = publish(document, staff, approver)
    first.refresh_from_db()
    assert (first.state, second.state, second.n) == (State.SUPERSEDED, State.PUBLISHED, 2)
    old = dict(first.blocks.values_list("pos", "key"))
    new = dict(second.blocks.values_list("pos", "key"))
    assert {pos for pos in old if old[pos] == new[pos]} == {1, 2, 3, 4, 5}
    links = BlockLink.objects.filter(source__edition=first).order_by("source__pos")
    assert list(links.values_list("kind", "state")) == [("same", "certain")] * 5 + [
        ("edited", "proposed")
    ]


def test_withdrawing_keeps_the_text_and_asks_for_a_reason(world):
    agency, staff, approver = world
    edition = publish(make_document(staff, agency), staff, approver)
    assert refusal(actions.withdraw, actor=approver, edition=edition, reason="") == "no_reason"
    edition = actions.withdraw(actor=approver, edition=edition, reason="Nhầm bản.")
    assert (edition.state, Block.objects.filter(edition=edition).count()) == (State.WITHDRAWN, 6)


def test_scripts_never_reach_the_blocks(world):
    agency, staff, approver = world
    html = "<p onclick='x()'>A<script>alert(1)</script><a href='javascript:x()'>b</a></p>"
    edition = publish(make_document(staff, agency, html=html), staff, approver)
    stored = edition.blocks.get().html
    assert "script" not in stored
    assert "onclick" not in stored
