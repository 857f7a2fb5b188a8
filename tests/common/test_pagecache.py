"""Public pages from stored bytes: kept, given, renewed once, and never a reader's own words."""

import gzip
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.contrib import messages
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.urls import path, re_path
from redis import Redis

from portal.common import pagecache
from portal.common.pagecache import middleware, policy, shelf, stored
from portal.common.pagecache.stored import accepts_gzip
from tests.accounts.factories import UserFactory

WORDS = "Đại hội đảng bộ xã Hòa Bình " * 40
made = []
pause = 0.0


def page(request, **kwargs):
    """Counts its makings, and shows all that a reader could send."""
    made.append(request.get_full_path())
    time.sleep(pause)
    shown = [
        WORDS,
        str(len(made)),
        request.build_absolute_uri(),
        str(dict(request.headers)),
        str(request.COOKIES),
        str(request.GET),
        request.META.get("REMOTE_ADDR", ""),
        str(request.user.is_authenticated and request.user.full_name),
    ]
    return HttpResponse("\n".join(shown), headers={"Content-Security-Policy": "default-src x"})


def unmarked(request):
    return page(request)


def status(request, code):
    made.append(code)
    return HttpResponse("không", status=code)


def asks_session(request):
    made.append("session")
    return HttpResponse(str(request.session.get("x")))


def asks_token(request):
    made.append("token")
    return HttpResponse(get_token(request)[:0] + "x")


def own_cookie(request):
    made.append("cookie")
    response = HttpResponse("x")
    response.set_cookie("nho", "1")
    return response


def streams(request):
    made.append("stream")
    return StreamingHttpResponse(iter(["a", "b"]))


def own_control(request):
    made.append("control")
    return HttpResponse("x", headers={"Cache-Control": "private"})


def varies(request):
    made.append("varies")
    return HttpResponse("x", headers={"Vary": "Accept-Language"})


def large(request):
    made.append("large")
    return HttpResponse("x" * (stored.LARGEST + 1))


def says(request):
    messages.info(request, "Đã gửi.")
    return HttpResponse("x")


kept = pagecache.public_page(trang=pagecache.page_number, ngay=pagecache.day)
NOT_KEPT = {
    "phien": asks_session,
    "ma": asks_token,
    "banh": own_cookie,
    "dong": streams,
    "rieng": own_control,
    "khac": varies,
    "lon": large,
}
urlpatterns = [
    path("trang/", kept(page)),
    re_path(r"^trang/(?P<slug>[-\w]+)/$", kept(page)),
    path("chua-chon/", unmarked),
    path("ket-qua/<int:code>/", kept(status)),
    path("noi/", says),
    *(path(f"{name}/", kept(view)) for name, view in NOT_KEPT.items()),
]

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.urls(__name__),
    pytest.mark.usefixtures("kept_pages"),
]


@pytest.fixture(autouse=True)
def _count(monkeypatch):
    made.clear()
    monkeypatch.setitem(globals(), "pause", 0.0)


def redis():
    return Redis.from_url(django_settings.REDIS_URL)


@contextmanager
def commits():
    """What the body tells of is committed, inside the test's own transaction."""
    from django.test import TestCase

    with TestCase.captureOnCommitCallbacks(execute=True):
        yield


def get(address="/trang/", client=None, **headers):
    return (client or Client()).get(address, headers=headers)


def kept_in_redis():
    with redis() as server:
        return sorted(name.decode() for name in server.scan_iter("page:*"))


def other_process():
    pagecache.forget()


# --- kept and given -----------------------------------------------------------------------------


def test_a_page_is_made_once_and_given_again():
    first, second = get(), get()
    assert first.content == second.content
    assert len(made) == 1
    assert second["Content-Security-Policy"] == first["Content-Security-Policy"] == "default-src x"
    assert second["Content-Type"] == "text/html; charset=utf-8"
    assert second["X-Frame-Options"] == "DENY"
    assert second["X-Content-Type-Options"] == "nosniff"


def test_another_process_gives_it_from_redis():
    first = get()
    other_process()
    assert get().content == first.content
    assert len(made) == 1
    assert kept_in_redis() == ["page:testserver/trang/?"]


