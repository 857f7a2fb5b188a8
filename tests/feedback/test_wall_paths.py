"""No way from a person to an opinion: by keys, by shared values, by transaction, by log or list."""

import datetime as dt
import importlib
import json
import logging
import pkgutil
import re
import subprocess
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core import mail
from django.core.management import call_command
from django.db import connection, models
from django.urls import reverse
from django_filters import FilterSet
from redis import Redis

from feedback import actions, queries
from feedback.models import Opinion
from portal.accounts.models import User
from portal.celery import app
from portal.common import dumping
from portal.common.logs import JsonFormatter
from tests.accounts.factories import PASSWORD
from tests.feedback.factories import NOW, make_world
from tests.feedback.test_views import code_in, fill, say_url
from tests.feedback.test_wall import NOT_AUTHORS

ROOT = Path(__file__).resolve().parents[2]


# --- by keys -----------------------------------------------------------------------------------


def forward(model):
    """[(field name, model it points at)]"""
    return [
        (field.name, field.related_model)
        for field in model._meta.get_fields(include_hidden=True)
        if isinstance(field, models.ForeignKey)
    ]


def belonging_to_opinions():
    """Models with a row for one opinion: the opinion, and all from which a key leads to one."""
    found = {Opinion}
    while True:
        more = {
            model
            for model in apps.get_models(include_auto_created=True)
            if any(target in found for _name, target in forward(model))
        }
        if more <= found:
            return found
        found |= more


def test_of_what_belongs_to_one_opinion_no_key_leads_to_a_person_but_who_reads_or_asks():
    """Walks the schema: only what belongs to one opinion can tell its author; the consultation, the
    passage, the unit and the batch of an opinion are shared with others."""
    user = User
    leading = {
        (model._meta.label_lower, name)
        for model in belonging_to_opinions()
        for name, target in forward(model)
        if target is user
    }
    assert leading == {("feedback.clarification", "by"), ("feedback.identitylook", "reader")}
    assert leading <= NOT_AUTHORS
    assert not [
        (model._meta.label_lower, name)
        for model in belonging_to_opinions()
        for name, target in forward(model)
        if target._meta.app_label in {"accounts", "sessions", "axes", "admin", "account", "mfa"}
        and target is not user
    ]


def test_what_an_opinion_points_at_is_shared_and_never_its_own():
    """A one-to-one row would be a back door: whoever made it would be the author."""
    targets = {field.name: field for field in Opinion._meta.fields if field.is_relation}
    assert not [name for name, field in targets.items() if field.unique]
    assert set(targets) == {
        "batch", "block", "consultation", "edition", "entry_node", "group", "question",
        "reading_node",
    }  # fmt: skip


# --- by values ---------------------------------------------------------------------------------

#: Tables with what somebody did or is, outside of what belongs to opinions.
PERSONAL_APPS = {"accounts", "agencies", "sessions", "axes", "admin", "account", "mfa", "common",
                 "notices", "moderation"}  # fmt: skip


def telling_values(label_tables):
    """{value: {table.column}} of all that could be matched: texts, bytes, numbers no two share."""
    found = {}
    with connection.cursor() as cursor:
        for table in label_tables:
            cursor.execute(f'SELECT to_jsonb(t) FROM "{table}" t')
            for (row,) in cursor.fetchall():
                row = row if isinstance(row, dict) else json.loads(row)
                for column, value in row.items():
                    if (isinstance(value, str) and len(value) >= 12) or (
                        isinstance(value, int) and value > 2**32
                    ):
                        found.setdefault(value, set()).add(f"{table}.{column}")
    return found


@pytest.mark.django_db
def test_no_value_of_an_opinion_stands_in_a_row_about_a_person(client):
    with time_machine.travel(NOW, tick=False):
        world = make_world()
        journey(world, client)
    # a look names its reader and its moment on purpose: it is about who looks
    mine = {model._meta.db_table for model in belonging_to_opinions()} - {"feedback_identitylook"}
    mine.add("feedback_totalsdelta")
    theirs = [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in PERSONAL_APPS
    ]
    shared = telling_values(sorted(mine))
    others = telling_values(theirs)
    assert {v: (shared[v], others[v]) for v in shared.keys() & others.keys()} == {}


