from django.urls import path

from campaigns.urls_desk import urlpatterns as desk
from campaigns.urls_notices import public as notices
from campaigns.views import congresses, public
from portal.common.routes import by_words

app_name = "campaigns"

urlpatterns = by_words(
    [
        path("ke-hoach/", public.plan_list, name="plans"),
        path("ke-hoach/<slug:slug>-<int:pk>/", public.plan, name="plan"),
        path("dai-hoi/", public.event_list, name="events"),
        path("dai-hoi/lich/", congresses.calendar, name="congress_calendar"),
        path("dai-hoi/<slug:slug>/", public.event, name="event"),
        *notices,
        *desk,
    ]
)
