"""Addresses of documents: /van-kien/ for readers, /lam-viec/van-kien/ for the desk."""

from django.urls import path

from documents.urls import comparison, editions, imports, passages
from documents.views import desk, downloads, lifecycle, public

app_name = "documents"

urlpatterns = [
    path("van-kien/", public.document_list, name="list"),
    path("van-kien/<int:pk>-<slug:slug>/", public.document, name="document"),
    path("van-kien/<int:pk>-<slug:slug>/lan-<int:n>/", public.edition, name="edition"),
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
    path("lam-viec/van-kien/<int:pk>/lan-<int:n>/sua/", desk.edit, name="edit"),
    path("lam-viec/van-kien/<int:pk>/lan-<int:n>/xem-truoc/", desk.preview, name="preview"),
    *editions.urlpatterns,
    *imports.urlpatterns,
    path("lam-viec/van-kien/<int:pk>/lan-<int:n>/<slug:step>/", lifecycle.act, name="act"),
]
