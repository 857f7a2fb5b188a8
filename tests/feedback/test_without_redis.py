"""Intake goes on while Redis is stopped, or hangs without an answer."""

import os
import re
import secrets
import signal
import time

import _servers
import pytest
import time_machine
from django.urls import reverse

from feedback.models import Identity, Opinion, TotalsDelta
from tests.feedback.factories import NOW, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def valkey(settings):
    """A Valkey of this test alone, which the portal's cache and page cache use."""
    folder = _servers.throwaway_folder("valkey")
    server = _servers.Valkey(folder / "data", folder / "s", folder / "log", throwaway=True)
    server.start()
    settings.REDIS_URL = server.url()
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": server.url()}}
    yield server
    if server.process.poll() is None:
        os.kill(server.process.pid, signal.SIGCONT)
    server.stop()


def sent(client, world):
    """(receipt code, seconds) of one opinion sent through the form."""
    address = reverse("feedback:say", args=[world.consultation.pk, world.edition.pk])
    fields = {
        "submission_key": secrets.token_urlsafe(24), "stance": "partly", "route": "unit",
        "text": f"Ý kiến {secrets.token_hex(4)}.", "naming": "unnamed", "consent": "on",
    }  # fmt: skip
    began = time.perf_counter()
    answer = client.post(f"{address}?doan={world.block(2).pos}", fields)
    took = time.perf_counter() - began
    assert answer.status_code == 303
    answer = client.get(answer.url)
    return re.search(r'id="ma-tiep-nhan"[^>]*>\s*([0-9A-Z-]{23})', answer.content.decode())[1], took


@pytest.mark.parametrize("how", ["stopped", "hangs"])
def test_opinions_are_received_without_redis(valkey, client, how):
    world = make_world()
    with time_machine.travel(NOW, tick=False):
        client.force_login(world.member)
        first, _took = sent(client, world)
        if how == "stopped":
            valkey.stop()
        else:
            os.kill(valkey.process.pid, signal.SIGSTOP)
        codes = {first}
        for _ in range(3):
            code, took = sent(client, world)
            codes.add(code)
            assert took < 10  # one timeout of a second, not one for each question to Redis
    assert len(codes) == 4
    tables = (Opinion, Identity, TotalsDelta)
    assert [table.objects.count() for table in tables] == [4, 4, 4]


def test_a_redis_that_is_away_is_not_asked_again_at_once(valkey):
    from django.core.cache import cache
    from redis.exceptions import ConnectionError as NotConnected

    cache.set("x", 1)
    os.kill(valkey.process.pid, signal.SIGSTOP)
    waits = []
    for _ in range(5):
        began = time.perf_counter()
        with pytest.raises(Exception, match=r".") as raised:
            cache.get("x")
        waits.append(time.perf_counter() - began)
    assert isinstance(raised.value, NotConnected)
    assert waits[0] > 0.9
    assert max(waits[1:]) < 0.5
