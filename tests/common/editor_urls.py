"""The portal's addresses and one page with an editor, for the browser test."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import include, path

from portal.common import forms
from portal.common.richtext import RichTextFormField, editor_csp

STORED = {"body": ""}

PAGE = """{% extends "base_plain.html" %}
{% block scripts %}{{ form.media }}{% endblock %}
{% block content %}
  <form method="post">{% csrf_token %}
    {{ form.non_field_errors }}
    <label for="id_body">Nội dung</label>{{ form.body }}{{ form.body.errors }}
    <button class="btn">Lưu</button>
  </form>
  <div id="stored">{{ stored|safe }}</div>
{% endblock %}"""


class BodyForm(forms.Form):
    body = RichTextFormField(label="Nội dung", required=False)


def edit(request):
    form = BodyForm(request.POST or None, initial=STORED)
    if request.method == "POST" and form.is_valid():
        STORED.update(form.cleaned_data)
        return redirect(request.path)
    page = engines["django"].from_string(PAGE)
    return HttpResponse(page.render({"form": form, "stored": STORED["body"]}, request))


urlpatterns = [
    path("thu-soan/", editor_csp(edit)),
    path("", include("portal.urls")),
]
