"""The next editions of the demo's drafts, made after people wrote about the first ones."""

import datetime as dt

from documents import actions
from documents.models import Document
from portal.common import clock
from portal.demo import content
from portal.demo.load_documents import APPROVER, STAFF, text_of


def load(world, on):
    """Write each `edition_2` of consultations.yaml, published on its day or left waiting."""
    staff, approver = world["users"][STAFF], world["users"][APPROVER]
    for document in content.load("consultations.yaml", on)["documents"]:
        row = document.get("edition_2")
        if row is None:
            continue
        edition = actions.start_edition(
            actor=staff,
            document=Document.objects.get(title=document["title"]),
            html=text_of(row["blocks"], on),
            note=row["note"],
        )
        edition = actions.submit(actor=staff, edition=edition)
        if "published_on" in row:
            at = clock.start_of_day(row["published_on"]) + dt.timedelta(hours=8)
            actions.publish(actor=approver, edition=edition, now=at)
