"""Evidence: entered by hand, picked among what the portal has, reported by upper apps."""

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.actions._common import lock, one_line
from campaigns.actions.work import State, check_in_force, record, say
from campaigns.models import Assignment, Evidence, EvidenceFile, ProgressNote
from campaigns.registry import evidence_sources
from portal.common import audit, clock, text
from portal.common.errors import Refused
from portal.common.uploads.actions import discard_photo, store_file, store_photo
from portal.common.uploads.models import Upload

Kind, Channel = Evidence.Kind, Evidence.Channel
MANUAL = "manual"
TITLE, URL, NOTE, OUTLET, PLACE, CAPTION = 300, 500, 2000, 200, 200, 500
#: Kinds that people enter; the others are rows of upper apps.
BY_HAND = (Kind.LINK, Kind.MEETING, Kind.FILE, Kind.PHOTOS, Kind.OTHER)
#: Channels that always have an address.
ONLINE = frozenset({Channel.WEBSITE, Channel.FACEBOOK})
#: So many photos at once.
MOST_PHOTOS = 10
_DETAILS = ("channel", "outlet", "place", "attendees", "speakers", "quantity", "indicator")


@transaction.atomic
def add_evidence(
    *,
    actor,
    assignment,
    kind,
    happened_on,
    title="",
    url="",
    note="",
    uploads=(),
    key=None,
    **details,
):
    """Show by hand what was done.

    Args:
        kind: one of BY_HAND.
        title: photos and files may leave it out.
        key: a UUID of the form it came with; what came with it before is given back unchanged.
        uploads: of `keep_photos` or `keep_file`, in order; for photos and files only.
        details: `channel` and `outlet` of a link; `place`, `attendees`, `speakers` of a meeting;
            `quantity` with `indicator` of other work, `quantity` of a broadcast (times on air).

    Raises:
        Refused: "future", "not_in_force", "missing", "long", "url" (not http(s) or a local path, or
            none where the channel has one), "speakers" (more than people), "quantity", "no_files",
            "too_many".
    """
    row = lock(assignment)
    check_in_force(row)
    if kind not in BY_HAND:
        raise ValueError(f"evidence of this kind is not entered by hand: {kind!r}")
    key = uuid.UUID(str(key)) if key else uuid.uuid4()
    known = row.evidence.filter(source_kind=MANUAL, source_id=key.hex).first()
    if known is not None:
        return known
    uploads = list(uploads)
    if kind in (Kind.PHOTOS, Kind.FILE) and not uploads:
        raise Refused(_("Chưa có tệp nào."), code="no_files")
    if len(uploads) > MOST_PHOTOS:
        raise _too_many()
    evidence = Evidence(
        assignment=row,
        kind=kind,
        source_kind=MANUAL,
        source_id=key.hex,
        added_by=actor,
        **_cleaned(
            kind,
            {"happened_on": happened_on, "title": title, "url": url, "note": note, **details},
            default_title=_title_of(kind, row, uploads),
        ),
    )
    evidence.save(force_insert=True)
    EvidenceFile.objects.bulk_create(
        EvidenceFile(evidence=evidence, upload=upload, position=n)
        for n, upload in enumerate(uploads)
    )
    _shown(actor, row)
    record(actor, "add_evidence", row, {"evidence": [None, evidence.title]})
    return evidence


def add_manual_evidence(*, actor, assignment, title, happened_on, url="", note=""):
    """`add_evidence` of the plainest kind: a title, a day, perhaps an address."""
    return add_evidence(
        actor=actor,
        assignment=assignment,
        kind=Kind.OTHER,
        title=title,
        happened_on=happened_on,
        url=url,
        note=note,
    )


@transaction.atomic
def edit_evidence(*, actor, evidence, lock_version=None, captions=None, **values):
    """Correct what was entered by hand: the fields of `add_evidence` but its kind and uploads.

    Args:
        captions: {id of an EvidenceFile: text}; others keep theirs.

    Raises:
        StaleVersion; Refused as `add_evidence`, "source" for rows of upper apps, "gone" for what
            was taken back, "accepted".
    """
    assignment = lock(evidence.assignment)
    row = lock(evidence, lock_version)
    _check_editable(assignment, row)
    names = ("title", "url", "note", "happened_on", *_DETAILS)
    before = audit.snapshot(row, names)
    given = {name: getattr(row, name) for name in names} | values
    for name, value in _cleaned(row.kind, given, default_title=row.title).items():
        setattr(row, name, value)
    changes = audit.diff(before, audit.snapshot(row, names))
    changes |= _caption(row, captions or {})
    if changes:
        row.lock_version += 1
        row.save()
        record(actor, "edit_evidence", assignment, changes)
    return row


