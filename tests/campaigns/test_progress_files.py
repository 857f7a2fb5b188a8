"""Excel files of the progress: asked for on the page, made by a worker, read back here."""

import datetime as dt

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from campaigns import progress_files
from campaigns.models import Assignment
from campaigns.queries.standing import AsOf
from portal.agencies.models import Agency, Role
from portal.common import clock, jobs
from portal.common.models import Job
from tests.accounts.factories import UserFactory
from tests.agencies.factories import give
from tests.campaigns.test_progress import World, done

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


@pytest.fixture
def desk(client, world):
    client.force_login(world.staff)
    return client


def ask(client, world, **data):
    answer = client.post(reverse("campaigns:progress_export", args=[world.plan.pk]), data)
    job = Job.objects.get()
    assert answer["Location"] == jobs.address(job)
    return job


def sheets_of(job):
    """{sheet: [[cells]]} of the file that the job made."""
    assert jobs.run(job.pk) == "done"
    job.refresh_from_db()
    with job.file.open() as opened:
        book = load_workbook(opened)
        return {sheet.title: [list(row) for row in sheet.values] for sheet in book.worksheets}


def table(rows):
    """The rows below the titles, empty cells left out of their ends."""
    start = next(n for n, row in enumerate(rows) if row[0] in ("Nhiệm vụ", "Đơn vị"))
    return rows[start + 1 :]


def test_the_list_holds_what_the_filters_leave(desk, world):
    done(world.yen_son, world.column, done_on=clock.today(), note="Đã mở sáng nay")
    job = ask(desk, world, tep="phan-cong", trang_thai="overdue", bogus="x")
    assert (job.kind, job.params["filters"]) == (progress_files.LIST, {"trang_thai": "overdue"})
    assert job.back_url == reverse("campaigns:progress_list", args=[world.plan.pk])
    rows = sheets_of(job)["Phân công"]
    assert rows[0][0] == world.plan.title
    assert rows[2][0] == "Lọc theo Tiến độ: Quá hạn"
    due = dt.datetime.combine(clock.today() - dt.timedelta(days=5), dt.time())
    assert [row[:7] for row in table(rows)] == [
        ["Mở chuyên mục", "Đảng bộ xã Tân Lập", "Đợt đầu", due, "Quá hạn", None, 5]
    ]
    assert job.note == "1 lượt phân công."
    assert job.file_name.startswith("phan-cong-")


def test_the_whole_list_has_every_assignment_in_the_order_of_the_page(desk, world):
    done(world.yen_son, world.column, done_on=clock.today(), note="Đã mở\nsáng nay")
    rows = table(sheets_of(ask(desk, world, tep="phan-cong"))["Phân công"])
    page = desk.get(reverse("campaigns:progress_list", args=[world.plan.pk]))
    shown = [[v.task.title, v.agency.name] for v in page.context["views"]]
    assert [row[:2] for row in rows] == shown
    assert len(shown) == 9
    finished = next(row for row in rows if row[4] == "Hoàn thành")
    assert (finished[6], finished[9]) == (5, "Đã mở sáng nay")


def test_what_looks_like_a_formula_is_text(desk, world):
    world.column.title = '=HYPERLINK("http://evil.example";"Bấm")'
    world.column.save()
    Agency.objects.filter(pk=world.tan_lap.pk).update(name="http://evil.example")
    job = ask(desk, world, tep="phan-cong", trang_thai="overdue")
    assert jobs.run(job.pk) == "done"
    job.refresh_from_db()
    with job.file.open() as opened:
        sheet = load_workbook(opened).worksheets[0]
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert [cell for cell in cells if cell.hyperlink] == []


def test_a_text_longer_than_a_cell_says_so(desk, world):
    Assignment.objects.filter(agency=world.tan_lap, task=world.column).update(note="dài " * 9000)
    rows = table(sheets_of(ask(desk, world, tep="phan-cong", q="tan lap"))["Phân công"])
    long = max((row[9] for row in rows if row[9]), key=len)
    assert long.endswith("(còn nữa, xem trên cổng)")
    assert len(long) < 32_767


