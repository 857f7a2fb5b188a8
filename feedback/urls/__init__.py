from django.urls import path

from feedback.urls import (
    consultations,
    entries,
    following,
    meetings,
    moderated,
    numbers,
    privacy,
)
from feedback.views import mine, public, reading, say
from portal.common.routes import by_words

app_name = "feedback"

urlpatterns = [
    path("lay-y-kien/", public.consultation_list, name="list"),
    path("lay-y-kien/<int:pk>-<slug:slug>/", public.consultation, name="consultation"),
    path("y-kien/moi/<int:pk>/<int:edition>/", say.say, name="say"),
    path("y-kien/moi/<int:pk>/<int:edition>/nhap/", say.draft, name="draft"),
    path("y-kien/moi/<int:pk>/<int:edition>/da-nhan/<str:token>/", say.sent, name="sent"),
    path("y-kien/cua-toi/", mine.mine, name="mine"),
    path("y-kien/cua-toi/<uuid:public_id>/", mine.mine_one, name="mine_one"),
    path("y-kien/cua-toi/<uuid:public_id>/rut/", mine.mine_withdraw, name="mine_withdraw"),
    path("lam-viec/tong-hop/", reading.reading, name="reading"),
    path("lam-viec/tong-hop/<int:pk>/", reading.reading_node, name="reading_node"),
    path("lam-viec/tong-hop/<int:pk>/<uuid:public_id>/ten/", reading.look, name="look"),
]
urlpatterns += consultations.urlpatterns
urlpatterns += following.urlpatterns
urlpatterns += meetings.urlpatterns
urlpatterns += numbers.urlpatterns
urlpatterns += entries.urlpatterns
urlpatterns += moderated.urlpatterns
urlpatterns += privacy.urlpatterns
urlpatterns = by_words(urlpatterns)
