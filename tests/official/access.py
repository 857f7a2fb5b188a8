from campaigns.models import Plan
from portal.official.models import OfficialDocument
from tests.access import LOGIN, Row


def issued(world):
    return {"pk": Plan.objects.filter(state="issued").order_by("pk").first().document_id}


def other(world):
    return {"pk": OfficialDocument.objects.filter(plan=None).order_by("pk").first().pk}


def province(world):
    return {"pk": OfficialDocument.objects.get(symbol="12-KH/TU").pk}


def kept(world):
    return {"pk": OfficialDocument.objects.get(symbol="03-NQ/TU").pk}


#: Accounts of the demo that work in an office.
OFFICES = {"bientap": 200, "duyet": 200, "kehoach": 200, "quantri": 200, "khach": 200}

ROWS = [
    Row("official:list", anonymous=200),
    Row("official:list", anonymous=200, query="q=135-KH/TU&he=dang&xep=thu-tu"),
    Row("official:desk", default=403, **OFFICES),
    Row("official:removed", default=403, **OFFICES),
    Row("official:reading", default=403, query="symbol=1-KH/TU", **OFFICES),
    Row("official:lookup", default=403, query="tra-cuu=135", **OFFICES),
    Row("official:new", default=403, kehoach=200, khach=200),
    Row("official:import", default=403, kehoach=200, khach=200),
    Row("official:import_template", default=403, kehoach=200, khach=200),
    Row("official:export", default=403, **OFFICES),
    Row("official:undo_import", {"pk": 999_999}, default=403, **dict.fromkeys(OFFICES, 404)),
    Row("official:edit", kept, default=403, kehoach=200),
    Row("official:remove", kept, default=403, kehoach=200),
    Row("official:restore", kept, method="post", default=403, **dict.fromkeys(OFFICES, 404)),
    Row("official:document", issued, anonymous=200),
    Row("official:document", other, anonymous=200),
    Row("official:linked", lambda world: issued(world) | {"part": "trien-khai"}, anonymous=200),
    # no document of the demo carries a signed file
    Row("official:file", other, anonymous=404, default=404),
    Row("official:file_n", lambda world: issued(world) | {"n": 2}, anonymous=404, default=404),
    Row("official:copies", province, default=404, kehoach=200, quantri=200),
    Row(
        "official:approvals",
        default=403,
        bientap=200,
        duyet=200,
        kehoach=200,
        quantri=200,
        khach=200,
    ),
    Row("official:scan", lambda world: {"pk": 999_999}, anonymous=LOGIN, default=404),
]
