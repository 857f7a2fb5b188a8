import pytest
from django.db import OperationalError
from redis.exceptions import ConnectionError as RedisConnectionError

from portal.views import health as views

pytestmark = pytest.mark.django_db


def test_healthy(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"database": "ok", "redis": "ok"}
    assert "no-store" in response["Cache-Control"]
    assert response.cookies == {}
    assert "Cookie" not in response.get("Vary", "")


def test_database_down(client, monkeypatch):
    def refuse(*args):
        raise OperationalError("connection refused")

    monkeypatch.setattr(views.connection, "cursor", refuse)
    monkeypatch.setattr(views.connection, "close", lambda: None)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"database": "down", "redis": "ok"}


def test_redis_down(client, monkeypatch):
    def refuse(*args):
        raise RedisConnectionError("connection refused")

    monkeypatch.setattr(views.cache, "get", refuse)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"database": "ok", "redis": "down"}


def test_only_reading(client):
    assert client.post("/healthz").status_code == 405