@transaction.atomic
def remove_photo(*, actor, file):
    """Take one photo out of its evidence, for good: somebody may be on it who must not be.

    Raises:
        Refused: "source", "gone", "accepted"; "last" for the only one left.
    """
    assignment = lock(file.evidence.assignment)
    row = lock(file.evidence)
    _check_editable(assignment, row)
    if not row.files.exclude(pk=file.pk).exists():
        raise Refused(_("Đây là ảnh duy nhất còn lại; hãy gỡ cả minh chứng."), code="last")
    EvidenceFile.objects.filter(pk=file.pk, evidence=row).delete()
    discard_photo(file.upload, actor=actor)
    row.lock_version += 1
    row.save(update_fields=["lock_version"])
    record(actor, "edit_evidence", assignment, {"photo": [file.upload.original_name, None]})


@transaction.atomic
def retract_manual_evidence(*, actor, evidence):
    """Take back evidence that was entered or picked by hand; the row stays, marked.

    Raises:
        Refused: "source" for what an upper app reported itself, "accepted", "not_in_force".
    """
    assignment = lock(evidence.assignment)
    row = Evidence.objects.select_for_update().get(pk=evidence.pk)
    if row.source_kind != MANUAL and not row.picked:
        raise _of_the_portal()
    _check_open(assignment)
    if row.retracted_at is not None:
        return
    row.picked, row.retracted_at = False, clock.now()
    row.save(update_fields=["picked", "retracted_at"])
    record(actor, "retract_evidence", assignment, {"evidence": [row.title, None]})


@transaction.atomic
def pick_evidence(*, actor, assignment, source_kind, source_id):
    """Make a row of an upper app (an article, a consultation of the unit) evidence as well.

    Raises:
        Refused: "not_found" when the unit has no such row, or not any more; "not_in_force".
    """
    row = lock(assignment)
    check_in_force(row)
    source = evidence_sources[source_kind]
    found = source.find(row.agency, str(source_id))
    if found is None:
        raise Refused(
            _("Không tìm thấy mục này; có thể nó vừa được gỡ. Hãy tìm lại."), code="not_found"
        )
    values = {
        "kind": source.kind,
        "title": text.one_line(found.title)[:TITLE],
        "url": _checked_url(found.url),
        "happened_on": found.on,
        "picked": True,
        "retracted_at": None,
    }
    evidence, made = Evidence.objects.select_for_update().get_or_create(
        assignment=row,
        source_kind=source_kind,
        source_id=found.id,
        defaults={**values, "added_by": actor},
    )
    gone = evidence.retracted_at is not None
    if gone or not evidence.picked:
        for name, value in values.items():
            setattr(evidence, name, value)
        evidence.save(update_fields=list(values))
    if made or gone:
        record(actor, "add_evidence", row, {"evidence": [None, evidence.title]})
    _shown(actor, row)
    return evidence


# --- Files ----------------------------------------------------------------------------------


def keep_photos(*, actor, assignment, files, kept=0):
    """Store photos, each on its own: one bad file does not lose the others.

    Args:
        kept: how many came with an earlier sending of the same form.

    Returns (Uploads in order, [(name of the file, sentence why it was not taken)]).
    """
    stored, problems = [], []
    for file in files:
        try:
            if kept + len(stored) >= MOST_PHOTOS:
                raise _too_many()
            stored.append(store_photo(file, actor=actor, agency=assignment.agency_id))
        except Refused as refused:
            problems.append((file.name, refused.message))
    return stored, problems


def keep_file(*, actor, assignment, file):
    """Store one PDF, DOCX or XLSX. Raises Refused as `uploads.store_file`."""
    return store_file(file, actor=actor, agency=assignment.agency_id)


