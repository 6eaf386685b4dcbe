"""Component values as JSON data and back: what `json.loads` gives and `json.dumps` takes.

| type | JSON |
|---|---|
| `bool` | `true`, `false` |
| integers | an integer number (all digits of 64 bits; no `1.0`, no `"1"`) |
| `f32`, `f64` | a number, or one of the strings `"nan"`, `"inf"`, `"-inf"` |
| `char` | a string of one code point |
| `string` | a string |
| `list<T>`, `list<T, N>`, `tuple<…>` | an array; `list<u8>` too is an array of numbers |
| `map<string, V>` | an object |
| `map<K, V>` | an array of `[key, value]` arrays |
| `record` | an object with exactly the fields |
| `variant` | `{"case": payload}`, or `"case"` where it has no payload |
| `enum` | a string |
| `flags` | an array of the names that are set, in the order of the type |
| `option<T>` | `null` or the value; where T is an option too, `null` or `{"some": value}` |
| `result<T, E>` | `{"ok": value}` or `{"err": error}`, with `null` for a side without a payload |
"""

from __future__ import annotations

import math
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
from wasm_link.values.compounds import fields_problem, name_problem, octets
from wasm_link.values.floats import round_f32, shortest
from wasm_link.values.identity import payload_types
from wasm_link.values.model import Err, Ok, Some, Variant
from wasm_link.values.problem import MAX_DEPTH, ValueMismatchError, ValueProblem, describe, quote, type_text

_FLOATS = (PrimitiveType.F32, PrimitiveType.F64)
_NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


class JsonValueError(ValueMismatchError):
    """JSON data that is no form of a value of its type; `problem` says where and why."""


def to_json(value: object, type: ValueType) -> Any:
    """The JSON form of a value; all of it is new, and no float in it is NaN or infinite.

    An f32 is given with as few digits as tell it apart from its neighbours. Raises ValueMismatchError where the value
    does not fit the type.
    """
    problem = check_value(value, type)
    if problem is not None:
        raise ValueMismatchError(problem)
    return _write(value, type)


def from_json(data: object, type: ValueType) -> Any:
    """The value of a JSON form; as strict as `check_value`. Raises JsonValueError."""
    return _Reader().value(data, type)


# The value fits its type, which also bounds the depth; `Any` stands for that knowledge.
def _write(value: Any, type: ValueType) -> Any:
    match type:
        case PrimitiveType():
            return _write_primitive(value, type)
        case ListType(element=PrimitiveType.U8, length=None):
            return list(octets(value))
        case ListType():
            return [_write(item, type.element) for item in value]
        case MapType():
            entries = [(_write(key, type.key), _write(value[key], type.value)) for key in value]
            return dict(entries) if type.key is PrimitiveType.STRING else [list(entry) for entry in entries]
        case RecordType():
            return {field.name: _write(value[field.name], field.type) for field in type.fields}
        case TupleType():
            return [_write(item, part) for item, part in zip(value, type.items, strict=True)]
        case VariantType():
            payload = payload_types(type)[value.case]
            return value.case if payload is None else {value.case: _write(value.value, payload)}
        case EnumType():
            return str(value)
        case FlagsType():
            return [name for name in type.names if name in value]
        case OptionType():
            if value is None:
                return None
            nested = isinstance(value, Some)
            payload = _write(value.value if nested else value, type.payload)
            return {"some": payload} if nested else payload
        case ResultType():
            name, part, payload = (
                ("ok", type.ok, value.value) if isinstance(value, Ok) else ("err", type.err, value.error)
            )
            return {name: None if part is None else _write(payload, part)}
    raise AssertionError(f"no value of {type!r} passes the check")


def _write_primitive(value: Any, type: PrimitiveType) -> bool | int | float | str:
    if type is PrimitiveType.BOOL:
        return bool(value)
    if type in (PrimitiveType.CHAR, PrimitiveType.STRING):
        return str(value)
    if type not in _FLOATS:
        return int(value)
    number = float(value)
    if math.isfinite(number):
        return shortest(number, single=type is PrimitiveType.F32)
    return "nan" if math.isnan(number) else "inf" if number > 0 else "-inf"


