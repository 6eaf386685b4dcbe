"""The page about the library, held against what the library offers."""

from __future__ import annotations

import dataclasses
import inspect
import re

import wasm_link
from tests.docs.pages import DOCS, code_spans, read, rows

PAGE = DOCS / "library.md"


def test_every_public_name_is_mentioned() -> None:
    """In prose or in an example."""
    text = read(PAGE) + read(DOCS / "values.md")
    assert [name for name in wasm_link.__all__ if not re.search(rf"\b{name}\b", text)] == []


def test_signatures_are_as_shown() -> None:
    """The parameters, their defaults, and which are by keyword only."""
    for function in (wasm_link.load, wasm_link.check):
        bare = [p.replace(annotation=p.empty) for p in inspect.signature(function).parameters.values()]
        shown = f"{function.__name__}{inspect.Signature(bare)}"
        assert shown in code_spans(PAGE)


def test_every_case_of_a_dispatch_error_is_listed() -> None:
    """By its name in Python."""
    listed = {name for row in rows(PAGE, "`DispatchError`") for name in re.findall(r"[A-Z_]+", row[0])}
    assert listed == set(wasm_link.DispatchCase.__members__)


def test_the_fields_of_diagnostics_are_those_there_are() -> None:
    """No field of a diagnostic is missing in the table."""
    listed = {name.strip("` ") for row in rows(PAGE, "`DiagnosedError`") for name in row[0].split(",")}
    assert listed == {*wasm_link.Diagnostic.__dataclass_fields__, "severity"}


def test_the_socket_classes_have_the_fields_that_are_shown() -> None:
    """Each class, by its cardinality."""
    classes: dict[str, type[wasm_link.Socket]] = {
        "exactly-one": wasm_link.ExactlyOne,
        "at-most-one": wasm_link.AtMostOne,
        "at-least-one": wasm_link.AtLeastOne,
        "any": wasm_link.Any,
    }
    for cardinality, name, fields in rows(PAGE, "`tree.dispatch`"):
        assert classes[cardinality].__name__ == name
        assert [field.name for field in dataclasses.fields(classes[cardinality])] == re.findall(
            r"`(\w+)`", f"`{fields}`"
        )
