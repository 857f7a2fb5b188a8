"""Addresses of news: /tin-tuc/ for readers, /lam-viec/tin-bai/ for the desk."""

from django.urls import include, path, re_path

from portal.common.routes import by_words
from portal.news.urls import drafts as kept
from portal.news.urls import reading
from portal.news.urls.responses import of_article as _responses
from portal.news.views import (
    article,
    attachments,
    desk,
    editor,
    paper,
    previews,
    public,
    review,
    schedule,
    sections,
    series,
    touching_up,
)

app_name = "news"

_public = [
    path("", public.index, name="index"),
    path("xem-truoc/<str:secret>/", previews.shared_preview, name="shared_preview"),
    path("tep-kem/<int:pk>/<uuid:upload>/", attachments.download, name="attachment"),
    *reading.before,
    path("<slug:agency_slug>/", public.agency, name="agency"),
    path("<slug:agency_slug>/chuyen-muc/<slug:section_slug>/", public.section, name="section"),
    re_path(
        r"^(?P<agency_slug>[-\w]+)/(?P<slug>[a-z0-9-]+)-(?P<pk>[1-9][0-9]{0,17})/$",
        public.article,
        name="article",
    ),
    *reading.after,
]

_article = [
    path("", article.article, name="desk_article"),
    path("sua/", desk.edit, name="edit"),
    *kept.of_article,
    path("xem-truoc/", article.preview, name="preview"),
    path("gui-duyet/", review.submit, name="submit"),
    path("rut-lai/", review.take_back, name="take_back"),
    path("tra-lai/", review.send_back, name="send_back"),
    path("dang/", review.publish, name="publish"),
    path("hen-gio/", schedule.schedule, name="schedule"),
    path("lien-ket-xem-truoc/", previews.links, name="preview_links"),
    path("lien-ket-xem-truoc/<int:link_pk>/thu-hoi/", previews.revoke, name="revoke_preview_link"),
    path("sua-nho/", touching_up.touch_up, name="touch_up"),
    path("phe-duyet-giay/", paper.paper, name="paper"),
    path("huy-hen-gio/", schedule.unschedule, name="unschedule"),
    path("dang-ngay/", schedule.publish_now, name="publish_now"),
    path("go-bai/", review.withdraw, name="withdraw"),
    path("bo-ban-sua/", review.discard, name="discard"),
    *_responses,
    path("nhan-xet/", review.add_remark, name="add_remark"),
    path("nhan-xet/<int:remark_pk>/tra-loi/", review.reply, name="reply_remark"),
    path("nhan-xet/<int:remark_pk>/xong/", review.resolve_remark, name="resolve_remark"),
]

_desk = [
    *reading.desk,
    path("", desk.index, name="desk"),
    path("cho-duyet/", article.waiting, name="waiting"),
    path("lich-dang/", schedule.timetable, name="timetable"),
    path("viet-bai/", desk.create, name="create"),
    path("phan-kem/", editor.add_items, name="add_items"),
    path("tu-khoa/", editor.tags, name="tags"),
    path("chuyen-muc/", sections.index, name="sections"),
    path("chuyen-muc/<slug:agency_slug>/", sections.of_agency, name="agency_sections"),
    path("chuyen-muc/<slug:agency_slug>/<int:pk>/", sections.edit, name="edit_section"),
    *kept.at_desk,
    path("loat-bai/<slug:agency_slug>/", series.of_agency, name="agency_series"),
    path("loat-bai/<slug:agency_slug>/<int:pk>/", series.edit, name="edit_series"),
    path("<int:pk>/", include(_article)),
]

urlpatterns = by_words(
    [
        path("tin-tuc/", include("portal.news.urls.responses")),
        path("tin-tuc/", include(_public)),
        path("lam-viec/tin-bai/", include(_desk)),
        path("", include("portal.news.urls.front")),
        path("", include("portal.news.urls.stats")),
    ]
)
