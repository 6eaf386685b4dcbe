"""Values to WAVE text, in the forms that wasm-wave writes: one line, options explicit, absent fields left out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from wasm_link.component.types import (
    EnumType,
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
from wasm_link.values.check import check_value
from wasm_link.values.compounds import octets
from wasm_link.values.floats import shortest
from wasm_link.values.identity import payload_types
from wasm_link.values.model import Ok, Some
from wasm_link.values.problem import ValueMismatchError
from wasm_link.values.wave_lexer import KEYWORDS
from wasm_link.values.wave_strings import write_quoted


def format_value(value: object, type: ValueType) -> str:
    """A value as WAVE text that `parse_value` reads back as the same value.

    Raises ValueMismatchError where the value does not fit the type.
    """
    problem = check_value(value, type)
    if problem is not None:
        raise ValueMismatchError(problem)
    return _write(value, type)


# From here on the value fits its type, which also bounds the depth; `Any` stands for that knowledge.


def _write(value: Any, type: ValueType) -> str:
    match type:
        case PrimitiveType():
            return _primitive(value, type)
        case ListType(element=PrimitiveType.U8, length=None):
            return f"[{_joined(map(str, octets(value)))}]"
        case ListType():
            return f"[{_joined(_write(item, type.element) for item in value)}]"
        case MapType():
            pairs = (f"({_write(key, type.key)}, {_write(value[key], type.value)})" for key in value)
            return f"[{_joined(pairs)}]"
        case RecordType():
            return _record(value, type)
        case TupleType():
            return f"({_joined(map(_write, value, type.items))})"
        case VariantType():
            return _case(_label(value.case), value.value, payload_types(type)[value.case])
        case EnumType():
            return _label(str(value))
        case FlagsType():
            return f"{{{_joined(name for name in type.names if name in value)}}}"
        case OptionType():
            if value is None:
                return "none"
            return _case("some", value.value if isinstance(value, Some) else value, type.payload)
        case ResultType():
            return _case("ok", value.value, type.ok) if isinstance(value, Ok) else _case("err", value.error, type.err)
    raise AssertionError(f"no value of {type!r} passes the check")


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(parts)


def _primitive(value: Any, type: PrimitiveType) -> str:
    match type:
        case PrimitiveType.BOOL:
            return "true" if value else "false"
        case PrimitiveType.F32 | PrimitiveType.F64:
            return _float(float(value), single=type is PrimitiveType.F32)
        case PrimitiveType.CHAR:
            return write_quoted(value, "'")
        case PrimitiveType.STRING:
            return write_quoted(value, '"')
    return format(int(value), "d")


def _float(value: float, *, single: bool) -> str:
    """The shortest decimal text; Python's own but for `1.0` and `1e-05`, which are `1` and `1e-5` here."""
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    return repr(shortest(value, single=single)).removesuffix(".0").replace("e-0", "e-")


def _record(value: Mapping[str, Any], type: RecordType) -> str:
    fields = [
        f"{field.name}: {_write(value[field.name], field.type)}"
        for field in type.fields
        if value[field.name] is not None or not isinstance(field.type, OptionType)
    ]
    return f"{{{_joined(fields) or ':'}}}"


def _label(name: str) -> str:
    return f"%{name}" if name in KEYWORDS else name


def _case(label: str, value: Any, type: ValueType | None) -> str:
    return label if type is None else f"{label}({_write(value, type)})"
