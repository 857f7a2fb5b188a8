from feedback.models import (
    Consultation,
    EntryBatch,
    GuideQuestion,
    LadderNode,
    Opinion,
    OpinionAttachment,
)
from tests.access import Row
from tests.feedback import access_following, access_meetings


def consultation(world):
    """The open one of the demo, with opinions."""
    rows = Consultation.objects.filter(opinions__isnull=False)
    return rows.order_by("pk").first()


def public(world):
    return {"pk": consultation(world).pk, "slug": consultation(world).slug}


def staff(world):
    return {"pk": consultation(world).pk}


def declared(world):
    return staff(world) | {"row": consultation(world).declared_numbers.first().pk}


def edition_row(world):
    row = consultation(world).consultation_editions.first()
    return {"pk": row.consultation_id, "row": row.pk}


def question(world):
    rows = GuideQuestion.objects.filter(consultation_edition__consultation=consultation(world))
    return {"pk": consultation(world).pk, "question": rows.first().pk}


def say(world):
    row = consultation(world).consultation_editions.first()
    return {"pk": row.consultation_id, "edition": row.edition_id}


def node(world):
    """Where the rapporteur of the commune reads."""
    agency = world.user("tonghop").memberships.get(role=5).agency
    return {"pk": LadderNode.objects.get(consultation=consultation(world), agency=agency).pk}


def opinion(world):
    """An opinion that none of the accounts wrote."""
    rows = Opinion.objects.filter(reading_node_id=node(world)["pk"], naming="anonymous")
    return {"public_id": rows.order_by("id").first().public_id}


def look(world):
    return node(world) | opinion(world)


def clerk_unit(world):
    """The commune where the rapporteur keys in papers."""
    return {"node": node(world)["pk"]}


def batch(world):
    """A batch of papers of the commune that was accepted."""
    rows = EntryBatch.objects.filter(kind="paper", state="accepted")
    return {"public_id": rows.order_by("pk").first().public_id}


def batch_row(world):
    row = EntryBatch.objects.get(**batch(world)).rows.first()
    return batch(world) | {"key": row.key}


def clerk_form(world):
    return clerk_unit(world) | {"kind": "docx"}


def batch_import(world):
    """A list of another commune, being entered by its own clerk."""
    return {"public_id": EntryBatch.objects.get(kind="import").public_id}


def batch_file(world):
    file = EntryBatch.objects.get(**batch(world)).files.first()
    return batch(world) | {"file": file.public_id}


def attachment(world):
    """The demo has a file with an opinion that waits for moderation."""
    rows = OpinionAttachment.objects.filter(opinion__display="pending")
    return {"public_id": rows.order_by("pk").first().public_id}


def moderated(world):
    """A consultation that publishes the words of opinions."""
    found = Consultation.objects.filter(policy="moderated").order_by("pk").first()
    return {"pk": found.pk, "slug": found.slug}


def sent(world):
    return say(world) | {"token": "da-gui-tu-lau"}


