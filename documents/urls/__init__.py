"""Addresses of documents: /van-kien/ for readers, /lam-viec/van-kien/ for the desk."""

from django.urls import path

from documents.urls import alignment, comparison, drafts, editions, imports, passages
from documents.views import desk, downloads, lifecycle, public, reading, writing
from portal.common.routes import by_words

app_name = "documents"

EDITION = "van-kien/<int:pk>-<slug:slug>/lan-<int:n>/"

urlpatterns = by_words(
    [
        path("van-kien/", public.document_list, name="list"),
        path("van-kien/<int:pk>-<slug:slug>/", reading.document, name="document"),
        path(EDITION, reading.edition, name="edition"),
        path(f"{EDITION}phan-<int:k>/", reading.part, name="part"),
        path(f"{EDITION}phan-<int:k>/<str:version>/", reading.part_text, name="part_text"),
        path(f"{EDITION}khoi-<int:pos>/gop-y/", reading.say, name="say"),
        path(f"{EDITION}den/", reading.jump, name="jump"),
        path(f"{EDITION}tim/", reading.find, name="find"),
        path(f"{EDITION}tim/ket-qua/", reading.find_hits, name="find_hits"),
        path(f"{EDITION}ben-le/", reading.margins, name="margins"),
        path(
            "van-kien/<int:pk>-<slug:slug>/lan-<int:n>/tai-ve.docx",
            downloads.download,
            {"ending": "docx"},
            name="download_docx",
        ),
        path(
            "van-kien/<int:pk>-<slug:slug>/lan-<int:n>/tai-ve.pdf",
            downloads.download,
            {"ending": "pdf"},
            name="download_pdf",
        ),
        *passages.urlpatterns,
        *comparison.urlpatterns,
        path("lam-viec/van-kien/", desk.desk, name="desk"),
        path("lam-viec/van-kien/moi/", desk.create, name="new"),
        path("lam-viec/van-kien/<int:pk>/", desk.manage, name="manage"),
        path("lam-viec/van-kien/<int:pk>/lan-moi/", desk.start, name="start"),
        path("lam-viec/van-kien/<int:pk>/lan-<int:n>/sua/", writing.edit, name="edit"),
        path("lam-viec/van-kien/<int:pk>/lan-<int:n>/xem-truoc/", desk.preview, name="preview"),
        *alignment.urlpatterns,
        *editions.urlpatterns,
        *imports.urlpatterns,
        *drafts.urlpatterns,
        path("lam-viec/van-kien/<int:pk>/lan-<int:n>/<slug:step>/", lifecycle.act, name="act"),
    ]
)
