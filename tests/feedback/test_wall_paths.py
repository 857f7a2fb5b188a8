"""No way from a person to an opinion: by keys, by shared values, by transaction, by log or list."""

import importlib
import pkgutil
import re
from pathlib import Path

from django.apps import apps
from django.contrib import admin
from django.db import models
from django_filters import FilterSet

from feedback.models import Opinion
from portal.accounts.models import User
from tests.feedback.test_wall import NOT_AUTHORS

ROOT = Path(__file__).resolve().parents[2]


# --- by keys -----------------------------------------------------------------------------------


def forward(model):
    """[(field name, model it points at)]"""
    return [
        (field.name, field.related_model)
        for field in model._meta.get_fields(include_hidden=True)
        if isinstance(field, models.ForeignKey)
    ]


def belonging_to_opinions():
    """Models with a row for one opinion: the opinion, and all from which a key leads to one."""
    found = {Opinion}
    while True:
        more = {
            model
            for model in apps.get_models(include_auto_created=True)
            if any(target in found for _name, target in forward(model))
        }
        if more <= found:
            return found
        found |= more


def test_of_what_belongs_to_one_opinion_no_key_leads_to_a_person_but_who_reads_or_asks():
    """Walks the schema: only what belongs to one opinion can tell its author; the consultation, the
    passage, the unit and the batch of an opinion are shared with others."""
    user = User
    leading = {
        (model._meta.label_lower, name)
        for model in belonging_to_opinions()
        for name, target in forward(model)
        if target is user
    }
    assert leading == {("feedback.clarification", "by"), ("feedback.identitylook", "reader")}
    assert leading <= NOT_AUTHORS
    assert not [
        (model._meta.label_lower, name)
        for model in belonging_to_opinions()
        for name, target in forward(model)
        if target._meta.app_label in {"accounts", "sessions", "axes", "admin", "account", "mfa"}
        and target is not user
    ]


def test_what_an_opinion_points_at_is_shared_and_never_its_own():
    """A one-to-one row would be a back door: whoever made it would be the author."""
    targets = {field.name: field for field in Opinion._meta.fields if field.is_relation}
    assert not [name for name, field in targets.items() if field.unique]
    assert set(targets) == {
        "batch", "block", "consultation", "edition", "entry_node", "group", "question",
        "reading_node",
    }  # fmt: skip


# --- by lists ----------------------------------------------------------------------------------


def modules_of(package):
    found = importlib.import_module(package)
    yield found
    for info in pkgutil.walk_packages(found.__path__, f"{package}."):
        if ".migrations" not in info.name:
            yield importlib.import_module(info.name)


def test_no_filter_of_any_list_asks_for_a_stance():
    for package in ("feedback", "documents", "campaigns", "portal"):
        for module in modules_of(package):
            for value in vars(module).values():
                if isinstance(value, type) and issubclass(value, FilterSet):
                    names = set(value.base_filters) | {
                        str(f.field_name) for f in value.base_filters.values()
                    }
                    assert not [n for n in names if "stance" in n or "quan_diem" in n], value


def test_no_query_sorts_counts_or_narrows_opinions_by_stance():
    """Read from the source: whatever orders, groups or filters names no stance (that none is chosen
    may be asked)."""
    verbs = r"(?:order_by|filter|exclude|annotate|values|values_list|aggregate|distinct|Count|Q|F)"
    pattern = re.compile(verbs + r"\([^()]*stance(?!=\"\")")
    asked = re.compile(r"GET(?:\.get)?[\[(]\s*[\"'](?:stance|quan-diem|quan_diem)")
    linked = re.compile(r"[?&](?:stance|quan-diem)=")
    for path in [*(ROOT / "feedback").rglob("*.py"), *(ROOT / "documents").rglob("*.py")]:
        if "migrations" not in path.parts:
            source = path.read_text()
            assert not pattern.search(source), path
            assert not asked.search(source), path
    for path in (ROOT / "templates").rglob("*.html"):
        assert not linked.search(path.read_text()), path


def test_the_admin_shows_nothing_of_opinions_or_people_beside_them():
    shown = {model._meta.label_lower for model in admin.site._registry}
    private = {model._meta.label_lower for model in belonging_to_opinions()} | {
        f"feedback.{name}"
        for name in ("opiniondraft", "consentwithdrawal", "guestcontact", "erasure", "entryrow",
                     "totalsdelta", "meeting", "entrybatch")
    }  # fmt: skip
    assert shown & private == set()
    for model, found in admin.site._registry.items():
        listed = [*found.list_display, *found.list_filter, *found.search_fields]
        assert not [name for name in listed if "stance" in str(name)], model
