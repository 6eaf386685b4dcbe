"""Checkers of the value types with parts, built from the checkers of their parts.

Each maker takes a type and its parts' checkers and gives a checker; nothing about the type is looked up again while a
value is checked. What a value may be in Python is the table in `model.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any

from wasm_link.component.types import ListType, OptionType, PrimitiveType
from wasm_link.values.model import Err, Ok, Some, Variant
from wasm_link.values.problem import ValueProblem, describe, near, quote, quote_all, type_text
from wasm_link.values.scalars import INTEGER_RANGES, Checker

if TYPE_CHECKING:
    from wasm_link.component.types import (
        EnumType,
        FlagsType,
        MapType,
        RecordType,
        ResultType,
        TupleType,
        ValueType,
        VariantType,
    )

# The canonical ABI passes a list's length as an u32.
_LONGEST_LIST = 2**32 - 1

_BYTE_FORMATS = ("B", "c")

# The specification allows no other types as keys; all of their values can be keys of a dict.
_KEY_TYPES = frozenset({*INTEGER_RANGES, PrimitiveType.BOOL, PrimitiveType.CHAR, PrimitiveType.STRING})


def wrong(expected: ValueType, value: object) -> ValueProblem:
    """The problem of a value that is of another kind altogether."""
    return ValueProblem((), type_text(expected), describe(value))


def list_checker(expected: ListType, check_item: Checker) -> Checker:
    """A sequence that is neither text nor bytes, of the right length where the type has one."""
    bounds = INTEGER_RANGES.get(expected.element) if isinstance(expected.element, PrimitiveType) else None

    def check(value: object) -> ValueProblem | None:
        exact = type(value) is list or type(value) is tuple
        if not exact and (not isinstance(value, Sequence) or isinstance(value, str | bytes | bytearray | memoryview)):
            return wrong(expected, value)
        assert isinstance(value, Sequence)
        length = len(value)
        if length != expected.length if expected.length is not None else length > _LONGEST_LIST:
            return ValueProblem(
                (), type_text(expected), f"{length} item{'' if length == 1 else 's'} ({type(value).__name__})"
            )
        if bounds is not None and exact and _all_integers(value, *bounds):
            return None
        for index, item in enumerate(value):
            if index >= length:
                return ValueProblem((), type_text(expected), "a sequence that yields more items than its length")
            problem = check_item(item)
            if problem is not None:
                return problem.under(f"item {index}")
        return None

    return check


def _all_integers(values: Sequence[int], low: int, high: int) -> bool:
    """Whether all are plain ints in a range: several times faster than one by one, for the usual case."""
    return not values or (set(map(type, values)) == {int} and low <= min(values) and max(values) <= high)


def bytes_checker(expected: ListType, check_item: Checker) -> Checker:
    """A `list<u8>`: a bytes-like object, at no cost a byte, or any other sequence of integers."""
    check_sequence = list_checker(expected, check_item)

    def check(value: object) -> ValueProblem | None:
        kind = type(value)
        if kind is bytes or kind is bytearray:
            return None
        if kind is list or kind is tuple:
            return check_sequence(value)
        view = _view(value)
        if view is None:
            return check_sequence(value)
        # An array of wider integers is a sequence like any other; signed bytes would be read as other numbers.
        with view:
            if view.format in _BYTE_FORMATS and view.ndim == 1 and view.c_contiguous:
                return None
            found = f"a buffer of format {quote(view.format)} ({kind.__name__})"
        if isinstance(value, memoryview):
            return ValueProblem((), "list<u8> (contiguous unsigned bytes)", found)
        return check_sequence(value)

    return check


def octets(value: Any) -> bytes:
    """The bytes of a value that fits `list<u8>`, whichever of its forms it has."""
    if isinstance(value, bytes | bytearray):
        return bytes(value)
    view = None if isinstance(value, list | tuple) else _view(value)
    if view is not None:
        with view:
            if view.format in _BYTE_FORMATS:
                return view.tobytes()
    return bytes(list(value))


def _view(value: Any) -> memoryview | None:
    """The value's buffer, or None where it has none."""
    try:
        return memoryview(value)
    except TypeError:
        return None


def map_checker(expected: MapType, check_key: Checker, check_item: Checker) -> Checker:
    """A dict (or another mapping) whose keys and values all fit."""

    def check(value: object) -> ValueProblem | None:
        if not is_key_type(expected.key):
            return ValueProblem((), "a map whose keys are bools, integers, chars or strings", type_text(expected))
        if not isinstance(value, Mapping):
            return wrong(expected, value)
        for key in value:
            problem = check_key(key)
            if problem is not None:
                return problem.under(f"key {describe(key)}")
            problem = check_item(value[key])
            if problem is not None:
                return problem.under(f"value of key {describe(key)}")
        return None

    return check


def is_key_type(expected: ValueType) -> bool:
    """Whether the specification allows the type as the key of a map."""
    return isinstance(expected, PrimitiveType) and expected in _KEY_TYPES


