"""Addresses of the work pages of campaigns."""

from django.urls import path

from campaigns import urls_reports, urls_work
from campaigns.urls_calendar import urlpatterns as calendar
from campaigns.urls_cascade import urlpatterns as cascade
from campaigns.urls_lifecycle import urlpatterns as lifecycle_pages
from campaigns.urls_notices import desk as notices_desk
from campaigns.urls_progress import urlpatterns as progress_urls
from campaigns.views import copying, desk, editor, events_desk, lifecycle

_PLAN = "lam-viec/ke-hoach/<int:pk>/"

urlpatterns = [
    *cascade,
    *urls_reports.urlpatterns,
    *lifecycle_pages,
    *calendar,
    path("lam-viec/ke-hoach/", desk.plans, name="desk"),
    path("lam-viec/ke-hoach/moi/", desk.create, name="new_plan"),
    path("lam-viec/ke-hoach/mau/", copying.templates, name="templates"),
    path("lam-viec/ke-hoach/chep/", copying.sources, name="copy_sources"),
    path(f"{_PLAN}chep/", copying.copy, name="copy_plan"),
    path(f"{_PLAN}lam-mau/", copying.copy, {"template": True}, name="make_template"),
    path(f"{_PLAN}thoi-lam-mau/", copying.end, name="end_template"),
    path(_PLAN, desk.manage, name="manage"),
    path("lam-viec/su-kien/", events_desk.events, name="events_desk"),
    path("lam-viec/su-kien/moi/", events_desk.create, name="new_event"),
    path("lam-viec/su-kien/<int:pk>/", events_desk.edit, name="edit_event"),
    path("lam-viec/su-kien/<int:pk>/doi-ngay/", events_desk.move, name="move_event"),
    *urls_work.urlpatterns,
    *progress_urls,
    path(f"{_PLAN}sua/", desk.edit, name="edit_plan"),
    path(f"{_PLAN}noi-dung/", editor.contents, name="contents"),
    path(f"{_PLAN}noi-dung/moi/", editor.theme, name="add_theme"),
    path(f"{_PLAN}noi-dung/<int:row>/", editor.theme, name="edit_theme"),
    path(f"{_PLAN}hinh-thuc/moi/", editor.form, name="add_form"),
    path(f"{_PLAN}hinh-thuc/<int:row>/", editor.form, name="edit_form"),
    path(f"{_PLAN}moc-thoi-gian/", editor.boundary, name="boundary"),
    path(f"{_PLAN}moc-thoi-gian/su-kien/", editor.events, name="boundary_events"),
    path(f"{_PLAN}mach/moi/", editor.track, name="add_track"),
    path(f"{_PLAN}mach/<int:row>/", editor.track, name="edit_track"),
    path(f"{_PLAN}mach/<int:track>/dot-moi/", editor.add_phase, name="add_phase"),
    path(f"{_PLAN}dot/<int:row>/", editor.phase, name="edit_phase"),
    path(f"{_PLAN}nhiem-vu/moi/", editor.task, name="add_task"),
    path(f"{_PLAN}nhiem-vu/<int:row>/", editor.task, name="edit_task"),
    path(f"{_PLAN}nhiem-vu/<int:row>/don-vi/", editor.units, name="units"),
    path(
        f"{_PLAN}nhiem-vu/<int:row>/don-vi/<int:assignment>/thu-lai/",
        editor.unassign,
        name="unassign",
    ),
    *notices_desk,
    path(f"{_PLAN}<slug:part>/<int:row>/chuyen/", editor.move, name="move_part"),
    path(f"{_PLAN}<slug:part>/<int:row>/xoa/", editor.remove, name="remove_part"),
    path(f"{_PLAN}<slug:verb>/", lifecycle.step, name="step"),
]
