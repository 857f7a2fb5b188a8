"""Addresses of what people do with their own data, and of the list of looks."""

from django.urls import path

from feedback.views import privacy, receipts

MINE = "y-kien/cua-toi/"

urlpatterns = [
    path(f"{MINE}du-lieu/", privacy.my_data, name="my_data"),
    path(f"{MINE}du-lieu/<int:pk>/rut-dong-y/", privacy.consent, name="consent"),
    path(f"{MINE}<uuid:public_id>/xoa-danh-tinh/", privacy.erase, name="erase_identity"),
    path("y-kien/tra-cuu/xoa-danh-tinh/", receipts.receipt_erase, name="receipt_erase"),
    path("lam-viec/luot-xem-ten/", privacy.looks, name="looks"),
]