class _Reader:
    """Reads values of given types from JSON data. Every method raises JsonValueError."""

    def __init__(self) -> None:
        self._depth = 0

    def value(self, data: object, type: ValueType) -> object:
        if self._depth >= MAX_DEPTH:
            raise _refusal(f"a type that nests at most {MAX_DEPTH} deep", "a deeper one")
        self._depth += 1
        value = self._value(data, type)
        self._depth -= 1
        return value

    def _part(self, data: object, type: ValueType, step: str) -> object:
        """The value of a part, whose problem is told from the whole that holds it at `step`."""
        try:
            return self.value(data, type)
        except JsonValueError as error:
            raise JsonValueError(error.problem.under(step)) from None

    def _value(self, data: object, type: ValueType) -> object:
        match type:
            case PrimitiveType():
                return _float(data, type) if type in _FLOATS else _fitting(data, type)
            case ListType():
                return self._list(data, type)
            case MapType():
                return self._map(data, type)
            case RecordType():
                return self._record(data, type)
            case TupleType():
                return self._tuple(data, type)
            case VariantType():
                return self._variant(data, type)
            case FlagsType():
                return frozenset(_fitting(_array(data, type), type))
            case OptionType():
                return self._option(data, type)
            case ResultType():
                return self._result(data, type)
        return _fitting(data, type)  # an enum; or a type that has no values here, which the check says

    def _list(self, data: object, type: ListType) -> object:
        items = _array(data, type)
        if isinstance(type.element, PrimitiveType) and type.element not in _FLOATS:
            # Such items are the same in JSON and in Python; the check looks at many of them at once.
            _fitting(items, type)
            return octets(items) if type.element is PrimitiveType.U8 and type.length is None else list(items)
        if type.length is not None and len(items) != type.length:
            raise _wrong(data, type)
        return [self._part(item, type.element, f"item {index}") for index, item in enumerate(items)]

    def _map(self, data: object, type: MapType) -> object:
        _fitting({}, type)  # which refuses types of keys that no map can have
        if type.key is PrimitiveType.STRING:
            entries = _object(data, type)
            for name in entries:
                _fitting(name, type.key)
            return {name: self._part(item, type.value, f"key {quote(name)}") for name, item in entries.items()}
        values: dict[object, object] = {}
        for index, entry in enumerate(_array(data, type)):
            if not isinstance(entry, list) or len(entry) != 2:
                raise _refusal("a [key, value] array", describe(entry), f"item {index}")
            key = self._part(entry[0], type.key, f"key of item {index}")
            if key in values:
                raise _refusal("a key only once", f"{describe(key)} again", f"item {index}")
            values[key] = self._part(entry[1], type.value, f"value of item {index}")
        return values

    def _record(self, data: object, type: RecordType) -> object:
        fields = _object(data, type)
        if len(fields) != len(type.fields) or not all(field.name in fields for field in type.fields):
            raise JsonValueError(fields_problem(type, fields))
        return {
            field.name: self._part(fields[field.name], field.type, f"field {quote(field.name)}")
            for field in type.fields
        }

    def _tuple(self, data: object, type: TupleType) -> object:
        items = _array(data, type)
        if len(items) != len(type.items):
            raise _wrong(data, type)
        return tuple(
            self._part(item, part, f"item {index}")
            for index, (item, part) in enumerate(zip(items, type.items, strict=True))
        )

    def _variant(self, data: object, type: VariantType) -> object:
        payloads = payload_types(type)
        name = data if isinstance(data, str) else _only_key(data, type)
        if name not in payloads:
            raise JsonValueError(name_problem("case", name, tuple(payloads)))
        payload = payloads[name]
        if payload is None:
            if isinstance(data, str):
                return Variant(name)
            raise _refusal(f"{quote(name)}, since that case has no payload", "an object")
        if not isinstance(data, dict):
            raise _refusal(f"an object with the key {quote(name)}, since that case has a payload", describe(data))
        return Variant(name, self._part(data[name], payload, f"case {quote(name)}"))

    def _option(self, data: object, type: OptionType) -> object:
        if data is None:
            return None
        if not isinstance(type.payload, OptionType):
            return self.value(data, type.payload)
        if _only_key(data, type) != "some":
            raise _wrong(data, type)
        return Some(self._part(_object(data, type)["some"], type.payload, "some"))

    def _result(self, data: object, type: ResultType) -> object:
        name = _only_key(data, type)
        if name not in ("ok", "err"):
            raise JsonValueError(name_problem("key", name, ("ok", "err")))
        payload = _object(data, type)[name]
        part = type.ok if name == "ok" else type.err
        if part is None and payload is not None:
            raise _refusal("null, since there is no payload", describe(payload), name)
        value = None if part is None else self._part(payload, part, name)
        return Ok(value) if name == "ok" else Err(value)


def _refusal(expected: str, found: str, *path: str) -> JsonValueError:
    return JsonValueError(ValueProblem(path, expected, found))


def _wrong(data: object, type: ValueType) -> JsonValueError:
    return _refusal(type_text(type), describe(data))


def _fitting(value: Any, type: ValueType) -> Any:
    """A value whose JSON form is its Python form, checked."""
    problem = check_value(value, type)
    if problem is not None:
        raise JsonValueError(problem)
    return value


def _array(data: object, type: ValueType) -> list[Any]:
    if not isinstance(data, list):
        raise _refusal(f"an array, for {type_text(type)}", describe(data))
    return data


def _object(data: object, type: ValueType) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise _refusal(f"an object, for {type_text(type)}", describe(data))
    return data


def _only_key(data: object, type: ValueType) -> str:
    """The key of an object that has just one."""
    keys = list(_object(data, type))
    if len(keys) != 1:
        raise _refusal(f"an object with one key, for {type_text(type)}", describe(data))
    return keys[0]


def _float(data: object, type: PrimitiveType) -> float:
    if isinstance(data, str) and data in _NOT_FINITE:
        return _NOT_FINITE[data]
    if isinstance(data, float) and not math.isfinite(data):
        # `json.loads` makes these of NaN, which is not JSON, and of numbers that are too large.
        raise _refusal(f'{type.value} (a finite number, "nan", "inf" or "-inf")', describe(data))
    number = float(_fitting(data, type))
    return round_f32(number) if type is PrimitiveType.F32 else number
