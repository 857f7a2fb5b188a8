import datetime as dt
import re

import pytest
import time_machine
from django.urls import reverse

from feedback import actions
from feedback.models import Consultation, IdentityLook, Opinion
from portal.agencies.models import Role
from portal.common import clock
from tests.accounts.factories import PASSWORD, AdminFactory, UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.feedback.factories import NOW, make_world, send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world():
    return make_world()


def say_url(world, pos=4):
    return reverse("feedback:say", args=[world.consultation.pk, world.edition.pk]) + f"?doan={pos}"


def room_url(world):
    document = world.edition.document
    return reverse("documents:document", args=[document.pk, document.slug])


def fill(page, **fields):
    """What a browser would send back from the form on `page`."""
    html = page.content.decode()
    key = re.search(r'name="submission_key" value="([^"]+)"', html)[1]
    return {
        "submission_key": key,
        "stance": "partly",
        "text": "Đề nghị hai lần mỗi năm.",
        "route": "unit",
        "naming": "unnamed",
        "consent": "on",
    } | fields


def code_in(page):
    return re.search(r'id="ma-tiep-nhan">\s*([0-9A-Z-]+)', page.content.decode())[1]


def test_the_whole_journey_of_a_member_and_a_rapporteur(world, client):
    assert "Góp ý" in client.get(room_url(world)).content.decode()
    client.force_login(world.member)
    page = client.get(say_url(world))
    html = " ".join(page.content.decode().split())
    assert f'<blockquote class="quote"> {world.block(2).plain} </blockquote>' in html
    assert "Góp ý đoạn 2" in html
    assert "Đảng bộ xã Hòa Bình" in html
    data = fill(page, proposed="Toàn tỉnh vận hành hai cấp.")
    sent = client.post(say_url(world), data, follow=True)
    code = code_in(sent)
    assert sent.status_code == 200
    opinion = Opinion.objects.get()
    assert (opinion.block.pos, opinion.proposed) == (4, "Toàn tỉnh vận hành hai cấp.")
    # "Ý kiến của tôi", changed
    mine = client.get(reverse("feedback:mine")).content.decode()
    assert "Đề nghị hai lần mỗi năm." in mine
    one = reverse("feedback:mine_one", args=[opinion.public_id])
    data = {"stance": "agree", "text": "Đồng ý.", "reason": "", "proposed": "", "lock_version": 0}
    assert client.post(one, data).status_code == 302
    # the receipt, without an account: the state, no words
    client.logout()
    found = client.post(reverse("feedback:receipt"), {"code": code.lower()})
    html = found.content.decode()
    assert found.status_code == 200
    assert "Đã tiếp nhận" in html
    assert "Đồng ý." not in html
    assert "Tán thành" not in html
    # the rapporteur reads the words, not the person
    client.force_login(world.rapporteur)
    node = opinion.reading_node
    page = client.get(reverse("feedback:reading_node", args=[node.pk]))
    html = page.content.decode()
    assert "Đồng ý." in html
    assert world.member.full_name not in re.sub(r"<[^>]+>", " ", html).split()
    assert "Chi bộ Văn phòng" not in html.split('id="y-kien-den"')[-1]


def test_an_unchanged_passage_is_no_proposal(world, client):
    client.force_login(world.member)
    page = client.get(say_url(world))
    client.post(say_url(world), fill(page, proposed=world.block(2).plain))
    assert Opinion.objects.get().proposed == ""


def test_a_double_click_makes_one_opinion_and_shows_the_same_code(world, client):
    client.force_login(world.member)
    data = fill(client.get(say_url(world)))
    first, second = (client.post(say_url(world), data, follow=True) for _ in range(2))
    assert code_in(first) == code_in(second)
    assert Opinion.objects.count() == 1


def test_closed_while_typing_keeps_the_text_and_says_why(world, client):
    client.force_login(world.member)
    data = fill(client.get(say_url(world)), text="Câu chữ em đã mất công viết.")
    client.logout()
    with time_machine.travel(dt.datetime(2025, 9, 1, 0, 0, tzinfo=clock.TZ)):
        client.force_login(world.member)
        page = client.post(say_url(world), data)
    html = page.content.decode()
    assert page.status_code == 422
    assert "Đã hết thời gian nhận ý kiến" in html
    assert "Câu chữ em đã mất công viết." in html
    assert not Opinion.objects.exists()


