"""What a type mentions anywhere inside, and where."""

from __future__ import annotations

from hypothesis import given

from tests.component.test_types import value_types
from wasm_link.component.types import (
    BorrowType,
    Field,
    FuncType,
    FutureType,
    ListType,
    OptionType,
    OwnType,
    PrimitiveType,
    RecordType,
    ResourceType,
    ResultType,
    StreamType,
    TupleType,
    ValueType,
)
from wasm_link.component.walk import Handle, HandleKind, find_types, handles_in, labelled_parts, mentions

U8 = PrimitiveType.U8


def test_handles_have_their_resource_and_their_place() -> None:
    """Each parameter and the result tell their handles, deep inside as well, in words."""
    blob = ResourceType("blob")
    function = FuncType(
        (
            Field("self", BorrowType(blob)),
            Field("x", RecordType((Field("a", U8), Field("blobs", ListType(OwnType(blob)))))),
            Field("plain", PrimitiveType.STRING),
        ),
        ResultType(StreamType(U8), PrimitiveType.ERROR_CONTEXT),
    )
    found = handles_in(function)
    assert found == (
        Handle(HandleKind.BORROW, blob, ('parameter "self"',)),
        Handle(HandleKind.OWN, blob, ('parameter "x"', 'field "blobs"', "list element")),
        Handle(HandleKind.STREAM, None, ("result", "ok")),
        Handle(HandleKind.ERROR_CONTEXT, None, ("result", "error")),
    )
    assert [str(handle) for handle in found] == [
        'resource `blob` in parameter "self"',
        'resource `blob` in parameter "x", field "blobs", list element',
        "stream in result, ok",
        "error-context in result, error",
    ]


def test_a_function_of_plain_values_has_no_handles() -> None:
    """Nothing is found where there is nothing."""
    assert handles_in(FuncType((Field("a", ListType(OptionType(U8))),), None)) == ()


@given(value_types)
def test_every_distinct_part_is_found_once_at_its_path(item: ValueType) -> None:
    """Following the words of a path from the type leads to the part that was found there."""
    found = list(find_types(item, lambda _: True))
    for path, part in found:
        reached: ValueType = item
        for label in path:
            inner = dict(labelled_parts(reached))[label]
            assert inner is not None
            reached = inner
        assert reached is part
    assert len({id(part) for _, part in found}) == len(found)
    assert {id(part) for _, part in found} == _ids(item)


def _ids(item: ValueType) -> set[int]:
    return {id(item)}.union(*[_ids(part) for _, part in labelled_parts(item) if part is not None])


def test_a_type_that_stands_for_a_huge_tree_is_walked_part_by_part() -> None:
    """2 ** 90 nodes that share their parts are 91 visits."""
    item: ValueType = FutureType(None)
    for _ in range(90):
        item = TupleType((item, item))
    assert len(list(find_types(item, lambda _: True))) == 91
    assert mentions(item, lambda part: isinstance(part, FutureType))
    assert not mentions(item, lambda part: isinstance(part, OwnType))
