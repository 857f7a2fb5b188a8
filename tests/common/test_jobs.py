"""Jobs: asked for once, done once, picked up after a crash, seen by their owner only."""

import datetime as dt
import threading
from pathlib import Path

import pytest
from celery import current_app
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import OperationalError, connection, transaction
from django.urls import reverse

from portal.common import clock, jobs
from portal.common.errors import Refused
from portal.common.jobs import actions, holding, progress, queries
from portal.common.models import AuditEntry, Job
from tests.accounts.factories import UserFactory

KIND = "tests.kind"
BACKEND = "portal.accounts.backends.LoginBackend"


class Work:
    """A kind whose work the test writes."""

    def __init__(self):
        self.runs = 0
        self.body = lambda job, report: jobs.Result(note="Xong.")
        self.allowed = True

    def run(self, job, report):
        self.runs += 1
        return self.body(job, report)

    def may(self, user, params):
        return self.allowed


@pytest.fixture
def work():
    """The kind of these tests."""
    it = Work()
    kind = jobs.JobKind(run=it.run, may=it.may, advice="Hãy thử với ít đơn vị hơn.")
    jobs.kinds._entries[KIND] = kind
    yield it
    del jobs.kinds._entries[KIND]


@pytest.fixture(autouse=True)
def asked(monkeypatch):
    """What was sent to the broker."""
    sent = []
    monkeypatch.setattr(actions, "_broker_down_until", 0.0)
    monkeypatch.setattr(
        current_app, "send_task", lambda name, **options: sent.append((name, options))
    )
    return sent


def make(actor, title="Xuất tiến độ", **kwargs):
    return jobs.start(kind=KIND, actor=actor, title=title, **kwargs)


def file_of(text, name="Tiến độ.xlsx"):
    """A body that leaves a file behind."""

    def body(job, report):
        path = Path(default_storage.location) / f"tmp-{job.pk}-{job.attempts}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return jobs.Result(path=path, name=name, content_type="application/x-test", note="3 dòng.")

    return body


def page(client, name, job):
    return client.get(reverse(f"jobs:{name}", args=[job.public_id]))


@pytest.fixture
def staff(db):
    return UserFactory(full_name="Lê Thị Kế Hoạch")


@pytest.fixture
def office(client, staff):
    client.force_login(staff, BACKEND)
    return client


# --- Starting -------------------------------------------------------------------------------


