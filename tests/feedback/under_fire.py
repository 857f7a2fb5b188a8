"""A portal of its own to be killed: `python -m tests.feedback.under_fire seed|check FOLDER`.

Runs apart from the tests' process, over the database that the environment names: `seed` makes an
open consultation with people who are signed in, `check` compares receipts with rows.
"""

import datetime as dt
import json
import sys
from pathlib import Path

import django

PEOPLE = 12


def seed(folder):
    """Write facts.json: the form's address and one cookie header for each person."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.core.management import call_command
    from django.urls import reverse

    from portal.common.sessions import SessionStore

    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    from feedback import actions
    from portal.agencies.models import Role
    from portal.common import clock
    from tests.accounts.factories import UserFactory
    from tests.agencies.factories import give
    from tests.feedback.factories import make_world

    day = clock.today()
    world = make_world(
        opens=str(day - dt.timedelta(days=2)), closes=str(day + dt.timedelta(days=20))
    )
    actions.open_due()
    cookies = []
    for n in range(PEOPLE):
        user = UserFactory(full_name=f"Đảng viên {n}")
        give(user, Role.MEMBER, world.cell if n % 2 else world.other_cell)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={session.session_key}")
    address = reverse("feedback:say", args=[world.consultation.pk, world.edition.pk])
    facts = {
        "address": f"{address}?doan={world.block(2).pos}",
        "cookies": cookies,
        "csrf": settings.CSRF_COOKIE_NAME,
        "consultation": world.consultation.pk,
    }
    (folder / "facts.json").write_text(json.dumps(facts))


def check(folder):
    """Write found.json: what the database holds, beside the codes of codes.json."""
    from feedback import keys, totals
    from feedback.models import Consultation, Identity, Opinion, OpinionTotals, TotalsDelta

    codes = json.loads((folder / "codes.json").read_text())
    kept = {bytes(row) for row in Opinion.objects.values_list("receipt_hmac", flat=True)}
    counted_before = sum(OpinionTotals.objects.filter(dim="all").values_list("n", flat=True))
    waiting = TotalsDelta.objects.count()
    totals.fold()
    consultation = Consultation.objects.get()
    found = {
        "lost": [code for code in codes if keys.receipt_hmac(code) not in kept],
        "opinions": Opinion.objects.count(),
        "identities": Identity.objects.count(),
        "before_fold": counted_before + waiting,
        "folded_meanwhile": counted_before,
        "totals": {dim: sum(totals.along(consultation, dim).values()) for dim in ("all", "node")},
        "read": sum(
            sum(totals.by_passage(node).values()) for node in consultation.nodes.filter(reads=True)
        ),
        "left": TotalsDelta.objects.count(),
    }
    (folder / "found.json").write_text(json.dumps(found))


if __name__ == "__main__":
    django.setup()
    {"seed": seed, "check": check}[sys.argv[1]](Path(sys.argv[2]))
