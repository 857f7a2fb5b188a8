"""What stands beside a draft in the reading room: the consultation that is open on it."""

from django.urls import reverse

from documents.registry import Companion
from feedback import queries
from feedback.models import GuideQuestion
from feedback.rules import is_open
from portal.common import clock


def companion(edition, user, now):
    """The Companion of `edition`: its open consultation, else the last one that had it.

    Counts in the margin are suppressed below five; whether `user` may write is decided by the form.
    """
    found = queries.consultation_of(edition, now)
    if found is None:
        return None
    collecting = is_open(found, now) and found.mode == found.Mode.COLLECTED
    questions = {}
    for question in GuideQuestion.objects.filter(
        consultation_edition__consultation=found, consultation_edition__edition=edition
    ):
        questions.setdefault(question.block_id, []).append(question.text)
    day = clock.today(now)
    counts = queries.counts_by_block(edition, day=day)
    return Companion(
        template="feedback/_room_side.html",
        context={
            "consultation": found,
            "phase": queries.phase_of(found, now),
            "total": queries.public_count(queries.totals([found.pk], day=day).get(found.pk, 0)),
        },
        say_url=reverse("feedback:say", args=[found.pk, edition.pk]) if collecting else "",
        counts={pk: queries.public_count(n) for pk, n in counts.items()},
        questions=questions,
    )
