"""Log lines: JSON, an id to find them by, and nothing about a person but a number."""

import json
import logging

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import include, path

from portal.common.logs import JsonFormatter, configuration, sane_request_id
from portal.common.middleware import (
    ClientAddressMiddleware,
    IdleLogoutMiddleware,
    RequestLogMiddleware,
)

ADDRESS = "203.0.113.9"


def answer(request, **kwargs):
    logging.getLogger("portal.test").info("working")
    assert request.user is not None
    return HttpResponse("ok")


def fail(request, **kwargs):
    raise IntegrityError("Key (username)=(nguyenvana) already exists.")


feedback_urls = ([path("y-kien/<slug:code>/", answer, name="receipt")], "feedback")
urlpatterns = [
    path("tin-tuc/<slug:slug>/", answer, name="article"),
    path("hong/", fail, name="broken"),
    path("lay-y-kien/", include(feedback_urls)),
]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


class Lines(logging.Handler):
    def __init__(self):
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.raw = []

    def emit(self, record):
        self.raw.append(self.format(record))

    @property
    def parsed(self):
        return [json.loads(line) for line in self.raw]


@pytest.fixture
def lines():
    handler = Lines()
    loggers = [logging.getLogger(), logging.getLogger("django")]
    for logger in loggers:
        logger.addHandler(handler)
    yield handler
    for logger in loggers:
        logger.removeHandler(handler)


@pytest.fixture
def user():
    return get_user_model().objects.create_user(username="nguyenvana", password="x")


def requests_in(lines):
    return [line for line in lines.parsed if line["logger"] == "portal.requests"]


def test_one_line_for_a_request(client, lines, user):
    client.force_login(user)
    response = client.get("/tin-tuc/dai-hoi/", headers={"X-Request-ID": "proxy-0001"})
    (line,) = requests_in(lines)
    assert line.pop("ms") >= 0
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "info",
        "logger": "portal.requests",
        "message": "request",
        "request": "proxy-0001",
        "method": "GET",
        "route": "tin-tuc/<slug:slug>/",
        "status": 200,
        "user": user.pk,
    }
    assert response["X-Request-ID"] == "proxy-0001"


