import datetime as dt

import pytest
from django.db import transaction

from documents import actions
from documents.models import BlockLink, KeptDecision, Unpaired
from portal.common import clock
from portal.common.errors import Refused
from portal.common.models import AuditEntry
from tests.accounts.factories import UserFactory
from tests.documents.factories import make_document, office, publish

pytestmark = pytest.mark.django_db
S = BlockLink.State

OLD = """
<h2>Phần thứ nhất. Kết quả nhiệm kỳ</h2>
<p>Năm năm qua, tỉnh chịu ba cú sốc lớn về thiên tai, dịch bệnh và đơn hàng xuất khẩu.</p>
<p>Tổng sản phẩm trên địa bàn tăng bình quân 6,8% mỗi năm, thấp hơn mục tiêu đã đề ra.</p>
<p>Các xã giữ điểm giao dịch cũ đến hết năm 2027. Sau đó chuyển dần sang giao dịch trực tuyến.</p>
<p>Tội phạm về trật tự xã hội giảm 11% so với nhiệm kỳ trước.</p>
<p>Tai nạn giao thông giảm về số vụ nhưng số người chết chỉ giảm 3%.</p>
<p>Lễ hội đầu năm của các làng nghề được tổ chức tiết kiệm và an toàn.</p>
<p>Toàn Đảng bộ có 1.204 tổ chức cơ sở đảng với 48.216 đảng viên đang sinh hoạt.</p>
"""
#: Edited (3), split (4), merged (5, 6), gone (7), new (the last but one).
NEW = """
<h2>Phần thứ nhất. Kết quả nhiệm kỳ</h2>
<p>Năm năm qua, tỉnh chịu ba cú sốc lớn về thiên tai, dịch bệnh và đơn hàng xuất khẩu.</p>
<p>Tổng sản phẩm trên địa bàn tăng bình quân 7,1% mỗi năm, thấp hơn mục tiêu đã đề ra.</p>
<p>Các xã giữ điểm giao dịch cũ đến hết năm 2027.</p>
<p>Sau đó chuyển dần sang giao dịch trực tuyến, có hỗ trợ tại chỗ.</p>
<p>Tội phạm về trật tự xã hội giảm 11% so với nhiệm kỳ trước. Tai nạn giao thông giảm về số vụ
nhưng số người chết chỉ giảm 3%.</p>
<p>Kinh phí của tổ công nghệ số cộng đồng do ngân sách tỉnh bảo đảm trong hai năm đầu.</p>
<p>Toàn Đảng bộ có 1.204 tổ chức cơ sở đảng với 48.216 đảng viên đang sinh hoạt.</p>
"""


def two_editions(html=NEW, old=OLD):
    """(document, second edition submitted, staff, approver)."""
    agency, staff, approver = office(name="Đảng bộ tỉnh Mẫu", kind="party")
    document = make_document(staff, agency, html=old)
    publish(document, staff, approver)
    second = actions.start_edition(actor=staff, document=document, html=html)
    actions.submit(actor=staff, edition=second)
    second.refresh_from_db()
    return document, second, staff, approver


@pytest.fixture
def step():
    return two_editions()


def links(edition):
    """{(old pos, new pos): (kind, state)}"""
    rows = BlockLink.objects.filter(target__edition=edition).order_by("source__pos", "target__pos")
    return {
        (s, t): (kind, state)
        for s, t, kind, state in rows.values_list("source__pos", "target__pos", "kind", "state")
    }


def expected(edition, *pairs):
    rows = BlockLink.objects.filter(target__edition=edition)
    return {
        link.pk: link.state
        for link in rows.select_related("source", "target")
        if (link.source.pos, link.target.pos) in pairs
    }


def old(edition, pos):
    return edition.document.editions.get(n=1).blocks.get(pos=pos).pk


def new(edition, pos):
    return edition.blocks.get(pos=pos).pk


def refused(action, **kwargs):
    with pytest.raises(Refused) as caught, transaction.atomic():
        action(**kwargs)
    return caught.value.code


def test_every_kind_is_proposed_and_waits_for_a_person(step):
    _document, second, *_people = step
    assert links(second) == {
        (1, 1): ("same", "certain"),
        (2, 2): ("same", "certain"),
        (3, 3): ("edited", "proposed"),
        (4, 4): ("split", "proposed"),
        (4, 5): ("split", "proposed"),
        (5, 6): ("merged", "proposed"),
        (6, 6): ("merged", "proposed"),
        (8, 8): ("same", "certain"),
    }
    assert BlockLink.objects.get(target__edition=second, source__pos=3).doubts == ["numbers"]


