"""Addresses of what pages feature and of the keeping of chuyên trang."""

from django.urls import include, path

from portal.news.views import features, microsites

_features = [
    path("", features.choose, name="feature_places"),
    path("muc/<int:pk>/", features.edit, name="edit_feature"),
    path("muc/<int:pk>/chuyen/", features.move, name="move_feature"),
    path("muc/<int:pk>/bo/", features.remove, name="remove_feature"),
    path("<slug:key>/", features.index, name="features"),
    path("<slug:key>/them/", features.add, name="add_feature"),
    path("<slug:key>/tim/", features.search, name="search_feature"),
    path("<slug:key>/thu-tu/", features.order, name="order_features"),
]

_microsites = [
    path("", microsites.index, name="microsites"),
    path("moi/<int:plan_pk>/", microsites.create, name="create_microsite"),
    path("<int:pk>/", microsites.edit, name="edit_microsite"),
]

urlpatterns = [
    path("lam-viec/trang-chu/", include(_features)),
    path("lam-viec/chuyen-trang/", include(_microsites)),
]
