"""Files with opinions: in the backup sealed, back after a restore, gone when taken back."""

import tarfile
import uuid

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.storage import default_storage

from feedback import actions, attachment_backup, attachments, erasures, keys, queries
from feedback.actions.by_receipt import withdraw_by_receipt
from feedback.models import Erasure, Opinion, OpinionAttachment
from tests.feedback.factories import NOW, make_world, send
from tests.feedback.test_attachments import as_file, jpeg

KEY = "k" * 32


@pytest.fixture(autouse=True)
def _now():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world(db):
    return make_world()


def with_file(world, key=KEY, **fields):
    """An opinion with one picture; (receipt, row)."""
    digest = actions.submission_digest(world.consultation, key)
    attachments.add(submission_digest=digest, file=as_file(jpeg()))
    receipt = send(world, submission_key=key, **fields)
    return receipt, OpinionAttachment.objects.get(submission_digest=digest)


def content(row):
    with default_storage.open(row.path) as file:
        return file.read()


def test_the_archive_holds_the_files_and_opens_with_the_master_key_alone(world, tmp_path, settings):
    _receipt, row = with_file(world)
    waiting = actions.submission_digest(world.consultation, "w" * 32)
    attachments.add(submission_digest=waiting, file=as_file(jpeg()))  # never sent
    data = content(row)
    path = tmp_path / "a.tep.tar"
    assert attachment_backup.write(path) == (1, 0)
    assert path.stat().st_mode & 0o777 == 0o600
    assert data[:200] not in path.read_bytes()
    with tarfile.open(path) as tar:
        (member,) = tar
        sealed = tar.extractfile(member).read()
    assert (member.name, member.mtime) == (row.public_id.hex, 0)
    assert keys.open_file(row.public_id, sealed) == data
    with pytest.raises(keys.KeyUnavailable):
        keys.open_file(uuid.uuid4(), sealed)
    settings.IDENTITY_MASTER_KEY = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA="
    with pytest.raises(keys.KeyUnavailable):
        keys.open_file(row.public_id, sealed)


def test_what_is_lost_comes_back_under_its_name_and_day(world, tmp_path):
    _receipt, row = with_file(world)
    data, path = content(row), tmp_path / "a.tep.tar"
    attachment_backup.write(path)
    default_storage.delete(row.path)
    assert attachment_backup.restore(tmp_path / "khac.tep.tar") == (0, 1)
    assert attachment_backup.restore(path) == (1, 0)
    assert content(row) == data
    moment = default_storage.get_modified_time(row.path)
    assert moment.astimezone(NOW.tzinfo) == NOW.replace(hour=0)
    assert attachment_backup.restore(path) == (0, 0)


def test_what_was_taken_back_since_does_not_come_back(
    world, tmp_path, django_capture_on_commit_callbacks
):
    receipt, row = with_file(world)
    path = tmp_path / "a.tep.tar"
    attachment_backup.write(path)
    before = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    with django_capture_on_commit_callbacks(execute=True):
        opinion = queries.my_opinion(world.member, receipt.public_id)
        actions.withdraw_opinion(author=world.member, opinion=opinion, now=NOW)
    assert not default_storage.exists(row.path)
    ledger = erasures.of_database()
    assert ledger == {("file", row.public_id.hex): NOW.date()}
    # the older database knows the row again
    Erasure.objects.all().delete()
    OpinionAttachment.objects.create(**before)
    assert erasures.leftovers(ledger) == list(ledger)
    assert erasures.replay(ledger)["file"] == 1
    assert erasures.leftovers(ledger) == []
    assert attachment_backup.restore(path) == (0, 0)
    assert not default_storage.exists(row.path)


def test_files_go_with_an_opinion_taken_back_by_its_receipt(
    world, django_capture_on_commit_callbacks
):
    receipt, row = with_file(world, naming=Opinion.Naming.ANONYMOUS)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_by_receipt(code=receipt.code, now=NOW)
    assert not OpinionAttachment.objects.exists()
    assert not default_storage.exists(row.path)
    assert Opinion.objects.get().state == Opinion.State.WITHDRAWN


def test_files_end_with_the_key_of_the_consultation(world, django_capture_on_commit_callbacks):
    _receipt, row = with_file(world)
    with django_capture_on_commit_callbacks(execute=True):
        actions.destroy_key(consultation=world.consultation, now=NOW)
    assert not OpinionAttachment.objects.exists()
    assert not default_storage.exists(row.path)
    assert {kind for kind, _subject in erasures.of_database()} == {"key"}


def test_files_no_row_knows_are_dropped_by_a_restore(world, tmp_path):
    _receipt, row = with_file(world)
    name = default_storage.save(f"gop-y/{uuid.uuid4()}.jpg", as_file(b"sau khi sao luu"))
    attachment_backup.restore(tmp_path / "khong-co.tep.tar")
    assert not default_storage.exists(name)
    assert default_storage.exists(row.path)
