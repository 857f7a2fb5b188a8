"""Addresses of agencies: /co-quan/ for readers, /lam-viec/co-quan/ for their administrators."""

from django.urls import include, path

from portal.agencies.views import (
    audit,
    delegations,
    importing,
    people,
    public,
    requests,
    sheets,
    structure,
    succession,
)
from portal.common.routes import by_words

app_name = "agencies"

_person = [
    path("", people.person, name="person"),
    path("sua/", people.edit, name="edit_person"),
    path("vai-tro/", people.grant, name="grant"),
    path("vai-tro/<int:pk>/ket-thuc/", people.end, name="end_role"),
    path("uy-quyen/", people.delegate, name="delegate"),
    path("ban-giao/", people.hand_over, name="hand_over"),
    path("phieu/", people.slip, name="slip"),
    path("ngung/", people.close, name="close"),
]

_work = [
    path("", structure.managed, name="managed"),
    path("<slug:slug>/", structure.overview, name="overview"),
    path("<slug:slug>/thong-tin/", structure.settings, name="settings"),
    path("<slug:slug>/ten/", structure.rename, name="rename"),
    path("<slug:slug>/cap-tren/", structure.move, name="move"),
    path("<slug:slug>/ke-tuc/", succession.succeed, name="succeed"),
    path("<slug:slug>/sap-nhap/", succession.merge, name="merge"),
    path("<slug:slug>/lap-moi/", structure.create, name="create"),
    path("<slug:slug>/nhap-don-vi/", sheets.units, name="import_units"),
    path("<slug:slug>/nhap-don-vi/mau.xlsx", sheets.units_template, name="import_units_template"),
    path("<slug:slug>/nguoi/", people.index, name="people"),
    path("<slug:slug>/nguoi/them/", people.add, name="add_person"),
    path("<slug:slug>/nguoi/phieu/", people.slips, name="slips"),
    path("<slug:slug>/nguoi/nhap/", importing.upload, name="import"),
    path("<slug:slug>/nguoi/nhap/mau.xlsx", importing.template, name="import_template"),
    path("<slug:slug>/nguoi/<uuid:public_id>/", include(_person)),
]

urlpatterns = by_words(
    [
        path("co-quan/", public.index, name="index"),
        path("co-quan/<slug:slug>/", public.agency, name="agency"),
        path("nhat-ky/", audit.index, name="audit"),
        path("lam-viec/co-quan/", include(_work)),
        path("lam-viec/nhap/<uuid:public_id>/", sheets.dry_run, name="sheet"),
        path("lam-viec/vai-tro-cho-xac-nhan/", requests.waiting, name="role_requests"),
        path("lam-viec/vai-tro-cho-xac-nhan/<int:pk>/", requests.decide, name="decide_role"),
        path("lam-viec/uy-quyen/", delegations.mine, name="my_delegations"),
        path("lam-viec/uy-quyen/<int:pk>/ket-thuc/", delegations.end, name="end_delegation"),
    ]
)
