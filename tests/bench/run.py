"""`bin/bench`: how fast the portal is, beside a bare Django view of the same run.

Starts servers of its own, fills them with the data of one scale, runs the portal's gunicorn as in
production and asks it over the loopback. Absolute figures belong to the machine; the ratio
`vs_bare` (sixteen connections; `vs_bare_1`: one) can be compared between machines and days.
"""

import argparse
import gzip
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from tests.bench.client import BadAnswer, drive, get, post
from tests.bench.scales import SCALES

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = (
    "name", "scale", "rps_1", "rps_16", "p95_ms_1", "p95_ms_16", "queries", "bytes", "vs_bare_1",
    "vs_bare", "seconds", "peak_mb", "count",
)  # fmt: skip
CONNECTIONS = 16
#: The page and the bare view are asked by turns, so many; `vs_bare` is the median of their ratios.
TURNS = 4
PORTAL, BARE = "portal.wsgi:application", "tests.bench.bare:make_application()"


def say(words):
    print(words, file=sys.stderr, flush=True)


class Web:
    """One gunicorn with the portal's configuration, on a free port."""

    def __init__(self, name, application, folder):
        import socket

        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = folder / f"{name}.log"
        command = [
            *(sys.executable, "-m", "gunicorn", "-c", "python:portal.gunicorn"),
            *("--bind", f"127.0.0.1:{self.port}", application),
        ]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )

    def wait(self):
        """Raises SystemExit with the end of the log when it does not come up."""
        import socket

        for _ in range(300):
            if self.process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit(f"Web không chạy được: {self.log.read_text()[-500:]}")

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)