def kept_uploads(*, actor, assignment, ids, kind):
    """Those of `ids` that `actor` handed in for the unit and that nothing shows yet, in order."""
    rows = Upload.objects.filter(
        pk__in=ids,
        kind=kind,
        uploaded_by=actor,
        agency_id=assignment.agency_id,
        evidence_file=None,
    ).in_bulk()
    return [rows[pk] for pk in ids if pk in rows]


def _too_many():
    return Refused(_("Mỗi lần gửi nhiều nhất %d ảnh.") % MOST_PHOTOS, code="too_many")


def _title_of(kind, assignment, uploads):
    if kind == Kind.PHOTOS:
        return _("Ảnh: %s") % assignment.task.title
    if kind == Kind.FILE and uploads:
        return uploads[0].original_name
    return ""


# --- For upper apps -------------------------------------------------------------------------


@transaction.atomic
def record_evidence(
    *,
    source_kind,
    source_id,
    title,
    url,
    happened_on,
    actor=None,
    assignment=None,
    assignment_ids=None,
    note="",
):
    """For upper apps: something happened that shows work on assignments.

    Idempotent: calling it again brings title, address and day up to date, and evidence that was
    retracted counts again. With `assignment_ids` (or one `assignment`) the list is complete:
    evidence of this source for other assignments is retracted, except where somebody picked it by
    hand. An untouched task becomes "doing".

    Args:
        source_kind: stable kind of row ("news.article"), best one of the registry
            `evidence_sources`, which tells the kind of evidence; source_id: its key.
        happened_on: a date.

    Returns the Evidence rows.
    """
    ids = set(assignment_ids or ()) | ({assignment.pk} if assignment is not None else set())
    source_id = str(source_id)
    known = Evidence.objects.select_for_update().filter(
        source_kind=source_kind, source_id=source_id
    )
    ids |= set(known.filter(picked=True).values_list("assignment_id", flat=True))
    gone = known.filter(retracted_at=None).exclude(assignment_id__in=ids)
    for row in gone.select_related("assignment"):
        record(actor, "retract_evidence", row.assignment, {"evidence": [row.title, None]})
    gone.update(retracted_at=clock.now())
    source = evidence_sources.get(source_kind)
    values = {
        "kind": source.kind if source else Evidence.Kind.OTHER,
        "title": text.one_line(title)[:TITLE],
        "url": _checked_url(url),
        "happened_on": happened_on,
        "note": text.clean(note or ""),
        "retracted_at": None,
    }
    rows = []
    have = {row.assignment_id: row for row in known.filter(assignment_id__in=ids)}
    targets = Assignment.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    for target in targets:
        row = have.get(target.pk)
        if row is None:
            row = Evidence.objects.create(
                assignment=target,
                source_kind=source_kind,
                source_id=source_id,
                added_by=actor,
                **values,
            )
            record(actor, "add_evidence", target, {"evidence": [None, row.title]})
        elif any(getattr(row, name) != value for name, value in values.items()):
            was_gone = row.retracted_at is not None
            for name, value in values.items():
                setattr(row, name, value)
            row.save(update_fields=list(values))
            if was_gone:
                record(actor, "add_evidence", target, {"evidence": [None, row.title]})
        _shown(actor, target)
        rows.append(row)
    return rows


@transaction.atomic
def retract_evidence(*, source_kind, source_id, actor=None):
    """For upper apps: what was shown is gone (an article withdrawn). Rows stay, marked.

    Progress that a person entered stays too. Returns how many rows were retracted.
    """
    rows = Evidence.objects.select_for_update().filter(
        source_kind=source_kind, source_id=str(source_id), retracted_at=None
    )
    found = list(rows.select_related("assignment"))
    for row in found:
        record(actor, "retract_evidence", row.assignment, {"evidence": [row.title, None]})
    Evidence.objects.filter(pk__in=[row.pk for row in found]).update(retracted_at=clock.now())
    return len(found)


# --- Inside ---------------------------------------------------------------------------------


def _shown(actor, row):
    """Something shows the work now: what was untouched is under way, what was bare is no more."""
    changes = {}
    if row.state == State.TODO:
        row.state = State.DOING
        changes["state"] = [State.TODO, State.DOING]
        say(row, actor, ProgressNote.Kind.STATE, state=State.DOING)
    if row.without_evidence:
        row.without_evidence = False
        changes["without_evidence"] = [True, False]
    if changes:
        row.lock_version += 1
        row.save(update_fields=["state", "without_evidence", "lock_version"])
        record(actor, "set_progress", row, changes)


