import datetime as dt
import io

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from portal.accounts.models import SignInSlip, User
from portal.agencies import actions, importing, ranges, rules
from portal.agencies.models import Agency, Delegation, Membership, Role
from portal.common import clock
from portal.common.errors import Refused
from portal.common.models import AuditEntry
from tests.accounts.factories import AdminFactory, UserFactory
from tests.agencies.factories import AgencyFactory, CellFactory, give

pytestmark = pytest.mark.django_db

WORK = "/lam-viec/co-quan/"


@pytest.fixture
def world():
    """A commune with its administrator, a cell below, and a stranger's agency beside."""

    class World:
        province = AgencyFactory(name="Đảng bộ tỉnh", slug="tinh")
        commune = AgencyFactory(name="Đảng bộ xã", slug="xa", parent=province, code="XA")
        cell = CellFactory(name="Chi bộ Thôn Thượng", slug="thon-thuong", parent=commune)
        other = AgencyFactory(name="Sở bên cạnh", slug="ben-canh")
        boss = UserFactory(username="quantrixa", full_name="Nguyễn Văn Quyết")
        secretary = UserFactory(username="chibo", full_name="Đặng Thị Ánh")
        member = UserFactory(username="dangvien", full_name="Phạm Văn Khôi")
        outsider = UserFactory(username="khach", full_name="Bùi Thanh Sơn")

    give(World.boss, Role.ADMIN, World.commune)
    give(World.secretary, Role.SECRETARY, World.cell)
    give(World.member, Role.MEMBER, World.cell)
    give(World.outsider, Role.EDITOR, World.other)
    return World


@pytest.fixture
def boss(client, world):
    client.force_login(world.boss)
    return client


def person_url(agency, user, part=""):
    return f"{WORK}{agency.slug}/nguoi/{user.public_id}/{part}"


# --- who gets in ----------------------------------------------------------------------------


def test_only_administrators_of_the_agency_or_above_get_in(world):
    root = AdminFactory()
    expected = {
        world.boss: {"tinh": 404, "xa": 200, "thon-thuong": 200, "ben-canh": 404},
        world.secretary: dict.fromkeys(("tinh", "xa", "thon-thuong", "ben-canh"), 404),
        world.outsider: dict.fromkeys(("tinh", "xa", "thon-thuong", "ben-canh"), 404),
        root: dict.fromkeys(("tinh", "xa", "thon-thuong", "ben-canh"), 200),
    }
    for user, rows in expected.items():
        client = Client()
        client.force_login(user)
        for slug, status in rows.items():
            for part in ("", "nguoi/", "nguoi/them/", "nguoi/nhap/", "thong-tin/", "ten/"):
                url = f"{WORK}{slug}/{part}"
                assert client.get(url).status_code == status, (user.username, url)
        listed = client.get(WORK).status_code
        assert listed == (200 if user in (world.boss, root) else 403)


def test_moving_and_ending_takes_the_administrator_above(boss, world):
    for part in ("cap-tren/", "ke-tuc/"):
        assert boss.get(f"{WORK}xa/{part}").status_code == 403
        assert boss.get(f"{WORK}thon-thuong/{part}").status_code == 200


def test_a_person_without_a_role_here_does_not_exist_here(boss, world):
    assert boss.get(person_url(world.commune, world.outsider)).status_code == 404
    assert boss.get(person_url(world.cell, world.member)).status_code == 200


def test_a_look_at_the_list_of_a_cell_is_on_record(boss, world):
    boss.get(f"{WORK}xa/nguoi/")
    assert not AuditEntry.objects.filter(verb="view_members").exists()
    boss.get(f"{WORK}thon-thuong/nguoi/")
    boss.get(person_url(world.cell, world.member))
    looks = AuditEntry.objects.filter(verb="view_members")
    assert [(e.actor, e.agency_id) for e in looks] == [(world.boss, world.cell.pk)] * 2