def test_no_query_for_a_kept_page(django_assert_num_queries):
    get()
    with django_assert_num_queries(0):
        get()


def test_a_view_that_did_not_opt_in_is_never_kept():
    get("/chua-chon/")
    get("/chua-chon/")
    assert len(made) == 2
    assert kept_in_redis() == []


def test_switched_off_it_keeps_nothing(settings):
    settings.PAGE_CACHE = False
    get()
    get()
    assert len(made) == 2
    assert kept_in_redis() == []


@pytest.mark.parametrize("code", [301, 404, 410, 500])
def test_only_pages_that_are_there_are_kept(code):
    address = f"/ket-qua/{code}/"
    assert [get(address).status_code, get(address).status_code] == [code, code]
    assert made == [code, code]
    assert kept_in_redis() == []


@pytest.mark.parametrize("name", NOT_KEPT)
def test_what_belongs_to_one_reader_is_never_kept(name):
    get(f"/{name}/")
    get(f"/{name}/")
    assert len(made) == 2
    assert kept_in_redis() == []


# --- headers of the answer ----------------------------------------------------------------------


def test_gzip_and_plain_are_the_same_page():
    plain = get()
    small = get(accept_encoding="br, gzip;q=0.5")
    assert small["Content-Encoding"] == "gzip"
    assert int(small["Content-Length"]) == len(small.content) < len(plain.content) / 5
    assert gzip.decompress(small.content) == plain.content
    assert not plain.has_header("Content-Encoding")
    assert int(plain["Content-Length"]) == len(plain.content)
    assert plain["Vary"] == small["Vary"] == "Accept-Encoding, Cookie"
    assert plain["ETag"] != small["ETag"]
    assert len(made) == 1


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", False),
        ("gzip", True),
        ("GZIP, deflate", True),
        ("x-gzip", True),
        ("gzip;q=0", False),
        ("gzip; q=0.0, *", False),
        ("*", True),
        ("*;q=0", False),
        ("identity", False),
        ("identity;q=1, gzip;q=0.5", False),
        ("gzip;q=1.0, identity; q=0.5, *;q=0", True),
        ("br", False),
        ("gzip;q=nonsense", False),
        ("notgzip", False),
    ],
)
def test_accept_encoding(header, wanted):
    assert accepts_gzip(header) is wanted


def test_who_has_the_page_is_told_so():
    page_ = get(accept_encoding="gzip")
    for asked in (page_["ETag"], f"W/{page_['ETag']}", f'"x", {page_["ETag"]}', "*"):
        again = get(accept_encoding="gzip", if_none_match=asked)
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == page_["ETag"]
        assert "s-maxage" in again["Cache-Control"]
    assert get(accept_encoding="gzip", if_none_match='"other"').status_code == 200
    # The plain bytes are others than the compressed ones.
    assert get(if_none_match=page_["ETag"]).status_code == 200
    assert len(made) == 1


@pytest.mark.parametrize("first", ["get", "head"])
def test_head_is_the_page_without_its_body(first):
    getattr(Client(), first)("/trang/")
    head, whole = Client().head("/trang/"), get()
    assert head.content == b""
    assert head["Content-Length"] == whole["Content-Length"] == str(len(whole.content))
    assert head["ETag"] == whole["ETag"]
    assert len(made) == 1
    assert WORDS in whole.content.decode()


def test_head_of_what_is_not_kept_has_no_body():
    answer = Client().head("/ket-qua/404/")
    assert (answer.status_code, answer.content) == (404, b"")


def test_each_answer_has_an_id_of_its_own():
    ids = [get()["X-Request-ID"] for _ in range(3)]
    assert len(set(ids)) == 3
    assert get(x_request_id="proxy-000001")["X-Request-ID"] == "proxy-000001"


def test_no_cookie_is_set():
    for _ in range(2):
        assert not get().cookies


