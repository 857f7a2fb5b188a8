"""Why a passage was changed, in the words of its drafters."""

import re

import pytest
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from documents import actions, queries
from documents.models import ChangeNote
from portal.agencies.models import Role
from portal.common.errors import Refused, StaleVersion
from portal.common.models import AuditEntry
from tests.accounts.factories import UserFactory
from tests.agencies.factories import give
from tests.documents.chains import Chain
from tests.documents.test_compare_page import FIRST, LINKS, SECOND, text, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture
def chain():
    found = Chain(FIRST)
    found.add(SECOND, LINKS)
    return found


def block(chain, at, number):
    return chain.editions[at].blocks.get(pos=number)


def write(chain, where, words, version=0, **kwargs):
    arguments = {"actor": chain.staff, "edition": chain.editions[-1]} | kwargs
    return actions.write_change_note(block=where, text=words, expected_version=version, **arguments)


def refusal(chain, where, words="Vì số liệu mới.", **kwargs):
    with pytest.raises(Refused) as caught, transaction.atomic():
        write(chain, where, words, **kwargs)
    return caught.value.code


def desk(chain, n=2):
    return reverse("documents:notes", args=[chain.document.pk, n])


def test_reasons_are_read_beside_what_was_changed_and_what_is_gone(chain, client):
    write(chain, block(chain, 1, 2), "Theo số liệu thống kê mới.")
    write(chain, block(chain, 0, 3), "Trùng với mục II.")
    assert queries.change_notes(chain.editions[1]) == {
        chain.ids(1)[1]: "Theo số liệu thống kê mới.",
        chain.ids(0)[2]: "Trùng với mục II.",
    }
    for name in ("compare", "columns"):
        html = text(client.get(url(chain.document, name=name)))
        assert html.index("7,1%") < html.index("Theo số liệu thống kê mới.")
        assert html.index("Sẽ bỏ đoạn này") < html.index("Trùng với mục II.")
    entry = AuditEntry.objects.filter(verb="write_change_note").latest("id")
    assert entry.agency_id == chain.agency.pk


def test_a_reason_is_changed_and_taken_back_and_the_second_of_two_writers_is_told(chain):
    place = block(chain, 1, 2)
    note = write(chain, place, "Một.")
    assert note.lock_version == 1
    assert write(chain, place, "Hai.", 1).lock_version == 2
    with pytest.raises(StaleVersion) as caught:
        write(chain, place, "Ba.", 1)
    assert caught.value.current.text == "Hai."
    write(chain, place, "", 2)
    assert queries.change_notes(chain.editions[1]) == {}


def test_who_may_write_and_about_what(chain):
    place = block(chain, 1, 2)
    assert refusal(chain, place, actor=chain.approver) == "no_right"
    assert refusal(chain, place, actor=UserFactory()) == "no_right"
    assert refusal(chain, place, "Độ mật: Mật") == "secret"
    assert refusal(chain, place, "a" * 2001) == "long"
    assert refusal(chain, Chain(["Khác."]).editions[0].blocks.get()) == "elsewhere"
    assert refusal(chain, block(chain, 1, 2), edition=chain.editions[0]) == "elsewhere"
    actions.withdraw(actor=chain.approver, edition=chain.editions[1], reason="Nhầm.")
    assert refusal(chain, place) == "no_blocks"
    assert not ChangeNote.objects.exists()


def test_a_reason_outlives_the_way_back_to_the_writers(client):
    chain = Chain(FIRST)
    edition = chain.add(SECOND, LINKS, published=False)
    write(chain, block(chain, 1, 2), "Số liệu mới.")
    write(chain, block(chain, 1, 3), "Thêm theo góp ý.")
    edition = actions.send_back(actor=chain.approver, edition=edition, remark="Sửa lại.")
    html = "".join(f"<p>{words}</p>" for words in [*SECOND[:2], "Đoạn viết lại.", SECOND[3]])
    edition = actions.save_text(
        actor=chain.staff, edition=edition, html=html, note="",
        expected_version=edition.lock_version,
    )  # fmt: skip
    chain.editions[-1] = edition = actions.submit(actor=chain.staff, edition=edition)
    assert queries.change_notes(edition) == {chain.ids(1)[1]: "Số liệu mới."}
    client.force_login(chain.staff)
    page = text(client.get(desk(chain)))
    assert "Ghi cho đoạn “Đoạn thêm vào.”" in page
    assert "Thêm theo góp ý." in page
    loose = ChangeNote.objects.get(block=None, source=None)
    kept = ChangeNote.objects.exclude(block=None).get()
    assert "đang gắn với một đoạn" in text(client.post(desk(chain), {"drop": kept.pk}, follow=True))
    client.post(desk(chain), {"drop": loose.pk})
    assert list(ChangeNote.objects.all()) == [kept]


def test_the_desk_lists_every_change_with_its_field(chain, client):
    client.force_login(chain.staff)
    page = client.get(desk(chain))
    html = text(page)
    assert [e["kind"] for e in page.context["entries"]] == ["edited", "gone", "new"]
    assert html.count("<textarea") == 3
    place = block(chain, 1, 2).pk
    data = {"place": place, "row": 1, "text": "Số liệu mới.", "lock_version": 0}
    answer = client.post(desk(chain), data)
    assert answer.url == desk(chain) + "#sua-1"
    assert "1 chỗ đã ghi lý do" in text(client.get(desk(chain)))
    # somebody who still had the empty field loses nothing
    stale = text(client.post(desk(chain), data | {"text": "Theo góp ý."}))
    assert "Theo góp ý.</textarea>" in re.sub(r">\s+", ">", stale)
    assert "Người khác đã lưu" in stale
    assert 'name="lock_version" value="1"' in stale
    client.post(desk(chain), data | {"text": "Theo góp ý.", "lock_version": 1})
    assert list(queries.change_notes(chain.editions[1]).values()) == ["Theo góp ý."]
    assert "dấu độ mật" in text(
        client.post(desk(chain), data | {"text": "TUYỆT MẬT", "lock_version": 2})
    )
    assert client.post(desk(chain), data | {"place": 10**9}).status_code == 404


def test_who_reads_the_desk_and_who_writes(chain, client):
    data = {"place": block(chain, 1, 2).pk, "row": 1, "text": "X", "lock_version": 0}
    reader = UserFactory()
    give(reader, Role.SUPERVISOR, chain.agency)
    for user, got, sent in (
        (chain.approver, 200, 403), (reader, 200, 403), (UserFactory(), 404, 404)
    ):  # fmt: skip
        client.force_login(user)
        assert client.get(desk(chain)).status_code == got
        assert client.post(desk(chain), data).status_code == sent
    assert not ChangeNote.objects.exists()


def test_the_desk_says_why_there_is_nothing_to_explain(chain, client):
    client.force_login(chain.staff)
    assert "lần đầu tiên được công bố" in text(client.get(desk(chain, 1)))
    actions.start_edition(actor=chain.staff, document=chain.document)
    assert "Chưa trình duyệt" in text(client.get(desk(chain, 3)))
    assert client.get(desk(chain), {"trang": "9"}).status_code == 404
