"""Taking part in the demo: numbers that others declare, and the first picture of the day."""

from feedback import actions, participation, totals
from feedback.models import Consultation
from portal.demo import content

STAFF = "kehoach"


def load(world, on):
    """Declare the numbers of participation.yaml and take the pictures of the day."""
    data = content.load("participation.yaml", on)
    consultations = {c.title: c for c in Consultation.objects.select_related("agency")}
    titles = {
        row["slug"]: row["title"] for row in content.load("consultations.yaml", on)["consultations"]
    }
    for row in data["declared"]:
        actions.declare_number(
            actor=world["users"][STAFF],
            consultation=consultations[titles[row.pop("consultation")]],
            **row,
        )
    totals.fold()
    participation.take_due(day=on)