def test_a_kept_page_stands_in_the_log(caplog):
    caplog.set_level("INFO", "portal.requests")
    get()
    get()
    first, second = (r for r in caplog.records if r.name == "portal.requests")
    assert (first.route, first.status) == (second.route, second.status) == ("trang/", 200)
    assert second.kept is True
    assert second.request_id


# --- never older than five seconds --------------------------------------------------------------


def test_a_page_is_made_anew_after_two_seconds(pages_age):
    get()
    pages_age(1.9)
    get()
    other_process()
    get()
    assert len(made) == 1
    pages_age(0.2)
    get()
    assert len(made) == 2


def test_age_counts_from_the_beginning_of_the_making(pages_age):
    kept_page = stored.Stored(b"", 0, "", (), "", False, "", time.monotonic() - 1.5)
    again = stored.Stored.unpack(kept_page.pack(), 0.25)
    assert 1.75 <= again.age() < 2


@pytest.mark.parametrize(
    ("age", "seconds"), [(0, 4), (0.5, 3), (1.0, 3), (1.9, 2), (2.9, 1), (3.5, 0), (9, 0)]
)
def test_a_proxy_keeps_it_for_what_is_left(age, seconds):
    kept_page = stored.Stored(b"", 0, "", (), "", False, "", time.monotonic() - age + 0.001)
    assert kept_page.for_proxies() == seconds
    # A proxy counts whole seconds: it may hold it for nearly one more.
    assert seconds == 0 or age + seconds + 1 <= stored.SEEN_WITHIN


def test_the_oldest_page_that_is_given_leaves_a_proxy_time():
    assert stored.FRESH < stored.STALE <= stored.SEEN_WITHIN - 1
    assert shelf.KEEP_MS > stored.STALE * 1000


# --- told of a change ---------------------------------------------------------------------------


def test_a_change_is_seen_at_once_from_its_commit_on():
    get()
    with commits():
        pagecache.changed()
        get()
        assert len(made) == 1
    get()
    assert len(made) == 2


def test_another_process_sees_it_within_a_quarter_second(pages_age):
    here = Client()
    get(client=here)
    with redis() as server:  # what `changed` does in another process
        server.incr("page-generation:testserver")
    pages_age(shelf.ASK_EVERY)
    get(client=here)
    assert len(made) == 2


def test_a_change_during_the_making_makes_it_anew(monkeypatch):
    real = policy.plain_request

    def changed_meanwhile(request, page_):
        real(request, page_)
        if not made:
            shelf.shelf.count_up()

    monkeypatch.setattr(middleware, "plain_request", changed_meanwhile)
    get()
    get()
    assert len(made) == 2


def test_a_change_rolled_back_is_none(pages_age):
    get()
    with commits(), pytest.raises(ZeroDivisionError), transaction.atomic():
        pagecache.changed()
        raise ZeroDivisionError
    pages_age(1)
    get()
    assert len(made) == 1


def test_many_changes_of_one_transaction_count_once():
    with redis() as server, commits():
        for _ in range(50):
            pagecache.changed()
    with redis() as server:
        assert server.get("page-generation:testserver") == b"1"


def test_every_act_in_the_audit_log_is_a_change():
    from portal.common import audit

    get()
    user = UserFactory()
    with commits():
        audit.record(actor=user, verb="x", obj=user)
    get()
    assert len(made) == 2


# --- who is given a page of their own -----------------------------------------------------------


def test_whoever_is_signed_in_neither_gets_nor_leaves_a_kept_page(client):
    client.force_login(UserFactory(full_name="Mai Phương"))
    mine = get(client=client)
    assert "Mai Phương" in mine.content.decode()
    assert kept_in_redis() == []
    theirs = get()
    assert len(made) == 2
    assert get(client=client).content != theirs.content
    assert len(made) == 3


@pytest.mark.parametrize(
    "cookie", ["phien=x", "a=b; phien=", "messages=W10", "csrf=1; phien=abc; other=2"]
)
def test_a_cookie_of_a_session_or_message_leads_past(cookie):
    get()
    assert len(made) == 1
    response = get(cookie=cookie)
    assert len(made) == 2
    assert not response.has_header("ETag")