def test_the_table_adds_up_and_lists_every_unit(desk, world):
    done(world.cells[0], world.meeting)
    found = sheets_of(ask(desk, world, tep="bang"))
    assert list(found) == ["Cộng dồn", "Từng đơn vị"]
    added = {row[0]: row[2:] for row in table(found["Cộng dồn"])}
    assert added["Đảng bộ xã Tân Lập"] == [1, 3, 1, 0, 3, 0, None, None, None, 1, 6, 1, 0.1667]
    assert added["Cộng"][-4:] == [1, 9, 2, 0.1111]
    each = [(row[0], row[2], row[-4:-1]) for row in table(found["Từng đơn vị"])]
    assert each == [
        ("Đảng bộ tỉnh Mẫu", None, [0, 1, 0]),
        ("Đảng bộ xã Tân Lập", "Đảng bộ tỉnh Mẫu", [0, 2, 1]),
        ("Chi bộ thôn 1", "Đảng bộ xã Tân Lập", [1, 2, 0]),
        ("Chi bộ thôn 2", "Đảng bộ xã Tân Lập", [0, 2, 0]),
        ("Đảng bộ xã Yên Sơn", "Đảng bộ tỉnh Mẫu", [0, 1, 1]),
        ("Ủy ban Mặt trận tỉnh", None, [0, 1, 0]),
    ]
    assert Job.objects.get().total == 4 + 6


def test_a_unit_gets_a_file_of_what_it_sees(client, world):
    clerk = UserFactory()
    give(clerk, Role.SECRETARY, world.tan_lap)
    client.force_login(clerk)
    rows = table(sheets_of(ask(client, world, tep="phan-cong"))["Phân công"])
    units = {row[1] for row in rows}
    assert units == {"Đảng bộ xã Tân Lập", "Chi bộ thôn 1", "Chi bộ thôn 2"}


def test_rights_are_asked_again_when_the_file_is_made_and_when_it_is_fetched(client, world):
    clerk = UserFactory()
    role = give(clerk, Role.SECRETARY, world.tan_lap)
    client.force_login(clerk)
    job = ask(client, world, tep="bang")
    sheets_of(job)
    address = reverse("jobs:download", args=[job.public_id])
    assert client.get(address).status_code == 200
    role.delete()
    assert client.get(address).status_code == 403
    assert client.get(jobs.address(job)).status_code == 200
    assert (
        client.post(reverse("campaigns:progress_export", args=[world.plan.pk])).status_code == 404
    )


def test_a_past_day_is_that_of_the_page(desk, world):
    past = clock.today() - dt.timedelta(days=2)
    Assignment.objects.update(assigned_at=clock.now() - dt.timedelta(days=9))
    done(world.yen_son, world.column, done_on=clock.today(), note="Hôm nay mới xong")
    job = ask(desk, world, tep="phan-cong", ngay=past.isoformat(), q="yen son")
    rows = sheets_of(job)["Phân công"]
    assert f"hết ngày {past:%d/%m/%Y}" in rows[1][0]
    assert [(row[4], row[6], row[9]) for row in table(rows)] == [("Quá hạn", 3, None)]


def test_a_plan_with_many_rows_reports_as_it_goes(world, monkeypatch):
    monkeypatch.setattr(progress_files, "_CHUNK", 2)
    told = []
    job = progress_files.start(
        actor=world.staff,
        plan=world.plan,
        kind=progress_files.LIST,
        at=AsOf(clock.today()),
    )
    result = progress_files.write_list(job, lambda *args: told.append(args))
    assert told == [(0, 9, "Đang ghi danh sách phân công"), (2,), (4,), (6,), (8,), (9,)]
    assert result.note == "9 lượt phân công."


def test_a_file_that_cannot_be_finished_leaves_nothing_on_the_disk(world, monkeypatch, tmp_path):
    monkeypatch.setattr(progress_files.tempfile, "tempdir", str(tmp_path))

    def breaks(*args):
        raise ZeroDivisionError

    monkeypatch.setattr(progress_files, "_list_row", breaks)
    job = progress_files.start(
        actor=world.staff, plan=world.plan, kind=progress_files.LIST, at=AsOf(clock.today())
    )
    assert jobs.run(job.pk) == "failed"
    assert list(tmp_path.iterdir()) == []
