"""One decision for many: the ticked ones each by itself, a flood of the same words in one go."""

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from portal.agencies.rules import grants_of, person_behind
from portal.common import audit, clock
from portal.common.errors import Refused
from portal.moderation import registry, rules
from portal.moderation.actions.decisions import MOST_AT_ONCE, decide, find_reasons, told
from portal.moderation.models import Case, Decision

#: A flood larger than this takes another press of the button.
MOST_ALIKE = 2000


def decide_many(*, actor, versions, outcome, now=None):
    """Approve the ticked cases, or call them spam; one that was decided already holds up no other.

    Args:
        versions: {case id: lock_version as the person saw it}.

    Returns:
        (number decided, [sentence about one that was not]).
    """
    if len(versions) > MOST_AT_ONCE:
        raise Refused(
            _("Mỗi lần quyết định nhiều nhất %(most)d nội dung.") % {"most": MOST_AT_ONCE},
            code="many",
        )
    if outcome == rules.HIDDEN:
        raise ValueError("hiding has its reason case by case")
    done, refusals = 0, []
    # In one order, so that two people with the same ticks do not wait for each other.
    for case_id in sorted(versions, key=str):
        try:
            decide(
                actor=actor,
                case_id=case_id,
                expected_version=versions[case_id],
                outcome=outcome,
                now=now,
            )
        except Refused as refused:
            refusals.append(str(refused.message))
        except Case.DoesNotExist:
            refusals.append(_("Có nội dung không còn trong danh sách."))
        else:
            done += 1
    return done, refusals


@transaction.atomic
def decide_alike(*, actor, like, outcome, now=None):
    """Decide all cases of one agency whose words are those of `like` and that nobody looked at yet.

    A fixed number of statements for up to `MOST_ALIKE` cases. Left out: what was decided or asked
    about before, what somebody else has open or decides at this moment.

    Args:
        like: a Case with a `likeness`.
        outcome: `rules.APPROVED` or `rules.SPAM`.

    Returns:
        How many were decided.
    """
    now = now or clock.now()
    handler = registry.kinds[like.kind]
    if not like.likeness or outcome == rules.HIDDEN:
        raise ValueError("nothing is like this case, or hiding has its reason case by case")
    grant = _grant(actor, like, handler, on=clock.today(now))
    found = find_reasons(like.kind, outcome, ())
    free = Q(claimed_until=None) | Q(claimed_until__lte=now) | Q(claimed_by=actor)
    cases = list(
        Case.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(free, kind=like.kind, likeness=like.likeness, agency=like.agency_id)
        .filter(state=Case.State.PENDING, was_appealed=False, decided_at=None)
        .order_by("pk")[:MOST_ALIKE]
    )
    left_out = handler.apply_many(cases, outcome, now=now) if cases else set()
    cases = [case for case in cases if case.pk not in left_out]
    if not cases:
        return 0
    Decision.objects.bulk_create(
        Decision(
            case=case,
            n=1,
            by=actor,
            on_behalf_of_id=grant.on_behalf_of_id,
            at=now,
            outcome=outcome,
            reasons=[r.code for r in found],
            told=told(found, ""),
        )
        for case in cases
    )
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(
        state=rules.LIFECYCLE.target(rules.VERBS[outcome], Case.State.PENDING),
        decided_at=now,
        claimed_by=None,
        claimed_until=None,
        lock_version=F("lock_version") + 1,
    )
    audit.record(
        actor=actor,
        verb="moderate_alike",
        obj=cases[0],
        agency=like.agency_id,
        on_behalf_of=person_behind(grant),
        changes={"state": [Case.State.PENDING.value, outcome], "number": [0, len(cases)]},
        label=like.context_label,
    )
    return len(cases)


def _grant(actor, like, handler, *, on):
    held = [
        grant
        for grant in grants_of(actor, on=on)
        if grant.role in handler.roles and grant.agency_id == like.agency_id
    ]
    if not held:
        raise Refused(_("Đồng chí không kiểm duyệt nội dung của cơ quan này."), code="role")
    return min(held, key=lambda grant: grant.on_behalf_of_id is not None)
