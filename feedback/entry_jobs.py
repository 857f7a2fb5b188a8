"""Long work on batches in the background: a list read, thousands of rows accepted at once."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from feedback.actions import entries, entry_imports
from feedback.models import EntryBatch
from feedback.rules import entering
from portal.common import display, jobs
from portal.common.errors import Refused

ACCEPT = "feedback.accept_batch"
READ = "feedback.read_import"
_BATCHES = EntryBatch.objects.select_related("consultation", "node", "desk")


def start_accept(*, actor, batch, version, back_url):
    """Accept a batch in the background. Arguments as `entries.accept`; returns the Job."""
    return jobs.start(
        kind=ACCEPT,
        actor=actor,
        title=_("Tiếp nhận lô nhập: %s") % batch.node.name,
        params={"batch": batch.pk, "version": version},
        back_url=back_url,
        agency=batch.desk.handled_by_id,
    )


def _accept(job, report):
    batch = EntryBatch.objects.filter(pk=job.params["batch"]).first()
    if batch is None:
        raise Refused(_("Lô này không còn."), code="no_batch")
    done = entries.accept(
        actor=job.actor, batch=batch, expected_version=job.params["version"], report=report
    )
    return jobs.Result(note=_("Đã tiếp nhận %s ý kiến.") % display.number_vi(done.opinions_made))


def start_reading(*, actor, batch, back_url):
    """Read the file of an import in the background; returns the Job."""
    return jobs.start(
        kind=READ,
        actor=actor,
        title=_("Đọc tệp: %s") % batch.source_name,
        params={"batch": batch.pk, "digest": batch.source_digest},
        back_url=back_url,
        agency=batch.desk.handled_by_id,
    )


def _read(job, report):
    batch = _BATCHES.filter(pk=job.params["batch"]).first()
    if batch is None:
        raise Refused(_("Lô này không còn."), code="no_batch")
    try:
        count = entry_imports.read_file(batch=batch, report=report)
    except Refused:
        # nothing was read: the same file may be tried again once it is mended
        entries.discard(actor=job.actor, batch=batch)
        raise
    return jobs.Result(note=_("Đã đọc %s dòng.") % display.number_vi(count))


def _may_read(user, params):
    batch = _BATCHES.filter(pk=params["batch"]).first()
    return batch is not None and user is not None and entering.may_see(user, batch)


def _may_accept(user, params):
    batch = _BATCHES.filter(pk=params["batch"]).first()
    return batch is not None and user is not None and entering.may_check(user, batch)


def register():
    """Called once, by `AppConfig.ready`."""
    jobs.kinds.register(
        READ,
        jobs.JobKind(
            run=_read,
            may=_may_read,
            advice=lazy("Chưa có dòng nào được giữ. Hãy sửa tệp rồi tải lên lại."),
            retry=False,
        ),
    )
    jobs.kinds.register(
        ACCEPT,
        jobs.JobKind(
            run=_accept,
            may=_may_accept,
            advice=lazy("Chưa có ý kiến nào được tính. Hãy mở lại lô và tiếp nhận lần nữa."),
        ),
    )
