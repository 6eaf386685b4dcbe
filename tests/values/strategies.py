"""Hypothesis strategies: component value types, and the values of one in the forms that a call gives back."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from typing import Any

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
_KEYS = st.sampled_from([*INTEGER_BITS, PrimitiveType.BOOL, PrimitiveType.CHAR, PrimitiveType.STRING])

# The words that WAVE reserves come up often, because they are what a printer gets wrong.
_KEYWORDS = ["true", "false", "inf", "nan", "some", "none", "ok", "err"]
_WORDS = ["a", "b", "z9", "word", "A", "HTTP2", *_KEYWORDS]


def labels() -> SearchStrategy[str]:
    """Kebab-case labels, among them the words that WAVE reserves."""
    return st.sampled_from(_KEYWORDS) | st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3).map("-".join)


_LABEL_TUPLES = st.lists(labels(), min_size=1, max_size=4, unique=True).map(tuple)
_LEAVES: SearchStrategy[ValueType] = (
    st.sampled_from([*_PRIMITIVES, ListType(PrimitiveType.U8)])
    | st.builds(EnumType, _LABEL_TUPLES)
    | st.builds(FlagsType, _LABEL_TUPLES)
)
_COMPOUNDS = st.sampled_from([ListType, MapType, RecordType, TupleType, VariantType, OptionType, ResultType])
_LENGTHS = st.none() | st.integers(1, 3)
_COUNTS = st.integers(0, 3)

_TEXTS = st.characters(exclude_categories=["Cs"])
_PRIMITIVE_VALUES: dict[PrimitiveType, SearchStrategy[Any]] = {
    PrimitiveType.BOOL: st.booleans(),
    PrimitiveType.F32: st.floats(width=32),
    PrimitiveType.F64: st.floats(),
    PrimitiveType.CHAR: _TEXTS,
    PrimitiveType.STRING: st.text(_TEXTS, max_size=12),
}
for _kind, (_bits, _signed) in INTEGER_BITS.items():
    _low, _high = (-(2 ** (_bits - 1)), 2 ** (_bits - 1) - 1) if _signed else (0, 2**_bits - 1)
    _PRIMITIVE_VALUES[_kind] = st.integers(_low, _high) | st.sampled_from([_low, _high])


# Both strategies draw part by part: making a strategy for each part of each type would take most of a test's time.


@st.composite
def value_types(draw: st.DrawFn, max_depth: int = 4) -> ValueType:
    """Types whose values the host can give: every kind but handles, streams, futures and error contexts."""
    if max_depth <= 1 or draw(st.booleans()):
        return draw(_LEAVES)

    def part() -> ValueType:
        return draw(value_types(max_depth - 1))

    def maybe() -> ValueType | None:
        return part() if draw(st.booleans()) else None

    kind = draw(_COMPOUNDS)
    if kind is ListType:
        return ListType(part(), draw(_LENGTHS))
    if kind is MapType:
        return MapType(draw(_KEYS), part())
    if kind is RecordType:
        return RecordType(tuple(Field(name, part()) for name in draw(_LABEL_TUPLES)))
    if kind is VariantType:
        return VariantType(tuple(Case(name, maybe()) for name in draw(_LABEL_TUPLES)))
    if kind is TupleType:
        return TupleType(tuple(part() for _ in range(1 + draw(_COUNTS))))
    if kind is ResultType:
        return ResultType(maybe(), maybe())
    payload = part()
    return OptionType(OptionType(payload) if draw(st.booleans()) else payload)


@st.composite
def values_of(draw: st.DrawFn, type: ValueType) -> object:
    """Values of a type, in the forms of `values/model.py` that a call gives back; an f32 is one exactly."""
    return _draw_value(draw, type)


def _draw_value(draw: st.DrawFn, type: ValueType) -> object:
    match type:
        case PrimitiveType():
            return draw(_PRIMITIVE_VALUES[type])
        case ListType(element=PrimitiveType.U8, length=None):
            return draw(st.binary(max_size=6))
        case ListType(element, length):
            return [_draw_value(draw, element) for _ in range(draw(_COUNTS) if length is None else length)]
        case MapType(key, value):
            return {_draw_value(draw, key): _draw_value(draw, value) for _ in range(draw(_COUNTS))}
        case RecordType(fields):
            return {field.name: _draw_value(draw, field.type) for field in fields}
        case TupleType(items):
            return tuple(_draw_value(draw, item) for item in items)
        case VariantType(cases):
            case = draw(st.sampled_from(cases))
            return Variant(case.name, _draw_payload(draw, case.type))
        case EnumType(names):
            return draw(st.sampled_from(names))
        case FlagsType(names):
            return draw(st.frozensets(st.sampled_from(names)))
        case OptionType(payload):
            if draw(st.booleans()):
                return None
            present = _draw_value(draw, payload)
            return Some(present) if isinstance(payload, OptionType) else present
        case ResultType(ok, err):
            return Ok(_draw_payload(draw, ok)) if draw(st.booleans()) else Err(_draw_payload(draw, err))
    raise AssertionError(f"no values of {type}")


def _draw_payload(draw: st.DrawFn, type: ValueType | None) -> object:
    return None if type is None else _draw_value(draw, type)


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
