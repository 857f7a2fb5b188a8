"""What a template sets in one block is gone in the next: a link made of it would lead nowhere."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR) / "templates"
CHILDREN = sorted(
    path for path in ROOT.rglob("*.html") if "{% extends" in path.read_text(encoding="utf-8")
)
_TAG = re.compile(r"{%\s*(block|endblock)\b[^%]*%}")
_SET = re.compile(r"{%\s*url\b[^%]*\bas (\w+)\s*%}")


def blocks(text):
    """The outermost blocks of a template."""
    depth, start = 0, 0
    for tag in _TAG.finditer(text):
        if tag[1] == "block":
            start = tag.end() if not depth else start
            depth += 1
        else:
            depth -= 1
            if not depth:
                yield text[start : tag.start()]


def lost(text):
    """Addresses that one block uses and only another one makes."""
    parts = list(blocks(text))
    made = [set(_SET.findall(part)) for part in parts]
    everywhere = set().union(*made)
    return {
        name
        for part, own in zip(parts, made, strict=True)
        for name in everywhere - own
        if name != "url" and _uses(name).search(part)
    }


def _uses(name):
    name = re.escape(name)
    return re.compile(r"{{\s*" + name + r"\b|{%[^%]*[\s=]" + name + r"\b(?!\s*=)[^%]*%}")


def test_the_check_finds_what_it_looks_for():
    made = '{% block a %}{% url "x" as back %}{% endblock %}'
    assert lost(made + '{% block b %}<a href="{{ back }}">{% endblock %}') == {"back"}
    assert lost(made + '{% block b %}{% empty "" "" url=back %}{% endblock %}') == {"back"}
    assert lost(made + '{% block b %}{% include "c" with back=1 %}{% endblock %}') == set()
    assert lost(made + '{% block b %}{% url "x" as back %}{{ back }}{% endblock %}') == set()


@pytest.mark.parametrize("path", CHILDREN, ids=lambda path: str(path.relative_to(ROOT)))
def test_addresses_are_made_in_the_block_that_uses_them(path):
    assert lost(path.read_text(encoding="utf-8")) == set()
