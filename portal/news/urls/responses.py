"""Addresses of responses for readers; a namespace of its own, logged without persons."""

from django.urls import path, re_path

from portal.news.views import desk_responses, responses

app_name = "responses"

_ARTICLE = r"^(?P<agency_slug>[-\w]+)/(?P<slug>[a-z0-9-]+)-(?P<pk>[1-9][0-9]{0,17})/phan-hoi/"

urlpatterns = [
    path("phan-hoi/<slug:code>/", responses.receipt, name="receipt"),
    re_path(rf"{_ARTICLE}$", responses.write, name="write"),
    re_path(rf"{_ARTICLE}tat-ca/$", responses.all_of, name="all"),
]

#: At the desk, under the address of the article; in the namespace of news.
of_article = [
    path("phan-hoi/", desk_responses.index, name="desk_responses"),
    path("phan-hoi/mo/", desk_responses.set_open, name="open_responses"),
    path("phan-hoi/<int:response_pk>/tra-loi/", desk_responses.answer, name="answer_response"),
    path("phan-hoi/<int:response_pk>/go/", desk_responses.take_away, name="take_answer_away"),
]
