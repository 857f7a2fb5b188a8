"""Reading one's own notices. No audit: what a person reads is nobody's business."""

from portal.common import clock
from portal.notices.models import Delivery


def mark_read(*, actor, notice_id):
    """Mark the inbox notice of `actor` as read. Returns True when it was unread."""
    return (
        Delivery.objects.filter(
            person=actor, notice_id=notice_id, channel=Delivery.Channel.INBOX, read_at=None
        ).update(read_at=clock.now())
        == 1
    )


def mark_all_read(*, actor, up_to):
    """Mark what `actor` has unread as read, up to the delivery id `up_to` (the newest one shown).

    What came in after the page was made stays unread. Returns how many were marked.
    """
    return Delivery.objects.filter(
        person=actor, channel=Delivery.Channel.INBOX, read_at=None, id__lte=up_to
    ).update(read_at=clock.now())
