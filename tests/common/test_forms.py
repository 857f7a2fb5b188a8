"""Every form cleans its text before anything is checked; stale versions lose nothing."""

import importlib
import pkgutil

import pytest
from django import forms as django_forms
from django.apps import apps
from django.forms import BaseForm
from django.template.loader import render_to_string

from portal.common import forms
from portal.common.richtext import RichTextFormField
from portal.official.models import DocumentType, OfficialDocument

OURS = ("portal.", "campaigns.", "documents.", "feedback.")


class Sample(forms.Form):
    title = django_forms.CharField(max_length=5)
    code = django_forms.RegexField(r"^[A-ZĐ]+$", required=False)
    mail = django_forms.EmailField(required=False)
    raw = django_forms.CharField(strip=False, required=False)
    password = django_forms.CharField(
        widget=django_forms.PasswordInput, strip=False, required=False
    )


def test_an_empty_field_says_what_to_do():
    class Asked(forms.Form):
        name = django_forms.CharField()
        kind = django_forms.ChoiceField(choices=[("a", "A")])
        paper = django_forms.FileField()
        agreed = django_forms.BooleanField()
        why = django_forms.CharField(error_messages={"required": "Hãy ghi lý do."})

    assert {name: errors[0] for name, errors in Asked({}).errors.items()} == {
        "name": "Hãy điền ô này.",
        "kind": "Hãy chọn một mục.",
        "paper": "Hãy chọn tệp.",
        "agreed": "Hãy đánh dấu ô này.",
        "why": "Hãy ghi lý do.",
    }


def test_text_is_cleaned_before_lengths_and_patterns_are_checked():
    form = Sample(
        {
            "title": "\u00a0Đa\u0323i\u200b x ",
            "code": "Đ\u00adU",
            "mail": "a@b.vn\u200b",
            "raw": " x\u00a0\r\n",
            "password": " bí\u00a0mật\u200b ",
        }
    )
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "title": "Đại x",
        "code": "ĐU",
        "mail": "a@b.vn",
        "raw": " x \n",
        "password": " bí\u00a0mật\u200b ",
    }


def test_too_long_is_still_too_long():
    assert "title" in Sample({"title": "Đại hội"}).errors


def test_what_is_only_invisible_is_missing():
    assert Sample({"title": "\u200b\u00a0\ufeff"}).errors["title"].as_data()[0].code == "required"


def test_fields_added_late_are_cleaned():
    class Late(forms.Form):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.fields["late"] = django_forms.CharField(max_length=2)

    form = Late({"late": "\u200bo\u0301\u200b"})
    assert form.is_valid()
    assert form.cleaned_data["late"] == "ó"


class TypeForm(forms.ModelForm):
    class Meta:
        model = DocumentType
        fields = ["abbreviation", "name", "family"]


@pytest.mark.django_db
def test_model_forms_store_clean_text():
    form = TypeForm({"abbreviation": "ĐC\u200b", "name": "Đề\u00a0cương", "family": "party"})
    assert form.is_valid(), form.errors
    row = form.save()
    row.refresh_from_db()
    assert (row.abbreviation, row.name) == ("ĐC", "Đề cương")


def subclasses(cls):
    for sub in cls.__subclasses__():
        yield sub
        yield from subclasses(sub)


def load_all_modules():
    for config in apps.get_app_configs():
        if not f"{config.name}.".startswith(OURS):
            continue
        package = importlib.import_module(config.name)
        for module in pkgutil.walk_packages(package.__path__, f"{config.name}."):
            if ".migrations" not in module.name:
                importlib.import_module(module.name)


def careless_forms():
    """Forms of the project that take text as it comes."""
    return {
        f"{form.__module__}.{form.__qualname__}"
        for form in subclasses(BaseForm)
        if form.__module__.startswith(OURS) and not issubclass(form, forms.CleanTextMixin)
    }


def test_every_form_of_the_project_cleans_its_text():
    load_all_modules()
    assert careless_forms() == set()
    ours = {f for f in subclasses(BaseForm) if f.__module__.startswith(OURS)}
    assert any(f.__name__ == "ImageUploadForm" for f in ours)  # the walk does find forms


