"""Equality and hash of types: by structure, resources by identity, and each shared part visited once."""

from __future__ import annotations

import copy
import pickle

from hypothesis import given, settings
from hypothesis import strategies as st

from wasm_link.component.types import (
    Case,
    EnumType,
    Field,
    FlagsType,
    FuncType,
    ListType,
    OptionType,
    OwnType,
    PrimitiveType,
    RecordType,
    ResourceType,
    ResultType,
    TupleType,
    ValueType,
    VariantType,
)

RESOURCES = (ResourceType("blob"), ResourceType("blob"))

_LABELS = st.sampled_from(("a", "b", "c"))
value_types = st.recursive(
    st.one_of(
        st.sampled_from(PrimitiveType),
        st.sampled_from(RESOURCES).map(OwnType),
        st.lists(_LABELS, min_size=1, unique=True).map(lambda names: EnumType(tuple(names))),
        st.lists(_LABELS, min_size=1, unique=True).map(lambda names: FlagsType(tuple(names))),
    ),
    lambda inner: st.one_of(
        st.builds(ListType, inner, st.none() | st.integers(1, 3)),
        st.builds(OptionType, inner),
        st.builds(ResultType, st.none() | inner, st.none() | inner),
        st.lists(inner, min_size=1, max_size=3).map(lambda items: TupleType(tuple(items))),
        st.dictionaries(_LABELS, inner, min_size=1).map(
            lambda fields: RecordType(tuple(Field(name, part) for name, part in fields.items()))
        ),
        st.dictionaries(_LABELS, st.none() | inner, min_size=1).map(
            lambda cases: VariantType(tuple(Case(name, part) for name, part in cases.items()))
        ),
    ),
    max_leaves=8,
)


def _doubled(levels: int, leaf: ValueType) -> ValueType:
    for _ in range(levels):
        leaf = TupleType((leaf, leaf))
    return leaf


@settings(settings.get_profile("component"))
@given(value_types, value_types)
def test_types_are_equal_exactly_if_they_print_alike(left: ValueType, right: ValueType) -> None:
    """Equality is that of the structure, as `repr` shows it, with resources told apart by identity."""
    known = {id(resource): index for index, resource in enumerate(RESOURCES)}

    def text(item: object) -> str:
        if isinstance(item, ResourceType):
            return f"resource {known[id(item)]}"
        if isinstance(item, tuple):
            return f"({', '.join(text(part) for part in item)})"
        names = getattr(item, "__match_args__", None)
        return repr(item) if names is None else f"{type(item).__name__}{text(tuple(getattr(item, n) for n in names))}"

    assert (left == right) is (text(left) == text(right))


@settings(settings.get_profile("component"))
@given(value_types)
def test_equal_types_have_equal_hashes(item: ValueType) -> None:
    """A structural copy is equal to its original and has its hash."""
    twin = copy.deepcopy(item, {id(resource): resource for resource in RESOURCES})
    assert twin == item
    assert hash(twin) == hash(item)


def test_types_that_stand_for_huge_trees_are_compared_and_hashed() -> None:
    """2 ** 90 nodes that share their parts are 90 comparisons."""
    left, right, other = (_doubled(90, leaf) for leaf in (PrimitiveType.U8, PrimitiveType.U8, PrimitiveType.U16))
    assert left == right
    assert hash(left) == hash(right)
    assert left != other


def test_deep_types_are_compared_and_hashed() -> None:
    """Neither equality nor hash recurses: 100,000 lists in each other are no problem."""

    def nested() -> ValueType:
        item: ValueType = PrimitiveType.BOOL
        for _ in range(100_000):
            item = ListType(item)
        return item

    left, right = nested(), nested()
    assert left == right
    assert hash(left) == hash(right)


def test_functions_compare_by_names_types_and_kind() -> None:
    """The names of parameters and `async` are part of a function's type."""
    plain = FuncType((Field("a", PrimitiveType.U8),), None)
    assert plain == FuncType((Field("a", PrimitiveType.U8),), None)
    assert plain != FuncType((Field("b", PrimitiveType.U8),), None)
    assert plain != FuncType((Field("a", PrimitiveType.U8),), None, is_async=True)
    assert plain != FuncType((Field("a", PrimitiveType.U8),), PrimitiveType.U8)


def test_a_type_survives_pickling_without_its_hash() -> None:
    """A hash is worth nothing in another process, so it is not kept."""
    item = ListType(EnumType(("a", "b")))
    hash(item)
    assert pickle.loads(pickle.dumps(item)) == item
