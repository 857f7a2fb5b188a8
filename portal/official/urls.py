from django.urls import path

from .views import desk, exchange, public, signed

app_name = "official"
urlpatterns = [
    path("van-ban/", public.index, name="list"),
    path("van-ban/<int:pk>/", public.document, name="document"),
    path("van-ban/<int:pk>/lien-quan/<slug:part>/", public.linked, name="linked"),
    path("van-ban/<int:pk>/tep/", public.file, name="file"),
    path("van-ban/<int:pk>/tep/<int:n>/", public.file, name="file_n"),
    path("lam-viec/van-ban/", desk.index, name="desk"),
    path("lam-viec/van-ban/moi/", desk.new, name="new"),
    path("lam-viec/van-ban/doc-so/", desk.reading, name="reading"),
    path("lam-viec/van-ban/tra-cuu/", desk.lookup, name="lookup"),
    path("lam-viec/van-ban/da-xoa/", desk.removed, name="removed"),
    path("lam-viec/van-ban/nhap/", exchange.upload, name="import"),
    path("lam-viec/van-ban/nhap/mau.xlsx", exchange.template, name="import_template"),
    path("lam-viec/van-ban/nhap/<int:pk>/hoan-tac/", exchange.undo, name="undo_import"),
    path("lam-viec/van-ban/so-van-ban.xlsx", exchange.export, name="export"),
    path("lam-viec/van-ban/<int:pk>/sua/", desk.edit, name="edit"),
    path("lam-viec/van-ban/<int:pk>/xoa/", desk.remove, name="remove"),
    path("lam-viec/van-ban/<int:pk>/khoi-phuc/", desk.restore, name="restore"),
    path("lam-viec/van-ban/<int:pk>/ban-ky/", signed.copies, name="copies"),
    path("lam-viec/phe-duyet-giay/", signed.approvals, name="approvals"),
    path("lam-viec/phe-duyet-giay/<int:pk>/ban-quet/", signed.scan, name="scan"),
]