ROWS = [
    Row("feedback:moderation_rules", anonymous=200),
    Row("feedback:moderation", public, anonymous=200),
    Row("feedback:moderation_desk", staff, default=404, kehoach=200),
    Row("feedback:shown", moderated, anonymous=200),
    # the words are read where the author's cell belongs, and its file with them
    Row("feedback:attachment", attachment, anonymous=404, default=404, tonghop=200),
    Row("feedback:appeal", method="post", data={"code": "x"}, anonymous=404, default=404),
    Row("feedback:mine_appeal", opinion, method="post", default=404),
    Row("feedback:list", anonymous=200),
    Row("feedback:consultation", public, anonymous=200),
    Row("feedback:participation", public, anonymous=200),
    Row("feedback:receipt", anonymous=200),
    Row("feedback:say", say),
    # without the cookie of a sending there is no receipt to show
    Row("feedback:sent", sent, anonymous=410, default=410),
    # nobody signed in: the script is told so, without a redirect
    Row("feedback:draft", say, method="post", anonymous=401, default=302),
    Row("feedback:mine"),
    # an opinion of the demo belongs to nobody of these accounts
    Row("feedback:mine_one", opinion, default=404),
    Row("feedback:mine_withdraw", opinion, method="post", default=404),
    Row("feedback:desk", default=403, kehoach=200, khach=200),
    Row("feedback:new", default=403, kehoach=200, khach=200),
    Row("feedback:manage", staff, default=404, kehoach=200),
    # announced: its terms are not edited any more
    Row("feedback:edit", staff, default=404, kehoach=302),
    Row("feedback:announce", staff, method="post", default=404, kehoach=302),
    Row("feedback:dates", staff, default=404, kehoach=200),
    Row("feedback:withdraw", staff, default=404, kehoach=200),
    Row("feedback:moment", default=403, kehoach=404, khach=404),
    Row("feedback:moment_events", default=403, kehoach=404, khach=404),
    Row("feedback:ladder", staff, default=404, kehoach=200),
    Row("feedback:audience_units", staff, default=404, kehoach=200),
    Row("feedback:remove_units", staff, method="post", default=404, kehoach=302),
    Row("feedback:move_edition", edition_row, method="post", default=404, kehoach=302),
    Row("feedback:questions", staff, default=404, kehoach=200),
    Row("feedback:question", question, method="post", default=404, kehoach=302),
    Row("feedback:consent_text", staff, default=404, kehoach=200),
    Row("feedback:numbers", staff, default=404, kehoach=200),
    Row("feedback:declared", staff, default=404, kehoach=200),
    Row("feedback:declared_remove", declared, method="post", default=404, kehoach=302),
    Row("feedback:my_data"),
    # of these accounts one wrote in that consultation, and none wrote that opinion
    Row("feedback:consent", staff, default=404, dangvien=200),
    Row("feedback:erase_identity", opinion, default=404),
    Row("feedback:receipt_erase", method="post", default=404, anonymous=404),
    Row("feedback:looks", default=403, quantri=200),
    Row("feedback:reading", default=403, tonghop=200),
    # the administrator of the portal does not read opinions
    Row("feedback:reading_node", node, default=404, tonghop=200),
    Row("feedback:look", look, method="post", default=404, tonghop=422),
    # staff, rapporteurs and secretaries; each sees the batches of their unit and below
    Row("feedback:batches", default=403, kehoach=200, khach=200, tonghop=200, chibo=200),
    Row("feedback:batch_units", staff, default=404, kehoach=200, tonghop=200, chibo=200),
    Row("feedback:batch_new", clerk_unit, default=404, kehoach=200, tonghop=200),
    Row("feedback:batch", batch, default=404, kehoach=200, tonghop=200),
    Row("feedback:batch_import", clerk_unit, default=404, kehoach=200, tonghop=200),
    Row("feedback:batch_form", clerk_form, default=404, kehoach=200, tonghop=200),
    Row("feedback:batch_marked", batch_import, default=404, kehoach=200),
    Row("feedback:batch_replace", batch_import, method="post", default=404, kehoach=403),
    Row("feedback:paper_form", public, anonymous=200),
    # somebody else entered it
    Row("feedback:batch_describe", batch, default=404, kehoach=403, tonghop=403),
    Row("feedback:batch_do", batch, method="post", default=404),
    Row("feedback:batch_row", batch_row, method="post", default=404, kehoach=422, tonghop=422),
    Row("feedback:batch_scans", batch, method="post", default=404, kehoach=403, tonghop=403),
    Row("feedback:batch_file", batch_file, default=404, kehoach=200, tonghop=200),
    Row(
        "feedback:batch_file_remove",
        batch_file,
        method="post",
        default=404,
        kehoach=302,
        tonghop=302,
    ),
]
ROWS += access_following.rows(node, opinion, public, staff, say)
ROWS += access_meetings.ROWS