def test_other_lines_of_the_request_carry_its_id(client, lines):
    response = client.get("/tin-tuc/dai-hoi/")
    (working,) = [line for line in lines.parsed if line["message"] == "working"]
    assert working["request"] == response["X-Request-ID"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_feedback_is_logged_without_whose_it_is(client, lines, user, method):
    client.force_login(user)
    response = getattr(client, method)(
        "/lay-y-kien/y-kien/k7q2m9/",
        {"text": "Đề nghị sửa"},
        headers={"X-Request-ID": "proxy-0001", "X-Forwarded-For": ADDRESS},
        REMOTE_ADDR=ADDRESS,
    )
    (line,) = requests_in(lines)
    assert line["route"] == "lay-y-kien/y-kien/<slug:code>/"
    assert "user" not in line
    assert response["X-Request-ID"] != "proxy-0001"
    everything = "\n".join(lines.raw)
    for trace in (ADDRESS, "k7q2m9", "nguyenvana", "Đề nghị", "proxy-0001", f'"{user.pk}"'):
        assert trace not in everything


def test_an_address_that_leads_nowhere_is_not_repeated(client, lines):
    assert client.get("/lay-y-kien/y-kien/k7q2m9/nham?ma=k7q2m9").status_code == 404
    (line,) = requests_in(lines)
    assert (line["route"], line["status"]) == ("-", 404)
    assert "k7q2m9" not in "\n".join(lines.raw)


def test_a_failure_is_told_by_type_and_place_only(client, lines):
    client.raise_request_exception = False
    assert client.get("/hong/").status_code == 500
    (line,) = [line for line in lines.parsed if line["logger"] == "django.request"]
    assert (line["message"], line["exception"]) == ("unhandled error", "IntegrityError")
    assert line["places"][-1].startswith("tests/portal/test_logs.py:")
    assert "nguyenvana" not in "\n".join(lines.raw)


def test_a_fault_of_the_code_is_told_in_full():
    try:
        _ = object().missing
    except AttributeError as error:
        caught = (type(error), error, error.__traceback__)
    record = logging.LogRecord("portal.x", logging.ERROR, "", 1, "broken", (), caught)
    line = json.loads(JsonFormatter().format(record))
    assert line["exception"] == "AttributeError: 'object' object has no attribute 'missing'"


def test_arguments_of_strangers_are_left_out():
    record = logging.LogRecord(
        "urllib3.pool", logging.WARNING, "", 1, "Sent to %s", ("a@b.vn",), None
    )
    assert json.loads(JsonFormatter().format(record))["message"] == "Sent to %s"


def test_a_task_is_named_without_its_arguments():
    record = logging.LogRecord(
        "celery.app.trace", logging.INFO, "", 1, "Task %(name)s: %(return_value)s", (), None
    )
    record.data = {"name": "notices.sweep", "id": "abc", "args": "('Nguyễn Văn A',)"}
    line = json.loads(JsonFormatter().format(record))
    assert (line["task"], line["task_id"]) == ("notices.sweep", "abc")
    assert line["message"] == "task succeeded"
    assert "Nguyễn" not in json.dumps(line, ensure_ascii=False)


def test_names_and_addresses_of_failed_sign_ins_go_nowhere():
    assert configuration("INFO")["loggers"]["axes"] == {"handlers": ["nowhere"], "propagate": False}


@pytest.mark.parametrize("given", [None, "", "short", "x" * 65, 'abcdefgh"\n', "mười hai chữ"])
def test_a_strange_request_id_is_replaced(given):
    made = sane_request_id(given)
    assert made != given
    assert len(made) == 16


@pytest.mark.parametrize(
    ("proxies", "header", "expected"),
    [
        (0, "198.51.100.7", ADDRESS),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "forged, 198.51.100.7", "198.51.100.7"),
        (2, "forged, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        (2, "10.0.0.2", ADDRESS),
        (1, "", ADDRESS),
    ],
)
def test_only_our_own_proxies_are_believed(settings, proxies, header, expected):
    settings.TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=ADDRESS, headers={"X-Forwarded-For": header})
    ClientAddressMiddleware(lambda request: None)(request)
    assert request.META["REMOTE_ADDR"] == expected


def test_signed_out_after_doing_nothing(client, user, settings, time_machine):
    client.force_login(user)
    time_machine.move_to("2026-03-02 08:00:00+07:00", tick=False)
    assert client.get("/tin-tuc/a/").wsgi_request.user == user
    time_machine.shift(settings.IDLE_LOGOUT_SECONDS - 1)
    assert client.get("/tin-tuc/a/").wsgi_request.user == user
    time_machine.shift(settings.IDLE_LOGOUT_SECONDS + 1)
    assert client.get("/tin-tuc/a/").wsgi_request.user.is_anonymous


def test_reading_does_not_write_the_session_each_time(client, user, time_machine):
    client.force_login(user)
    time_machine.move_to("2026-03-02 08:00:00+07:00", tick=False)
    client.get("/tin-tuc/a/")
    time_machine.shift(60)
    assert "phien" not in client.get("/tin-tuc/a/").cookies
    time_machine.shift(300)
    assert "phien" in client.get("/tin-tuc/a/").cookies


def test_the_session_of_a_stranger_is_not_touched(rf):
    request = rf.get("/")
    assert IdleLogoutMiddleware(lambda request: "passed")(request) == "passed"


def test_health_probes_do_not_fill_the_log(rf, lines, settings):
    settings.ROOT_URLCONF = "portal.urls"
    RequestLogMiddleware(lambda request: HttpResponse("ok"))(rf.get("/healthz"))
    assert requests_in(lines) == []
    RequestLogMiddleware(lambda request: HttpResponse("ok", status=503))(rf.get("/healthz"))
    assert [line["status"] for line in requests_in(lines)] == [503]