def test_nothing_is_preselected_about_the_stance(world, client):
    client.force_login(world.member)
    html = client.get(say_url(world)).content.decode()
    stances = re.findall(r'<input[^>]*name="stance"[^>]*>', html)
    assert len(stances) == 3
    assert not [tag for tag in stances if "checked" in tag]


def test_scripts_in_opinions_stay_text(world, client):
    client.force_login(world.member)
    bad = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    client.post(say_url(world), fill(client.get(say_url(world)), text=bad, proposed=bad))
    for user, url in (
        (world.member, reverse("feedback:mine")),
        (world.rapporteur, reverse("feedback:reading_node", args=[_node(world).pk])),
    ):
        client.force_login(user)
        html = client.get(url).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html


def _node(world):
    return Opinion.objects.get().reading_node


def test_only_the_rapporteur_of_the_node_reads(world, client):
    send(world)
    outsider, admin = UserFactory(), AdminFactory()
    give(outsider, Role.RAPPORTEUR, AgencyFactory())
    url = reverse("feedback:reading_node", args=[_node(world).pk])
    for user in (world.member, world.secretary, world.staff, outsider, admin):
        client.force_login(user)
        assert client.get(url).status_code == 404
    client.force_login(world.rapporteur)
    assert client.get(url).status_code == 200


def test_looking_at_a_name_asks_for_a_reason_and_the_author_sees_it(world, client):
    receipt = send(world, naming="named")
    client.force_login(world.rapporteur)
    url = reverse("feedback:look", args=[_node(world).pk, receipt.public_id])
    empty = client.post(url, {"reason": ""})
    # the reason is asked for again on the same page
    assert (empty.status_code, 'name="reason"' in empty.content.decode()) == (422, True)
    page = client.post(url, {"reason": "Hỏi rõ số liệu", "password": PASSWORD})
    assert (page.status_code, "member" in page.content.decode()) == (200, True)
    assert IdentityLook.objects.count() == 1
    client.force_login(world.member)
    one = client.get(reverse("feedback:mine_one", args=[receipt.public_id])).content.decode()
    assert "Hỏi rõ số liệu" in one


def test_other_peoples_opinions_do_not_exist(world, client):
    receipt = send(world)
    client.force_login(world.secretary)
    assert client.get(reverse("feedback:mine_one", args=[receipt.public_id])).status_code == 404
    url = reverse("feedback:mine_withdraw", args=[receipt.public_id])
    assert client.post(url).status_code == 404


def test_receipts_are_limited_and_wrong_ones_all_look_alike(world, client):
    url = reverse("feedback:receipt")
    answers = [
        client.post(url, {"code": code})
        for code in ("00000-00000-00000-00000", "xyz", "7K3F0-926MX-4TQ8Z-1HN5C")
    ]
    assert [a.status_code for a in answers] == [404, 404, 404]
    for _ in range(58):
        answer = client.post(url, {"code": "xyz"})
    assert answer.status_code == 429


def test_public_pages_set_no_cookie_and_hide_small_numbers(world, client):
    for _ in range(4):
        send(world, now=NOW - dt.timedelta(days=1))
    consultation = world.consultation
    urls = [
        reverse("feedback:list"),
        reverse("feedback:consultation", args=[consultation.pk, consultation.slug]),
        room_url(world),
    ]
    for url in urls:
        page = client.get(url)
        assert not page.cookies
        assert "dưới 5" in page.content.decode()
    send(world)
    with time_machine.travel(NOW + dt.timedelta(days=1), tick=False):
        edition = world.edition
        names = [edition.document_id, edition.document.slug, edition.n]
        margins = client.get(reverse("documents:margins", args=names)).json()
    assert list(margins["counts"].values()) == ["5"]


def test_lists_cost_the_same_for_one_and_many(world, client, django_assert_num_queries):
    client.get(reverse("feedback:list"))  # takes the day's numbers
    with django_assert_num_queries(5):
        client.get(reverse("feedback:list"))
    for n in range(3):
        make_consultation(world, f"Đợt {n}")
    client.get(reverse("feedback:list"))
    with django_assert_num_queries(5):
        assert client.get(reverse("feedback:list")).context["page"].count == 4
    send(world)
    client.force_login(world.rapporteur)
    url = reverse("feedback:reading_node", args=[_node(world).pk])
    client.get(url)
    with django_assert_num_queries(14):
        client.get(url)
    for _ in range(5):
        send(world)
    with django_assert_num_queries(14):
        client.get(url)


