"""Addresses of the work of a unit: its assignments, their evidence, acceptance."""

from django.urls import path

from campaigns.views import acceptance, assignment, evidence, work

_ONE = "lam-viec/nhiem-vu/<int:pk>/"
_EVIDENCE = f"{_ONE}minh-chung/<int:evidence>/"

urlpatterns = [
    path("lam-viec/nhiem-vu/", work.mine, name="my_assignments"),
    path("lam-viec/nghiem-thu/", acceptance.queue, name="acceptance"),
    path(_ONE, assignment.assignment, name="assignment"),
    path(f"{_ONE}phu-trach/", assignment.responsible, name="responsible"),
    path(f"{_ONE}nghiem-thu/", acceptance.accept, name="accept_assignment"),
    path(f"{_ONE}tra-lai/", acceptance.give_back, name="return_assignment"),
    path(f"{_EVIDENCE}sua/", evidence.edit, name="edit_evidence"),
    path(f"{_EVIDENCE}go/", evidence.retract, name="retract_evidence"),
    path(f"{_EVIDENCE}tep/<int:file>/", evidence.file, name="evidence_file"),
    path(f"{_EVIDENCE}tep/<int:file>/nho/", evidence.thumbnail, name="evidence_thumbnail"),
    path(f"{_EVIDENCE}tep/<int:file>/xoa/", evidence.remove_photo, name="remove_photo"),
    path(f"{_ONE}minh-chung/<slug:kind>/", evidence.add, name="add_evidence"),
]
