"""Publishing at an appointed minute: setting the hour, moving it, giving it up, and its coming.

A publication supersedes another edition and hands its keys on, so readers cannot be served a due
edition by comparing hours alone. Whoever meets a due edition first, a reader, the sweep or a person
at the desk, publishes it by the same locked step (`_live.settle`); the others find it done. So a
worker that is down delays nothing (docs/adr/0013).
"""

import logging

from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from documents import notices
from documents.actions._common import lock, record
from documents.actions._live import (
    APPROVAL,
    acting_under,
    approving,
    check_version,
    give_up_hour,
    live_of,
    need_valid_agency,
    put_live,
    refuse_due,
    settle,
    store,
    warn,
)
from documents.models import Edition
from documents.rules import APPROVING_ROLES, LIFECYCLE, approving_grant, may_time
from portal.agencies.rules import Acting, require
from portal.common import clock
from portal.common.display import datetime_vi
from portal.common.due import settle_due
from portal.common.errors import Refused
from portal.common.minutes import checked_minute

logger = logging.getLogger(__name__)


@transaction.atomic
def schedule(*, actor, edition, at, now=None, expected_version=None, confirmed=False):
    """Approve the submitted text, to be published at the minute `at`.

    Raises:
        Refused: as `publish`; "past", "far" (see `checked_minute`); "agency_ended" when the agency
            will be no more on that day, "role_ends" when the actor's right to approve will.
    """
    now = now or clock.now()
    edition = lock(edition)
    require(actor, APPROVING_ROLES, edition.document.agency)
    state = LIFECYCLE.target("schedule", edition.state)
    grant = approving(actor, edition)
    check_version(edition, expected_version)
    at = checked_hour(edition, at, now)
    _need_role_then(actor, edition, at)
    warn(live_of(edition.document), now, confirmed=confirmed)
    edition.state = state
    edition.publish_at = at
    edition.approved_by, edition.approved_for_id = actor, grant.on_behalf_of_id
    edition.remark = ""
    store(edition, "state", "remark", *APPROVAL)
    record(acting_under(actor, grant), "schedule", edition, edition.document, _change(None, at))
    notices.tell_scheduled(edition, actor=actor, now=now)
    return edition


@transaction.atomic
def reschedule(*, actor, edition, at, now=None, expected_version=None):
    """Move the hour of a scheduled edition.

    Raises:
        Refused: "no_right", "past", "far", "agency_ended", "role_ends", "same"; "due" when its
            minute has come; "stale".
    """
    now = now or clock.now()
    edition = _timed(actor, edition, "reschedule")
    check_version(edition, expected_version)
    refuse_due(edition, now)
    at = checked_hour(edition, at, now)
    if edition.paper_approval_id is None:
        _need_role_then(edition.approved_by, edition, at)
    before = edition.publish_at
    if at == before:
        raise Refused(_("Văn bản đã hẹn đúng giờ này."), code="same")
    edition.publish_at = at
    store(edition, "publish_at")
    record(Acting(actor, None), "reschedule", edition, edition.document, _change(before, at))
    notices.tell_scheduled(edition, actor=actor, now=now, before=before)
    return edition


@transaction.atomic
def unschedule(*, actor, edition, now=None):
    """Give the hour up: the edition waits for approval again.

    Raises:
        Refused: "no_right"; "due" when its minute has come.
    """
    now = now or clock.now()
    edition = _timed(actor, edition, "unschedule")
    before = edition.publish_at
    give_up_hour(edition, actor=actor, now=now)
    edition.state = LIFECYCLE.target("unschedule", edition.state)
    store(edition, "state", *APPROVAL)
    record(Acting(actor, None), "unschedule", edition, edition.document, _change(before, None))
    return edition


@transaction.atomic
def publish_now(*, actor, edition, now=None, confirmed=False):
    """Publish a scheduled edition without waiting for its hour. After its minute this does what
    the sweep would do."""
    now = now or clock.now()
    edition = _timed(actor, edition, "publish_now")
    if edition.publish_at <= now:
        settle(edition, now=now)
        return edition
    need_valid_agency(edition.document.agency, clock.today(now))
    warn(live_of(edition.document), now, confirmed=confirmed)
    before, edition.publish_at = edition.publish_at, now
    put_live(edition, at=now, actor=actor, now=now)
    record(Acting(actor, None), "publish_now", edition, edition.document, _change(before, now))
    notices.tell_published(edition, actor=actor, now=now)
    return edition


def serve_due(document_id=None, *, now=None):
    """Publish what is due, of one document or of all, before readers are shown anything.

    One short query where nothing is due. An edition that cannot be settled is logged and left to
    the sweep: readers get the pages as they are.
    """
    now = now or clock.now()
    due = Edition.objects.due(now)
    if document_id is not None:
        due = due.filter(document=document_id)
    for pk in list(due.values_list("pk", flat=True)):
        try:
            _settle_if_due(pk, now)
        except (OperationalError, InterfaceError):  # a lost connection is no fault of the edition
            raise
        except Exception:
            logger.exception("edition %s could not be published", pk)


@transaction.atomic
def _settle_if_due(pk, now):
    """The row is waited for: whoever holds it decides, and what is left to do is asked again."""
    edition = lock(Edition(pk=pk))
    if edition.state == Edition.State.SCHEDULED and edition.publish_at <= now:
        settle(edition, now=now)


def publish_due(*, now=None, dry_run=False, report=None):
    """Settle every scheduled edition whose minute has come; see `settle_due`. Beat calls it."""
    now = now or clock.now()

    def settled(claimed):
        edition = lock(claimed)
        return edition, settle(edition, now=now)

    due = Edition.objects.due(now).order_by("publish_at", "id")
    due = due.only("pk", "publish_at", "document")
    return settle_due(due, settled, dry_run=dry_run, report=report)


def checked_hour(edition, at, now):
    """`at` on its minute, if the edition may be published then; Refused if not."""
    at = checked_minute(at, now, instead=_("công bố ngay"))
    need_valid_agency(edition.document.agency, clock.today(at))
    return at


def _need_role_then(approver, edition, at):
    if approving_grant(approver, edition, on=clock.today(at)) is None:
        raise Refused(
            _("Quyền duyệt (hoặc ủy quyền) của %(name)s hết trước %(at)s; hãy chọn giờ sớm hơn.")
            % {"name": approver, "at": datetime_vi(at)},
            code="role_ends",
        )


def _timed(actor, edition, verb):
    """The locked edition, for changing its hour; the life cycle speaks before the role."""
    edition = lock(edition)
    LIFECYCLE.target(verb, edition.state)
    if not may_time(actor, edition):
        raise Refused(_("Đồng chí không có quyền làm việc này."), code="no_right")
    return edition


def _change(before, after):
    return {"publish_at": [datetime_vi(before) or None, datetime_vi(after) or None]}