def test_the_name_of_the_session_cookie_is_the_configured_one(settings):
    settings.SESSION_COOKIE_NAME = "__Host-phien-thu"
    get()
    get(cookie="__Host-phien-thu=x")
    assert len(made) == 2
    get(cookie="phien=x")  # somebody else's cookie
    assert len(made) == 2


def test_other_cookies_are_no_reason(client):
    get()
    get(cookie="csrf=0123456789abcdef0123456789abcdef; mau=toi")
    assert len(made) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Basic eDp5"},
        {"range": "bytes=0-10"},
        {"hx_request": "true"},
    ],
)
def test_requests_of_another_kind_lead_past(headers):
    get()
    get(**headers)
    assert len(made) == 2
    assert len(kept_in_redis()) == 1


@pytest.mark.parametrize("method", ["post", "put", "delete", "options", "patch"])
def test_other_methods_lead_past(method):
    getattr(Client(), method)("/trang/")
    getattr(Client(), method)("/trang/")
    assert len(made) == 2
    assert kept_in_redis() == []


def test_a_prefix_sent_by_a_stranger_leads_past():
    Client(SCRIPT_NAME="/xau").get("/xau/trang/")
    assert kept_in_redis() == []


def test_plain_http_is_still_redirected(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    client = Client()
    assert get(client=client, x_forwarded_proto="https").status_code == 200
    assert get(client=client).status_code == 301
    assert get(client=client, x_forwarded_proto="http").status_code == 301
    assert get(client=client, x_forwarded_proto="https").status_code == 200
    assert len(made) == 1


# --- keys under attack --------------------------------------------------------------------------

POISON = {
    "x_forwarded_host": "xau.example",
    "x_forwarded_for": "203.0.113.66",
    "x_forwarded_port": "6666",
    "x_forwarded_proto": "xau",
    "x_forwarded_prefix": "/xau",
    "x_original_url": "/xau",
    "x_rewrite_url": "/xau",
    "x_host": "xau.example",
    "forwarded": "host=xau.example",
    "referer": "https://xau.example/",
    "user_agent": "<script>xau</script>",
    "accept_language": "xau",
    "accept": "application/xau",
    "origin": "https://xau.example",
    "cookie": "mau=xau; csrf=xauxauxauxauxauxauxauxauxauxauxa",
    "x_request_id": "xau-xau-xau-xau",
    "x_http_method_override": "XAU",
}


def test_nothing_of_a_reader_gets_into_kept_bytes():
    Client(REMOTE_ADDR="203.0.113.66", RAW_URI="/xau", REQUEST_URI="/xau").get(
        "/trang/?fbclid=xau&utm_source=xau", headers=POISON
    )
    answer = get()
    assert len(made) == 1
    everything = answer.content.decode() + str(answer.headers)
    assert WORDS in everything
    assert "xau" not in everything.lower()
    assert "203.0.113.66" not in everything
    assert "http://testserver/trang/\n" in everything
    assert "\nFalse" in everything


@pytest.mark.parametrize("host", ["testserver:81", "TESTSERVER", "localhost:8123", "127.0.0.1"])
def test_every_host_of_ours_is_given_the_one_page_of_the_configured_host(host):
    assert "http://testserver/trang/\n" in get(host=host).content.decode()
    assert kept_in_redis() == ["page:testserver/trang/?"]
    get()
    assert len(made) == 1


@pytest.mark.parametrize(
    "host",
    ["xau.example", "testserver.xau.example", "xau.example:testserver", "testserver@xau", "a b"],
)
def test_an_unknown_host_is_refused_and_leaves_nothing(host):
    get()
    assert get(host=host).status_code == 400
    assert kept_in_redis() == ["page:testserver/trang/?"]
    assert len(made) == 1


@pytest.mark.parametrize(
    "query",
    [
        "khong-luu=1",
        "la=1",
        "trang=1&la=1",
        "trang=",
        "trang=0",
        "trang=51",
        "trang=01",
        "trang=-1",
        "trang=%31",
        "tran%67=1",
        "trang=1&trang=2",
        "trang=1&trang=1",
        "trang=1;ngay=2026-01-01",
        "TRANG=1",
        "trang=٣",
        "trang=1%0d%0aX: y",
        "trang=1&",
        "&&",
        "=",
        "ngay=2026-13-01",
        "ngay=20260101",
        "ngay=2026-W01-1",
        "ngay=%00",
        "utm_=1",
        "fbclid",
        "x" * 2000,
        "fbclid=" + "x" * 2000,
    ],
)
def test_any_other_query_goes_to_the_view_and_is_not_kept(query):
    before = query == "fbclid"
    get(f"/trang/?{query}")
    get(f"/trang/?{query}")
    assert len(made) == (1 if before else 2)
    assert kept_in_redis() == (["page:testserver/trang/?"] if before else [])


def test_parameters_of_the_list_make_pages_of_their_own_in_one_spelling():
    get("/trang/?trang=2&ngay=2026-09-18")
    get("/trang/?ngay=2026-09-18&trang=2")
    get("/trang/?ngay=2026-09-18&fbclid=IwAR0%20x&trang=2")
    assert made == ["/trang/?ngay=2026-09-18&trang=2"]
    get("/trang/?trang=2")
    get("/trang/")
    assert kept_in_redis() == [
        "page:testserver/trang/?",
        "page:testserver/trang/?ngay=2026-09-18&trang=2",
        "page:testserver/trang/?trang=2",
    ]


def test_a_question_mark_in_the_path_is_no_query():
    get("/trang/?trang=2")
    assert get("/trang/%3Ftrang=2").status_code == 404
    assert len(made) == 1


@pytest.mark.parametrize(
    "address",
    ["/trang/%C4%91%E1%BA%A1i-h%E1%BB%99i/", f"/trang/{'a' * 400}/", "/trang/đại-hội/"],
)
def test_odd_paths_are_answered_and_not_kept(address):
    assert get(address).status_code == 200
    assert kept_in_redis() == []


def test_another_spelling_of_a_path_is_the_same_page():
    get("/trang/tin/")
    get("/%74rang/t%69n/")
    assert made == ["/trang/tin/"]
    assert get("/TRANG/tin/").status_code == 404
    assert get("/trang//tin/").status_code == 404


def test_bytes_in_redis_are_bounded(settings):
    settings.PAGE_CACHE_MB = 0
    get()
    other_process()
    get()
    assert len(made) == 2
    assert kept_in_redis() == []


def test_the_copy_of_a_process_is_bounded(monkeypatch):
    monkeypatch.setattr(shelf, "OWN_PAGES", 3)
    own = shelf.Shelf()
    for number in range(5):
        own.put_own(number, stored.Stored(b"x", 1, "", (), "", False, "", 0.0))
    assert [number for number in range(5) if own.own(number)] == [2, 3, 4]
    monkeypatch.setattr(shelf, "OWN_BYTES", 10)
    own.put_own(9, stored.Stored(b"x" * 9, 9, "", (), "", False, "", 0.0))
    assert own.own(9)
    assert not own.own(3)


# --- one making for all -------------------------------------------------------------------------


def ask_plainly(url, address="/trang/"):
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname, parts.port, timeout=60)
    for attempt in range(50):
        try:
            connection.request("GET", address, headers={"Accept-Encoding": "gzip"})
            break
        except ConnectionError:  # the server's queue of connections is short
            connection.close()
            time.sleep(0.02 * (attempt + 1))
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