# --- by transaction ----------------------------------------------------------------------------


def rows_of_all_tables():
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT ctid::text, xmin::text FROM "{table}"')
            found[table] = set(cursor.fetchall())
    return found


@pytest.mark.django_db(transaction=True)
def test_an_anonymous_sending_writes_nothing_but_the_opinion_and_its_count(client):
    """Not even when the session is due to be written, and nothing in a transaction of its own."""
    with time_machine.travel(NOW, tick=False) as clock:
        world = make_world()
        client.force_login(world.member)
        page = client.get(say_url(world))
        data = fill(page, naming="anonymous")
        actions.open_due(now=NOW)
        clock.shift(dt.timedelta(minutes=20))
        before = rows_of_all_tables()
        assert client.post(say_url(world), data).status_code == 303
    after = rows_of_all_tables()
    changed = {table for table in after if after[table] != before[table]}
    assert changed == {"feedback_opinion", "feedback_totalsdelta"}


@pytest.mark.django_db(transaction=True)
def test_a_named_sending_shares_its_transaction_with_its_own_identity_alone(client):
    with time_machine.travel(NOW, tick=False) as clock:
        world = make_world()
        client.force_login(world.member)
        data = fill(client.get(say_url(world)), naming="named")
        actions.open_due(now=NOW)
        clock.shift(dt.timedelta(minutes=20))
        before = rows_of_all_tables()
        assert client.post(say_url(world), data).status_code == 303
    after = rows_of_all_tables()
    changed = {table for table in after if after[table] - before[table]}
    assert changed == {"feedback_opinion", "feedback_totalsdelta", "feedback_identity"}


@pytest.mark.django_db
def test_no_row_of_an_opinion_takes_a_number_from_a_sequence():
    """Numbers in order of arrival would line up with the sign-ins of a day."""
    with connection.cursor() as cursor:
        for table in ("feedback_opinion", "feedback_identity", "feedback_totalsdelta",
                      "feedback_opiniondraft", "feedback_erasure"):  # fmt: skip
            key = "opinion_id" if table == "feedback_identity" else "id"
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, key])
            assert cursor.fetchone()[0] is None, table


# --- by what is written on the way --------------------------------------------------------------

WORDS = "Câu chữ không trùng với ai."


def journey(world, client):
    """Sign in, write with one's name, revise, look by receipt, be looked at, erase; the marks."""
    User.objects.filter(pk=world.member.pk).update(
        full_name="Tên Riêng Không Trùng", email="rieng@mau.example"
    )
    world.member.refresh_from_db()
    client.post(reverse("account_login"), {"login": world.member.username, "password": PASSWORD})
    assert client.session.get("_auth_user_id") == str(world.member.pk)
    data = fill(client.get(say_url(world)), text=WORDS, naming="named")
    sent = client.post(say_url(world), data, follow=True)
    code = code_in(sent)
    opinion = Opinion.objects.get()
    one = reverse("feedback:mine_one", args=[opinion.public_id])
    revised = {"stance": "agree", "text": f"{WORDS} Lần hai.", "lock_version": 0}
    assert client.post(one, revised).status_code == 302
    client.get(reverse("feedback:my_data"))
    client.post(reverse("accounts:my_data"), {"password": PASSWORD})
    client.logout()
    client.post(reverse("feedback:receipt"), {"code": code})
    actions.look_at_identity(reader=world.rapporteur, opinion=opinion, reason="Làm rõ")
    app.loader.import_default_modules()
    for name in ("feedback.fold_totals", "feedback.publish_numbers", "notices.sweep"):
        app.tasks[name]()
    return {
        "person": ["Tên Riêng Không Trùng", "rieng@mau.example", world.member.username,
                   str(world.member.public_id), world.member.public_id.hex],
        "opinion": [WORDS, code, code.replace("-", ""), str(opinion.public_id),
                    opinion.public_id.hex, str(opinion.pk)],
    }  # fmt: skip


def together(text, marks):
    return any(m in text for m in marks["person"]) and any(m in text for m in marks["opinion"])


