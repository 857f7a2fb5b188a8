"""What was erased stays erased when an older backup is restored."""

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from feedback import actions, erasures, keys, queries
from feedback.management.commands.backup import LEDGER
from feedback.models import Consultation, Erasure, Identity, OpinionDraft
from portal.accounts import actions as accounts
from portal.accounts.models import User
from portal.agencies.models import Role
from portal.common import dumping
from tests.accounts.factories import UserFactory
from tests.agencies.factories import give
from tests.feedback.factories import NOW, make_world, send

ROOT = Path(__file__).resolve().parents[2]


def own(world, author, **fields):
    receipt = send(world, author=author, **fields)
    return queries.my_opinion(author, receipt.public_id)


@pytest.fixture
def spare():
    """(address, connection arguments) of an empty database on the same server."""
    given = connection.settings_dict
    name = f"{given['NAME']}_restored"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')
    parts = urlsplit(os.environ["DATABASE_URL"])
    yield urlunsplit(parts._replace(path=f"/{name}")), name
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def portal(*arguments, **environ):
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *map(str, arguments)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings", **environ},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def asked(name, statement):
    given = connection.settings_dict
    found = psycopg2.connect(
        host=given["HOST"], port=given["PORT"] or None, user=given["USER"],
        password=given["PASSWORD"] or None, dbname=name,
    )  # fmt: skip
    try:
        with found.cursor() as cursor:
            cursor.execute(statement)
            return [row[0] for row in cursor.fetchall()]
    finally:
        found.close()


