"""Preparing and running consultations."""

from django.urls import path

from feedback.views import desk, desk_dates, desk_terms

AT = "lam-viec/lay-y-kien/"

urlpatterns = [
    path(AT, desk.desk, name="desk"),
    path(f"{AT}moi/", desk.create, name="new"),
    path(f"{AT}moc/", desk.moment, name="moment"),
    path(f"{AT}moc/su-kien/", desk.moment_events, name="moment_events"),
    path(f"{AT}<int:pk>/", desk.manage, name="manage"),
    path(f"{AT}<int:pk>/sua/", desk.edit, name="edit"),
    path(f"{AT}<int:pk>/cong-bo/", desk.announce, name="announce"),
    path(f"{AT}<int:pk>/thoi-gian/", desk_dates.dates, name="dates"),
    path(f"{AT}<int:pk>/huy/", desk_dates.withdraw, name="withdraw"),
    path(f"{AT}<int:pk>/thang/", desk_terms.ladder, name="ladder"),
    path(f"{AT}<int:pk>/don-vi/", desk_terms.audience_units, name="audience_units"),
    path(f"{AT}<int:pk>/don-vi/bo/", desk_terms.remove_units, name="remove_units"),
    path(f"{AT}<int:pk>/van-kien/<int:row>/", desk_terms.move_edition, name="move_edition"),
    path(f"{AT}<int:pk>/cau-hoi/", desk_terms.questions, name="questions"),
    path(f"{AT}<int:pk>/cau-hoi/<int:question>/", desk_terms.question, name="question"),
    path(f"{AT}<int:pk>/dong-y/", desk_terms.consent_text, name="consent_text"),
]
