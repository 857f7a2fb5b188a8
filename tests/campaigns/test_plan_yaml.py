from __future__ import annotations

import datetime

import pytest
import yaml

from campaigns import plan_yaml


def test_on_is_a_word_and_precision_survives():
    read = plan_yaml.load("a: {on: 2020-02-05}\nb: {on: 2020-06}\nc: {on: 2020}\nd: {open: true}\n")
    assert read == {
        "a": {"on": datetime.date(2020, 2, 5)},
        "b": {"on": "2020-06"},
        "c": {"on": 2020},
        "d": {"open": True},
    }


def test_only_true_and_false_are_booleans():
    assert plan_yaml.load("[yes, no, off, on, y, True, true, false]") == [
        "yes",
        "no",
        "off",
        "on",
        "y",
        "True",
        True,
        False,
    ]


def test_the_loader_of_pyyaml_stays_as_it_was():
    assert yaml.safe_load("on") is True


def test_a_repeated_key_is_refused_with_its_place():
    with pytest.raises(yaml.constructor.ConstructorError) as caught:
        plan_yaml.load("title: một\nkind: KH\ntitle: hai\n")
    assert caught.value.problem == "key 'title' is given twice"
    assert (caught.value.problem_mark.line, caught.value.problem_mark.column) == (2, 0)


def test_a_file_is_named_in_the_error(tmp_path):
    path = tmp_path / "hỏng.yaml"
    path.write_text("plans: [", encoding="utf-8")
    with pytest.raises(yaml.YAMLError) as caught:
        plan_yaml.load_file(path)
    assert caught.value.problem_mark.name == str(path)
