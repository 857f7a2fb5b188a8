"""Addresses of what happens after an opinion was sent."""

from django.urls import path

from feedback.views import receipts, threads

THREAD = "lam-viec/tong-hop/<int:pk>/<uuid:public_id>/"

urlpatterns = [
    path("y-kien/tra-cuu/", receipts.receipt, name="receipt"),
    path("y-kien/tra-cuu/tra-loi/", receipts.receipt_reply, name="receipt_reply"),
    path("y-kien/tra-cuu/rut/", receipts.receipt_withdraw, name="receipt_withdraw"),
    path("y-kien/tra-cuu/anh/", receipts.receipt_picture, name="receipt_picture"),
    path("lam-viec/tong-hop/<int:pk>/trao-doi/", threads.thread_list, name="threads"),
    path(f"{THREAD}trao-doi/", threads.thread, name="thread"),
    path(f"{THREAD}trao-doi/da-ro/", threads.thread_settle, name="thread_settle"),
]
