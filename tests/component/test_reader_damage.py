"""Broken and hostile binaries: an error of ours or an answer, within bounds, and never anything else."""

from __future__ import annotations

import mmap
import pathlib
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.component.oracle import parse_wat
from tests.component.samples import ASYNC, COMPONENT_IMPORT, CORE_MODULES, SHIM
from wasm_link.component.measure import MAX_TYPE_DEPTH
from wasm_link.component.reader import read_component
from wasm_link.component.types import ComponentType, InstanceType
from wasm_link.errors import MalformedComponentError, NotAComponentError, UnsupportedComponentError

_PREAMBLE = b"\0asm\x0d\0\x01\0"
_SAMPLES = [SHIM, CORE_MODULES, COMPONENT_IMPORT, ASYNC]


def _unsigned(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])


def _type_index(value: int) -> bytes:
    """A type index where a primitive type could be: a signed integer, whose sign bit needs a byte more from 64 on."""
    encoded = _unsigned(value)
    return encoded[:-1] + bytes([encoded[-1] | 0x80, 0]) if encoded[-1] & 0x40 else encoded


def _section(code: int, items: Iterable[bytes]) -> bytes:
    """A section that holds a vector."""
    listed = list(items)
    body = _unsigned(len(listed)) + b"".join(listed)
    return bytes([code]) + _unsigned(len(body)) + body


def _try(data: bytes) -> ComponentType | None:
    """The component, or None where the reader refuses it with an error of ours, at an offset within the file."""
    try:
        return read_component(data)
    except MalformedComponentError as error:
        offset = error.offset
    except NotAComponentError:
        offset = 0
    assert 0 <= offset <= len(data)
    return None


@pytest.mark.parametrize("text", _SAMPLES, ids=["shim", "core-modules", "component-import", "async"])
def test_every_truncation_is_refused_or_ends_between_sections(text: str) -> None:
    """A file that breaks off is an error, unless it breaks off where a shorter component would end."""
    data = parse_wat(text)
    whole = [end for end in range(len(data)) if _try(data[:end]) is not None]
    ends = [8]
    while ends[-1] < len(data):
        size = shift = 0
        position = ends[-1] + 1
        while True:
            byte = data[position]
            size |= (byte & 0x7F) << shift
            shift += 7
            position += 1
            if byte < 0x80:
                break
        ends.append(position + size)
    assert whole == ends[:-1]


@settings(settings.get_profile("component"), max_examples=300)
@given(st.sampled_from(_SAMPLES), st.data())
def test_changed_bytes_give_an_error_of_ours_or_an_answer(text: str, draw: st.DataObject) -> None:
    """No change of a few bytes leads to another exception."""
    data = bytearray(parse_wat_once(text))
    for _ in range(draw.draw(st.integers(1, 4))):
        data[draw.draw(st.integers(8, len(data) - 1))] = draw.draw(st.integers(0, 255))
    _try(bytes(data))


@settings(settings.get_profile("component"), max_examples=300)
@given(st.lists(st.tuples(st.integers(0, 13), st.binary(max_size=30)), max_size=6))
def test_random_sections_give_an_error_of_ours_or_an_answer(sections: list[tuple[int, bytes]]) -> None:
    """Sections of random bytes lead to no other exception."""
    _try(_PREAMBLE + b"".join(bytes([code]) + _unsigned(len(body)) + body for code, body in sections))


_PARSED: dict[str, bytes] = {}


def parse_wat_once(text: str) -> bytes:
    """The binary of a sample, made once."""
    if text not in _PARSED:
        _PARSED[text] = parse_wat(text)
    return _PARSED[text]


def test_an_error_lets_go_of_a_memory_map(tmp_path: pathlib.Path) -> None:
    """A map of a broken component can be closed while its error is still in hand."""
    file = tmp_path / "broken.wasm"
    file.write_bytes(parse_wat(CORE_MODULES)[:-20])
    with file.open("rb") as opened:
        mapped = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
    with pytest.raises(MalformedComponentError):
        read_component(mapped)
    mapped.close()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"\x0d\x00", "unknown section 0x0d"),
        (b"\x07\x05\x01\x6c\x01\x01a", "unknown type 0x6c"),
        (b"\x08\x02\x01\x3f", "unknown canonical built-in 0x3f"),
        (b"\x0a\x05\x01\x03\x01a\x01", "unknown form of name 0x03"),
        (b"\x06\x03\x01\x03\x07", "unknown alias target 0x07"),
    ],
)
def test_what_is_not_known_is_said_with_its_offset(body: bytes, reason: str) -> None:
    """A section, a type, a built-in or another code of a later version is unsupported, not malformed."""
    with pytest.raises(UnsupportedComponentError) as caught:
        read_component(_PREAMBLE + body)
    assert caught.value.reason == reason
    assert (_PREAMBLE + body)[caught.value.offset] == int(reason.split()[-1], 16)


