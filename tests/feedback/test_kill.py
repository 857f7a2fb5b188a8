"""kill -9 of everything while people send: what was accepted is there, and there once."""

import http.client
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

import _servers
import pytest
from celery import Celery

from portal.environment import celery_broker
from tests import migrated

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
SENDERS = 4
#: So many receipts are waited for between one kill and the next.
BETWEEN = 8
CODE = re.compile(r'id="ma-tiep-nhan"[^>]*>\s*([0-9A-Z]{5}(?:-[0-9A-Z]{5}){3})')


class Process:
    """A process group that can be killed and started again."""

    def __init__(self, folder, name, *arguments, environ):
        self.command = [sys.executable, "-m", *arguments]
        self.log, self.environ, self.process = folder / f"{name}.log", environ, None

    def start(self):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_servers.die_with_parent(signal.SIGKILL),
            )

    def kill(self):
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Portal:
    """Web, worker, Valkey and PostgreSQL of this test alone, as in production."""

    def __init__(self):
        # begins with what an earlier run migrated, if there was one; but keeps what it commits
        self.servers = _servers.ThrowawayServers(keep=migrated.name())
        self.servers.postgres.throwaway = self.servers.valkey.throwaway = False
        self.folder = folder = self.servers.folder
        self.servers.start()
        postgres, kept = self.servers.postgres, self.servers.keep
        self.database = kept if kept in postgres.databases() else "portal"
        self.servers.keep = ""  # nobody begins with what this test leaves
        for name in ("mail", "keys", "media"):
            (folder / name).mkdir(mode=0o700)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environ = {
            **os.environ,
            **self.servers.environ(),
            "DATABASE_URL": postgres.url(self.database),
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "EMAIL_URL": f"filemail://{folder}/mail",
            "STORAGE_URL": f"file://{folder}/media",
            "IDENTITY_KEY_DIR": str(folder / "keys"),
            "STATIC_ROOT": str(folder / "static"),
            "PAGE_CACHE": "1",
            "WEB_WORKERS": "2",
        }
        web = ("gunicorn", "-c", "python:portal.gunicorn", "--bind", f"127.0.0.1:{self.port}")
        worker = ("celery", "-A", "portal", "worker", "--queues", "deadlines,mail,exports")
        worker += ("--concurrency", "1", "--without-gossip", "--without-mingle")
        self.web = Process(folder, "web", *web, environ=self.environ)
        self.worker = Process(folder, "worker", *worker, environ=self.environ)

    def run(self, what):
        command = [sys.executable, "-m", "tests.feedback.under_fire", what, str(self.folder)]
        done = subprocess.run(command, cwd=ROOT, env=self.environ, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-2000:]

    def kill(self, what):
        server = getattr(self.servers, what, None)
        if server is None:
            getattr(self, what).kill()
        else:
            os.killpg(server.process.pid, signal.SIGKILL)
            server.process.wait()

    def start(self, what):
        (getattr(self.servers, what, None) or getattr(self, what)).start()

    def stop(self):
        self.web.kill()
        self.worker.kill()
        self.servers.stop()


class Senders:
    """People who send opinions and send the same form again until they have a receipt."""

    def __init__(self, port, facts):
        self.port, self.facts = port, facts
        self.receipts = {}  # submission key: the codes that were given for it
        self.failures, self.tries, self.stopping = [], 0, threading.Event()
        self.threads = [threading.Thread(target=self._send, args=[n]) for n in range(SENDERS)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *exc):
        self.stopping.set()
        for thread in self.threads:
            thread.join(100)

    def wait_for(self, more):
        wanted, end = len(self.receipts) + more, time.monotonic() + 120
        while len(self.receipts) < wanted:
            assert not self.failures, self.failures
            assert time.monotonic() < end, f"only {len(self.receipts)} of {wanted} receipts came"
            time.sleep(0.02)

    def _send(self, number):
        n = number
        while not self.stopping.is_set() and not self.failures:
            key = secrets.token_urlsafe(24)
            cookie = self.facts["cookies"][n % len(self.facts["cookies"])]
            self._until_received(key, cookie, f"Đề nghị số {n} của người gửi {number}.")
            n += SENDERS

    def _until_received(self, key, cookie, text):
        end = time.monotonic() + 90
        given = []
        # every fourth is sent again although its receipt came: a click too many
        while len(given) < (2 if key[0] in "ABCDEFGHIJKLMNOP" else 1):
            try:
                status, page = self._post(key, cookie, text)
            except (OSError, http.client.HTTPException):
                status, page = 0, ""
            self.tries += 1
            code = CODE.search(page)
            if status == 200 and code:
                given.append(code[1])
                self.receipts[key] = given
            elif status in (0, 500, 502, 503) and time.monotonic() < end:
                time.sleep(0.05)
            else:
                self.failures.append((status, page[-3000:]))
                return

    def _post(self, key, cookie, text):
        token = "c" * 32
        fields = {
            "csrfmiddlewaretoken": token, "submission_key": key, "stance": "partly", "text": text,
            "route": "unit", "naming": "unnamed", "consent": "on",
        }  # fmt: skip
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(
                "POST",
                self.facts["address"],
                urlencode(fields),
                {
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Cookie": f"{cookie}; {self.facts['csrf']}={token}",
                },
            )
            answer = connection.getresponse()
            page = answer.read().decode()
            if answer.status != 303:
                return answer.status, page
            receipt = answer.headers["Set-Cookie"].partition(";")[0]
            connection.request(
                "GET", answer.headers["Location"], headers={"Cookie": f"{cookie}; {receipt}"}
            )
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


@pytest.fixture
def portal():
    made = Portal()
    yield made
    made.stop()


def wait_until_folded(portal):
    """The worker, started again, does what it was told."""
    database, end = portal.servers.postgres.connect(portal.database), time.monotonic() + 30
    with database, database.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute("SELECT sum(n) FROM feedback_opiniontotals WHERE dim = 'all'")
            if cursor.fetchone()[0]:
                break
            database.commit()
            time.sleep(0.2)
    database.close()


def test_nothing_accepted_is_lost_and_nothing_is_doubled(portal):
    portal.run("seed")
    facts = json.loads((portal.folder / "facts.json").read_text())
    portal.start("web")
    portal.start("worker")
    broker = Celery(broker=celery_broker(portal.servers.valkey.url()))

    def fold():
        """As beat has it done each minute."""
        broker.send_task("feedback.fold_totals", queue="deadlines")

    with Senders(portal.port, facts) as senders:
        senders.wait_for(BETWEEN)
        fold()
        for what in ("web", "valkey", "worker", "postgres", "web", "postgres"):
            portal.kill(what)
            if what == "valkey":
                senders.wait_for(BETWEEN)  # without it intake goes on
            portal.start(what)
            senders.wait_for(BETWEEN)
            if what != "postgres":
                fold()
    assert senders.failures == []
    codes = [code for given in senders.receipts.values() for code in given]
    assert all(len(set(given)) == 1 for given in senders.receipts.values())
    assert len(codes) > len(senders.receipts)  # some were sent again and got the same receipt
    sent = len(senders.receipts)
    (portal.folder / "codes.json").write_text(json.dumps(codes))
    wait_until_folded(portal)
    portal.run("check")
    found = json.loads((portal.folder / "found.json").read_text())
    assert found["folded_meanwhile"] > 0
    assert found == {
        "lost": [], "opinions": sent, "identities": sent, "before_fold": sent,
        "folded_meanwhile": found["folded_meanwhile"],
        "totals": {"all": sent, "node": sent}, "read": sent, "left": 0,
    }  # fmt: skip
