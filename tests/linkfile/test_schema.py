"""The JSON schema: that it is well made, and that our reading of it is jsonschema's."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from wasm_link.component.names import LABEL_PATTERN, WIT_NAME_PATTERN
from wasm_link.linkfile.document import read_document
from wasm_link.linkfile.nodes import Mapping
from wasm_link.linkfile.schema import _compiled_schema, schema_text

SCHEMA: dict[str, Any] = json.loads(schema_text())

LABEL = LABEL_PATTERN[1:-1]
PATTERNS = {
    "id": "^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$",
    "WIT name": WIT_NAME_PATTERN,
    "export": f"^(?:{WIT_NAME_PATTERN[1:-1]}|{LABEL})$",
    "item": rf"^(?:{LABEL}|\[(?:method|static)\]{LABEL}\.{LABEL}|\[constructor\]{LABEL})$",
    "name": "^[^\\u0000-\\u001f\\u007f-\\u009f]+$",
    "path": "^[^\\u0000]+$",
    "text": "^[^\\u0000]*$",
    "variable": "^[^=\\u0000]+$",
    "memory": "^[1-9][0-9]*(?:KiB|MiB|GiB)$",
    "timeout": "^[1-9][0-9]*(?:ms|s|m|h)$",
}
"""Every pattern of the schema. Those for WIT names follow from the component model's grammar in `component.names`."""


def parts(schema: Any, path: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema inside of a schema, itself included, with its place."""
    yield path, schema
    for key in ("properties", "patternProperties"):
        for name, part in schema.get(key, {}).items():
            yield from parts(part, f"{path}/{key}/{name}")
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from parts(schema[key], f"{path}/{key}")


PARTS = [pytest.param(part, id=path) for path, part in parts(SCHEMA)]


def test_it_is_a_valid_draft_7_schema() -> None:
    """The schema is valid by its own metaschema, which is the one that every editor knows."""
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
    Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("part", PARTS)
def test_every_part_has_a_title_and_a_description(part: dict[str, Any]) -> None:
    """What an editor shows on hover is there for every part of the schema."""
    assert part["title"]
    assert part["description"]


@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_closed(part: dict[str, Any]) -> None:
    """Wherever keys are listed, no other key is allowed."""
    assert ("properties" not in part) or part["additionalProperties"] is False


@pytest.mark.parametrize("part", PARTS)
def test_no_part_chooses_between_schemas(part: dict[str, Any]) -> None:
    """Nothing chooses between whole schemas, because editors and validators explain that badly."""
    assert not part.keys() & {"oneOf", "anyOf", "allOf", "not", "if", "$ref"}


@pytest.mark.parametrize("part", PARTS)
def test_examples_and_defaults_are_valid(part: dict[str, Any]) -> None:
    """Every example, and every default, is valid where it stands."""
    for example in [*part.get("examples", []), *([part["default"]] if "default" in part else [])]:
        Draft7Validator(part).validate(example)


def test_every_pattern_is_a_known_one() -> None:
    """The schema's patterns are the ones listed here, so that WIT names have one grammar in the whole project."""
    written = {part["pattern"] for _, part in parts(SCHEMA) if "pattern" in part}
    written |= {part["propertyNames"]["pattern"] for _, part in parts(SCHEMA) if "propertyNames" in part}
    assert written == set(PATTERNS.values())


WORDS = st.sampled_from(
    ["app", "a:b/c@0.1.0", "exactly-one", "inherit", "16MiB", "2s", "read", "skip", "A_b", "", "x\n", "a\0"]
)
SCALARS = WORDS | st.none() | st.booleans() | st.integers(-1, 70_000) | st.just(1.5)
KEYS = st.sampled_from(
    [
        *(
            "linkfile",
            "root",
            "name",
            "sources",
            "interfaces",
            "plugins",
            "path",
            "url",
            "wit",
            "cardinality",
            "x-y",
            "z",
        ),
        *(
            "source",
            "plug",
            "sockets",
            "interface",
            "from",
            "limits",
            "fuel",
            "memory",
            "timeout",
            "wasi",
            "stdin",
            "env",
        ),
        *(
            "args",
            "dirs",
            "host",
            "guest",
            "access",
            "remap",
            "as",
            "items",
            "on-error",
            "a:b/c@0.1.0",
            "app",
            "$schema",
        ),
    ]
)


def _later(schema: Any) -> st.SearchStrategy[Any]:
    return st.deferred(lambda: instances(schema))


def instances(schema: Any) -> st.SearchStrategy[Any]:
    """Data that follows a schema in most places, and not in some."""
    known = {key: _later(part) for key, part in schema.get("properties", {}).items()}
    rest = schema.get("additionalProperties")
    choices = [SCALARS, st.lists(SCALARS, max_size=2), st.dictionaries(KEYS, SCALARS, max_size=2)]
    if known:
        choices += [st.fixed_dictionaries({}, optional=known)] * 4
    if isinstance(rest, dict):
        choices += [st.dictionaries(KEYS, _later(rest), max_size=3)] * 4
    if "items" in schema:
        choices += [st.lists(_later(schema["items"]), max_size=3)] * 3
    return st.one_of(choices)


@given(instances(SCHEMA))
@settings(max_examples=200, deadline=None)
def test_our_validator_agrees_with_jsonschema(data: Any) -> None:
    """The validator that is made for speed finds the same broken rules, in the same places, as jsonschema's own."""

    def found(validator: Any) -> set[tuple[str, tuple[str | int, ...]]]:
        return {(error.validator, tuple(error.absolute_path)) for error in validator.iter_errors(data)}

    # A line break at the end is the one difference: Python's `$` matches before it, ECMA-262's does not.
    ours, theirs = found(_compiled_schema()), found(Draft7Validator(SCHEMA))
    assert theirs <= ours
    assert all(rule == "pattern" for rule, _ in ours - theirs)


def test_a_line_break_does_not_end_a_pattern() -> None:
    """A name with a line break behind it is not the name."""
    text = '{linkfile: 1, root: a, interfaces: {a: {wit: "a:b/c\\n"}}, plugins: {}}'
    document, _ = read_document(text, "f")
    assert isinstance(document, Mapping)
    from wasm_link.linkfile.schema import check_schema

    assert [problem.code.value for problem in check_schema(document)] == ["WL107"]


@pytest.mark.parametrize("module", ["model", "reader", "schema", "graph"])
def test_jsonschema_is_imported_only_to_validate(module: str) -> None:
    """Importing a module of the linkfile does not import jsonschema, which is slow."""
    program = f"import sys, wasm_link.linkfile.{module}; sys.exit('jsonschema' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_the_model_needs_no_yaml() -> None:
    """Importing the typed linkfile imports no YAML parser."""
    program = "import sys, wasm_link.linkfile.model; sys.exit('yaml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
