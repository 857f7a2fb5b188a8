"""Meetings of units and their minutes."""

from django.urls import path

from feedback.views import meetings, meetings_below, minutes

_UNIT = "lam-viec/gop-y/<int:consultation>/<int:node>/"
_MEETING = "lam-viec/gop-y/hoi-nghi/<uuid:public_id>/"
_MINUTES = "lam-viec/gop-y/bien-ban/<uuid:public_id>/"

urlpatterns = [
    path("lam-viec/gop-y/", meetings.units, name="units"),
    path(f"{_UNIT}hoi-nghi/moi/", meetings.new, name="meeting_new"),
    path(f"{_UNIT}hoi-nghi/", meetings_below.below, name="meetings_below"),
    path(f"{_UNIT}hoi-nghi/nhac/", meetings_below.remind, name="meetings_remind"),
    path(_MEETING, meetings.meeting, name="meeting"),
    path(f"{_MEETING}sua/", meetings.edit, name="meeting_edit"),
    path(f"{_MEETING}mo-lai/", meetings.reopen, name="meeting_reopen"),
    path(f"{_MEETING}huy/", meetings.undo, name="meeting_undo"),
    path(f"{_MEETING}y-kien/", meetings.opinions, name="meeting_opinions"),
    path(f"{_MEETING}y-kien/<int:n>/", meetings.opinion, name="meeting_opinion"),
    path(f"{_MEETING}y-kien/<int:n>/xoa/", meetings.drop, name="meeting_drop"),
    path(f"{_MEETING}y-kien/<int:n>/bo-ten/", meetings.unname, name="meeting_unname"),
    path(f"{_MEETING}doan/", meetings.passage, name="meeting_passage"),
    path(f"{_MEETING}gui/", meetings.send, name="meeting_send"),
    path(f"{_MEETING}bien-ban/", minutes.photos, name="meeting_photos"),
    path(f"{_MEETING}bien-ban/lay-lai/", minutes.take_back, name="meeting_take_back"),
    path(f"{_MEETING}anh/<uuid:file>/", minutes.photo, name="meeting_photo"),
    path(f"{_MEETING}anh/<uuid:file>/xoa/", minutes.remove_photo, name="meeting_photo_remove"),
    path(f"{_MEETING}xac-nhan/", minutes.confirm, name="meeting_confirm"),
    path("lam-viec/gop-y/bien-ban/", minutes.queue, name="minutes"),
    path(_MINUTES, minutes.key, name="minutes_key"),
    path(f"{_MINUTES}nhan/", minutes.claim, name="minutes_claim"),
    path(f"{_MINUTES}tra/", minutes.release, name="minutes_release"),
    path(f"{_MINUTES}xong/", minutes.finish, name="minutes_finish"),
]
