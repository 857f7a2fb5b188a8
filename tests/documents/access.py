from documents.models import Document, Edition
from tests.access import LOGIN, Row


def live(world):
    edition = Edition.objects.filter(state="published").select_related("document").first()
    return {"pk": edition.document_id, "slug": edition.document.slug}


def live_edition(world):
    edition = Edition.objects.filter(state="published").select_related("document").first()
    return {"pk": edition.document_id, "slug": edition.document.slug, "n": edition.n}


def live_block(world):
    return live_edition(world) | {"pos": 1}


def compared(world):
    return live_edition(world) | {"m": live_edition(world)["n"]}


def document(world):
    return {"pk": Document.objects.get(pk=live(world)["pk"]).pk}


def edition(world):
    kwargs = live_edition(world)
    return {"pk": kwargs["pk"], "n": kwargs["n"]}


def step(world):
    return edition(world) | {"step": "cong-bo"}


# kehoach is staff of the issuing agency; its approver is not among the eight accounts
STAFF = {"kehoach": 200}

ROWS = [
    Row("documents:list", anonymous=200),
    Row("documents:document", live, anonymous=200),
    Row("documents:edition", live_edition, anonymous=200),
    Row("documents:download_docx", live_edition, anonymous=200),
    Row("documents:download_pdf", live_edition, anonymous=200),
    Row("documents:block", live_block, anonymous=200),
    Row("documents:desk", default=403, kehoach=200, duyet=200, tonghop=200, khach=200),
    Row("documents:new", default=403, kehoach=200, khach=200),
    Row("documents:manage", document, default=404, **STAFF),
    Row("documents:preview", edition, default=404, **STAFF),
    # a published text is not edited any more: back to the document
    Row("documents:edit", edition, default=404, kehoach=302),
    Row("documents:start", document, method="post", default=404, kehoach=302),
    # its hour has come long ago, and kehoach does not approve: back to the document
    Row("documents:schedule", edition, default=404, kehoach=302),
    Row("documents:paper", edition, default=404, kehoach=302),
    Row("documents:act", step, method="post", default=404, kehoach=403, anonymous=LOGIN),
    # not yet two published editions of one document in the demo: 404 for everybody alike
    Row("documents:compare", compared, default=404, anonymous=404),
    Row("documents:compare_choose", live_edition, anonymous=200),
]
