from celery import shared_task

from feedback import (
    actions,
    attachments,
    moderated,
    moderation,
    participants,
    participation,
    published,
    retention,
    totals,
)
from feedback.actions import entry_files, minutes
from portal.common import clock


@shared_task(name="feedback.open_due")
def open_due():
    """Copy the ladders of consultations that opened; beat runs it each minute.

    A first opinion that comes earlier copies the ladder itself, so nobody waits for this.
    """
    actions.open_due()


@shared_task(name="feedback.publish_numbers")
def publish_numbers():
    """Take the day's numbers for the public; beat runs it after midnight.

    A reader who comes earlier has them taken, so a run that is missed costs a moment only.
    """
    published.take(day=clock.today())
    moderated.take(day=clock.today())


@shared_task(name="feedback.write_to_guests")
def write_to_guests():
    """Post the letters owed to guests who confirmed their address; beat runs it each hour."""
    participants.write_to_guests()


@shared_task(name="feedback.fold_totals")
def fold_totals():
    """Fold the deltas of opinions into their totals; beat runs it each minute."""
    totals.fold()


@shared_task(name="feedback.take_participation")
def take_participation():
    """Take the day's pictures of participation; beat runs it each hour, the first after midnight
    does the work and the others find it done."""
    participation.take_due(day=clock.today())


@shared_task(name="feedback.purge_drafts")
def purge_drafts():
    """Delete drafts nobody can send any more; beat runs it each night."""
    actions.purge_drafts()


@shared_task(name="feedback.moderate")
def moderate():
    """Bring opinions into the queue of moderation; beat runs it each minute."""
    moderation.sweep()


@shared_task(name="feedback.sweep_attachments")
def sweep_attachments():
    """Delete files of forms that were never sent; beat runs it each night."""
    attachments.sweep_orphans()


@shared_task(name="feedback.end_keys")
def end_keys():
    """Tell of keys that are to be destroyed, destroy those that are due; beat runs it each day."""
    retention.sweep()


@shared_task(name="feedback.delete_minutes")
def delete_minutes():
    """Delete the photos of minutes whose day has come; beat runs it each night."""
    minutes.delete_due_photos(today=clock.today())


@shared_task(name="feedback.sweep_batches")
def sweep_batches():
    """Delete scans that are due and batches put aside long ago; beat runs it each night."""
    entry_files.delete_due(now=clock.now())
