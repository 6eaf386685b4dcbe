"""Types printed as WIT: what wasm-tools reads back is the same type."""

from __future__ import annotations

import pathlib
import tempfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.component.oracle import wasm_tools
from tests.component.test_types import value_types
from wasm_link.component.reader import read_component
from wasm_link.component.show import MAX_SHOWN, show_function, show_type
from wasm_link.component.types import (
    BorrowType,
    Case,
    ComponentType,
    EnumType,
    Field,
    FlagsType,
    FuncType,
    FutureType,
    InstanceType,
    ListType,
    MapType,
    OptionType,
    OwnType,
    PrimitiveType,
    RecordType,
    ResourceType,
    ResultType,
    StreamType,
    TupleType,
    ValueType,
    VariantType,
)

U8, STRING = PrimitiveType.U8, PrimitiveType.STRING


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (PrimitiveType.ERROR_CONTEXT, "error-context"),
        (ListType(U8), "list<u8>"),
        (ListType(U8, 4), "list<u8, 4>"),
        (MapType(STRING, U8), "map<string, u8>"),
        (OptionType(STRING), "option<string>"),
        (ResultType(None, None), "result"),
        (ResultType(U8, None), "result<u8>"),
        (ResultType(None, STRING), "result<_, string>"),
        (ResultType(U8, STRING), "result<u8, string>"),
        (TupleType((U8, STRING)), "tuple<u8, string>"),
        (RecordType((Field("a", U8), Field("list", STRING))), "record { a: u8, %list: string }"),
        (VariantType((Case("none", None), Case("some", U8))), "variant { none, some(u8) }"),
        (EnumType(("a", "b")), "enum { a, b }"),
        (FlagsType(("a", "b")), "flags { a, b }"),
        (StreamType(None), "stream"),
        (StreamType(U8), "stream<u8>"),
        (FutureType(ResultType(None, None)), "future<result>"),
        (OwnType(ResourceType("blob")), "blob"),
        (BorrowType(ResourceType("blob")), "borrow<blob>"),
        (OwnType(ResourceType("")), "(unnamed resource)"),
    ],
)
def test_types_are_printed_as_wit_writes_them(item: ValueType, text: str) -> None:
    """Each kind of type has the syntax of WIT, with anonymous types in place."""
    assert show_type(item) == text


def test_functions_are_printed_as_wit_writes_them() -> None:
    """Parameters with names, a result if there is one, and `async`."""
    assert show_function(FuncType((), None)) == "func()"
    params = (Field("text", STRING), Field("from", U8))
    assert show_function(FuncType(params, ListType(U8))) == "func(text: string, %from: u8) -> list<u8>"
    assert show_function(FuncType((), U8, is_async=True)) == "async func() -> u8"


@given(value_types, st.integers(0, 60))
def test_the_length_is_bounded(item: ValueType, limit: int) -> None:
    """Too long a type is cut at the limit, with a mark; what fits is printed in full."""
    whole = show_type(item, 10_000)
    assert show_type(item, limit) == (whole if len(whole) <= limit else f"{whole[:limit]}…")


def test_a_type_that_stands_for_a_huge_tree_is_cut() -> None:
    """Only what is shown is walked: 2 ** 1000 nodes, of which 200 characters are seen."""
    item: ValueType = U8
    for _ in range(1000):
        item = TupleType((item, item))
    assert len(show_type(item)) == MAX_SHOWN + 1


_PRINTABLE = st.recursive(
    st.sampled_from([item for item in PrimitiveType if item is not PrimitiveType.ERROR_CONTEXT]),
    lambda inner: st.one_of(
        st.builds(ListType, inner, st.none() | st.integers(1, 3)),
        st.builds(OptionType, inner),
        st.builds(ResultType, st.none() | inner, st.none() | inner),
        st.builds(MapType, st.sampled_from((STRING, U8)), inner),
        st.builds(FutureType, st.none() | inner),
        st.lists(inner, min_size=1, max_size=3).map(lambda items: TupleType(tuple(items))),
    ),
    max_leaves=6,
)
_PARAMS = st.dictionaries(st.sampled_from(("a", "list", "result", "from", "URL")), _PRINTABLE, max_size=3).map(
    lambda params: tuple(Field(name, item) for name, item in params.items())
)


@settings(settings.get_profile("component"), max_examples=40)
@given(st.builds(FuncType, _PARAMS, st.none() | _PRINTABLE, st.booleans()))
def test_what_is_printed_reads_back(function: FuncType) -> None:
    """A function whose types need no names is the same after printing, encoding by wasm-tools, and reading."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "shown.wit")
        file.write_text(f"package a:b; interface i {{ f: {show_function(function, 10_000)}; }}", encoding="utf-8")
        package = read_component(wasm_tools("component", "wit", "--wasm", "--all-features", str(file)))
    assert _exported_function(package) == function


def _exported_function(package: ComponentType) -> FuncType:
    """The function `f` of the interface `i` in a WIT package that is encoded as a component."""
    described = package.exports["i"].type  # type: ignore[union-attr]
    assert isinstance(described, ComponentType)
    interface = described.exports["a:b/i"]
    assert isinstance(interface, InstanceType)
    return interface.functions()["f"]
