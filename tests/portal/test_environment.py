"""What a wrong environment does: in production it stops the start and names the variable."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import environment as env

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "DATABASE_URL": "postgresql://portal:pw@db:5432/portal",
    "REDIS_URL": "redis://:pw@redis:6379/0",
    "SECRET_KEY": "sVnW2l0mXq8Z1uYt6rPp4oKk9jHh3gFd7sAa5zXcVbNm2QwErTy0UiOpLk",
    "ALLOWED_HOSTS": "cong.example.vn",
    "SITE_URL": "https://cong.example.vn",
    "EMAIL_URL": "smtp+tls://portal:pw@mail.example.vn:587",
    "STORAGE_URL": "file:///srv/portal/media",
    "IDENTITY_KEY_DIR": "/srv/portal/keys",
    "IDENTITY_MASTER_KEY": base64.b64encode(bytes(range(32))).decode(),
}


def start(**changes):
    """Start a management command in production with `changes` (None: left out)."""
    environ = {"PATH": os.environ["PATH"], **GOOD, **changes}
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={name: value for name, value in environ.items() if value is not None},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_complete_environment_starts():
    done = start()
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", sorted(GOOD))
def test_missing_value_stops_the_start_and_is_named(name):
    done = start(**{name: None})
    assert done.returncode == 1
    assert done.stderr == (
        f"Cấu hình sai. {name}: chưa đặt giá trị trong môi trường (xem docs/OPERATIONS.md).\n"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://portal@db/portal"),
        ("DATABASE_URL", "postgresql://portal@db:port/portal"),
        ("DATABASE_URL", "postgresql://portal@db/"),
        ("REDIS_URL", "http://redis:6379"),
        ("REDIS_URL", "redis://redis:6379/first"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 80),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "https://cong.example.vn"),
        ("ALLOWED_HOSTS", " , "),
        ("SITE_URL", "cong.example.vn"),
        ("SITE_TRUST_URL", "javascript:alert(1)"),
        ("SITE_TRUST_URL", "http://tinnhiem.example.vn/"),
        ("EMAIL_URL", "mail.example.vn"),
        ("EMAIL_URL", "smtp+tls://"),
        ("STORAGE_URL", "/srv/portal/media"),
        ("STORAGE_URL", "file://srv/portal"),
        ("STORAGE_URL", "s3://host-without-keys/bucket"),
        ("IDENTITY_KEY_DIR", "keys"),
        ("IDENTITY_MASTER_KEY", "not base64"),
        ("IDENTITY_MASTER_KEY", base64.b64encode(b"too short").decode()),
        ("DEBUG", "maybe"),
        ("INSECURE_HTTP", "perhaps"),
        ("CSRF_TRUSTED_ORIGINS", "cong.example.vn"),
        ("HSTS_SECONDS", "long"),
        ("IDLE_LOGOUT_SECONDS", "5"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_malformed_value_stops_the_start_and_is_named(name, value):
    done = start(**{name: value})
    assert done.returncode == 1
    assert done.stderr.startswith(f"Cấu hình sai. {name}: ")
    assert len(done.stderr.splitlines()) == 1


def test_secrets_are_not_repeated():
    done = start(DATABASE_URL="mysql://portal:hunter2@db/portal", SECRET_KEY="hunter2")
    assert "hunter2" not in done.stderr


def test_database_by_socket_keeps_the_case_of_the_folder(monkeypatch):
    monkeypatch.setenv("DB", "postgresql://me@%2Frun%2FPg-Aa/portal")
    found = env.database("DB")
    assert (found["HOST"], found["USER"], found["PORT"]) == ("/run/Pg-Aa", "me", "")


def test_database_password_is_unquoted(monkeypatch):
    monkeypatch.setenv("DB", "postgres://me:p%40ss@db:6543/portal?sslmode=require")
    found = env.database("DB")
    assert (found["PASSWORD"], found["PORT"]) == ("p@ss", "6543")
    assert found["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize(
    ("url", "broker"),
    [
        ("redis://redis:6379/1", "redis://redis:6379/1"),
        ("unix:///run/v.sock?db=3", "redis+socket:///run/v.sock?virtual_host=3"),
        ("unix:///run/v.sock", "redis+socket:///run/v.sock?virtual_host=0"),
    ],
)
def test_celery_speaks_to_the_same_redis(url, broker):
    assert env.celery_broker(url) == broker


def test_mail_settings(monkeypatch):
    monkeypatch.setenv("MAIL", "smtp+ssl://a%40b:c@mail.example.vn")
    assert env.email("MAIL") == {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "mail.example.vn",
        "EMAIL_PORT": 465,
        "EMAIL_HOST_USER": "a@b",
        "EMAIL_HOST_PASSWORD": "c",
        "EMAIL_USE_TLS": False,
        "EMAIL_USE_SSL": True,
        "EMAIL_TIMEOUT": 20,
    }


def test_s3_without_its_package_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "storages", None)
    monkeypatch.setenv("FILES", "s3://key:secret@s3.example.vn/portal")
    with pytest.raises(ImproperlyConfigured, match=r"^FILES: .*django-storages\[s3\]"):
        env.storage("FILES")


def test_s3_settings(monkeypatch):
    monkeypatch.setitem(sys.modules, "storages", type(sys)("storages"))
    monkeypatch.setitem(sys.modules, "storages.backends", type(sys)("storages.backends"))
    monkeypatch.setitem(sys.modules, "storages.backends.s3", type(sys)("storages.backends.s3"))
    monkeypatch.setenv("FILES", "s3://key:se%2Fcret@s3.example.vn:9000/portal?insecure=1&region=hn")
    entry, root = env.storage("FILES")
    assert root is None
    assert entry == {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "access_key": "key",
            "secret_key": "se/cret",
            "bucket_name": "portal",
            "location": "media",
            "endpoint_url": "http://s3.example.vn:9000",
            "region_name": "hn",
            "querystring_auth": False,
            "file_overwrite": False,
            "default_acl": None,
        },
    }


def test_development_needs_only_servers_and_a_key():
    environ = {
        "PATH": os.environ["PATH"],
        "DEBUG": "1",
        "SECRET_KEY": "any-old-key",
        "DATABASE_URL": GOOD["DATABASE_URL"],
        "REDIS_URL": GOOD["REDIS_URL"],
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0
