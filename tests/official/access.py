from campaigns.models import Plan
from portal.official.models import OfficialDocument
from tests.access import Row


def issued(world):
    return {"pk": Plan.objects.filter(state="issued").order_by("pk").first().document_id}


def other(world):
    return {"pk": OfficialDocument.objects.filter(plan=None).order_by("pk").first().pk}


ROWS = [
    Row("official:document", issued, anonymous=200),
    Row("official:document", other, anonymous=200),
    # no document of the demo carries a signed file
    Row("official:file", other, anonymous=404, default=404),
]
