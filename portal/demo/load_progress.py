"""How far the units of the demo are: evidence of every kind, accepted, returned, without a file."""

import datetime as dt
import io

import openpyxl
from django.core.files.base import ContentFile

from campaigns import actions
from campaigns.models import Assignment, Evidence, Indicator, ProgressNote
from campaigns.queries import find_plan
from campaigns.rules.access import ACCEPTORS, DOERS
from portal.agencies.models import Membership
from portal.common import clock
from portal.demo import content, pictures


def load(on):
    """Load the progress of the current campaign; loading again changes nothing.

    Args:
        on: the day of loading.
    """
    data = content.load("progress.yaml", on)
    for symbol in data["acceptance"]:
        actions.edit_plan(actor=None, plan=find_plan(symbol), needs_acceptance=True)
    for row in data["progress"]:
        report_progress(row, on)


def report_progress(row, on):
    """Enter the progress of one task as a content file has it."""
    plan = find_plan(row["plan"])
    rows = Assignment.objects.filter(task__plan=plan, task__title=row["task"])
    given = {a.agency.slug: a for a in rows.select_related("agency", "task__plan")}
    for item in row.get("evidence") or ():
        _evidence(given[item["agency"]], item)
    bare = row.get("bare") or {}
    for slug, note in (row.get("doing") or {}).items():
        _say(given[slug], "doing", on - dt.timedelta(days=2), note=note or "")
    for slug, done_on in (row.get("done") or {}).items():
        values = {"without_evidence": True, "note": bare[slug]} if slug in bare else {}
        _say(given[slug], "done", done_on, done_on=done_on, **values)
    issuer = _person(plan.issuer_id, ACCEPTORS)
    for slug in row.get("accepted") or ():
        given[slug].refresh_from_db()
        if given[slug].accepted_at is None:
            actions.accept_assignment(actor=issuer, assignment=given[slug])
    for slug, reason in (row.get("returned") or {}).items():
        given[slug].refresh_from_db()
        if given[slug].returned_at is None:
            actions.return_assignment(actor=issuer, assignment=given[slug], note=reason)


def _say(assignment, state, day, **values):
    assignment.refresh_from_db()
    if assignment.state == state or assignment.returned_at is not None:
        return
    actions.set_progress(
        actor=_person(assignment.agency_id, DOERS), assignment=assignment, state=state, **values
    )
    # The demo was made in one moment; what its people wrote was not.
    written = dt.datetime.combine(day, dt.time(16, 30), clock.TZ)
    ProgressNote.objects.filter(assignment=assignment).update(at=written)


def _evidence(assignment, item):
    if Evidence.objects.filter(assignment=assignment, title=item["title"]).exists():
        return
    values = {k: v for k, v in item.items() if k not in ("agency", "photos", "file")}
    actor = _person(assignment.agency_id, DOERS)
    kept = []
    if item.get("photos"):
        files = [_drawn(photo) for photo in item["photos"]]
        kept, _none = actions.keep_photos(actor=actor, assignment=assignment, files=files)
    elif item.get("file"):
        kept = [actions.keep_file(actor=actor, assignment=assignment, file=_sheet(item["file"]))]
    if "indicator" in values:
        values["indicator"] = Indicator.objects.get(slug=values["indicator"])
    values.setdefault("kind", Evidence.Kind.OTHER)
    row = actions.add_evidence(actor=actor, assignment=assignment, uploads=kept, **values)
    if item.get("photos"):
        words = [photo["caption"] for photo in item["photos"]]
        captions = {f.pk: text for f, text in zip(row.files.all(), words, strict=True)}
        actions.edit_evidence(actor=actor, evidence=row, captions=captions)


def _drawn(photo):
    data = pictures.webp(photo["scene"], photo["seed"])
    return ContentFile(data, name=f"{photo['scene']}.webp")


def _sheet(file):
    book = openpyxl.Workbook()
    for row in file["rows"]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return ContentFile(out.getvalue(), name=file["name"])


def _person(agency_id, roles):
    """Somebody who holds one of `roles` at the agency, or None."""
    rows = Membership.objects.filter(agency_id=agency_id, role__in=roles).order_by("role", "id")
    found = rows.select_related("user").first()
    return found.user if found else None
