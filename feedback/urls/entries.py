"""Letters, paper forms and lists of units."""

from django.urls import path

from feedback.views import batch_files, batch_imports, batch_rows, batches

_ONE = "lam-viec/gop-y/lo/<uuid:public_id>/"

urlpatterns = [
    path(
        "lay-y-kien/<int:pk>-<slug:slug>/phieu-gop-y.docx",
        batch_imports.paper_form,
        name="paper_form",
    ),
    path("lam-viec/gop-y/lo/", batches.batches, name="batches"),
    path("lam-viec/gop-y/lo/don-vi/<int:pk>/", batches.units, name="batch_units"),
    path("lam-viec/gop-y/lo/moi/<int:node>/", batches.batch_new, name="batch_new"),
    path("lam-viec/gop-y/lo/nhap-tep/<int:node>/", batch_imports.batch_import, name="batch_import"),
    path(
        "lam-viec/gop-y/lo/mau/<int:node>.<slug:kind>", batch_imports.batch_form, name="batch_form"
    ),
    path(_ONE, batches.batch, name="batch"),
    path(f"{_ONE}tep-moi/", batch_imports.batch_replace, name="batch_replace"),
    path(f"{_ONE}can-sua.xlsx", batch_imports.batch_marked, name="batch_marked"),
    path(f"{_ONE}thong-tin/", batches.describe, name="batch_describe"),
    path(f"{_ONE}viec/", batches.batch_do, name="batch_do"),
    path(f"{_ONE}dong/<uuid:key>/", batch_rows.batch_row, name="batch_row"),
    path(f"{_ONE}tep/", batch_files.batch_scans, name="batch_scans"),
    path(f"{_ONE}tep/<uuid:file>/", batch_files.batch_file, name="batch_file"),
    path(f"{_ONE}tep/<uuid:file>/bo/", batch_files.batch_file_remove, name="batch_file_remove"),
]
