import datetime as dt

import pytest
import time_machine
from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session
from django.test import Client

from portal.accounts.tasks import clean_up
from tests.accounts.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def test_old_sessions_counts_and_logs_go_the_others_stay():
    UserFactory(username="canbo")

    def visit():
        page = "/tai-khoan/dang-nhap/"
        Client().post(page, {"login": "khongco", "password": "sai"}, REMOTE_ADDR="10.0.0.1")
        Client().post(page, {"login": "canbo", "password": PASSWORD})

    def counts():
        return [m.objects.count() for m in (Session, AccessAttempt, AccessLog)]

    with time_machine.travel("2025-01-01T03:00:00+00:00", tick=False):
        visit()
    with time_machine.travel("2026-03-05T03:00:00+00:00", tick=False) as traveller:
        visit()
        assert counts() == [2, 1, 2]  # one row counts the same name at the same address
        traveller.shift(dt.timedelta(minutes=5))
        clean_up()
        assert counts() == [1, 1, 1]
        traveller.shift(dt.timedelta(days=2))
        clean_up()
        assert counts() == [0, 0, 1]
