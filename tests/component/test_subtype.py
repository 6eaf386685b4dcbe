"""Why a function does not fit: the place of the first difference, and both types there."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests.component.test_types import RESOURCES, value_types
from wasm_link.component.subtype import (
    Mismatch,
    explain_function_mismatch,
    explain_value_mismatch,
    matching_resources,
)
from wasm_link.component.types import (
    BorrowType,
    Case,
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
    TypeExtern,
    ValueType,
    VariantType,
)

U8, U16, STRING = PrimitiveType.U8, PrimitiveType.U16, PrimitiveType.STRING


@settings(settings.get_profile("component"))
@given(value_types, value_types)
def test_there_is_a_mismatch_exactly_if_the_types_differ(left: ValueType, right: ValueType) -> None:
    """Types must be equal, as engines have it; what is said differs on both sides."""
    found = explain_value_mismatch(left, right)
    assert (found is None) is (left == right)
    if found is not None:
        assert found.needed != found.provided


@pytest.mark.parametrize(
    ("needed", "provided", "mismatch"),
    [
        (U8, U16, Mismatch((), "u8", "u16")),
        (ListType(U8), ListType(U16), Mismatch(("list element",), "u8", "u16")),
        (ListType(U8, 2), ListType(U8, 3), Mismatch((), "list<u8, 2>", "list<u8, 3>")),
        (ListType(U8), OptionType(U8), Mismatch((), "list<u8>", "option<u8>")),
        (OptionType(U8), OptionType(U16), Mismatch(("option payload",), "u8", "u16")),
        (MapType(STRING, U8), MapType(U8, U8), Mismatch(("map key",), "string", "u8")),
        (MapType(STRING, U8), MapType(STRING, U16), Mismatch(("map value",), "u8", "u16")),
        (TupleType((U8, U8)), TupleType((U8, U16)), Mismatch(("tuple item 1",), "u8", "u16")),
        (TupleType((U8,)), TupleType((U8, U16)), Mismatch((), "nothing", "tuple item 1 of type u16")),
        (ResultType(U8, None), ResultType(U16, None), Mismatch(("ok",), "u8", "u16")),
        (ResultType(U8, STRING), ResultType(U8, None), Mismatch((), "error of type string", "no error")),
        (StreamType(U8), StreamType(U16), Mismatch(("stream element",), "u8", "u16")),
        (FutureType(None), FutureType(U8), Mismatch((), "no future value", "future value of type u8")),
        (EnumType(("a", "b")), EnumType(("a", "c")), Mismatch((), 'case "b"', 'case "c"')),
        (FlagsType(("a",)), FlagsType(("a", "b")), Mismatch((), "nothing", 'flag "b"')),
        (
            RecordType((Field("a", U8), Field("b", U8))),
            RecordType((Field("a", U8), Field("c", U8))),
            Mismatch((), 'field "b" of type u8', 'field "c" of type u8'),
        ),
        (
            VariantType((Case("a", U8),)),
            VariantType((Case("a", None),)),
            Mismatch((), 'case "a" of type u8', 'case "a" without a payload'),
        ),
        (OwnType(RESOURCES[0]), BorrowType(RESOURCES[0]), Mismatch((), "blob", "borrow<blob>")),
        (OwnType(RESOURCES[0]), OwnType(RESOURCES[1]), Mismatch((), "blob", "blob (another resource of that name)")),
    ],
)
def test_the_mismatch_says_where_and_what(needed: ValueType, provided: ValueType, mismatch: Mismatch) -> None:
    """Every kind of difference is told at the innermost place where it shows."""
    assert explain_value_mismatch(needed, provided) == mismatch


def test_the_path_of_a_function_begins_with_the_parameter() -> None:
    """A difference deep in a parameter has the whole way to it, outermost first."""

    def function(title: ValueType) -> FuncType:
        item = RecordType((Field("id", U8), Field("title", ListType(title))))
        return FuncType((Field("count", U8), Field("text", item)), STRING)

    mismatch = explain_function_mismatch(function(STRING), function(U8))
    assert mismatch == Mismatch(('parameter "text"', 'field "title"', "list element"), "string", "u8")
    assert str(mismatch) == 'parameter "text", field "title", list element: needs string, is given u8'


@pytest.mark.parametrize(
    ("provided", "mismatch"),
    [
        (FuncType((Field("b", U8),), None), Mismatch((), 'parameter "a" of type u8', 'parameter "b" of type u8')),
        (FuncType((), None), Mismatch((), 'parameter "a" of type u8', "nothing")),
        (FuncType((Field("a", U8),), STRING), Mismatch((), "no result", "result of type string")),
        (FuncType((Field("a", U8),), None, is_async=True), Mismatch((), "func(a: u8)", "async func(a: u8)")),
    ],
)
def test_functions_differ_in_names_number_result_and_kind(provided: FuncType, mismatch: Mismatch) -> None:
    """The names of parameters count, and so does `async`."""
    assert explain_function_mismatch(FuncType((Field("a", U8),), None), provided) == mismatch


def test_resources_match_by_name_across_components() -> None:
    """A consumer's resource and a provider's are two, until linking says which stands for which."""

    def instance() -> InstanceType:
        blob = ResourceType("blob")
        return InstanceType({"blob": TypeExtern(blob), "open": FuncType((), ListType(OwnType(blob)))})

    needed, provided = instance(), instance()
    functions = needed.functions()["open"], provided.functions()["open"]
    assert explain_function_mismatch(*functions) is not None
    assert explain_function_mismatch(*functions, matching_resources(needed, provided)) is None


def test_types_that_stand_for_huge_trees_are_compared() -> None:
    """2 ** 90 nodes that share their parts are 90 comparisons, and the path to the difference is found."""

    def doubled(leaf: ValueType) -> ValueType:
        for _ in range(90):
            leaf = TupleType((leaf, leaf))
        return leaf

    assert explain_value_mismatch(doubled(U8), doubled(U8)) is None
    assert explain_value_mismatch(doubled(U8), doubled(U16)) == Mismatch(("tuple item 0",) * 90, "u8", "u16")