@pytest.mark.parametrize("before", ["nothing", "expired", "changed"])
def test_two_hundred_readers_cause_one_making(live_server, monkeypatch, pages_age, before):
    monkeypatch.setitem(globals(), "pause", 0.5)
    if before != "nothing":
        ask_plainly(live_server.url)
    if before == "expired":
        pages_age(60)
    if before == "changed":
        pagecache.changed()
    made.clear()
    # A busy machine: the last reader may come when the page is old again, or lose patience.
    stands = stored.monotonic()
    monkeypatch.setattr(stored, "monotonic", lambda: stands)
    monkeypatch.setattr(middleware, "WAIT", 60.0)
    with ThreadPoolExecutor(200) as readers:
        answers = list(readers.map(lambda _: ask_plainly(live_server.url), range(200)))
    assert len(made) == 1
    assert {status_ for status_, _ in answers} == {200}
    assert len({body for _, body in answers}) == 1


class Process:
    """A web process of its own: another copy, other flights, the same Redis."""

    def __init__(self):
        from django.core.handlers.base import BaseHandler

        handler = BaseHandler()
        names = [n for n in django_settings.MIDDLEWARE if "pagecache" not in n]
        from django.test import override_settings

        with override_settings(MIDDLEWARE=names):
            handler.load_middleware()
        self.shelf = shelf.Shelf()
        self.answers = middleware.PageCacheMiddleware(handler._middleware_chain, shelf=self.shelf)

    def get(self, address="/trang/"):
        return self.answers(RequestFactory().get(address))


