"""Gunicorn's settings, the same in the demo and in the image: `gunicorn -c python:portal.gunicorn`.

The address to listen on comes from the command line.
"""

import os

from gunicorn.glogging import Logger

from portal.common.logs import JsonFormatter


class JsonLogger(Logger):
    """Gunicorn's messages in the shape of the others; the access log is the portal's own."""

    def setup(self, cfg):
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonFormatter())


wsgi_app = "portal.wsgi:application"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
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