def test_the_list_costs_the_same_for_one_and_for_many(boss, world, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert boss.get(f"{WORK}xa/nguoi/").status_code == 200
        return len(queries)

    boss.get(f"{WORK}xa/nguoi/")
    before = cost()
    for _ in range(12):
        user = UserFactory()
        give(user, Role.EDITOR, world.commune)
        give(user, Role.STAFF, world.commune)
    assert cost() == before


# --- roles ----------------------------------------------------------------------------------


@time_machine.travel("2026-03-05T03:00:00+00:00", tick=False)
def test_a_new_person_gets_an_account_a_role_and_a_slip(boss, world):
    response = boss.post(
        f"{WORK}xa/nguoi/them/",
        {
            "full_name": "Lê Thùy Linh",
            "phone": "0912 000 503",
            "role": Role.STAFF,
            "starts": "2026-03-05",
        },
    )
    user = User.objects.get(username="lethuylinh")
    assert response.url == person_url(world.commune, user)
    assert (user.phone, user.must_change_password) == ("0912000503", True)
    assert not user.has_usable_password()
    assert ranges.as_text(user.memberships.get().valid) == "2026-03-05.."
    response = boss.post(person_url(world.commune, user, "phieu/"))
    assert response["Content-Type"] == "application/pdf"
    assert "no-store" in response["Cache-Control"]
    assert response.content.startswith(b"%PDF")
    slip = SignInSlip.objects.get(user=user)
    assert slip.issued_by == world.boss


def test_when_the_role_is_refused_no_account_is_left_behind(boss, world):
    response = boss.post(
        f"{WORK}xa/nguoi/them/",
        {"full_name": "Ai Đó", "role": Role.STAFF, "starts": "1999-01-01"},
    )
    assert response.status_code == 422
    assert not User.objects.filter(full_name="Ai Đó").exists()


def test_a_known_person_is_named_in_full_and_gets_a_role_here(boss, world):
    url = f"{WORK}xa/nguoi/them/?co-tai-khoan=1"
    data = {"role": Role.EDITOR, "starts": "2026-01-01"}
    assert boss.post(url, data | {"person": "kha"}).status_code == 422
    assert boss.post(url, data | {"person": "khach"}).status_code == 302
    assert rules.has_role(world.outsider, Role.EDITOR, world.commune)


def test_a_role_is_ended_from_the_page(boss, world):
    row = world.secretary.memberships.get()
    url = person_url(world.cell, world.secretary, f"vai-tro/{row.pk}/ket-thuc/")
    assert boss.get(url).status_code == 200
    yesterday = (clock.today() - dt.timedelta(days=1)).isoformat()
    assert boss.post(url, {"last_day": yesterday}).status_code == 302
    assert not rules.grants_of(User.objects.get(pk=world.secretary.pk))
    elsewhere = person_url(world.commune, world.boss, f"vai-tro/{row.pk}/ket-thuc/")
    assert boss.get(elsewhere).status_code == 404


def test_hand_over_moves_only_what_lies_in_my_agencies(boss, world):
    give(world.secretary, Role.STAFF, world.commune)
    give(world.secretary, Role.EDITOR, world.other)
    url = person_url(world.commune, world.secretary, "ban-giao/")
    page = boss.get(url).content.decode()
    assert "Sở bên cạnh" not in page
    today = clock.today().isoformat()
    assert boss.post(url, {"to_user": "dangvien", "on": today}).status_code == 302
    secretary, member = (User.objects.get(pk=u.pk) for u in (world.secretary, world.member))
    assert {g.agency_id for g in rules.grants_of(secretary)} == {world.other.pk}
    assert rules.has_role(member, Role.SECRETARY, world.cell)
    assert rules.has_role(member, Role.STAFF, world.commune)


# --- accounts -------------------------------------------------------------------------------


def test_an_administrator_cannot_take_over_the_account_of_somebody_above(boss, world):
    """A slip opens the account: who holds more than I manage gets none from me."""
    above = UserFactory(username="quantritinh")
    give(above, Role.ADMIN, world.province)
    give(above, Role.EDITOR, world.commune)
    root = AdminFactory()
    give(root, Role.EDITOR, world.commune)
    deputy = UserFactory()
    give(deputy, Role.EDITOR, world.commune)
    actions.delegate(
        actor=above,
        giver=above,
        to_user=deputy,
        agency=world.province,
        role=Role.ADMIN,
        starts=clock.today(),
        until=clock.today() + dt.timedelta(days=3),
    )
    for user in (above, root, deputy, world.boss):
        for part in ("phieu/", "ngung/", "sua/"):
            response = boss.post(person_url(world.commune, user, part), {"full_name": "X"})
            assert response.status_code == 403, (user.username, part)
        assert boss.get(person_url(world.commune, user)).status_code == 200
    ticked = [str(u.public_id) for u in (above, root, deputy, world.boss)]
    assert boss.post(f"{WORK}xa/nguoi/phieu/", {"person": ticked}).status_code == 302
    assert not SignInSlip.objects.exists()


def test_an_administrator_closes_and_opens_an_account(boss, world):
    url = person_url(world.cell, world.member, "ngung/")
    assert boss.get(url).status_code == 200
    boss.post(url)
    world.member.refresh_from_db()
    assert world.member.is_active is False
    boss.post(url)
    world.member.refresh_from_db()
    assert world.member.is_active is True


def test_a_new_mail_address_leads_back_to_the_person(boss, world):
    world.member.last_login = clock.now()  # in use: the address gives the account new keys
    world.member.save(update_fields=["last_login"])
    data = {"full_name": "Phạm Văn Khôi", "email": "moi@mau.example"}
    response = boss.post(person_url(world.cell, world.member, "sua/"), data, follow=True)
    assert response.status_code == 200
    assert response.context["person"] == world.member


def test_slips_for_the_people_ticked(boss, world):
    ticked = [str(world.member.public_id), str(world.secretary.public_id), "không phải mã"]
    response = boss.post(f"{WORK}thon-thuong/nguoi/phieu/", {"person": ticked})
    assert response["Content-Type"] == "application/pdf"
    assert SignInSlip.objects.count() == 2


# --- delegation -----------------------------------------------------------------------------


@time_machine.travel("2026-03-05T03:00:00+00:00", tick=False)
def test_a_holder_delegates_and_what_the_deputy_does_is_marked(client, world):
    client.force_login(world.boss)
    page = "/lam-viec/uy-quyen/"
    assert client.get(page).status_code == 200
    data = {
        "held": world.boss.memberships.get().pk,
        "to_user": "khach",
        "starts": "2026-03-05",
        "until": "2026-03-09",
        "decision": "Giấy 02",
    }
    assert client.post(page, data).status_code == 302
    deputy = Client()
    deputy.force_login(world.outsider)
    response = deputy.post(
        f"{WORK}xa/nguoi/them/",
        {"full_name": "Lê Thùy Linh", "role": Role.STAFF, "starts": "2026-03-05"},
    )
    assert response.status_code == 302
    entry = AuditEntry.objects.get(verb="create_account")
    assert (entry.actor, entry.on_behalf_of) == (world.outsider, world.boss)
    row = Delegation.objects.get()
    stranger = Client()
    stranger.force_login(world.member)
    assert stranger.post(f"{page}{row.pk}/ket-thuc/").status_code == 404
    assert client.post(f"{page}{row.pk}/ket-thuc/").status_code == 302
    assert deputy.get(f"{WORK}xa/").status_code == 404


@time_machine.travel("2026-03-05T03:00:00+00:00", tick=False)
def test_a_deputy_cannot_make_the_borrowed_right_their_own(client, world):
    """Administrator for four days: no role, delegation or handover may stay with the deputy."""
    give(world.outsider, Role.EDITOR, world.commune)
    actions.delegate(
        actor=world.boss,
        giver=world.boss,
        to_user=world.outsider,
        agency=world.commune,
        role=Role.ADMIN,
        starts=clock.today(),
        until=clock.today() + dt.timedelta(days=3),
    )
    client.force_login(world.outsider)
    commune, boss, self_ = world.commune, world.boss, world.outsider
    role = {"role": Role.ADMIN, "starts": "2026-03-05"}
    tries = [
        (f"{WORK}xa/nguoi/them/?co-tai-khoan=1", role | {"person": "khach"}),
        (f"{WORK}thon-thuong/nguoi/them/?co-tai-khoan=1", role | {"person": "khach"}),
        (person_url(commune, self_, "vai-tro/"), role),
        (
            person_url(commune, boss, "uy-quyen/"),
            {
                "held": boss.memberships.get().pk,
                "to_user": "khach",
                "starts": "2026-04-01",
                "until": "2030-01-01",
            },
        ),
        (person_url(commune, boss, "ban-giao/"), {"to_user": "khach", "on": "2026-03-05"}),
    ]
    for url, data in tries:
        response = client.post(url, data)
        assert response.status_code == 422, url
        assert "ủy quyền" in response.content.decode(), url
    assert [m.role for m in world.outsider.memberships.filter(agency=commune)] == [Role.EDITOR]
    assert Delegation.objects.count() == 1
    assert boss.memberships.get().valid.upper is None
    for part in ("phieu/", "ngung/", "sua/"):
        response = client.post(person_url(commune, boss, part), {"full_name": "X"})
        assert response.status_code == 403, part
    # For others the deputy does what the administrator would, short of making administrators.
    member = person_url(world.cell, world.member, "vai-tro/")
    assert client.post(member, role).status_code == 422
    assert client.post(member, role | {"role": Role.EDITOR}).status_code == 302


def test_an_administrator_in_their_own_right_may_take_a_role(boss, world):
    data = {"role": Role.EDITOR, "starts": "2026-03-05"}
    response = boss.post(person_url(world.commune, world.boss, "vai-tro/"), data)
    assert response.status_code == 302


def test_plain_members_have_no_page_of_delegations(client, world):
    client.force_login(world.member)
    assert client.get("/lam-viec/uy-quyen/").status_code == 403


# --- settings -------------------------------------------------------------------------------


def test_settings_show_both_texts_when_two_edit(boss, world):
    url = f"{WORK}xa/thong-tin/"
    data = {
        "code": "XA",
        "kind": "party",
        "level": world.commune.level_id,
        "protocol_no": 500,
        "about": "Của tôi",
        "lock_version": 0,
    }
    actions.edit_agency(
        actor=None, agency=world.commune, expected_version=0, about="Của người khác"
    )
    response = boss.post(url, data)
    assert response.status_code == 422
    page = response.content.decode()
    assert "Của tôi" in page
    assert "Của người khác" in page
    data["lock_version"] = 1
    assert boss.post(url, data).status_code == 302
    assert Agency.objects.get(slug="xa").about == "Của tôi"


def test_only_the_unit_above_says_what_is_a_cell(boss, world):
    """Who reads the opinions of a cell's members hangs on it."""
    data = {"kind": "party", "level": world.cell.level_id, "protocol_no": 500, "lock_version": 0}
    give(world.secretary, Role.ADMIN, world.cell)
    own = Client()
    own.force_login(world.secretary)
    url = f"{WORK}thon-thuong/thong-tin/"
    assert "is_cell" not in own.get(url).context["form"].fields
    assert own.post(url, data).status_code == 302  # an unticked box would have said "no cell"
    world.cell.refresh_from_db()
    assert world.cell.is_cell
    sent = data | {"is_cell": "", "about": "Mới", "lock_version": world.cell.lock_version}
    assert own.post(url, sent).status_code == 302
    world.cell.refresh_from_db()
    assert (world.cell.is_cell, world.cell.about) == (True, "Mới")
    assert "is_cell" in boss.get(url).context["form"].fields
    assert boss.post(url, data | {"lock_version": world.cell.lock_version}).status_code == 302
    world.cell.refresh_from_db()
    assert not world.cell.is_cell


def test_a_body_beside_the_tree_names_the_committee_that_leads_it(world):
    give(world.outsider, Role.ADMIN, world.other)
    client = Client()
    client.force_login(world.outsider)
    url = f"{WORK}ben-canh/thong-tin/"
    data = {"kind": "state", "level": world.other.level_id, "protocol_no": 1, "lock_version": 0}
    Agency.objects.filter(pk=world.province.pk).update(kind="party")
    refused = client.post(url, data | {"led_by": "ben-canh"})
    assert refused.status_code == 422
    assert refused.context["form"].errors["led_by"] == [
        "Cấp ủy lãnh đạo phải là một tổ chức đảng khác cơ quan này."
    ]
    assert client.post(url, data | {"led_by": "không có đâu"}).status_code == 422
    assert client.post(url, data | {"led_by": "tinh"}).status_code == 302
    world.other.refresh_from_db()
    assert world.other.led_by == world.province
    assert client.get(url).context["form"]["led_by"].value() == "tinh"


def test_renaming_from_the_page_moves_the_address(boss, world):
    data = {"name": "Đảng bộ phường", "on": "2025-07-01", "slug": "phuong"}
    response = boss.post(f"{WORK}xa/ten/", data)
    assert response.url == f"{WORK}phuong/"
    assert boss.get("/co-quan/xa/").url == "/co-quan/phuong/"


def test_founding_below_and_merging_below(boss, world):
    data = {
        "name": "Chi bộ Thôn Hạ",
        "kind": "party",
        "level": world.cell.level_id,
        "is_cell": "on",
        "protocol_no": 7,
        "starts": "2025-01-01",
    }
    assert boss.post(f"{WORK}xa/lap-moi/", data).url == f"{WORK}chi-bo-thon-ha/"
    merge = {
        "kind": "merge",
        "targets": "thon-thuong",
        "on": "2026-01-01",
        "decision": "1-QĐ/ĐU",
    }
    assert (
        boss.post(f"{WORK}chi-bo-thon-ha/ke-tuc/", merge | {"targets": "tinh"}).status_code == 422
    )
    shown = boss.post(f"{WORK}chi-bo-thon-ha/ke-tuc/", merge)
    merge["xac_nhan"] = shown.context["seen"]
    assert boss.post(f"{WORK}chi-bo-thon-ha/ke-tuc/", merge).status_code == 302
    page = boss.get("/co-quan/chi-bo-thon-ha/").content.decode()
    assert "không còn hoạt động" in page
    assert "Chi bộ Thôn Thượng" in page


def test_moving_needs_the_right_at_the_new_parent_too(boss, world):
    url = f"{WORK}thon-thuong/cap-tren/"
    today = clock.today().isoformat()
    assert boss.post(url, {"parent": "ben-canh", "on": today}).status_code == 422
    assert boss.post(url, {"parent": "", "on": today}).status_code == 422
    world.cell.refresh_from_db()
    assert world.cell.parent == world.commune


# --- import ---------------------------------------------------------------------------------

HEAD = ["Họ và tên", "Tên đăng nhập", "Điện thoại", "Thư điện tử", "Cơ quan", "Vai trò"]


def workbook(*rows, head=HEAD):
    book = Workbook()
    for row in (head, *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("ds.xlsx", out.getvalue())


def test_a_good_list_is_shown_first_and_then_made(boss, world):
    rows = [
        ["Lê Thùy Linh", "", 912000777, "linh@mau.example", "Đảng bộ xã", "Biên tập viên"],
        ["Hoàng Thị Mơ", "mo.ht", "", "", "thon-thuong", "thành viên"],
        ["Lê Thùy Linh", "", "", "", "XA", "staff"],
    ]
    url = f"{WORK}xa/nguoi/nhap/"
    before = User.objects.count()
    response = boss.post(url, {"file": workbook(*rows)})
    assert response.status_code == 200
    assert User.objects.count() == before
    assert "Cả 3 dòng đều đúng" in response.content.decode()
    response = boss.post(url, {"rows": response.context["signed"]})
    assert response.url == f"{WORK}xa/nguoi/"
    made = User.objects.order_by("-id")[:3]
    assert sorted(u.username for u in made) == ["lethuylinh", "lethuylinh2", "mo.ht"]
    assert User.objects.get(username="lethuylinh").phone == "0912000777"
    member = Membership.objects.get(user__username="mo.ht")
    assert (member.agency, member.role) == (world.cell, Role.MEMBER)


def test_every_problem_is_told_by_row_and_nothing_is_made(boss, world):
    UserFactory(username="cosan", phone="0912000999")
    rows = [
        ["Lê A", "cosan", "", "", "xa", "Biên tập viên"],
        ["Lê B", "", "0912000999", "", "xa", "Biên tập viên"],
        ["Lê C", "trung", "", "", "xa", "Biên tập viên"],
        ["Lê D", "TRUNG", "12", "khong-phai-thu", "Sở bên cạnh", "Giám đốc"],
        ["", "", "", "", "", "Biên tập viên"],
        [None, None, None, None, None, None],
    ]
    response = boss.post(f"{WORK}xa/nguoi/nhap/", {"file": workbook(*rows)})
    assert response.status_code == 422
    assert "signed" not in response.context
    assert [(row.number, row.problems) for row in response.context["rows"]] == [
        (2, ["Tên đăng nhập “cosan” đã có người dùng."]),
        (3, ["Số điện thoại đã gắn với một tài khoản khác."]),
        (4, []),
        (
            5,
            [
                "Trùng “Tên đăng nhập” với dòng 4.",
                "Số điện thoại “12” không hợp lệ.",
                "Thư điện tử “khong-phai-thu” không hợp lệ.",
                "Không có cơ quan “Sở bên cạnh” trong phạm vi bạn quản trị.",
                "Không có vai trò “Giám đốc”.",
            ],
        ),
        (6, ["Thiếu họ và tên.", "Thiếu cơ quan."]),
    ]
    assert "4 trong 5 dòng có lỗi" in response.content.decode()


def test_a_list_checked_before_somebody_took_a_name_is_refused_whole(boss, world):
    url = f"{WORK}xa/nguoi/nhap/"
    rows = [
        ["Lê A", "moi.mot", "", "", "xa", "Biên tập viên"],
        ["Lê B", "moi.hai", "", "", "xa", "Biên tập viên"],
    ]
    signed = boss.post(url, {"file": workbook(*rows)}).context["signed"]
    UserFactory(username="moi.hai")
    assert boss.post(url, {"rows": signed}).url == url
    assert not User.objects.filter(username="moi.mot").exists()


def test_rows_of_a_dry_run_cannot_be_forged_or_kept(boss, world):
    url = f"{WORK}xa/nguoi/nhap/"
    with time_machine.travel("2026-03-05T03:00:00+00:00", tick=False) as traveller:
        row = ["Lê A", "", "", "", "xa", "Biên tập viên"]
        signed = boss.post(url, {"file": workbook(row)}).context["signed"]
        before = User.objects.count()
        assert boss.post(url, {"rows": signed[:-2] + "xx"}).url == url
        traveller.shift(dt.timedelta(minutes=61))
        assert boss.post(url, {"rows": signed}).url == url
        assert User.objects.count() == before


@pytest.mark.parametrize(
    ("upload", "code"),
    [
        (SimpleUploadedFile("a.xlsx", b"khong phai tep Excel"), "unreadable"),
        (SimpleUploadedFile("a.xlsx", b"x" * (importing.MAX_BYTES + 1)), "size"),
        (workbook(head=["Họ và tên"]), "columns"),
        (workbook(), "empty"),
        (workbook(*[["A B", "", "", "", "xa", "staff"]] * 1001), "rows"),
    ],
)
def test_files_that_are_no_list_are_refused(upload, code):
    with pytest.raises(Refused) as refusal:
        importing.read(upload)
    assert refusal.value.code == code


def test_the_check_costs_the_same_for_one_and_for_many(world, django_assert_num_queries):
    for count in (1, 60):
        rows = [
            importing.Row(n, f"Người {n}", f"nguoi.{n}", f"09{n:08d}", "", "xa", "staff")
            for n in range(2, 2 + count)
        ]
        with django_assert_num_queries(3):
            assert importing.check(rows, allowed=Agency.objects.filter(slug="xa"))


def test_the_template_can_be_filled_and_read_again(boss, world):
    response = boss.get(f"{WORK}xa/nguoi/nhap/mau.xlsx")
    book = load_workbook(io.BytesIO(response.content))
    book.worksheets[0].append(["Lê A", "", "0912000123", "", "xa", "Biên tập viên"])
    out = io.BytesIO()
    book.save(out)
    rows = importing.read(SimpleUploadedFile("a.xlsx", out.getvalue()))
    assert importing.check(rows, allowed=Agency.objects.all())
    assert [(r.full_name, r.phone) for r in rows] == [("Lê A", "0912000123")]
