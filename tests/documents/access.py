import uuid

from documents import actions
from documents.importing import read_text
from documents.models import Document, DocumentSet, Edition, EditionDraft
from portal.common import clock
from tests.access import LOGIN, Row


def _published():
    """The newest edition that everybody may read."""
    rows = Edition.objects.filter(state="published", document__circulation="public")
    return rows.select_related("document").first()


def live(world):
    edition = _published()
    return {"pk": edition.document_id, "slug": edition.document.slug}


def live_edition(world):
    edition = _published()
    return {"pk": edition.document_id, "slug": edition.document.slug, "n": edition.n}


def live_pk(world):
    return {"pk": live(world)["pk"]}


def live_block(world):
    return live_edition(world) | {"pos": 1}


def compared(world):
    edition = (
        Edition.objects.filter(state="published", document__circulation="public", n__gt=1)
        .filter(document__editions__state="superseded")
        .select_related("document")
        .first()
    )
    address = {"pk": edition.document_id, "slug": edition.document.slug, "n": edition.n}
    return address | {"m": edition.n - 1}


def chosen(world):
    address = compared(world)
    return {name: address[name] for name in ("pk", "slug", "n")}


def live_part(world):
    return live_edition(world) | {"k": 1}


def live_text(world):
    names = live_part(world)
    edition = Edition.objects.get(document_id=names["pk"], n=names["n"])
    return names | {"version": edition.text.digest}


def document(world):
    return {"pk": Document.objects.get(pk=live(world)["pk"]).pk}


def edition(world):
    kwargs = live_edition(world)
    return {"pk": kwargs["pk"], "n": kwargs["n"]}


def step(world):
    return edition(world) | {"step": "cong-bo"}


def writing(world):
    """An edition being written (made for the request where the demo has none)."""
    rows = Edition.objects.select_related("document__agency")
    row = rows.filter(state="editing").first()
    if row is None:
        waiting = Edition.objects.filter(state__in=Edition.UNPUBLISHED)
        free = Document.objects.exclude(editions__in=waiting).get(pk=live(world)["pk"])
        row = actions.start_edition(actor=world.user("kehoach"), document=free)
    return {"pk": row.document_id, "n": row.n}


def staged(**more):
    """A text that `kehoach` staged (made for the request, gone after it)."""

    def kwargs(world):
        where = writing(world)
        found = actions.stage(
            actor=world.user("kehoach"),
            edition=Edition.objects.get(document=where["pk"], n=where["n"]),
            name="bao-cao.txt",
            result=read_text("Một đoạn.\nHai đoạn."),
        )
        return {**where, "which": found.pk, **more}

    return kwargs


def draft(world):
    """Something `kehoach` typed and did not save (made for the request, gone after it)."""
    where = writing(world)
    made = EditionDraft.objects.create(
        key=uuid.uuid4(),
        person=world.user("kehoach"),
        edition=Edition.objects.get(document=where["pk"], n=where["n"]),
        fields={"html": ["<p>Đang gõ</p>"]},
        base_version=0,
        changed_at=clock.now(),
    )
    return {"key": made.key}


NO_PICTURE = "00000000-0000-0000-0000-000000000000"


def document_set(world):
    found = DocumentSet.objects.get()
    return {"pk": found.pk, "slug": found.slug}


def set_number(world):
    return {"pk": DocumentSet.objects.get().pk}


def aligned(world):
    found = Edition.objects.filter(n=2).exclude(state="editing").first()
    return {"pk": found.document_id, "n": found.n}


def aligned_block(world):
    found = Edition.objects.filter(n=2).exclude(state="editing").first()
    return aligned(world) | {"block": found.blocks.first().pk}


NO_FILE = uuid.UUID(int=1)

# kehoach is staff of the issuing agency; its approver is not among the eight accounts
STAFF = {"kehoach": 200}

