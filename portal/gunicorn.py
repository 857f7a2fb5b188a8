"""Gunicorn's settings, the same in the demo and in the image: `gunicorn -c python:portal.gunicorn`.

The address to listen on comes from the command line.
"""

import contextlib
import gc
import os

from gunicorn.glogging import Logger

from portal.common.logs import JsonFormatter


class JsonLogger(Logger):
    """Gunicorn's messages in the shape of the others; the access log is the portal's own."""

    def setup(self, cfg):
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonFormatter())


def when_ready(server):
    """Read addresses and templates once, before the workers are forked: they share the memory,
    and no reader is the first to wait for it."""
    from django.conf import settings
    from django.template import TemplateDoesNotExist, TemplateSyntaxError
    from django.template.loader import get_template
    from django.urls import get_resolver

    _ = get_resolver().reverse_dict
    folder = settings.BASE_DIR / "templates"
    for path in folder.rglob("*.html"):
        # A broken template is the matter of the page that uses it, not of the start.
        with contextlib.suppress(TemplateDoesNotExist, TemplateSyntaxError):
            get_template(str(path.relative_to(folder)))
    gc.freeze()


wsgi_app = "portal.wsgi:application"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
preload_app = True
timeout = 60
graceful_timeout = 8
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
# The heartbeat must not wait for a disk.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
control_socket_disable = True
accesslog = None
errorlog = "-"
logger_class = JsonLogger
