"""The next editions of the demo's drafts, made after people wrote about the first ones."""

import datetime as dt

from documents import actions
from documents.models import BlockLink, Document
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
            _find_passages_again(staff, edition)
            at = clock.start_of_day(row["published_on"]) + dt.timedelta(hours=8)
            actions.publish(actor=approver, edition=edition, now=at)


def _find_passages_again(staff, edition):
    """Confirm what was proposed, as the office did before it published."""
    proposed = BlockLink.objects.filter(target__edition=edition, state=BlockLink.State.PROPOSED)
    actions.confirm_many(
        actor=staff, edition=edition, expected=dict(proposed.values_list("pk", "state"))
    )