def test_processes_make_it_once_among_them(monkeypatch):
    monkeypatch.setitem(globals(), "pause", 0.3)
    processes = [Process() for _ in range(6)]
    start = threading.Barrier(24)

    def ask(number):
        start.wait()
        return processes[number % 6].get().content

    with ThreadPoolExecutor(24) as readers:
        bodies = list(readers.map(ask, range(24)))
    assert len(made) == 1
    assert len(set(bodies)) == 1


def test_while_it_is_made_others_get_the_old_one_if_young(monkeypatch, pages_age):
    one, other, third = Process(), Process(), Process()
    old = one.get().content
    pages_age(2.2)
    with redis() as server:
        server.set("making:page:testserver/trang/?", "somebody", px=9000)
    assert other.get().content == old
    assert len(made) == 1
    pages_age(2.0)  # too old now: wait, and make it when nobody comes with it
    monkeypatch.setattr(middleware, "WAIT", 0.1)
    assert third.get().content != old
    assert len(made) == 2


def test_an_old_one_is_not_given_after_a_change(monkeypatch, pages_age):
    one, other = Process(), Process()
    old = one.get().content
    pages_age(2.2)
    one.shelf.count_up()
    with redis() as server:
        server.set("making:page:testserver/trang/?", "somebody", px=9000)
    monkeypatch.setattr(middleware, "WAIT", 0.1)
    assert other.get().content != old


def test_a_maker_that_died_holds_nobody_up(monkeypatch):
    with redis() as server:
        server.set("making:page:testserver/trang/?", "dead", px=120)
    assert Process().get().status_code == 200
    assert Process().get().status_code == 200
    assert len(made) == 1


def test_a_maker_that_fails_gives_the_lock_back():
    client = Client(raise_request_exception=False)
    assert client.get("/ket-qua/500/").status_code == 500
    with redis() as server:
        assert list(server.scan_iter("making:*")) == []


def test_a_lock_of_somebody_else_is_left_alone():
    own = shelf.Shelf()
    assert own.take("x")
    assert own.take("x") == ""
    own.release("x", "another")
    assert own.taken("x")


# --- without Redis ------------------------------------------------------------------------------


@pytest.fixture
def no_redis(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"


def test_without_redis_pages_are_made_all_the_same(pages_age, no_redis):
    process = Process()
    assert process.get().status_code == 200
    assert process.get().status_code == 200
    assert len(made) == 1  # the copy of the process
    pages_age(2.1)
    assert process.get().status_code == 200
    assert len(made) == 2


def test_a_change_without_redis_is_no_error(no_redis):
    process = Process()
    process.get()
    process.shelf.count_up()
    process.get()
    assert len(made) == 2


def test_redis_that_is_away_is_not_asked_each_time():
    asked = []

    class Dead:
        def __getattr__(self, name):
            asked.append(name)
            raise ConnectionError

    own = shelf.Shelf()
    own._client = Dead()
    for _ in range(5):
        with pytest.raises(shelf.Away):
            own.take("x")
    assert asked == ["set"]


def test_a_redis_that_lost_everything_costs_a_making():
    get()
    cache.clear()
    other_process()
    assert get().status_code == 200
    assert len(made) == 2