def make_consultation(world, title):
    from campaigns.boundaries import date_spec
    from feedback import actions

    made = actions.create_consultation(
        actor=world.staff, agency=world.province, title=title, editions=[world.edition],
        opens=date_spec("2025-08-10"), closes=date_spec("2025-08-31"),
        reading_level=world.commune.level,
    )  # fmt: skip
    return actions.announce(actor=world.staff, consultation=made)


def staff_form(world, **fields):
    return {
        "agency": world.province.pk,
        "title": "Góp ý lần hai",
        "editions": [world.edition.pk],
        "opens-kind": "day",
        "opens-on": "2025-09-10",
        "closes-kind": "day",
        "closes-on": "2025-09-30",
        "audience": "members",
        "groups": [world.group.pk],
        "reading_level": world.commune.level.pk,
        "reading_min_members": 50,
        "policy": "counts",
        "mode": "collected",
        "channels": ["online", "meeting"],
        "keep_months": 24,
        "moderation_days": 2,
        "consent_text": "Tôi đồng ý.",
    } | {name.replace("__", "-"): value for name, value in fields.items()}


def test_staff_prepare_announce_and_extend(world, client):
    client.force_login(world.staff)
    response = client.post(reverse("feedback:new"), staff_form(world))
    made = Consultation.objects.get(title="Góp ý lần hai")
    assert response.url == reverse("feedback:manage", args=[made.pk])
    edit = reverse("feedback:edit", args=[made.pk])
    client.post(edit, staff_form(world, title="Góp ý lần ba", lock_version=0))
    made.refresh_from_db()
    assert made.title == "Góp ý lần ba"
    client.logout()
    public = reverse("feedback:consultation", args=[made.pk, made.slug])
    assert client.get(public).status_code == 404
    client.force_login(world.staff)
    client.post(reverse("feedback:announce", args=[made.pk]))
    assert client.get(public).status_code == 200
    dates = reverse("feedback:dates", args=[made.pk])
    data = {
        "opens-kind": "day", "opens-on": "2025-09-10", "closes-kind": "day",
        "closes-on": "2025-10-05", "lock_version": 2,
    }  # fmt: skip
    assert client.post(dates, data).status_code == 200
    data["reason"] = "Bão lũ ở ba xã"
    shown = client.post(dates, data).content.decode()
    assert "Gia hạn lấy ý kiến đến hết ngày 05/10/2025" in shown.replace("\xa0", " ")
    made.refresh_from_db()
    assert made.closes.resolved_on == dt.date(2025, 9, 30)
    client.post(dates, data | {"xac_nhan": "1"})
    made = Consultation.objects.get(pk=made.pk)
    assert made.closes.resolved_on == dt.date(2025, 10, 5)
    assert "Bão lũ ở ba xã" in client.get(public).content.decode()


def test_a_draft_that_was_given_up_never_becomes_public(client):
    world = make_world(announced=False)
    actions.withdraw_consultation(
        actor=world.staff, consultation=world.consultation, reason="Chưa đến lúc"
    )
    found = world.consultation
    url = reverse("feedback:consultation", args=[found.pk, found.slug])
    assert client.get(url).status_code == 404
    client.force_login(world.staff)
    assert client.get(url).status_code == 200


def test_staff_of_another_agency_find_nothing(world, client):
    outsider = UserFactory()
    give(outsider, Role.STAFF, AgencyFactory())
    client.force_login(outsider)
    for name in ("manage", "edit", "dates"):
        url = reverse(f"feedback:{name}", args=[world.consultation.pk])
        assert client.get(url).status_code == 404


def test_bad_terms_are_said_at_the_field(world, client):
    client.force_login(world.staff)
    page = client.post(
        reverse("feedback:new"),
        staff_form(world, closes__on="2025-09-01", reading_min_members=3, mode="pointing"),
    )
    form = page.context["form"]
    assert set(form.errors) == {"reading_min_members", "external_url"}
    good = staff_form(world, closes__on="2025-09-01")
    form = client.post(reverse("feedback:new"), good).context["form"]
    assert form.problems[0]["text"] == (
        "Ngày kết thúc: Ngày: Kết thúc ngày 01/09/2025, trước ngày bắt đầu 10/09/2025."
    )
