"""Reading the YAML of plan files (docs/PLAN_FORMAT.md), nothing more.

PyYAML follows YAML 1.1, where the bare word ``on`` is a boolean and a key given twice silently wins
over the first. Both would hide mistakes in a plan, so this loader knows only ``true`` and
``false`` and refuses a repeated key.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml


class PlanYamlLoader(yaml.SafeLoader):
    """SafeLoader with YAML 1.2 booleans that refuses duplicate keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _value in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key {key!r} is given twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


# The resolvers are shared by all loaders of a class hierarchy until copied.
PlanYamlLoader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in pairs if tag != "tag:yaml.org,2002:bool"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
PlanYamlLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf")
)


def load(text: str) -> Any:
    """Parse one YAML document. Raises yaml.YAMLError, whose ``problem_mark`` has line and column.

    Whole days come back as ``datetime.date``, ``2020-06`` as a string and ``2020`` as an integer.
    """
    return yaml.load(text, Loader=PlanYamlLoader)  # noqa: S506 (a SafeLoader)


def load_file(path: Path) -> Any:
    """Parse a UTF-8 file; errors carry the file's name."""
    loader = PlanYamlLoader(path.read_text(encoding="utf-8"))
    loader.name = str(path)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()
