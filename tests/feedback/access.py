from feedback.models import Consultation, LadderNode, Opinion
from tests.access import Row
from tests.feedback import access_following


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


ROWS = [
    Row("feedback:list", anonymous=200),
    Row("feedback:consultation", public, anonymous=200),
    Row("feedback:participation", public, anonymous=200),
    Row("feedback:receipt", anonymous=200),
    Row("feedback:say", say),
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
    Row("feedback:withdraw", staff, method="post", default=404, kehoach=302),
    Row("feedback:numbers", staff, default=404, kehoach=200),
    Row("feedback:declared", staff, default=404, kehoach=200),
    Row("feedback:declared_remove", declared, method="post", default=404, kehoach=302),
    Row("feedback:reading", default=403, tonghop=200),
    # the administrator of the portal does not read opinions
    Row("feedback:reading_node", node, default=404, tonghop=200),
    Row("feedback:look", look, method="post", default=404, tonghop=422),
]
ROWS += access_following.rows(node, opinion)
