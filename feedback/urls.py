from django.urls import path

from feedback import views, views_desk

app_name = "feedback"

urlpatterns = [
    path("lay-y-kien/", views.consultation_list, name="list"),
    path("lay-y-kien/<int:pk>-<slug:slug>/", views.consultation, name="consultation"),
    path("y-kien/moi/<int:pk>/<int:edition>/", views.say, name="say"),
    path("y-kien/cua-toi/", views.mine, name="mine"),
    path("y-kien/cua-toi/<uuid:public_id>/", views.mine_one, name="mine_one"),
    path("y-kien/cua-toi/<uuid:public_id>/rut/", views.mine_withdraw, name="mine_withdraw"),
    path("y-kien/tra-cuu/", views.receipt, name="receipt"),
    path("lam-viec/lay-y-kien/", views_desk.desk, name="desk"),
    path("lam-viec/lay-y-kien/moi/", views_desk.create, name="new"),
    path("lam-viec/lay-y-kien/<int:pk>/", views_desk.manage, name="manage"),
    path("lam-viec/lay-y-kien/<int:pk>/sua/", views_desk.edit, name="edit"),
    path("lam-viec/lay-y-kien/<int:pk>/cong-bo/", views_desk.announce, name="announce"),
    path("lam-viec/lay-y-kien/<int:pk>/thoi-gian/", views_desk.dates, name="dates"),
    path("lam-viec/lay-y-kien/<int:pk>/huy/", views_desk.withdraw, name="withdraw"),
    path("lam-viec/tong-hop/", views_desk.reading, name="reading"),
    path("lam-viec/tong-hop/<int:pk>/", views_desk.reading_node, name="reading_node"),
    path("lam-viec/tong-hop/<int:pk>/<uuid:public_id>/ten/", views_desk.look, name="look"),
]
