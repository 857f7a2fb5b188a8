"""Strict reading of the environment: a missing or malformed value stops the start.

Every function takes the name of a variable and returns a checked value, or raises
`ImproperlyConfigured` with one sentence that begins with that name and never repeats a secret.
"""

import base64
import binascii
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

REQUIRED: Any = object()  # a default that stands for: there is none
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}
_HOST = re.compile(r"^(\*|\.?[a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:]+\])$", re.IGNORECASE)
_ORIGIN = re.compile(r"^https?://[^/\s?#@]+$")
SECRET_KEY_LENGTH = 50  # what `check --deploy` asks for
POSTGRES_SCHEMES = ("postgresql", "postgres")
REDIS_SCHEMES = ("redis", "rediss", "unix")
EMAIL_BACKENDS = {
    "smtp": "django.core.mail.backends.smtp.EmailBackend",
    "smtp+tls": "django.core.mail.backends.smtp.EmailBackend",
    "smtp+ssl": "django.core.mail.backends.smtp.EmailBackend",
    "filemail": "django.core.mail.backends.filebased.EmailBackend",
    "consolemail": "django.core.mail.backends.console.EmailBackend",
    "memorymail": "django.core.mail.backends.locmem.EmailBackend",
}
S3_BACKEND = "storages.backends.s3.S3Storage"


def wrong(name: str, sentence: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name}: {sentence}")


def text(name: str, default: Any = REQUIRED) -> Any:
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is REQUIRED:
        raise wrong(name, "chưa đặt giá trị trong môi trường (xem docs/OPERATIONS.md).")
    return default


def https_address(name: str, default: Any = REQUIRED) -> str:
    """An address people are led to: https only, so that no script can hide in it."""
    value = text(name, default)
    if value and not re.fullmatch(r"https://[^\s\"'<>]+", value):
        raise wrong(name, "phải là một địa chỉ bắt đầu bằng https://.")
    return value


def flag(name: str, default: bool) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.strip().lower() in _TRUE:
        return True
    if value.strip().lower() in _FALSE:
        return False
    raise wrong(name, f"phải là 1 hoặc 0, không phải “{value}”.")


def number(name: str, default: int, *, least: int = 0) -> int:
    value = text(name, None)
    if value is None:
        return default
    if not value.isdecimal() or int(value) < least:
        raise wrong(name, f"phải là số nguyên từ {least} trở lên, không phải “{value}”.")
    return int(value)


def words(name: str, default: Any = REQUIRED) -> list[str]:
    """A comma-separated list."""
    value = text(name, default)
    if not isinstance(value, str):
        return list(value)
    return [word.strip() for word in value.split(",") if word.strip()]


def hosts(name: str, default: Any = REQUIRED, *, any_host: bool) -> list[str]:
    found = words(name, default)
    for host in found:
        if not _HOST.match(host):
            raise wrong(name, f"“{host}” không phải tên máy chủ (không ghi http:// hay cổng).")
        if host == "*" and not any_host:
            raise wrong(name, "không được dùng “*” khi chạy thật; hãy ghi rõ tên máy chủ.")
    if not found:
        raise wrong(name, "phải có ít nhất một tên máy chủ.")
    return found


def origins(name: str) -> list[str]:
    found = words(name, ())
    for value in found:
        if not _ORIGIN.match(value):
            raise wrong(name, f"“{value}” phải có dạng https://ten-may-chu.")
    return found


def origin(name: str, default: Any = REQUIRED) -> str:
    """Scheme and host of the portal itself, without a slash at the end."""
    value = text(name, default).rstrip("/")
    if not _ORIGIN.match(value):
        raise wrong(name, f"“{value}” phải có dạng https://ten-may-chu.")
    return value


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in allowed:
        raise wrong(name, f"“{value}” phải là một trong: {', '.join(allowed)}.")
    return value


def choices(name: str, allowed: tuple[str, ...]) -> list[str]:
    """Some of `allowed`, parted by commas; all when the variable is not set, none for "-"."""
    given = words(name, ",".join(allowed))
    if given == ["-"]:
        return []
    if not set(given) <= set(allowed):
        raise wrong(name, f"chỉ gồm {', '.join(allowed)}, ngăn bằng dấu phẩy; hoặc - nếu không có.")
    return given


def secret(name: str, *, least: int) -> str:
    value = text(name)
    if len(value) < least or len(set(value)) < 5:
        raise wrong(name, f"quá ngắn hoặc quá đơn giản; cần ít nhất {least} ký tự ngẫu nhiên.")
    return value


def key32(name: str, default: Any = REQUIRED) -> str:
    """Base64 of exactly 32 bytes, returned as it stands."""
    value = text(name, default)
    try:
        raw = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 32:
        raise wrong(name, "phải là chuỗi base64 của đúng 32 byte (openssl rand -base64 32).")
    return value


def folder(name: str, default: Any = REQUIRED) -> Path:
    path = Path(text(name, default))
    if not path.is_absolute():
        raise wrong(name, f"phải là đường dẫn tuyệt đối, không phải “{path}”.")
    return path


def _split(name: str, schemes, example: str, default: Any = REQUIRED) -> SplitResult:
    value = text(name, default)
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise wrong(name, f"không đọc được địa chỉ; cần dạng {example}.") from None
    if parts.scheme not in schemes:
        raise wrong(name, f"không hiểu “{parts.scheme}://”; cần dạng {example}.")
    return parts


