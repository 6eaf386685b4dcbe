"""The reference of the linkfile, held against the schema and the reader."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.docs.pages import DOCS, code_spans, rows
from wasm_link.linkfile import document, limits, reader
from wasm_link.linkfile.model import Cardinality
from wasm_link.linkfile.reader import parse_linkfile
from wasm_link.linkfile.schema import schema_text
from wasm_link.sources import path as path_source

PAGE = DOCS / "linkfile.md"
SOUND = 'linkfile: 1\nroot: app\ninterfaces: { app: { wit: "a:b/c", cardinality: any } }\nplugins: {}\n'


def keys(schema: Any) -> Iterator[str]:
    """Every key that the schema knows, at any depth, and every value that it lists."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        yield from (value for value in schema.get("enum", ()) if value is not None)
        for part in schema.values():
            yield from keys(part)


def test_every_key_and_every_choice_is_described() -> None:
    """What the schema knows stands in the page."""
    assert set(keys(json.loads(schema_text()))) - code_spans(PAGE) == set()


def test_the_defaults_are_those_of_the_schema() -> None:
    """Where the schema has a default, so has the table, in its last column."""

    def defaults(schema: Any) -> Iterator[tuple[str, str]]:
        if isinstance(schema, dict):
            for key, part in schema.get("properties", {}).items():
                if "default" in part:
                    yield key, part["default"]
            for part in schema.values():
                yield from defaults(part)

    written = {
        (cells[0], cells[-1])
        for heading in ("`interfaces`", "`plugins`", "`wasi`", "An entry of `dirs`:")
        for cells in rows(PAGE, heading)
    }
    assert set(defaults(json.loads(schema_text()))) <= written


def test_the_cardinalities_allow_what_the_table_says() -> None:
    """For 0, 1 and 2 plugins."""
    counts = {"1": {1}, "0 or 1": {0, 1}, "1 or more": {1, 2}, "0 or more": {0, 1, 2}}
    written = {name: counts[text] for name, text in rows(PAGE, "`interfaces`", 1)}
    assert written == {c.value: {count for count in range(3) if c.allows(count)} for c in Cardinality}


@pytest.mark.parametrize(("line", "code"), [(row[0], row[1]) for row in rows(PAGE, "What is refused, and why")])
def test_what_is_refused_has_the_code_that_is_shown(line: str, code: str) -> None:
    """One line more in a sound linkfile, and one error."""
    assert parse_linkfile(SOUND.encode(), Path("linkfile.yaml")).diagnostics == ()
    found = parse_linkfile(f"{SOUND}{line}\n".encode(), Path("linkfile.yaml")).diagnostics
    assert [diagnostic.code.value for diagnostic in found] == [code]


def test_the_bounds_are_those_of_the_code() -> None:
    """The numbers in the page are read here once more."""
    assert (limits.MIN_MEMORY, limits.MAX_MEMORY) == (64 << 10, 4 << 30)
    assert (limits.MAX_FUEL, limits.MAX_TIMEOUT) == (2**63 - 1, 3600)
    assert (reader.MAX_BYTES, path_source.MAX_SIZE) == (16 << 20, 1 << 30)
    assert (document.MAX_DEPTH, document.MAX_NODES, document.MAX_CHARACTERS) == (64, 300_000, 16 << 20)
