"""Who gets what at the addresses of meetings and their minutes."""

from feedback.models import LadderNode, Meeting
from tests.access import Row


def unit(name):
    """A unit of the ladder of the consultation that has meetings."""

    def kwargs(world):
        consultation = Meeting.objects.first().consultation_id
        node = LadderNode.objects.get(consultation=consultation, agency__slug=name)
        return {"consultation": consultation, "node": node.pk}

    return kwargs


CELL, COMMUNE = unit("chi-bo-van-phong-xa-hoa-binh"), unit("dang-bo-xa-hoa-binh")


def meeting(world, state="confirming"):
    """A meeting of the demo: by default that of `chibo`, keyed in and not confirmed."""
    return {"public_id": Meeting.objects.get(state=state).public_id}


def waiting(world):
    """Minutes that wait for a clerk."""
    return meeting(world, "keying")


def opinion(world):
    return meeting(world) | {"n": 1}


def photo(world):
    row = Meeting.objects.get(state="confirming")
    return meeting(world) | {"file": row.batch.files.first().public_id}


ABOVE = {"kehoach": 200, "tonghop": 200}
NOT_ABOVE = {"kehoach": 403, "tonghop": 403}
DONE_ABOVE = {"kehoach": 302, "tonghop": 302}

ROWS = [
    # the unit's secretary and the clerks above, nobody else
    Row("feedback:units", default=403, chibo=200, khach=200, **ABOVE),
    Row("feedback:meeting_new", CELL, default=404, chibo=200, **NOT_ABOVE),
    Row("feedback:meetings_below", COMMUNE, default=404, **ABOVE),
    Row("feedback:meetings_remind", COMMUNE, method="post", default=404, **DONE_ABOVE),
    Row("feedback:meeting", meeting, default=404, chibo=200, **ABOVE),
    Row("feedback:meeting_edit", meeting, default=404, chibo=200, **NOT_ABOVE),
    Row("feedback:meeting_reopen", meeting, default=404, chibo=200, **NOT_ABOVE),
    Row("feedback:meeting_undo", meeting, default=404, chibo=200, **NOT_ABOVE),
    # keyed in: nobody types any more
    Row("feedback:meeting_opinions", meeting, default=404, chibo=302, **DONE_ABOVE),
    Row("feedback:meeting_opinion", opinion, default=404),
    Row("feedback:meeting_drop", opinion, method="post", default=404, chibo=302, **DONE_ABOVE),
    Row("feedback:meeting_unname", opinion, method="post", default=404),
    Row("feedback:meeting_passage", meeting, default=404, chibo=200, **ABOVE),
    Row("feedback:meeting_send", meeting, method="post", default=404, chibo=302, **NOT_ABOVE),
    Row("feedback:meeting_photos", meeting, default=404, chibo=302, **NOT_ABOVE),
    Row("feedback:meeting_take_back", meeting, method="post", default=404, chibo=302, **NOT_ABOVE),
    Row("feedback:meeting_photo", photo, default=404, chibo=200, **ABOVE),
    Row(
        "feedback:meeting_photo_remove", photo, method="post", default=404, chibo=302, **DONE_ABOVE
    ),
    Row("feedback:meeting_confirm", meeting, default=404, chibo=200, **NOT_ABOVE),
    Row("feedback:minutes", default=403, khach=200, **ABOVE),
    Row("feedback:minutes_key", waiting, default=404, **ABOVE),
    Row("feedback:minutes_claim", waiting, method="post", default=404, **DONE_ABOVE),
    Row("feedback:minutes_release", waiting, method="post", default=404, **DONE_ABOVE),
    Row("feedback:minutes_finish", waiting, method="post", default=404, **DONE_ABOVE),
]