def test_a_person_says_right_or_wrong_and_takes_it_back(step):
    _document, second, staff, approver = step
    actions.confirm_link(actor=staff, edition=second, expected=expected(second, (3, 3)))
    actions.reject_link(actor=approver, edition=second, expected=expected(second, (4, 4), (4, 5)))
    found = links(second)
    assert (found[3, 3][1], found[4, 4][1], found[4, 5][1]) == ("confirmed", "rejected", "rejected")
    link = BlockLink.objects.get(target__edition=second, source__pos=3)
    assert (link.confirmed_by, link.confirmed_at is not None) == (staff, True)
    actions.reopen_link(actor=staff, edition=second, expected=expected(second, (3, 3)))
    assert links(second)[3, 3] == ("edited", "proposed")
    actions.reject_link(actor=staff, edition=second, expected=expected(second, (8, 8)))
    assert links(second)[8, 8] == ("same", "rejected")
    verbs = AuditEntry.objects.order_by("-id").values_list("verb", "actor_id")[:4]
    assert list(verbs)[::-1] == [
        ("confirm_link", staff.pk),
        ("reject_link", approver.pk),
        ("reopen_link", staff.pk),
        ("unlink", staff.pk),
    ]


def test_the_second_of_two_who_decide_is_told(step):
    _document, second, staff, approver = step
    seen = expected(second, (3, 3))
    actions.reject_link(actor=approver, edition=second, expected=seen)
    with pytest.raises(Refused) as caught:
        actions.confirm_link(actor=staff, edition=second, expected=seen)
    assert caught.value.code == "decided"
    assert approver.full_name in caught.value.message
    assert links(second)[3, 3][1] == "rejected"
    # pressing the same button twice is no error and no second audit row
    before = AuditEntry.objects.count()
    actions.reject_link(actor=approver, edition=second, expected=seen)
    assert AuditEntry.objects.count() == before


def test_rights_and_states_are_asked(step):
    _document, second, staff, _approver = step
    seen = expected(second, (3, 3))
    outsider = UserFactory()
    for verb in (actions.confirm_link, actions.reject_link, actions.reopen_link):
        assert refused(verb, actor=outsider, edition=second, expected=seen) == "no_right"
    actions.take_back(actor=staff, edition=second)
    assert refused(actions.confirm_link, actor=staff, edition=second, expected=seen) == (
        "not_aligned"
    )


def test_links_by_hand_one_to_one_split_and_merged(step):
    _document, second, staff, _approver = step
    act = {"actor": staff, "edition": second}
    actions.link_by_hand(**act, sources=[old(second, 7)], targets=[new(second, 7)])
    assert links(second)[7, 7] == ("edited", "confirmed")
    # what was proposed for these blocks is ruled out
    actions.link_by_hand(**act, sources=[old(second, 4)], targets=[new(second, 4)])
    found = links(second)
    assert (found[4, 4], found[4, 5]) == (("edited", "confirmed"), ("split", "rejected"))
    chosen = [old(second, 5), old(second, 6)]
    actions.link_by_hand(**act, sources=chosen, targets=[new(second, 6)])
    assert {links(second)[5, 6], links(second)[6, 6]} == {("merged", "confirmed")}


def test_links_by_hand_are_refused_where_they_cannot_stand(step):
    _document, second, staff, _approver = step
    act = {"actor": staff, "edition": second}
    one, other = old(second, 3), new(second, 3)
    by_hand = actions.link_by_hand
    assert refused(by_hand, **act, sources=[], targets=[other]) == "choose"
    several = [old(second, 5), old(second, 6)], [new(second, 4), new(second, 5)]
    assert refused(by_hand, **act, sources=several[0], targets=several[1]) == "choose"
    assert refused(by_hand, **act, sources=[other], targets=[one]) == "strange"
    # 8 is linked for certain: another source may not be added to it behind its back
    assert refused(by_hand, **act, sources=[one], targets=[new(second, 8)]) == "taken"
    # both at once is a merger that a person names
    actions.link_by_hand(**act, sources=[old(second, 7), old(second, 8)], targets=[new(second, 8)])
    assert {links(second)[7, 8], links(second)[8, 8]} == {("merged", "confirmed")}