@pytest.mark.parametrize(
    ("sections", "reason"),
    [
        (_section(7, [b"\x70\x05"]), "type index 5 is out of range: there are 0"),
        (_section(6, [b"\x03\x00\x00\x01a"]), "instance index 0 is out of range: there are 0"),
        (_section(6, [b"\x03\x02\x01\x00"]), "an outer alias to level 1, which is outside of the outermost component"),
        (_section(11, [b"\x00\x01a\x01\x00\x00"]), "function index 0 is out of range: there are 0"),
        (_section(7, [b"\x40\x00\x01\x00", b"\x70\x00"]), "type 0 is not a value type"),
        (_section(7, [b"\x72\x00"]), "a type without any fields"),
        (_section(7, [b"\x72\x02\x01a\x7f\x01A\x7f"]), "field name 'A' conflicts with an earlier one"),
        (_section(7, [b"\x6d\x01\x02a_"]), "enum name 'a_' is not in kebab case"),
        (_section(7, [b"\x67\x7f\x00"]), "a fixed-length list of length 0"),
        (_section(7, [b"\x70\x7f\x00"])[:-1] + b"\x00", "1 bytes too many in section 7"),
        (b"\x07\x05\xff\xff\xff\xff\x0f", "4294967295 types do not fit in the 0 bytes that are left"),
        (b"\x07\x06\x80\x80\x80\x80\x80\x00", "integer representation too long"),
        (b"\x07\x05\xff\xff\xff\xff\x1f", "integer too large"),
        (b"\x00\x02\x05a", "a name runs past the end"),
        (b"\x00\x02\x01\xff", "a name is not UTF-8"),
        (b"\x00\x03", "section 0 of 3 bytes runs past the end"),
    ],
)
def test_what_is_malformed_is_said(sections: bytes, reason: str) -> None:
    """Indices out of range, lengths beyond the file and other breaches of the format each have their words."""
    with pytest.raises(MalformedComponentError) as caught:
        read_component(_PREAMBLE + sections)
    assert caught.value.reason == reason


def test_exports_that_differ_in_case_only_are_refused() -> None:
    """Names must be strongly unique: a mapping with both would be ambiguous in most languages."""
    data = parse_wat('(component (import "f" (func $f)) (export "a-b" (func $f)) (export "A-b" (func $f)))')
    with pytest.raises(MalformedComponentError, match="conflicts with an earlier one"):
        read_component(data)


def test_a_type_that_doubles_itself_is_refused() -> None:
    """60 lines make a tree of 2 ** 60 nodes: its size is added up before anybody walks it."""
    doubled = [b"\x6f\x01\x7f", *(b"\x6f\x02" + _type_index(index) * 2 for index in range(60))]
    with pytest.raises(UnsupportedComponentError, match="more than 1000000 parts"):
        read_component(_PREAMBLE + _section(7, doubled))


def test_a_type_below_the_limit_of_size_is_read_and_copied_part_by_part() -> None:
    """A tree of 2 ** 17 nodes takes 17 steps to copy, to compare and to hash, since its parts are shared."""
    lines = ["(type $t0 (tuple (own $r) (own $r)))"]
    lines += [f"(type $t{index + 1} (tuple $t{index} $t{index}))" for index in range(16)]
    types = " ".join(lines)
    data = parse_wat(f"""
        (component
          (type $i (instance (export "r" (type $r (sub resource))) {types} (export "f" (func (param "x" $t16)))))
          (import "a" (instance (type $i)))
          (import "b" (instance (type $i))))""")
    imports = read_component(data).imports.values()
    one, two = [item.functions()["f"] for item in imports if isinstance(item, InstanceType)]
    assert one != two
    assert hash(one) != hash(two)


def test_types_nested_too_deep_are_refused() -> None:
    """A chain of lists is refused beyond the depth that engines accept, so that nothing recurses without a bound."""
    chain = [b"\x70\x7f", *(b"\x70" + _type_index(index) for index in range(MAX_TYPE_DEPTH - 2))]
    read_component(_PREAMBLE + _section(7, chain))
    with pytest.raises(UnsupportedComponentError, match="nested more than 100 levels deep"):
        read_component(_PREAMBLE + _section(7, [*chain, b"\x70" + _type_index(len(chain) - 1)]))


def test_components_nested_too_deep_are_refused() -> None:
    """200 components in each other are refused, and 45 are read."""

    def nested(levels: int) -> bytes:
        data = _PREAMBLE
        for _ in range(levels):
            data = _PREAMBLE + b"\x04" + _unsigned(len(data)) + data
        return data

    read_component(nested(45))
    with pytest.raises(UnsupportedComponentError, match="nested more than 50 levels deep"):
        read_component(nested(200))


def test_component_types_nested_too_deep_are_refused() -> None:
    """The same for types of components within each other."""

    def nested(levels: int) -> bytes:
        body = b"\x41\x00"
        for _ in range(levels):
            body = b"\x41\x01\x01" + body
        return _PREAMBLE + _section(7, [body])

    read_component(nested(45))
    with pytest.raises(UnsupportedComponentError, match="levels deep"):
        read_component(nested(5000))


def test_instances_cannot_multiply_without_bound() -> None:
    """A small file that asks for a million copies of a type is refused when the budget is spent."""
    functions = " ".join(f'(export "f{index}" (func (param "x" (own $r))))' for index in range(500))
    data = parse_wat(f"""
        (component
          (type $i (instance (export "r" (type $r (sub resource))) {functions}))
          (type $c (component (alias outer 1 $i (type $i)) (export "i" (instance (type $i)))))
          (import "c" (component $imported (type $c)))
          {"(instance (instantiate $imported))" * 1000})""")
    with pytest.raises(UnsupportedComponentError, match="too many copies of types"):
        read_component(data)