def test_the_walk_would_notice_a_careless_form():
    careless = type("Careless", (django_forms.Form,), {"__module__": "portal.news.forms"})
    assert "portal.news.forms.Careless" in careless_forms()
    del careless
    import gc

    gc.collect()


# --- two editors --------------------------------------------------------------------------


class DocumentForm(forms.VersionedFormMixin, forms.ModelForm):
    class Meta:
        model = OfficialDocument
        fields = ["title", "signer", "type"]


@pytest.fixture
def document(db):
    from portal.official.actions import register_document

    return register_document(actor=None, symbol="135-KH/TU", title="Tên cũ", signer="Lê Hồng Vân")


def test_the_version_travels_as_a_hidden_field(document):
    html = DocumentForm(instance=document)["lock_version"].as_widget()
    assert 'type="hidden"' in html
    assert f'value="{document.lock_version}"' in html


def test_the_version_is_required_for_a_stored_row_and_not_for_a_new_one(document):
    data = {"title": "x"}
    assert "lock_version" in DocumentForm(data, instance=document).errors
    new = DocumentForm(data)
    assert new.is_valid()
    assert new.expected_version is None


def test_a_stale_form_shows_both_texts_and_can_be_sent_again(document):
    from portal.common.errors import StaleVersion
    from portal.official.actions import update_document

    mine = {"title": "Tên của tôi", "signer": "Lê Hồng Vân", "lock_version": "0"}
    update_document(actor=None, document=document, title="Tên của người khác")
    form = DocumentForm(mine, instance=document)
    assert form.is_valid()
    with pytest.raises(StaleVersion) as stale:
        update_document(
            actor=None,
            document=document,
            lock_version=form.expected_version,
            title=form.cleaned_data["title"],
        )
    form.mark_stale(stale.value.current)
    assert next((f.name, f.mine, f.theirs) for f in form.stale_fields) == (
        "title",
        "Tên của tôi",
        "Tên của người khác",
    )
    assert "signer" not in [f.name for f in form.stale_fields]
    assert form.non_field_errors().as_data()[0].code == "stale"
    assert 'value="Tên của tôi"' in str(form["title"])
    again = {**mine, "lock_version": form["lock_version"].value()}
    second = DocumentForm(again, instance=OfficialDocument.objects.get(pk=document.pk))
    assert second.is_valid()
    saved = update_document(
        actor=None,
        document=document,
        lock_version=second.expected_version,
        title=second.cleaned_data["title"],
    )
    assert saved.title == "Tên của tôi"


def test_choices_are_compared_by_their_labels(document):
    resolution = DocumentType.objects.get(family="party", name="Nghị quyết")
    form = DocumentForm(
        {"title": "Tên cũ", "signer": "Lê Hồng Vân", "type": resolution.pk, "lock_version": "0"},
        instance=OfficialDocument.objects.get(pk=document.pk),
    )
    assert form.is_valid()
    form.mark_stale(OfficialDocument.objects.get(pk=document.pk))
    assert [(f.name, f.mine, f.theirs) for f in form.stale_fields] == [
        ("type", "Nghị quyết", "Kế hoạch")
    ]


def test_rich_text_is_compared_as_people_read_it():
    class Row:
        lock_version = 4

        class _meta:
            concrete_fields, private_fields, many_to_many = (), (), ()

    class BodyForm(forms.VersionedFormMixin, forms.Form):
        body = RichTextFormField()
        note = django_forms.CharField()

    form = BodyForm(
        {"body": "<p>Đạt <b>65%</b> hộ</p>", "note": "như nhau", "lock_version": "3"},
        initial={"lock_version": 3},
    )
    assert form.is_valid(), form.errors
    form.mark_stale(Row, values={"body": "<p>Đạt 60% hộ</p>", "note": "như nhau"})
    (stale,) = form.stale_fields
    assert (stale.mine, stale.theirs) == ("Đạt 65% hộ", "Đạt 60% hộ")
    assert stale.changes == "Đạt <del>60%</del> <ins>65%</ins> hộ"
    assert form["lock_version"].value() == "4"
    html = render_to_string("components/stale.html", {"form": form})
    assert "Đạt <del>60%</del> <ins>65%</ins> hộ" in html
