"""Who may read which notices: everybody their own, who follows plans those of their agencies."""

from portal.common import clock
from portal.notices.models import Delivery, ScheduledNotice
from tests.access import Row


def told_to_kehoach(world):
    """A notice in the inbox of one account (made for the request, gone after it)."""
    notice = ScheduledNotice.objects.create(
        kind="information",
        subject_kind="tests",
        subject_id=1,
        due_at=clock.now(),
        state=ScheduledNotice.State.EXPANDED,
        settled_at=clock.now(),
    )
    delivery = Delivery.objects.create(
        notice=notice,
        person=world.user("kehoach"),
        channel=Delivery.Channel.INBOX,
        state=Delivery.State.SENT,
        title="Đợt 2 bắt đầu ngày 1/8/2025",
        url="/ke-hoach/",
    )
    return {"public_id": delivery.public_id}


ROWS = [
    Row("notices:inbox"),
    Row("notices:unread", anonymous=204),
    Row("notices:open", told_to_kehoach, default=404, kehoach=302),
    Row("notices:preferences"),
    Row("notices:preferences", method="post", data={}, default=422),
    Row("notices:mark_all", default=405),
    Row("notices:mark_all", method="post", data={"up_to": "1"}, default=302),
    Row("notices:scheduled", default=403, duyet=200, kehoach=200, quantri=200, khach=200),
]