def test_a_job_goes_to_the_queue_of_its_kind_after_the_commit(
    staff, work, asked, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        job = make(staff, params={"plan": 7}, back_url="/lam-viec/ke-hoach/7/tien-do/")
        assert asked == []
    assert (job.state, job.attempts, job.back_url) == (
        "queued",
        0,
        "/lam-viec/ke-hoach/7/tien-do/",
    )
    ((name, options),) = asked
    assert (name, options["args"], options["queue"]) == ("jobs.run", [job.pk], "exports")
    entry = AuditEntry.objects.get(verb="start_job")
    assert (entry.actor, entry.object_id) == (staff, str(job.pk))


def test_asked_twice_while_open_is_one_job(staff, work):
    first = make(staff, params={"plan": 7, "day": "2025-08-20"})
    assert make(staff, params={"day": "2025-08-20", "plan": 7}).pk == first.pk
    assert make(staff, params={"plan": 8}).pk != first.pk
    assert make(UserFactory(), params={"plan": 7, "day": "2025-08-20"}).pk != first.pk
    jobs.run(first.pk)
    assert make(staff, params={"plan": 7, "day": "2025-08-20"}).pk != first.pk


def test_nobody_fills_the_queue(staff, work):
    for number in range(actions.MOST_OPEN):
        make(staff, params={"n": number})
    with pytest.raises(Refused) as refused:
        make(staff, params={"n": "more"})
    assert refused.value.code == "many_jobs"
    assert Job.objects.count() == actions.MOST_OPEN


def test_without_the_right_nothing_starts(staff, work):
    work.allowed = False
    with pytest.raises(Refused) as refused:
        make(staff)
    assert (refused.value.code, Job.objects.count()) == ("no_right", 0)


def test_an_unknown_kind_is_a_mistake_of_the_programmer(staff):
    with pytest.raises(LookupError):
        jobs.start(kind="tests.none", actor=staff, title="x")


@pytest.mark.parametrize("bad", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_the_way_back_stays_in_the_portal(staff, work, bad):
    assert make(staff, back_url=bad).back_url == ""


# --- Running --------------------------------------------------------------------------------


def test_the_result_is_kept_and_the_bar_is_full(staff, work):
    job = make(staff)

    def body(job, report):
        report(0, 40, "Đang đọc phân công")
        told = progress.read(job.public_id)
        assert told == {"done": 0, "total": 40, "step": "Đang đọc phân công"}
        report(40)
        return file_of("nội dung")(job, report)

    work.body = body
    assert jobs.run(job.pk) == "done"
    job.refresh_from_db()
    assert (job.done, job.total, job.note, job.file_name) == (40, 40, "3 dòng.", "Tiến độ.xlsx")
    assert job.file.read().decode() == "nội dung"
    assert job.size == len("nội dung".encode())
    assert job.expires_at - job.finished_at == dt.timedelta(days=7)
    assert progress.read(job.public_id) is None
    assert not list(Path(default_storage.location).glob("tmp-*")), "the temporary file stays"


def test_a_job_is_done_once(staff, work):
    job = make(staff)
    assert [jobs.run(job.pk), jobs.run(job.pk), work.runs] == ["done", None, 1]
    assert jobs.run(job.pk + 1000) is None


def test_numbers_are_handed_on_at_most_some_times_a_second(staff, work, monkeypatch):
    told = []
    monkeypatch.setattr(cache, "set", lambda key, value, timeout: told.append(value["done"]))
    report = progress.Reporter("x")
    for number in range(5000):
        report(number, 5000)
    assert len(told) < 10
    report(step="Đang ghi tệp")
    assert told[-1] == 4999


def test_a_cache_that_is_gone_stops_no_work(staff, work, monkeypatch):
    def gone(*args, **kwargs):
        raise ConnectionError("no Redis")

    for name in ("set", "get", "delete"):
        monkeypatch.setattr(cache, name, gone)
    work.body = lambda job, report: report(1, 2, "Đang làm")
    assert jobs.run(make(staff).pk) == "done"


def test_a_refusal_is_told_in_its_own_words(staff, work):
    def refuse(job, report):
        raise Refused("Kế hoạch đã bị thu hồi.", code="withdrawn")

    work.body = refuse
    job = make(staff)
    assert jobs.run(job.pk) == "failed"
    job.refresh_from_db()
    assert (job.error, bool(job.finished_at)) == ("Kế hoạch đã bị thu hồi.", True)


def test_an_error_of_ours_ends_the_job_and_is_logged(staff, work, caplog):
    def breaks(job, report):
        raise ZeroDivisionError

    work.body = breaks
    job = make(staff)
    assert jobs.run(job.pk) == "failed"
    job.refresh_from_db()
    assert "Không có gì bị thay đổi dở dang" in job.error
    assert "ZeroDivisionError" in caplog.text


def test_rights_that_ended_meanwhile_end_the_job(staff, work):
    job = make(staff)
    work.allowed = False
    assert (jobs.run(job.pk), work.runs) == ("failed", 0)
    job.refresh_from_db()
    assert job.error == "Đồng chí không còn quyền làm việc này."


def test_a_closed_account_gets_nothing_done(staff, work):
    job = make(staff)
    get_user_model().objects.filter(pk=staff.pk).update(is_active=False)
    assert (jobs.run(job.pk), work.runs) == ("failed", 0)


def test_a_kind_that_is_gone_fails_with_a_sentence(staff, work):
    job = make(staff)
    Job.objects.filter(pk=job.pk).update(kind="tests.old")
    assert jobs.run(job.pk) == "failed"
    job.refresh_from_db()
    assert "không còn làm loại việc đó" in job.error


def test_a_job_may_be_done_again_after_a_failure(staff, work):
    def refuse(job, report):
        raise Refused("Chưa được.", code="x")

    work.body = refuse
    job = make(staff, params={"plan": 3})
    with pytest.raises(Refused) as refused:
        jobs.retry(actor=staff, job=job)
    assert refused.value.code == "not_failed"
    jobs.run(job.pk)
    job.refresh_from_db()
    with pytest.raises(Refused) as refused:
        jobs.retry(actor=UserFactory(), job=job)
    assert refused.value.code == "not_yours"
    again = jobs.retry(actor=staff, job=job)
    assert (again.pk != job.pk, again.params, again.state) == (True, {"plan": 3}, "queued")


# --- Crashes and races ----------------------------------------------------------------------


def together(*bodies):
    """Run each in a thread with a connection of its own; raise what one of them raised."""
    failures = []

    def run(body):
        try:
            body()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[body]) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    if failures:
        raise failures[0]


def later(job, seconds=60):
    return job.created_at + dt.timedelta(seconds=seconds)


@pytest.mark.django_db(transaction=True)
def test_two_workers_one_job(work):
    job = make(UserFactory())
    begun, other_is_done = threading.Event(), threading.Event()
    results = []

    def body(job, report):
        begun.set()
        assert other_is_done.wait(20)

    work.body = body

    def second():
        assert begun.wait(20)
        results.append(jobs.run(job.pk))
        other_is_done.set()

    together(lambda: results.append(jobs.run(job.pk)), second)
    assert (results, work.runs) == ([None, "done"], 1)


@pytest.mark.django_db(transaction=True)
def test_a_job_in_a_long_transaction_is_alive_and_its_numbers_are_seen(work, asked):
    """The sweep leaves it alone however old it is; its page moves before it commits."""
    job = make(UserFactory())
    asked.clear()
    begun, looked = threading.Event(), threading.Event()

    def body(job, report):
        with transaction.atomic():
            Job.objects.filter(pk=job.pk).update(note="trong giao dịch")
            report(30, 100, "Đang tính lại mốc")
            begun.set()
            assert looked.wait(20)

    work.body = body

    def look():
        assert begun.wait(20)
        assert jobs.sweep(now=later(job, 7200)) == []
        view = queries.view_of(Job.objects.get(pk=job.pk))
        assert (view.done, view.total, view.pct, view.step) == (30, 100, 30, "Đang tính lại mốc")
        assert view.job.note == ""
        looked.set()

    together(lambda: jobs.run(job.pk), look)
    assert (Job.objects.get().state, asked) == ("done", [])


def die(job, report):
    """As by kill -9: the socket goes, nothing is said to anybody."""
    connection.connection.close()
    raise SystemExit


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_costs_a_minute_and_not_the_work(work, asked):
    job = make(UserFactory())
    work.body = die

    def killed():
        with pytest.raises(SystemExit):
            jobs.run(job.pk)

    together(killed)
    assert Job.objects.get().state == "running"
    asked.clear()
    _gone(job)
    assert jobs.sweep(now=later(job)) == [job.pk]
    assert [options["args"] for _name, options in asked] == [[job.pk]]
    work.body = lambda job, report: None
    assert jobs.run(job.pk) == "done"
    assert Job.objects.get().attempts == 2


@pytest.mark.django_db(transaction=True)
def test_a_job_that_kills_its_workers_is_given_up(work):
    job = make(UserFactory())
    work.body = die

    def killed():
        with pytest.raises(SystemExit):
            jobs.run(job.pk)

    for _attempt in range(actions.MAX_ATTEMPTS):
        together(killed)
        _gone(job)
    assert jobs.run(job.pk) == "failed"
    job.refresh_from_db()
    assert (job.state, work.runs) == ("failed", 2)
    assert "hai lần bị dừng giữa chừng" in job.error
    assert jobs.sweep(now=later(job, 7200)) == []


def _gone(job):
    """The server needs a moment to see that a connection was cut."""
    for _try in range(100):
        if not holding.held_ids([job.pk]):
            return
        threading.Event().wait(0.05)
    raise AssertionError("the lock of a dead worker stays")


@pytest.mark.django_db(transaction=True)
def test_a_database_that_went_away_is_no_failure_of_the_job(work):
    job = make(UserFactory())

    def lost(job, report):
        raise OperationalError("server closed the connection unexpectedly")

    work.body = lost
    with pytest.raises(OperationalError):
        jobs.run(job.pk)
    assert jobs.sweep(now=later(job)) == [job.pk]
    work.body = lambda job, report: None
    assert jobs.run(job.pk) == "done"


@pytest.mark.django_db
def test_a_worker_that_was_given_up_does_not_overwrite_its_successor(staff, work):
    job = make(staff)

    def overtaken(job, report):
        Job.objects.filter(pk=job.pk).update(attempts=2)  # somebody else began anew
        return file_of("alt")(job, report)

    work.body = overtaken
    assert jobs.run(job.pk) is None
    job.refresh_from_db()
    assert (job.state, bool(job.file)) == ("running", False)
    assert not list(Path(default_storage.location).glob(f"viec/**/{job.public_id}*"))


def test_a_lost_message_is_sent_again_by_the_sweep(staff, work, asked):
    job = make(staff)
    assert jobs.sweep(now=later(job, 10)) == []  # it may still be on its way
    assert jobs.sweep(now=later(job)) == [job.pk]


def test_the_sweep_costs_two_queries_however_many_wait(staff, work, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert jobs.sweep() == []
    rows = [make(staff, params={"n": n}) for n in range(8)]
    with django_assert_num_queries(2):
        assert len(jobs.sweep(now=later(rows[-1]))) == 8


# --- Pages ----------------------------------------------------------------------------------


def test_the_page_moves_until_the_job_is_done(office, staff, work):
    job = make(staff, back_url="/lam-viec/ke-hoach/")
    text = page(office, "job", job).content.decode()
    assert 'hx-trigger="every 2s"' in text
    assert "Tải lại" in text  # without scripts
    Job.objects.filter(pk=job.pk).update(state="running")
    progress.Reporter(job.public_id)(3, 12, "Đang ghi bảng")
    text = page(office, "state", job).content.decode()
    assert "3 / 12" in text
    assert 'data-pct="25"' in text
    Job.objects.filter(pk=job.pk).update(state="queued")
    work.body = file_of("x")
    jobs.run(job.pk)
    text = page(office, "state", job).content.decode()
    assert "hx-trigger" not in text
    assert "Tải tệp về" in text
    assert reverse("jobs:download", args=[job.public_id]) in text


def test_a_page_left_open_after_signing_out_stops_asking(client, staff, work):
    answer = page(client, "state", make(staff))
    assert (answer.status_code, answer["HX-Reswap"], answer.content) == (286, "none", b"")


def test_the_file_is_sent_so_that_a_browser_does_nothing_with_it(office, staff, work):
    work.body = file_of("<script>alert(1)</script>", name="Tiến độ 12-KH/TU.xlsx")
    job = make(staff)
    jobs.run(job.pk)
    answer = page(office, "download", job)
    assert answer.getvalue() == b"<script>alert(1)</script>"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert Job.objects.get().file_name == "Tiến độ 12-KH-TU.xlsx"
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["job", "state", "download", "retry"])
def test_for_others_there_is_no_such_job(client, staff, work, name):
    work.body = file_of("x")
    job = make(staff)
    jobs.run(job.pk)
    client.force_login(UserFactory(is_superuser=True), BACKEND)
    address = reverse(f"jobs:{name}", args=[job.public_id])
    answer = client.post(address) if name == "retry" else client.get(address)
    assert answer.status_code == 404
    assert "Xuất tiến độ" not in client.get(reverse("jobs:mine")).content.decode()


def test_who_lost_the_right_does_not_get_the_file_any_more(office, staff, work):
    work.body = file_of("x")
    job = make(staff)
    jobs.run(job.pk)
    work.allowed = False
    assert page(office, "download", job).status_code == 403


def test_no_file_no_download(office, staff, work):
    job = make(staff)
    assert page(office, "download", job).status_code == 404
    work.body = file_of("x")
    jobs.run(job.pk)
    job.refresh_from_db()
    default_storage.delete(job.file.name)
    assert page(office, "download", job).status_code == 404


def test_a_failure_says_what_to_do(office, staff, work):
    def refuse(job, report):
        raise Refused("Kế hoạch đã bị thu hồi.", code="x")

    work.body = refuse
    job = make(staff)
    jobs.run(job.pk)
    text = page(office, "job", job).content.decode()
    for words in ("Kế hoạch đã bị thu hồi.", "ít đơn vị hơn", str(job.public_id), "Làm lại"):
        assert words in text
    answer = office.post(reverse("jobs:retry", args=[job.public_id]))
    again = Job.objects.exclude(pk=job.pk).get()
    assert answer["Location"] == jobs.address(again)
    answer = office.post(reverse("jobs:retry", args=[again.public_id]), follow=True)
    assert "Việc này không bị lỗi" in answer.content.decode()


def test_my_list_has_a_fixed_number_of_queries(office, staff, work, django_assert_num_queries):
    def count():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            assert office.get(reverse("jobs:mine")).status_code == 200
        return len(captured)

    make(staff, params={"n": 0})
    office.get(reverse("jobs:mine"))
    one = count()
    for n in range(1, 9):
        make(staff, params={"n": n}, title=f"Xuất lần {n}")
    assert count() == one
    old = clock.now() - dt.timedelta(days=queries.SHOWN_DAYS + 1)
    Job.objects.filter(params={"n": 3}).update(created_at=old)
    text = office.get(reverse("jobs:mine")).content.decode()
    assert ("Xuất lần 4" in text, "Xuất lần 3" in text) == (True, False)


def test_an_empty_list_says_where_files_come_from(office):
    assert "Chưa có tệp nào" in office.get(reverse("jobs:mine")).content.decode()


# --- Cleaning up ----------------------------------------------------------------------------


def test_old_files_go_then_old_rows(office, staff, work):
    work.body = file_of("x")
    job = make(staff)
    jobs.run(job.pk)
    waiting = make(staff, params={"n": 2})
    job.refresh_from_db()
    name = job.file.name
    ends = job.expires_at
    assert jobs.clean_up(now=ends - dt.timedelta(seconds=1)) == (0, 0)
    assert default_storage.exists(name)
    assert jobs.clean_up(now=ends) == (1, 0)
    assert not default_storage.exists(name)
    assert "đã hết hạn giữ" in page(office, "job", job).content.decode()
    assert jobs.clean_up(now=job.finished_at + dt.timedelta(days=31)) == (0, 1)
    assert list(Job.objects.values_list("pk", flat=True)) == [waiting.pk]


def test_a_crash_while_cleaning_up_loses_no_file_for_good(staff, work, monkeypatch):
    work.body = file_of("x")
    job = make(staff)
    jobs.run(job.pk)
    job.refresh_from_db()
    default_storage.delete(job.file.name)  # the last run died after the file, before the row
    assert jobs.clean_up(now=job.expires_at) == (1, 0)
    job.refresh_from_db()
    assert not job.file