def _check_open(assignment):
    check_in_force(assignment)
    if assignment.accepted_at is not None:
        raise Refused(
            _("Nhiệm vụ đã được nghiệm thu nên minh chứng không sửa, gỡ được nữa."),
            code="accepted",
        )


def _check_editable(assignment, row):
    if row.source_kind != MANUAL:
        raise _of_the_portal()
    _check_open(assignment)
    if row.retracted_at is not None:
        raise Refused(_("Minh chứng này đã gỡ."), code="gone")


def _of_the_portal():
    return Refused(_("Minh chứng này do hệ thống ghi; hãy gỡ ở nơi nó phát sinh."), code="source")


def _cleaned(kind, given, *, default_title):
    """The fields of Evidence of this kind; what belongs to other kinds is empty."""
    unknown = set(given) - {"title", "url", "note", "happened_on", *_DETAILS}
    if unknown:
        raise TypeError(f"not a field of evidence: {sorted(unknown)}")
    if given["happened_on"] > clock.today():
        raise Refused(_("Ngày thực hiện chưa đến."), code="future")
    fields = {
        "title": one_line(
            text.one_line(given["title"] or "") or default_title,
            limit=TITLE,
            what=_("tên minh chứng"),
        ),
        "url": _checked_url(given["url"]),
        "note": text.clean(given["note"] or "")[:NOTE],
        "happened_on": given["happened_on"],
        "channel": "",
        "outlet": "",
        "place": "",
        "attendees": None,
        "speakers": None,
        "quantity": None,
        "indicator": None,
    }
    if kind == Kind.LINK:
        fields |= _link(given, fields["url"])
    elif kind == Kind.MEETING:
        fields |= _meeting(given)
    elif kind == Kind.OTHER:
        fields |= _counted(given)
    return fields


def _link(given, url):
    channel = given.get("channel")
    if channel not in Channel.values:
        raise Refused(_("Chọn nơi đăng, phát."), code="channel")
    if channel in ONLINE and not url:
        raise Refused(_("Dán đường dẫn của bài."), code="url")
    return {
        "channel": channel,
        "outlet": one_line(given.get("outlet"), limit=OUTLET, what=_("tên nơi đăng, phát")),
        "quantity": given.get("quantity") if channel == Channel.BROADCAST else None,
    }


def _meeting(given):
    attendees, speakers = given.get("attendees"), given.get("speakers")
    if attendees is None:
        raise Refused(_("Ghi số người dự."), code="attendees")
    if speakers is not None and speakers > attendees:
        raise Refused(_("Số người phát biểu nhiều hơn số người dự."), code="speakers")
    place = text.one_line(given.get("place") or "")[:PLACE]
    return {"place": place, "attendees": attendees, "speakers": speakers}


def _counted(given):
    quantity, indicator = given.get("quantity"), given.get("indicator")
    if indicator is not None and quantity is None:
        raise Refused(_("Ghi số lượng của chỉ tiêu đã chọn."), code="quantity")
    if quantity is not None and indicator is None:
        raise Refused(_("Chọn chỉ tiêu mà số lượng này tính vào."), code="indicator")
    return {"quantity": quantity, "indicator": indicator}


def _caption(row, captions):
    """Write the captions of the files of `row`. Returns the changes."""
    files = {file.pk: file for file in row.files.all()}
    moved = {}
    for pk, words in captions.items():
        words = text.one_line(words or "")[:CAPTION]
        if pk in files and files[pk].caption != words:
            moved[f"caption_{pk}"] = [files[pk].caption, words]
            files[pk].caption = words
            files[pk].save(update_fields=["caption"])
    return moved


def _checked_url(url):
    url = (url or "").strip()
    if not url:
        return ""
    local = url.startswith("/") and not url.startswith("//") and "\\" not in url
    if not (local or url.startswith(("https://", "http://"))) or any(c.isspace() for c in url):
        raise Refused(_("Đường dẫn phải bắt đầu bằng http:// hoặc https://."), code="url")
    if len(url) > URL:
        raise Refused(_("Đường dẫn dài quá %d ký tự.") % URL, code="long")
    return url