@pytest.mark.django_db(transaction=True)
def test_backup_erase_restore_and_it_is_still_gone(tmp_path, spare):
    address, name = spare
    with time_machine.travel(NOW, tick=False):
        world = make_world()
        other = make_other(world)
        second = UserFactory(full_name="Người Xóa Tài Khoản")
        give(second, Role.MEMBER, world.cell)
        one = own(world, world.member, naming="named", text="Xóa riêng ý này.")
        kept = own(world, world.secretary, naming="named", text="Giữ nguyên.")
        own(world, second, naming="named", text="Xóa cả tài khoản.")
        call_command("backup", tmp_path / "db", keys=tmp_path / "khoa")
        # after the backup
        actions.erase_identity(author=world.member, opinion=one)
        two = own(world, world.member, text="Viết sau khi sao lưu.")
        actions.withdraw_consent(author=world.member, consultation=world.consultation, now=NOW)
        accounts.erase_account(actor=second, user=second)
        actions.destroy_key(consultation=other, now=NOW)
        call_command("export_erasures", tmp_path / "db" / LEDGER)
    assert not keys.exists(other.key_id)
    assert (tmp_path / "khoa" / f"{other.key_id}.key").exists()
    (dump,) = (tmp_path / "db").glob("*.dump")
    done = portal(
        "restore", dump, "--keys", tmp_path / "khoa", "--yes",
        DATABASE_URL=address, IDENTITY_KEY_DIR=str(tmp_path / "khoa-moi"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert asked(name, "SELECT opinion_id FROM feedback_identity") == [kept.pk]
    words = asked(name, "SELECT text FROM feedback_opinion ORDER BY text")
    assert words == ["Giữ nguyên.", "Xóa cả tài khoản.", "Xóa riêng ý này."]
    assert asked(name, f"SELECT full_name FROM accounts_user WHERE id = {second.pk}") == [
        "Tài khoản đã xóa"
    ]
    destroyed = "SELECT id FROM feedback_consultation WHERE key_destroyed_at IS NOT NULL"
    assert asked(name, destroyed) == [other.pk]
    names = {path.name for path in (tmp_path / "khoa-moi").iterdir()}
    assert f"{world.consultation.key_id}.key" in names
    assert f"{other.key_id}.key" not in names
    assert asked(name, "SELECT n FROM feedback_opiniontotals WHERE dim = 'all'") == [3]
    assert asked(name, "SELECT count(*) FROM django_session") == [0]
    assert two.pk not in asked(name, "SELECT id FROM feedback_opinion")
    # and a backup of now destroys the copy of the destroyed key
    call_command("backup", tmp_path / "db", keys=tmp_path / "khoa")
    assert not (tmp_path / "khoa" / f"{other.key_id}.key").exists()


def make_other(world):
    consultation = Consultation.objects.get(pk=world.consultation.pk)
    made = actions.create_consultation(
        actor=world.staff,
        agency=world.province,
        title="Đợt đã hết hạn giữ khóa",
        editions=[world.edition],
        opens=spec(consultation.opens),
        closes=spec(consultation.closes),
        reading_level=consultation.reading_level,
    )
    return actions.announce(actor=world.staff, consultation=made, now=NOW)


def spec(boundary):
    from campaigns.boundaries import date_spec

    return date_spec(boundary.resolved_on.isoformat())


@pytest.mark.django_db(transaction=True)
def test_a_backup_holds_no_key_and_no_name(tmp_path):
    with time_machine.travel(NOW, tick=False):
        world = make_world()
        User.objects.filter(pk=world.member.pk).update(full_name="Tên Riêng Không Trùng")
        world.member.refresh_from_db()
        own(world, world.member, naming="named", text="Câu chữ không trùng.")
        call_command("backup", tmp_path / "db")
    (dump,) = (tmp_path / "db").glob("*.dump")
    assert (dump.stat().st_mode & 0o777, (tmp_path / "db").stat().st_mode & 0o777) == (0o600, 0o700)
    assert sorted(path.suffix for path in (tmp_path / "db").iterdir()) == [
        ".dump",
        ".jsonl",
        ".tar",
    ]
    plain = subprocess.run(
        [dumping._tool("pg_restore"), "--data-only", "--file=-", str(dump)],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    key = (settings.IDENTITY_KEY_DIR / f"{world.consultation.key_id}.key").read_bytes()
    assert key.hex() not in plain
    for line in plain.splitlines():
        if "Câu chữ không trùng." in line:
            for mark in ("Tên Riêng", str(world.member.public_id), world.member.username):
                assert mark not in line
    assert "Câu chữ không trùng." in plain


def test_keys_never_lie_beside_the_backup(tmp_path):
    for folder in (tmp_path / "a", tmp_path / "a" / "khoa", tmp_path):
        with pytest.raises(CommandError, match="không được nằm chung"):
            call_command("backup", tmp_path / "a", keys=folder)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_a_restore_without_the_ledger_is_refused(tmp_path):
    (tmp_path / "x.dump").write_bytes(b"PGDMP")
    with pytest.raises(CommandError, match="Không có sổ xóa dữ liệu"):
        call_command("restore", tmp_path / "x.dump", yes=True)
    (tmp_path / LEDGER).write_text("{}\n")
    with pytest.raises(CommandError, match="line 1"):
        call_command("restore", tmp_path / "x.dump", yes=True)
    (tmp_path / LEDGER).write_text("")
    with pytest.raises(CommandError, match="pg_restore"):
        call_command("restore", tmp_path / "x.dump", yes=True)


@pytest.mark.django_db
def test_the_file_only_grows_and_keeps_the_latest_day(tmp_path):
    path = tmp_path / LEDGER
    day = dt.date(2025, 8, 20)
    Erasure.objects.create(kind="identity", subject="7", on=day)
    assert erasures.write(path) == 1
    Erasure.objects.all().delete()  # an older database
    Erasure.objects.create(kind="account", subject="3", on=day)
    assert erasures.write(path) == 2
    assert erasures.read(path) == {("account", "3"): day, ("identity", "7"): day}
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db
def test_what_was_written_after_an_erasure_stays(tmp_path):
    """The person agreed anew: the line of the earlier day is not about that."""
    with time_machine.travel(NOW, tick=False):
        world = make_world()
        opinion = own(world, world.member)
    lookup = keys.ConsultationKey(world.consultation.key_id).lookup(world.member)
    subject = f"token:{world.consultation.pk}:{lookup.hex()}"
    OpinionDraft.objects.create(
        consultation=world.consultation, lookup=lookup, place="b:1", ciphertext=b"x",
        saved_on=NOW.date(),
    )  # fmt: skip
    yesterday = NOW.date() - dt.timedelta(days=1)
    erasures.replay({("token", subject): yesterday})
    assert (Identity.objects.get().pk, OpinionDraft.objects.count()) == (opinion.pk, 1)
    lines = {("token", subject): NOW.date()}
    assert erasures.leftovers(lines) == [("token", subject)]
    erasures.replay(lines)
    assert (Identity.objects.count(), OpinionDraft.objects.count()) == (0, 0)
    assert erasures.leftovers(lines) == []
    assert Erasure.objects.get().on == NOW.date()


@pytest.mark.django_db
def test_a_line_that_cannot_be_done_is_told_and_keeps_no_other():
    admin, person = UserFactory(is_superuser=True), UserFactory()
    lines = {("account", str(user.pk)): dt.date(2025, 8, 20) for user in (admin, person)}
    assert erasures.replay(lines)["account"] == 1
    person.refresh_from_db()
    assert not person.is_active
    assert erasures.leftovers(lines) == [("account", str(admin.pk))]


@pytest.mark.django_db
def test_an_account_that_was_closed_before_is_erased_again():
    person = UserFactory(full_name="Người Đã Nghỉ", phone="0912345678")
    person.set_unusable_password()
    person.is_active = False
    person.save()
    lines = {("account", str(person.pk)): dt.date(2025, 8, 20)}
    assert erasures.leftovers(lines) == list(lines)
    assert erasures.replay(lines)["account"] == 1
    person.refresh_from_db()
    assert (person.full_name, person.phone) == ("Tài khoản đã xóa", None)
    assert erasures.leftovers(lines) == []
    username = person.username
    erasures.replay(lines)
    person.refresh_from_db()
    assert person.username == username  # done once


@pytest.mark.django_db
def test_accounts_whose_opinions_cannot_be_looked_for_are_told_of(tmp_path, capsys):
    with time_machine.travel(NOW, tick=False):
        world = make_world()
        own(world, world.member)
    path = tmp_path / LEDGER
    path.write_text(
        '{"kind": "account", "subject": "%s", "on": "2025-08-20"}\n' % world.member.pk  # noqa: UP031
    )
    key = settings.IDENTITY_KEY_DIR / f"{world.consultation.key_id}.key"
    content = key.read_bytes()
    key.unlink()
    call_command("replay_erasures", path)
    assert "Không mở được khóa của 1 đợt" in capsys.readouterr().err
    assert Identity.objects.count() == 1
    assert not erasures.accounts_not_looked_for({})
    key.write_bytes(content)