def _host(parts: SplitResult) -> str:
    """The host with its case kept: `%2Frun%2Fpg` names a socket folder."""
    netloc = parts.netloc.rpartition("@")[2]
    if netloc.startswith("["):
        return netloc[1:].partition("]")[0]
    return unquote(netloc.partition(":")[0])


def _query(parts: SplitResult) -> dict[str, str]:
    return {key: values[-1] for key, values in parse_qs(parts.query).items()}


def database(name: str) -> dict[str, Any]:
    """Django's dictionary for a PostgreSQL address; `host` may be a socket folder (%2F…)."""
    example = "postgresql://nguoi-dung:mat-khau@may-chu:5432/ten-csdl"
    parts = _split(name, POSTGRES_SCHEMES, example)
    query = _query(parts)
    host = _host(parts) or query.pop("host", "")
    database_name = unquote(parts.path.lstrip("/"))
    if not host or not database_name:
        raise wrong(name, f"thiếu máy chủ hoặc tên cơ sở dữ liệu; cần dạng {example}.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database_name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": query,
    }


def redis(name: str) -> str:
    """An address that redis-py understands, returned as it stands."""
    example = "redis://:mat-khau@may-chu:6379/0 hoặc unix:///duong/dan.sock?db=0"
    parts = _split(name, REDIS_SCHEMES, example)
    if parts.scheme == "unix":
        number_text = _query(parts).get("db", "0")
        complete = parts.path.startswith("/") and len(parts.path) > 1
    else:
        number_text = parts.path.strip("/") or "0"
        complete = bool(parts.hostname)
    if not complete or not number_text.isdecimal():
        raise wrong(name, f"thiếu máy chủ hoặc sai số cơ sở dữ liệu; cần dạng {example}.")
    return text(name)


def celery_broker(redis_url: str) -> str:
    """Celery's spelling of the same Redis (kombu names sockets and databases differently)."""
    parts = urlsplit(redis_url)
    if parts.scheme == "unix":
        return f"redis+socket://{parts.path}?virtual_host={_query(parts).get('db', '0')}"
    return redis_url


def email(name: str, default: Any = REQUIRED) -> dict[str, Any]:
    """Django's EMAIL_* settings of an address such as smtp+tls://user:password@host:587."""
    example = "smtp+tls://nguoi-dung:mat-khau@may-chu:587"
    parts = _split(name, EMAIL_BACKENDS, example, default)
    found: dict[str, Any] = {"EMAIL_BACKEND": EMAIL_BACKENDS[parts.scheme]}
    if parts.scheme.startswith("smtp"):
        if not parts.hostname:
            raise wrong(name, f"thiếu máy chủ thư; cần dạng {example}.")
        ports = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
        found |= {
            "EMAIL_HOST": _host(parts),
            "EMAIL_PORT": parts.port or ports[parts.scheme],
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
            "EMAIL_USE_SSL": parts.scheme == "smtp+ssl",
            "EMAIL_TIMEOUT": 20,
        }
    elif parts.scheme == "filemail":
        path = unquote(parts.path)
        if not path.startswith("/") or len(path) < 2:
            raise wrong(name, "cần đường dẫn tuyệt đối, ví dụ filemail:///var/mail/portal.")
        found["EMAIL_FILE_PATH"] = path
    return found


def storage(name: str, default: Any = REQUIRED) -> tuple[dict[str, Any], Path | None]:
    """Where uploaded files go: (entry for STORAGES, MEDIA_ROOT or None).

    `file:///srv/portal/media`, or `s3://KEY:SECRET@host[:port]/bucket?region=…&insecure=1`
    for any S3-compatible service (needs django-storages[s3] in the image).
    """
    example = "file:///duong/dan hoặc s3://KHOA:BI-MAT@may-chu/thung-chua"
    parts = _split(name, ("file", "s3"), example, default)
    if parts.scheme == "file":
        path = Path(unquote(parts.path))
        if parts.netloc or not path.is_absolute() or path == Path("/"):
            raise wrong(name, f"cần đường dẫn tuyệt đối; cần dạng {example}.")
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}, path
    bucket = parts.path.strip("/")
    if not parts.hostname or not bucket or not parts.username or not parts.password:
        raise wrong(name, f"thiếu khóa, máy chủ hoặc thùng chứa; cần dạng {example}.")
    try:
        import storages.backends.s3  # noqa: F401
    except ImportError:
        raise wrong(name, "dùng s3:// cần cài thêm gói django-storages[s3].") from None
    query = _query(parts)
    scheme = "http" if query.get("insecure") == "1" else "https"
    port = f":{parts.port}" if parts.port else ""
    options = {
        "access_key": unquote(parts.username),
        "secret_key": unquote(parts.password),
        "bucket_name": bucket,
        "location": "media",
        "endpoint_url": f"{scheme}://{parts.hostname}{port}",
        "region_name": query.get("region"),
        "querystring_auth": query.get("signed", "0") == "1",
        "file_overwrite": False,
        "default_acl": None,
    }
    return {"BACKEND": S3_BACKEND, "OPTIONS": options}, None
