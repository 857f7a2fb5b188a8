"""Consultations as readers and staff see them, and the numbers beside them."""

from django.db.models import Case, IntegerField, Prefetch, Value, When

from feedback import published
from feedback import totals as live
from feedback.models import Consultation, ConsultationEdition
from feedback.rules import MANAGING_ROLES
from feedback.suppression import show
from portal.agencies.rules import grants_of


def announced():
    """Announced consultations with what every list shows; newest first."""
    editions = ConsultationEdition.objects.select_related("edition__document").defer(
        "edition__source"
    )
    return (
        Consultation.objects.filter(state=Consultation.State.ANNOUNCED)
        .select_related("agency", "opens", "closes")
        .prefetch_related(Prefetch("consultation_editions", queryset=editions), "groups")
    )


def announced_in_order(now):
    """Announced consultations for readers: open first (closing soonest), then upcoming, closed."""
    rank = Case(
        When(closes__at__lte=now, then=Value(2)),
        When(opens__at__lte=now, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return announced().annotate(rank=rank).order_by("rank", "closes__at", "-id")


def of_plan(plan, now):
    """Announced consultations on drafts for the congresses of a plan, as `announced_in_order`."""
    drafts = ConsultationEdition.objects.filter(edition__document__event__plans=plan)
    return announced_in_order(now).filter(pk__in=drafts.values("consultation"))


def consultation_of(edition, now):
    """The announced consultation readers of `edition` should see: open, upcoming, last closed.

    1 query, without the editions and groups that lists show.
    """
    rows = announced_in_order(now).prefetch_related(None)
    return rows.filter(consultation_editions__edition=edition).first()


def public_count(number, phase="open"):
    """How the number of opinions of a consultation is shown to the public, "" before it opens.

    None at all is "dưới 5" too: else the first one would show.
    """
    return "" if phase in ("upcoming", "undetermined") else str(show(number))


def date_changes(consultation):
    """The ConsultationChanges of a consultation, newest first."""
    return consultation.changes.order_by("-id")


def totals(consultation_ids, *, day):
    """{consultation id: number of standing opinions until the end of the day before `day`}."""
    return published.totals(consultation_ids, day=day)


def counts_by_block(edition, *, day):
    """{block id: number of opinions as it may be shown} of one edition (`published.by_block`)."""
    return published.by_block(edition, day=day)


def working_consultations(user):
    """Consultations that `user` prepares and runs, for the desk."""
    return (
        Consultation.objects.filter(agency_id__in=grants_of(user).agency_ids(MANAGING_ROLES))
        .select_related("agency", "opens", "closes")
        .annotate(received=live.received_in_consultation())
        .order_by("-id")
    )
