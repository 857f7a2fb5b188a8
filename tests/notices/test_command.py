"""`sweep_notices [--at ISO] [--dry-run]`."""

import io

import pytest
from django.core.management import CommandError, call_command

from portal.notices import actions, registry
from portal.notices.models import ScheduledNotice

from .factories import SUBJECT, at, person

pytestmark = pytest.mark.django_db


def run(*args):
    out = io.StringIO()
    call_command("sweep_notices", *args, stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture
def due(subjects):
    subjects.to = registry.Audience(user_ids=frozenset({person("An").pk, person("Bình").pk}))
    subjects.untrue, subjects.broken = {2}, {4}
    for n in range(1, 5):
        actions.schedule(
            kind=registry.PHASE_STARTED,
            subject_kind=SUBJECT,
            subject_id=n,
            due_at=at("2025-09-22 06:00"),
            useful_until=at("2025-09-22 06:30") if n == 3 else None,
        )


def test_a_dry_run_shows_what_would_be_done_and_does_nothing(due):
    before = [
        "22/09/2025 06:00  Đợt đã bắt đầu, tests.subject 1: sẽ gửi cho 2 người",
        "22/09/2025 06:00  Đợt đã bắt đầu, tests.subject 2: sẽ bỏ, không còn đúng",
        "22/09/2025 06:00  Đợt đã bắt đầu, tests.subject 3: bỏ lỡ, đã quá muộn",
        "22/09/2025 06:00  Đợt đã bắt đầu, tests.subject 4: LỖI (LookupError: no such subject)",
        "22/09/2025 07:00: sẽ gửi 1 nhắc việc cho 2 lượt người, không còn đúng 1, bỏ lỡ 1, lỗi 1.",
    ]
    assert run("--at", "2025-09-22T07:00", "--dry-run") == before
    assert set(ScheduledNotice.objects.values_list("state", flat=True)) == {"pending"}


def test_it_does_what_is_due_at_the_instant_given(due):
    assert run("--at", "2025-09-21T23:00+00:00")[-1].startswith("22/09/2025 06:00: đã gửi 2 ")
    assert run("--at", "2025-09-22T07:00")[-1].endswith("không còn đúng 0, bỏ lỡ 0, lỗi 1.")


def test_a_wrong_instant_is_one_clear_line():
    with pytest.raises(CommandError, match="không đọc được “hôm qua”"):
        run("--at", "hôm qua")
