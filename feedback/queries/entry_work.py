"""What waits for those who enter and check letters, paper forms and lists."""

from django.urls import reverse
from django.utils.translation import gettext as _

from feedback.queries import entries
from portal.agencies import today
from portal.common import clock
from portal.common.display import date_vi, number_vi


def todays_entries(user, grants, now):
    """Sections for "Việc hôm nay": batches to check, and own ones that are not handed over."""
    reach = entries.reach_of(user)
    if not reach:
        return
    checks = list(entries.waiting_for_check(user, reach, clock.today(now))[: today.MOST])
    yield today.Section(
        "feedback.check_batches",
        _("Phiếu, thư góp ý chờ kiểm tra"),
        items=[
            today.Item(
                title=_("%(channel)s, %(unit)s: %(n)s dòng")
                % {
                    "channel": batch.get_channel_display(),
                    "unit": batch.node.name,
                    "n": number_vi(batch.rows_now),
                },
                url=_url(batch),
                state=("batch", batch.state),
                note=_("%(who)s gửi %(on)s")
                % {
                    "who": batch.entered_by.full_name,
                    "on": date_vi(clock.today(batch.submitted_at)),
                },
            )
            for batch in checks
        ],
        more_url=reverse("feedback:batches") + "?trang-thai=checking",
    )
    undoing = entries.waiting_for_undo(user, reach, clock.today(now))[: today.MOST]
    yield today.Section(
        "feedback.undo_batches",
        _("Đề nghị hủy lô chờ xác nhận"),
        items=[
            today.Item(
                title=_("%(channel)s, %(unit)s: %(n)s ý kiến")
                % {
                    "channel": batch.get_channel_display(),
                    "unit": batch.node.name,
                    "n": number_vi(batch.opinions_made),
                },
                url=_url(batch),
                state=("batch", batch.state),
                note=_("%(who)s đề nghị %(on)s: %(why)s")
                % {
                    "who": batch.undo_asked_by.full_name,
                    "on": date_vi(clock.today(batch.undo_asked_at)),
                    "why": batch.undone_reason,
                },
            )
            for batch in undoing
        ],
    )
    yield today.Section(
        "feedback.unfinished_batches",
        _("Phiếu, thư góp ý đang nhập"),
        items=[
            today.Item(
                title=f"{batch.get_channel_display()}, {batch.node.name}",
                url=_url(batch),
                state=("batch", batch.state),
                note=batch.returned_note and _("Bị trả lại: %s") % batch.returned_note,
            )
            for batch in entries.unfinished(user)[: today.MOST]
        ],
    )


def _url(batch):
    return reverse("feedback:batch", args=[batch.public_id])
