"""What stands beside a draft in the reading room: the consultation that is open on it."""

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from documents.models import Block
from documents.registry import Companion, Margins, PassageNote, Question, Reason
from feedback import queries, taking_part
from feedback.models import GuideQuestion
from feedback.rules import is_open, phase_of, takes_online
from portal.common import clock
from portal.common.display import number_vi

#: Letters of an answer beside a change; the rest is on the page of answers.
_REASON = 300


def companion(edition, user, now):
    """The Companion of `edition`: its open consultation, else the last one that had it.

    Whether `user` may write is decided by the form. 3 queries (5 where units were chosen), none of
    an opinion.
    """
    found = queries.consultation_of(edition, now)
    if found is None:
        return None
    collecting = is_open(found, now) and takes_online(found)
    total = queries.totals([found.pk], day=clock.today(now)).get(found.pk, 0)
    return Companion(
        template="feedback/_room_side.html",
        context={
            "consultation": found,
            "phase": phase_of(found, now),
            "who_writes": taking_part.who_writes(found),
            "needs_account": taking_part.needs_account(found),
            "total": queries.public_count(total, phase_of(found, now)),
        },
        say_url=reverse("feedback:say", args=[found.pk, edition.pk]) if collecting else "",
        open_to_all=found.audience == found.Audience.PUBLIC,
        questions=_questions(found, edition, collecting),
    )


def margins(edition, user, now):
    """The Margins of `edition`: counts of the day before, as they may be shown; questions.

    A passage with fewer than five has no count, as one without any. A heading of the contents
    carries the sum of what is shown below it, so that it tells nothing of what is not. 4 queries.
    """
    found = queries.consultation_of(edition, now)
    if found is None:
        return None
    counts = queries.counts_by_block(edition, day=clock.today(now))
    collecting = is_open(found, now) and takes_online(found)
    return Margins(
        counts={pk: number_vi(n) for pk, n in counts.items()},
        contents=_below_headings(edition, counts),
        questions=_questions(found, edition, collecting),
    )


def reasons(edition, old, user, now):
    """{id of a block of `old`: [Reason]}: the published answers about what was changed, and how
    many wrote about it; 2 queries."""
    counts = queries.counts_by_block(old, day=clock.today(now))
    words = _("%(count)s lượt ý kiến về đoạn này ở lần %(n)d")
    found = {}
    for pk, answers in queries.published_on(old.blocks.values("pk")).items():
        found[pk] = [_answer_reason(answer) for answer in answers]
    for pk, count in counts.items():
        said = words % {"count": number_vi(count), "n": old.n}
        found.setdefault(pk, []).append(Reason(said))
    return found


def _answer_reason(answer):
    words = Truncator(" ".join(answer.text.split())).chars(_REASON)
    return Reason(
        f"{answer.get_outcome_display()}: {words}",
        reverse("feedback:answers", args=[answer.consultation_id, answer.consultation.slug]),
    )


def passage_note(block, user, now):
    """The PassageNote of a block: the published answers about it, or None; 1 query."""
    answers = queries.published_on([block.pk]).get(block.pk)
    if not answers:
        return None
    return PassageNote("feedback/_passage_answers.html", {"answers": answers})


def _questions(consultation, edition, collecting):
    """{pos of a block or None: [Question]}, with the way to the form while it is open; 1 query."""
    rows = GuideQuestion.objects.filter(
        consultation_edition__consultation=consultation, consultation_edition__edition=edition
    )
    questions = {}
    form = reverse("feedback:say", args=[consultation.pk, edition.pk]) if collecting else ""
    for pos, text, pk in rows.values_list("block__pos", "text", "pk"):
        url = f"{form}?cau={pk}" if form else ""
        questions.setdefault(pos, []).append(Question(text, url))
    return questions


def _below_headings(edition, shown):
    """{id of a heading: sum of the shown counts from it to the next of its level or higher}."""
    if not shown:
        return {}
    sums, path = {}, []
    blocks = edition.blocks.order_by("pos").values_list("pk", "kind", "level")
    for pk, kind, level in blocks:
        if kind == Block.Kind.HEADING:
            path = [step for step in path if step[0] < level]
            path.append((level, pk))
        for _level, heading in path if pk in shown else ():
            sums[heading] = sums.get(heading, 0) + shown[pk]
    return {pk: number_vi(n) for pk, n in sums.items()}