def test_gone_for_good_and_wholly_new(step):
    _document, second, staff, _approver = step
    act = {"actor": staff, "edition": second}
    gone, fresh, edited = old(second, 7), new(second, 7), old(second, 3)
    for block in (gone, fresh, edited):
        actions.settle_alone(**act, block=block)
    assert set(Unpaired.objects.values_list("block_id", flat=True)) == {gone, fresh, edited}
    assert links(second)[3, 3][1] == "rejected"
    actions.reopen_alone(**act, block=edited)
    assert links(second)[3, 3][1] == "proposed"
    assert refused(actions.settle_alone, **act, block=old(second, 8)) == "taken"
    actions.link_by_hand(**act, sources=[gone], targets=[fresh])
    assert not Unpaired.objects.exists()


def test_many_at_once_and_undone_but_for_what_was_touched_since(step):
    _document, second, staff, approver = step
    seen = expected(second, (3, 3), (5, 6), (6, 6))
    at = actions.confirm_many(actor=staff, edition=second, expected=seen)
    assert {links(second)[pair][1] for pair in ((3, 3), (5, 6), (6, 6))} == {"confirmed"}
    actions.reject_link(actor=approver, edition=second, expected=expected(second, (3, 3)))
    assert actions.undo_many(actor=staff, edition=second, at=at) == 2
    found = links(second)
    assert (found[3, 3][1], found[5, 6][1]) == ("rejected", "proposed")
    assert refused(actions.confirm_many, actor=staff, edition=second, expected=seen) == "decided"
    assert refused(actions.confirm_many, actor=staff, edition=second, expected={}) == "choose"


def test_after_publication_links_are_confirmed_but_keys_stay(step):
    _document, second, staff, approver = step
    actions.publish(actor=approver, edition=second)
    keys = dict(second.blocks.values_list("pos", "key"))
    actions.confirm_link(actor=staff, edition=second, expected=expected(second, (3, 3)))
    assert links(second)[3, 3] == ("edited", "confirmed")
    assert dict(second.blocks.values_list("pos", "key")) == keys


def test_decisions_survive_when_the_edition_goes_back_and_comes_again(step):
    _document, second, staff, approver = step
    act = {"actor": staff, "edition": second}
    morning = clock.now() - dt.timedelta(hours=3)
    actions.confirm_link(**act, expected=expected(second, (3, 3)), now=morning)
    actions.confirm_link(**act, expected=expected(second, (4, 4), (4, 5)))
    actions.reject_link(**act, expected=expected(second, (5, 6), (6, 6)))
    actions.settle_alone(**act, block=old(second, 7))
    actions.settle_alone(**act, block=new(second, 7))
    second = actions.send_back(actor=approver, edition=second, remark="Sửa lỗi chính tả.")
    assert KeptDecision.objects.count() == 7
    # one target is written anew, a paragraph is put before all others
    html = NEW.replace("có hỗ trợ tại chỗ", "kèm hỗ trợ cho người già").replace(
        "<p>Năm năm qua",
        "<p>Báo cáo này có hai phần, viết chung cho hai địa phương.</p><p>Năm năm qua",
    )
    actions.save_text(
        actor=staff, edition=second, html=html, note="", expected_version=second.lock_version
    )
    actions.submit(actor=staff, edition=second)
    found = links(second)
    assert found[3, 4] == ("edited", "confirmed")
    assert found[4, 5] == ("split", "confirmed")
    assert (4, 6) not in found or found[4, 6][1] == "proposed"
    assert (found[5, 7][1], found[6, 7][1]) == ("rejected", "rejected")
    link = BlockLink.objects.get(target__edition=second, source__pos=3)
    assert (link.confirmed_by, link.confirmed_at) == (staff, morning)
    alone = set(Unpaired.objects.values_list("block_id", flat=True))
    assert alone == {old(second, 7), new(second, 8)}
    # what did not fit waits for another time
    assert KeptDecision.objects.count() == 1


def test_an_untouched_text_keeps_all_its_decisions(step):
    _document, second, staff, _approver = step
    actions.confirm_many(
        actor=staff,
        edition=second,
        expected=expected(second, (3, 3), (4, 4), (4, 5), (5, 6), (6, 6)),
    )
    before = links(second)
    for _round in range(2):
        second = actions.take_back(actor=staff, edition=second)
        second = actions.submit(actor=staff, edition=second)
    assert links(second) == before
    assert not KeptDecision.objects.exists()
