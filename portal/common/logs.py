"""Log lines as JSON, one object a line, without personal data.

What may stand in a line: time, level, logger, message, the request's id, method, route (the
pattern of the address, never the address itself, which may hold a receipt code), status,
milliseconds, and the number of the user. Never an address of a person's machine, a name, a text.

Our own code logs ids only. Messages of other people's packages may carry anything in their
arguments (an address, a user name, a row), so of them only the template is kept, unless the logger
is one of `TRUSTED`. Of an exception the type and the places in the code are kept, not its text
(PostgreSQL puts the row into it), unless it is of a type that speaks of the code only.
"""

import json
import logging
import re
import secrets
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path

OUR_PACKAGES = ("portal", "campaigns", "documents", "feedback")
TRUSTED = (
    *OUR_PACKAGES,
    *("celery.beat", "celery.apps", "celery.worker.strategy", "celery.worker.consumer"),
)
# Their texts hold addresses and headers as a stranger wrote them.
PUT_PLAINLY = {"django.request": "unhandled error", "django.security": "suspicious request"}
REQUEST_FIELDS = ("method", "route", "status", "ms", "user", "kept")
PLACES_KEPT = 12

SPEAK_OF_CODE = (
    *("AttributeError", "FieldError", "ImportError", "ImproperlyConfigured", "ModuleNotFoundError"),
    *("NameError", "TemplateDoesNotExist", "TemplateSyntaxError"),
)

request_id: ContextVar[str] = ContextVar("request_id", default="")
_SANE_ID = re.compile(r"^[A-Za-z0-9_-]{8,64}$")
_ROOT = Path(__file__).resolve().parent.parent.parent


def new_request_id() -> str:
    return secrets.token_hex(8)


def sane_request_id(given: str | None) -> str:
    """The id given from outside if it is harmless, else a new one."""
    return given if given and _SANE_ID.match(given) else new_request_id()


def _belongs(logger: str, packages) -> bool:
    return any(logger == name or logger.startswith(name + ".") for name in packages)


def _places(tb) -> list[str]:
    places = []
    for frame in traceback.extract_tb(tb):
        path = Path(frame.filename)
        ours = path.is_relative_to(_ROOT)
        shown = path.relative_to(_ROOT) if ours else Path(*path.parts[-3:])
        places.append(f"{shown}:{frame.lineno} {frame.name}")
    return places[-PLACES_KEPT:]


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._message(record),
        }
        known = getattr(record, "request_id", "") or request_id.get()
        if known:
            line["request"] = known
        for field in REQUEST_FIELDS:
            if field in record.__dict__ and _belongs(record.name, OUR_PACKAGES):
                line[field] = record.__dict__[field]
        task = getattr(record, "data", None)
        if record.name == "celery.app.trace" and isinstance(task, dict):
            line |= {"task": task.get("name"), "task_id": task.get("id")}
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
            if line["exception"] in SPEAK_OF_CODE:
                line["exception"] += f": {record.exc_info[1]}"
            line["places"] = _places(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False, default=str)

    @staticmethod
    def _message(record: logging.LogRecord) -> str:
        for logger, words in PUT_PLAINLY.items():
            if _belongs(record.name, (logger,)):
                return words
        if record.name == "celery.app.trace":
            return "task succeeded" if record.levelno <= logging.INFO else "task failed"
        if _belongs(record.name, TRUSTED):
            return record.getMessage()
        return str(record.msg) if isinstance(record.msg, str) else type(record.msg).__name__


def configuration(level: str) -> dict:
    """Django's LOGGING: everything to standard error, as JSON."""
    quiet = {"handlers": ["nowhere"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "portal.common.logs.JsonFormatter"}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "json"},
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # A refused request is in the request log already; a failed one is told with its places.
            "django": {"handlers": ["stderr"], "level": level, "propagate": False},
            "django.request": {"level": "ERROR"},
            "django.server": quiet,
            "django.security": {"level": "ERROR"},
            "axes": quiet,  # writes user names and addresses
        },
    }