def record_checker(expected: RecordType, checks: Sequence[Checker]) -> Checker:
    """A mapping with exactly the fields of the record."""
    fields = tuple(zip((field.name for field in expected.fields), checks, strict=True))
    count = len(fields)

    def check(value: object) -> ValueProblem | None:
        if type(value) is not dict and not isinstance(value, Mapping):
            return wrong(expected, value)
        assert isinstance(value, Mapping)
        if len(value) != count:
            return fields_problem(expected, value)
        for name, check_field in fields:
            if name not in value:
                return fields_problem(expected, value)
            problem = check_field(value[name])
            if problem is not None:
                return problem.under(f"field {quote(name)}")
        return None

    return check


def fields_problem(expected: RecordType, value: Mapping[Any, object]) -> ValueProblem:
    """The problem of a mapping that lacks fields of the record, or has others."""
    names = [field.name for field in expected.fields]
    missing = [name for name in names if name not in value]
    unknown = [key for key in value if not (isinstance(key, str) and str.__str__(key) in names)]
    found = []
    if unknown:
        shown = [f"{quote(key)}{near(key, missing)}" if isinstance(key, str) else describe(key) for key in unknown[:8]]
        found.append(f"unknown {', '.join(shown)}{f' and {len(unknown) - 8} more' if len(unknown) > 8 else ''}")
    if missing:
        found.append(f"no {quote_all(missing)}")
    return ValueProblem((), f"exactly the fields {quote_all(names)}", " and ".join(found) or describe(value))


def tuple_checker(expected: TupleType, checks: Sequence[Checker]) -> Checker:
    """A tuple or a list of exactly the type's length."""
    count = len(checks)

    def check(value: object) -> ValueProblem | None:
        if not isinstance(value, tuple | list) or len(value) != count:
            return wrong(expected, value)
        for index, (check_item, item) in enumerate(zip(checks, value, strict=True)):
            problem = check_item(item)
            if problem is not None:
                return problem.under(f"item {index}")
        return None

    return check


def variant_checker(expected: VariantType, checks: Sequence[Checker]) -> Checker:
    """A `Variant` with a case of the type; a case without a payload is checked by `check_none`."""
    by_case = dict(zip((case.name for case in expected.cases), checks, strict=True))

    def check(value: object) -> ValueProblem | None:
        if not isinstance(value, Variant):
            return wrong(expected, value)
        if not isinstance(value.case, str) or value.case not in by_case:
            return name_problem("case", value.case, tuple(by_case))
        return _check_payload(by_case[value.case], value.value, f"case {quote(value.case)}")

    return check


def _check_payload(check: Checker, value: object, step: str) -> ValueProblem | None:
    problem = check(value)
    return problem.under(step) if problem is not None else None


def check_none(value: object) -> ValueProblem | None:
    """The place of a payload where the type has none: None."""
    return None if value is None else ValueProblem((), "no payload (None)", describe(value))


def name_problem(noun: str, name: object, names: Sequence[str]) -> ValueProblem:
    """The problem of a name that is not among those of the type."""
    hint = near(str.__str__(name), names) if isinstance(name, str) else ""
    return ValueProblem((), f"a {noun} of {quote_all(names)}", f"{describe(name)}{hint}")


def enum_checker(expected: EnumType) -> Checker:
    """The name of a case, as text."""
    names = frozenset(expected.names)

    def check(value: object) -> ValueProblem | None:
        if isinstance(value, str) and str.__str__(value) in names:
            return None
        return name_problem("case", value, expected.names)

    return check


def flags_checker(expected: FlagsType) -> Checker:
    """A set, a list or a tuple of names, none of them twice."""
    names = frozenset(expected.names)

    def check(value: object) -> ValueProblem | None:
        if not isinstance(value, Set | list | tuple):
            return wrong(expected, value)
        seen = set()
        for name in value:
            if not isinstance(name, str) or str.__str__(name) not in names:
                # A set has no order of its own: show its first wrong name in the order of the texts.
                bad = [item for item in value if not (isinstance(item, str) and str.__str__(item) in names)]
                return name_problem("flag", min(bad, key=describe), expected.names)
            if name in seen:
                return ValueProblem((), "each flag at most once", f"{quote(name)} twice")
            seen.add(name)
        return None

    return check


def option_checker(expected: OptionType, check_payload: Checker) -> Checker:
    """None, or the payload: in a `Some` where the payload is an option itself, else as it is."""

    def check_nested(value: object) -> ValueProblem | None:
        if value is None:
            return None
        if not isinstance(value, Some):
            return ValueProblem((), f"{type_text(expected)} as None or Some(…)", describe(value))
        return _check_payload(check_payload, value.value, "some")

    def check_plain(value: object) -> ValueProblem | None:
        return None if value is None else check_payload(value)

    return check_nested if isinstance(expected.payload, OptionType) else check_plain


def result_checker(expected: ResultType, check_ok: Checker, check_err: Checker) -> Checker:
    """`Ok` or `Err`; a side without a payload is checked by `check_none`."""

    def check(value: object) -> ValueProblem | None:
        if isinstance(value, Ok):
            return _check_payload(check_ok, value.value, "ok")
        if isinstance(value, Err):
            return _check_payload(check_err, value.error, "err")
        return ValueProblem((), f"{type_text(expected)} as Ok(…) or Err(…)", describe(value))

    return check


def host_checker(expected: ValueType) -> Checker:
    """Refuses everything: handles, streams, futures and error contexts have no form in the host yet."""

    def check(value: object) -> ValueProblem | None:
        return ValueProblem((), f"{type_text(expected)}, which cannot be given by the host yet", describe(value))

    return check
