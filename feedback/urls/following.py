"""Addresses of what happens after an opinion was sent."""

from django.urls import path

from feedback.views import answers, guests, mine, receipts, threads

THREAD = "lam-viec/tong-hop/<int:pk>/<uuid:public_id>/"

DESK = "lam-viec/lay-y-kien/<int:pk>/tra-loi/"

urlpatterns = [
    path("y-kien/cua-toi/<uuid:public_id>/tra-loi/", mine.mine_reply, name="mine_reply"),
    path("y-kien/cua-toi/nhap/<int:pk>/xoa/", mine.mine_draft_discard, name="mine_draft_discard"),
    path("y-kien/tra-cuu/", receipts.receipt, name="receipt"),
    path("y-kien/tra-cuu/tra-loi/", receipts.receipt_reply, name="receipt_reply"),
    path("y-kien/tra-cuu/rut/", receipts.receipt_withdraw, name="receipt_withdraw"),
    path("y-kien/tra-cuu/viet-lai/", receipts.receipt_rewrite, name="receipt_rewrite"),
    path("y-kien/tra-cuu/anh/", receipts.receipt_picture, name="receipt_picture"),
    path("lam-viec/tong-hop/<int:pk>/trao-doi/", threads.thread_list, name="threads"),
    path(f"{THREAD}trao-doi/", threads.thread, name="thread"),
    path(f"{THREAD}trao-doi/da-ro/", threads.thread_settle, name="thread_settle"),
    path("lay-y-kien/<int:pk>-<slug:slug>/tra-loi/", answers.answers, name="answers"),
    path(DESK, answers.desk, name="answer_desk"),
    path(f"{DESK}viet/<int:edition>/", answers.edit, name="answer_edit"),
    path(f"{DESK}xoa/<int:answer>/", answers.delete, name="answer_delete"),
    path(f"{DESK}trinh/", answers.submit, name="answer_submit"),
    path(f"{DESK}duyet/", answers.decide, name="answer_decide"),
    path(f"{DESK}phe-duyet-giay/", answers.paper, name="answer_paper"),
    path(f"{DESK}thu-hoi/", answers.take_back, name="answer_take_back"),
    path("y-kien/nhan-tin/<str:link>/", guests.guest_confirm, name="guest_confirm"),
    path("y-kien/thoi-nhan-tin/<str:link>/", guests.guest_stop, name="guest_stop"),
]