@pytest.mark.django_db(transaction=True)
def test_after_a_whole_journey_nothing_holds_the_author_beside_the_opinion(
    client, caplog, tmp_path
):
    redis = Redis.from_url(settings.REDIS_URL)
    caplog.set_level(logging.DEBUG)
    with time_machine.travel(NOW, tick=False):
        world = make_world()
        marks = journey(world, client)
        call_command("backup", tmp_path / "db")
        opinion = Opinion.objects.get()
        # every log line, as it is written and as it was meant
        for record in caplog.records:
            line = JsonFormatter().format(record) + record.getMessage()
            if record.name.startswith("django.db.backends"):
                continue  # only with DEBUG, never in production
            assert not [m for m in marks["opinion"] if m in line], line
            if "y-kien" in line:
                assert not [m for m in marks["person"] if m in line], line
        # every row
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names():
                cursor.execute(f'SELECT t::text FROM "{table}" t')
                for (row,) in cursor.fetchall():
                    assert not together(row, marks), table
        # queue, cache, sessions
        for key in redis.scan_iter():
            kind = redis.type(key)
            value = {
                b"list": lambda k: redis.lrange(k, 0, -1),
                b"hash": redis.hgetall,
                b"set": redis.smembers,
                b"zset": lambda k: redis.zrange(k, 0, -1),
            }.get(kind, redis.get)(key)
            text = f"{key!r} {value!r} " + (
                value.decode(errors="replace") if isinstance(value, bytes) else ""
            )
            assert not [m for m in marks["opinion"] if m in text], key
        # mail
        for letter in mail.outbox:
            assert not [m for m in marks["opinion"] if m in letter.subject + letter.body]
        # the backup, read as text
        (dump,) = (tmp_path / "db").glob("*.dump")
        plain = subprocess.run(
            [dumping._tool("pg_restore"), "--data-only", "--file=-", str(dump)],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        assert WORDS in plain
        for line in plain.splitlines():
            assert not together(line, marks)
        # and once it is erased the person does not find it either
        actions.erase_identity(author=world.member, opinion=opinion)
        assert queries.my_opinions(world.member, NOW) == []


# --- by lists ----------------------------------------------------------------------------------


def modules_of(package):
    found = importlib.import_module(package)
    yield found
    for info in pkgutil.walk_packages(found.__path__, f"{package}."):
        if ".migrations" not in info.name:
            yield importlib.import_module(info.name)


def test_no_filter_of_any_list_asks_for_a_stance():
    for package in ("feedback", "documents", "campaigns", "portal"):
        for module in modules_of(package):
            for value in vars(module).values():
                if isinstance(value, type) and issubclass(value, FilterSet):
                    names = set(value.base_filters) | {
                        str(f.field_name) for f in value.base_filters.values()
                    }
                    assert not [n for n in names if "stance" in n or "quan_diem" in n], value


def test_no_query_sorts_counts_or_narrows_opinions_by_stance():
    """Read from the source: whatever orders, groups or filters names no stance (that none is chosen
    may be asked)."""
    verbs = r"(?:order_by|filter|exclude|annotate|values|values_list|aggregate|distinct|Count|Q|F)"
    pattern = re.compile(verbs + r"\([^()]*stance(?!=\"\")")
    asked = re.compile(r"GET(?:\.get)?[\[(]\s*[\"'](?:stance|quan-diem|quan_diem)")
    linked = re.compile(r"[?&](?:stance|quan-diem)=")
    for path in [*(ROOT / "feedback").rglob("*.py"), *(ROOT / "documents").rglob("*.py")]:
        if "migrations" not in path.parts:
            source = path.read_text()
            assert not pattern.search(source), path
            assert not asked.search(source), path
    for path in (ROOT / "templates").rglob("*.html"):
        assert not linked.search(path.read_text()), path


def test_the_admin_shows_nothing_of_opinions_or_people_beside_them():
    shown = {model._meta.label_lower for model in admin.site._registry}
    private = {model._meta.label_lower for model in belonging_to_opinions()} | {
        f"feedback.{name}"
        for name in ("opiniondraft", "consentwithdrawal", "guestcontact", "erasure", "entryrow",
                     "totalsdelta", "meeting", "entrybatch")
    }  # fmt: skip
    assert shown & private == set()
    for model, found in admin.site._registry.items():
        listed = [*found.list_display, *found.list_filter, *found.search_fields]
        assert not [name for name in listed if "stance" in str(name)], model
