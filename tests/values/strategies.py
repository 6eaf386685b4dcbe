"""Hypothesis strategies: component value types, and the values of one in the forms that a call gives back."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from wasm_link.component.types import (
    Case,
    EnumType,
    Field,
    FlagsType,
    ListType,
    MapType,
    OptionType,
    PrimitiveType,
    RecordType,
    ResultType,
    TupleType,
    ValueType,
    VariantType,
)
from wasm_link.values import Err, Ok, Some, Variant

INTEGER_BITS: Mapping[PrimitiveType, tuple[int, bool]] = {
    PrimitiveType.U8: (8, False),
    PrimitiveType.U16: (16, False),
    PrimitiveType.U32: (32, False),
    PrimitiveType.U64: (64, False),
    PrimitiveType.S8: (8, True),
    PrimitiveType.S16: (16, True),
    PrimitiveType.S32: (32, True),
    PrimitiveType.S64: (64, True),
}
_PRIMITIVES = [kind for kind in PrimitiveType if kind is not PrimitiveType.ERROR_CONTEXT]
_KEYS = [*INTEGER_BITS, PrimitiveType.BOOL, PrimitiveType.CHAR, PrimitiveType.STRING]

# The words that WAVE reserves come up often, because they are what a printer gets wrong.
_KEYWORDS = ["true", "false", "inf", "nan", "some", "none", "ok", "err"]
_WORDS = ["a", "b", "z9", "word", "A", "HTTP2", *_KEYWORDS]
_Types: TypeAlias = SearchStrategy[ValueType]


def labels() -> SearchStrategy[str]:
    """Kebab-case labels, among them the words that WAVE reserves."""
    return st.sampled_from(_KEYWORDS) | st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3).map("-".join)


def _label_tuples(most: int = 4) -> SearchStrategy[tuple[str, ...]]:
    return st.lists(labels(), min_size=1, max_size=most, unique=True).map(tuple)


def value_types(max_leaves: int = 8) -> _Types:
    """Types whose values the host can give: every kind but handles, streams, futures and error contexts."""
    leaves: _Types = (
        st.sampled_from(_PRIMITIVES)
        | st.builds(EnumType, _label_tuples())
        | st.builds(FlagsType, _label_tuples(6))
        | st.just(ListType(PrimitiveType.U8))
    )
    return st.recursive(leaves, _compounds, max_leaves=max_leaves)


def _compounds(inner: _Types) -> _Types:
    maybe = st.none() | inner
    return (
        st.builds(ListType, inner, st.none() | st.integers(1, 3))
        | st.builds(MapType, st.sampled_from(_KEYS), inner)
        | _label_tuples().flatmap(lambda names: _each(names, Field, inner)).map(RecordType)
        | st.lists(inner, min_size=1, max_size=3).map(lambda items: TupleType(tuple(items)))
        | _label_tuples().flatmap(lambda names: _each(names, Case, maybe)).map(VariantType)
        | st.builds(OptionType, inner)
        | st.builds(OptionType, st.builds(OptionType, inner))
        | st.builds(ResultType, maybe, maybe)
    )


def _each(names: tuple[str, ...], part: Callable[..., Any], types: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """One `part` a name, each with a type of its own."""
    return st.tuples(*(st.builds(part, st.just(name), types) for name in names))


def values_of(type: ValueType) -> SearchStrategy[object]:
    """Values of a type, in the forms of `values/model.py` that a call gives back; an f32 is one exactly."""
    match type:
        case PrimitiveType():
            return _primitive_values(type)
        case ListType(element=PrimitiveType.U8, length=None):
            return st.binary(max_size=6)
        case ListType(element, length):
            least, most = (0, 4) if length is None else (length, length)
            return st.lists(values_of(element), min_size=least, max_size=most)
        case MapType(key, value):
            return st.dictionaries(values_of(key), values_of(value), max_size=3)
        case RecordType(fields):
            return st.fixed_dictionaries({field.name: values_of(field.type) for field in fields})
        case TupleType(items):
            return st.tuples(*map(values_of, items))
        case VariantType(cases):
            return st.one_of(
                [st.builds(Variant, st.just(case.name), _payloads(case.type)) for case in cases],
            )
        case EnumType(names):
            return st.sampled_from(names)
        case FlagsType(names):
            return st.frozensets(st.sampled_from(names))
        case OptionType(payload):
            present = values_of(payload)
            return st.none() | (st.builds(Some, present) if isinstance(payload, OptionType) else present)
        case ResultType(ok, err):
            return st.builds(Ok, _payloads(ok)) | st.builds(Err, _payloads(err))
    raise AssertionError(f"no values of {type}")


def _payloads(type: ValueType | None) -> SearchStrategy[object]:
    return st.none() if type is None else values_of(type)


def _primitive_values(type: PrimitiveType) -> SearchStrategy[object]:
    match type:
        case PrimitiveType.BOOL:
            return st.booleans()
        case PrimitiveType.F32:
            return st.floats(width=32)
        case PrimitiveType.F64:
            return st.floats()
        case PrimitiveType.CHAR:
            return st.characters(exclude_categories=["Cs"])
        case PrimitiveType.STRING:
            return st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    bits, signed = INTEGER_BITS[type]
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    return st.integers(low, high) | st.sampled_from([low, high])


@st.composite
def typed_values(draw: st.DrawFn) -> tuple[ValueType, object]:
    """A type and one of its values."""
    type = draw(value_types())
    return type, draw(values_of(type))


def same(left: object, right: object) -> bool:
    """Whether two values are the same to the bit: class and content, NaN equal to NaN and 0.0 not to -0.0."""
    if left.__class__ is not right.__class__:
        return False
    if isinstance(left, float) and isinstance(right, float):
        return struct.pack("<d", left) == struct.pack("<d", right) or (math.isnan(left) and math.isnan(right))
    if isinstance(left, dict) and isinstance(right, dict):  # order is no part of a record or a map
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, Variant | Ok | Err | Some):
        return all(same(getattr(left, slot), getattr(right, slot)) for slot in left.__slots__)
    return left == right