ROWS = [
    Row("documents:list", anonymous=200),
    Row("documents:document", live, anonymous=200),
    Row("documents:edition", live_edition, anonymous=200),
    # the first part has the address of the edition
    Row("documents:part", live_part, anonymous=301, default=301),
    Row("documents:part_text", live_text, anonymous=200),
    Row("documents:say", live_block, anonymous=302, default=302),
    Row("documents:jump", live_edition, anonymous=200),
    Row("documents:find", live_edition, anonymous=200),
    Row("documents:find_hits", live_edition, anonymous=200),
    Row("documents:margins", live_edition, anonymous=200),
    Row("documents:download_docx", live_edition, anonymous=200),
    Row("documents:download_pdf", live_edition, anonymous=200),
    Row("documents:block", live_block, anonymous=200),
    Row("documents:print", live_edition, anonymous=200),
    Row("documents:qr", live_edition, anonymous=200),
    Row("documents:qr_poster", live_edition, anonymous=200),
    Row("documents:enter", live_pk, anonymous=200),
    Row("documents:qr_svg", live_pk, anonymous=200),
    Row("documents:qr_png", live_pk, anonymous=200),
    Row("documents:desk", default=403, kehoach=200, duyet=200, tonghop=200, khach=200),
    Row("documents:new", default=403, kehoach=200, khach=200),
    Row("documents:manage", document, default=404, **STAFF),
    Row("documents:preview", edition, default=404, **STAFF),
    # a published text is not edited any more: back to the document
    Row("documents:edit", edition, default=404, kehoach=302),
    Row("documents:start", document, method="post", default=404, kehoach=302),
    # no such file: who may look gets 404 as well
    Row(
        "documents:file", lambda w: live_edition(w) | {"file": NO_FILE}, anonymous=404, default=404
    ),
    Row("documents:files", edition, default=404, **STAFF),
    Row("documents:desk_file", lambda w: edition(w) | {"file": NO_FILE}, default=404),
    Row(
        "documents:remove_file",
        lambda w: edition(w) | {"file": NO_FILE},
        method="post",
        default=404,
        anonymous=LOGIN,
    ),
    Row("documents:symbol", edition, default=404, **STAFF),
    Row("documents:about", document, default=404, **STAFF),
    Row("documents:circulation", document, default=404, **STAFF),
    Row("documents:sets", default=403, kehoach=200, duyet=200, tonghop=200, khach=200),
    Row("documents:new_set", default=403, kehoach=200, khach=200),
    Row(
        "documents:set",
        document_set,
        default=404,
        anonymous=404,
        kehoach=200,
        tonghop=200,
        chibo=200,
        dangvien=200,
    ),
    Row("documents:edit_set", set_number, default=404, **STAFF),
    Row("documents:remove_set", set_number, default=404, **STAFF),
    # its hour has come long ago, and kehoach does not approve: back to the document
    Row("documents:schedule", edition, default=404, kehoach=302),
    Row("documents:paper", edition, default=404, kehoach=302),
    Row("documents:act", step, method="post", default=404, kehoach=403, anonymous=LOGIN),
    Row("documents:compare", compared, anonymous=200),
    Row("documents:columns", compared, anonymous=200),
    Row("documents:columns_docx", compared, anonymous=200),
    Row("documents:notes", edition, default=404, **STAFF),
    Row("documents:notes", edition, method="post", default=404, **STAFF),
    # leads to the comparison with the edition before
    Row("documents:compare_choose", chosen, default=302, anonymous=302),
    Row("documents:import", writing, default=404, **STAFF),
    Row("documents:import_preview", staged(), default=404, **STAFF),
    Row(
        "documents:import_correct",
        staged(),
        method="post",
        data={"op": "up.1.x"},
        anonymous=401,
        default=404,
        kehoach=302,
    ),
    Row("documents:import_block", staged(block=1), default=404, **STAFF),
    Row("documents:import_row", staged(block=1), default=404, **STAFF),
    Row("documents:import_batch", staged(), method="post", default=404, kehoach=302),
    Row("documents:import_undo", staged(), method="post", default=404, kehoach=302),
    Row("documents:import_changes", staged(), default=404, **STAFF),
    Row("documents:import_picture", staged(upload=NO_PICTURE), default=404),
    Row(
        "documents:import_describe",
        staged(picture=1),
        method="post",
        anonymous=401,
        default=404,
        kehoach=302,
    ),
    Row("documents:import_save", staged(), default=404, **STAFF),
    Row("documents:import_restore", staged(), method="post", default=404, kehoach=302),
    Row("documents:import_discard", staged(), method="post", default=404, kehoach=302),
    Row("documents:align", aligned, default=404, **STAFF),
    Row("documents:align_around", aligned_block, default=404, **STAFF),
    Row("documents:align_choose", aligned, default=404, **STAFF),
    Row("documents:align_many", aligned, default=404, **STAFF),
    # without anything to decide on there is nothing here
    Row("documents:align_decide", aligned, method="post", default=404),
    Row("documents:align_undo", aligned, method="post", default=404),
    Row("documents:autosave", writing, method="post", anonymous=401, default=409),
    Row("documents:autosave_token", anonymous=401),
    Row("documents:draft", draft, default=404, **STAFF),
    Row("documents:presence", writing, anonymous=204, default=404, **STAFF),
    Row("documents:pasted", method="post", anonymous=401, default=403, kehoach=200, khach=200),
]