class Bench:
    """The measuring of one scale over data that is there."""

    def __init__(self, scale, facts, portal, bare):
        self.scale, self.facts, self.portal, self.bare = scale, facts, portal, bare
        self.rows = []
        self._cookies = {}

    # Requests

    def cookie(self, user_id):
        """The header with the session of this person, as signing in would leave it."""
        from django.conf import settings
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

        from portal.accounts.models import User
        from portal.common.sessions import SessionStore

        if user_id not in self._cookies:
            user = User.objects.get(pk=user_id)
            session = SessionStore()
            session[SESSION_KEY] = str(user.pk)
            session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
            session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            session.save()
            self._cookies[user_id] = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
        return self._cookies[user_id]

    def page(self, name, path, user=None):
        """Measure one address: with one connection, with sixteen, and the bare view beside it."""
        headers = [f"Cookie: {self.cookie(user)}"] if user else []
        make = get(self.portal.port, path, headers)
        self._measure(name, self.portal.port, make, self.queries(path, headers))

    def queries(self, path, headers=()):
        """How many statements a warm request needs."""
        from django.db import connection
        from django.test import Client
        from django.test.utils import CaptureQueriesContext

        own = dict(header.split(": ", 1) for header in headers)
        client = Client(headers=own, SERVER_NAME="127.0.0.1")
        client.get(path)
        with CaptureQueriesContext(connection) as statements:
            answer = client.get(path)
        if answer.status_code != 200:
            raise BadAnswer(f"{path}: {answer.status_code}")
        return len(statements)

    def intake(self):
        """Opinions sent by many people; beside one row inserted by a bare view."""
        from django.conf import settings

        facts, token = self.facts, secrets.token_hex(16)
        path = f"/y-kien/moi/{facts['consultation']}/{facts['edition']}/?doan={facts['block_pos']}"
        people = [self.cookie(person) for person in facts["members"]]
        turn = iter(range(10**9))

        def body():
            fields = {
                "csrfmiddlewaretoken": token,
                "submission_key": secrets.token_urlsafe(24),
                "stance": "partly",
                # the same words of one person would be refused
                "text": f"Đề nghị nêu rõ đơn vị chịu trách nhiệm, việc số {secrets.token_hex(6)}.",
                "route": "unit",
                "naming": "unnamed",
                "consent": "on",
                "quote": "",
            }
            who = people[next(turn) % len(people)]
            cookie = f"Cookie: {who}; {settings.CSRF_COOKIE_NAME}={token}"
            return urlencode(fields).encode(), [cookie]

        make = post(self.portal.port, path, body)
        # each process has met each unit once, as in the hours that count
        self._measure(
            "intake", self.portal.port, make, None, beside=self._insert(), status=303, warm=6
        )

    def _insert(self):
        words = urlencode({"words": "x" * 200}).encode()
        return post(self.bare.port, "/insert", lambda: (words, []))

    def bare_views(self, wanted):
        ways = {"bare": get(self.bare.port, "/bare"), "bare insert": self._insert()}
        for name, make in ways.items():
            if name in wanted:
                self._measure(name, self.bare.port, make, int(name == "bare insert"), beside=make)

    def _measure(self, name, port, make, queries, beside=None, status=200, warm=0.3):
        scale = self.scale
        beside = beside or get(self.bare.port, "/bare")
        # the first answers open connections
        drive(port, make, connections=4, seconds=warm, status=status)
        # In turns: the machine may be slower in the next second than in this one.
        alone = drive(self.bare.port, beside, connections=1, seconds=scale.seconds_1 / 2)
        one = drive(port, make, connections=1, seconds=scale.seconds_1, status=status)
        after = drive(self.bare.port, beside, connections=1, seconds=scale.seconds_1 / 2)
        turn = scale.seconds_16 / TURNS
        ratios, loads = [], []
        for _ in range(TURNS):
            bare = drive(self.bare.port, beside, connections=CONNECTIONS, seconds=turn / 2)
            loads.append(drive(port, make, connections=CONNECTIONS, seconds=turn, status=status))
            again = drive(self.bare.port, beside, connections=CONNECTIONS, seconds=turn / 2)
            ratios.append(loads[-1].rps / ((bare.rps + again.rps) / 2))
        self._row(
            name,
            rps_1=round(one.rps, 1),
            rps_16=round(sum(load.count for load in loads) / scale.seconds_16, 1),
            p95_ms_1=round(one.p95_ms, 1),
            p95_ms_16=round(median(load.p95_ms for load in loads), 1),
            queries=queries,
            bytes=loads[-1].bytes,
            vs_bare_1=round(one.rps / ((alone.rps + after.rps) / 2), 3),
            vs_bare=round(median(ratios), 3),
        )

    def transfer(self, path):
        """What a first visit transfers: the page, its style sheets and scripts, compressed as they
        are sent; `count` is how many requests that are. Pictures are left out."""
        found = re.compile(rb'<link rel="stylesheet" href="([^"]+)"|<script src="([^"]+)"')
        _headers, small, page = self._fetched(path)
        total, asked = small, 1
        for match in found.finditer(page):
            address = (match[1] or match[2]).decode()
            headers, small, _body = self._fetched(address)
            if "immutable" not in headers.get("Cache-Control", ""):
                raise BadAnswer(f"{address} is not kept by browsers")
            total, asked = total + small, asked + 1
        self._row("transfer", bytes=total, count=asked)

    def _fetched(self, path):
        asked = Request(
            f"http://127.0.0.1:{self.portal.port}{path}", headers={"Accept-Encoding": "gzip"}
        )
        with urlopen(asked) as answer:  # noqa: S310
            body = answer.read()
            plain = gzip.decompress(body) if answer.headers["Content-Encoding"] == "gzip" else body
            return answer.headers, len(body), plain

    # Jobs

    def job(self, name):
        """One long job in a process of its own."""
        command = [sys.executable, "-m", "tests.bench.work", name, json.dumps(self.facts)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if done.returncode != 0:
            raise BadAnswer(f"{name}: {done.stderr.strip().splitlines()[-1:]}")
        self._row(name, **json.loads(done.stdout.strip().splitlines()[-1]))

    def _row(self, name, **values):
        row = dict.fromkeys(COLUMNS) | {"name": name, "scale": self.scale.name} | values
        self.rows.append(row)
        print("  ".join(_cell(row, column) for column in COLUMNS), flush=True)


def plan_of(facts):
    """{name: what to do}, in this order: sending and moving dates change what is measured."""
    staff, me, reader = facts["staff"], facts["author"], facts["rapporteur"]
    page = {
        "home": ("/", None),
        "news": ("/tin-tuc/", None),
        "section": (facts["section_url"], None),
        "article": (facts["article_url"], None),
        # A parameter that no view reads: the page cache leaves it to the view.
        "article uncached": (facts["article_url"] + "?khong-luu=1", None),
        "plan": (facts["plan_url"], None),
        "heat map": (facts["progress_url"], staff),
        "search": ("/tim-kiem/?q=tan+lap", None),
        "reading room": (facts["edition_url"], None),
        "room uncached": (facts["edition_url"] + "?khong-luu=1", None),
        "room signed in": (facts["edition_url"], me),
        "paragraph": (
            f"/y-kien/moi/{facts['consultation']}/{facts['edition']}/?doan={facts['block_pos']}",
            me,
        ),
        "consultation": (facts["consultation_url"], None),
        "participation": (facts["participation_url"], None),
        "numbers uncached": (facts["participation_url"] + "?khong-luu=1", None),
        "my opinions": ("/y-kien/cua-toi/", me),
        "shown list": (facts["shown_url"], None),
        "shown uncached": (facts["shown_url"] + "?khong-luu=1", None),
        "shown passage": (f"{facts['shown_url']}?khong-luu=1&doan={facts['block']}", None),
        "reading list": (facts["node_url"], reader),
        "passage list": (f"{facts['node_url']}?doan={facts['block']}", reader),
    }
    steps = {name: (lambda bench, v=v, n=name: bench.page(n, *v)) for name, v in page.items()}
    steps["transfer"] = lambda bench: bench.transfer(facts["article_url"])
    steps["intake"] = lambda bench: bench.intake()
    for name in ("sweep", "align", "import", "re-resolve"):
        steps[name] = lambda bench, n=name: bench.job(n)
    return steps


NAMES = (
    "bare", "bare insert", "home", "news", "section", "article", "article uncached", "plan",
    "heat map", "sweep", "re-resolve", "search", "reading room", "room uncached", "room signed in",
    "paragraph", "consultation", "participation", "numbers uncached", "my opinions",
    "shown list", "shown uncached", "shown passage", "reading list", "passage list", "transfer",
    "intake", "align", "import",
)  # fmt: skip
WIDTHS = {"name": 16, "scale": 5, "bytes": 7, "count": 8}


def _cell(row, column):
    value = row[column]
    text = "-" if value is None else str(value)
    width = WIDTHS.get(column, 9)
    return text.ljust(width) if column == "name" else text.rjust(width)


def measure(scale, names):
    """Fill, start, measure; the environment names servers that are empty, or were filled by a run
    of the same scale before. Returns the rows."""
    import django
    from django.core.management import call_command

    django.setup()
    from django.db import connection

    from tests.bench import bare

    folder = Path(os.environ["BENCH_FOLDER"])
    call_command("migrate", verbosity=0, interactive=False)
    with connection.cursor() as cursor:
        cursor.execute(bare.TABLE)
    facts = _filled(scale, folder / "facts.json")
    call_command("collectstatic", verbosity=0, interactive=False)
    servers = []
    try:
        servers += [Web("portal", PORTAL, folder), Web("bare", BARE, folder)]
        for web in servers:
            web.wait()
        bench = Bench(scale, facts, *servers)
        print("  ".join(_cell(dict(zip(COLUMNS, COLUMNS, strict=True)), c) for c in COLUMNS))
        bench.bare_views(names)
        for name, step in plan_of(facts).items():
            if name in names:
                step(bench)
        return bench.rows
    finally:
        for web in servers:
            web.stop()


def _filled(scale, kept):
    """The facts of the data of this scale, which is made unless `kept` says that it is there."""
    from tests.bench import make

    if kept.exists():
        found = json.loads(kept.read_text())
        if found["scale"] != scale.name:
            raise SystemExit(f"{kept.parent} giữ dữ liệu cỡ {found['scale']}.")
        say(f"Dùng dữ liệu cỡ {scale.name} trong {kept.parent}.")
        return found["facts"]
    say(f"Chuẩn bị dữ liệu cỡ {scale.name} …")
    facts = make.make(scale, say=say)
    kept.write_text(json.dumps({"scale": scale.name, "facts": facts}))
    return facts


def options():
    parser = argparse.ArgumentParser(
        prog="bin/bench",
        description="Đo tốc độ của cổng bên cạnh một trang Django trống trong cùng lần chạy.",
    )
    parser.add_argument("--scale", choices=list(SCALES), default="S")
    parser.add_argument("--only", nargs="+", choices=NAMES, metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="giữ dữ liệu ở đây để đo lại, không tạo lại"
    )
    return parser.parse_args()


def main():
    chosen = options()
    rows = measure(SCALES[chosen.scale], chosen.only or NAMES)
    if chosen.json:
        chosen.json.write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
