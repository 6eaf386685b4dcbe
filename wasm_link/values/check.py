"""The check of Python values against component types, before they are lowered: nothing wrong reaches a component.

In goes any object and a type, out comes None or the first problem. A type is compiled once into a checker, a closure
that knows its parts; later checks find it by the identity of the type.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from wasm_link.component.types import (
    BorrowType,
    EnumType,
    Field,
    FlagsType,
    FutureType,
    ListType,
    MapType,
    OptionType,
    OwnType,
    PrimitiveType,
    RecordType,
    ResultType,
    StreamType,
    TupleType,
    ValueType,
    VariantType,
)
from wasm_link.values import compounds
from wasm_link.values.identity import IdentityCache
from wasm_link.values.problem import MAX_DEPTH, ValueProblem, describe, quote, type_text
from wasm_link.values.scalars import SCALAR_CHECKERS, Checker

__all__ = ["ValueProblem", "check_arguments", "check_value"]

_checkers: IdentityCache[ValueType, Checker] = IdentityCache()
_arguments: IdentityCache[tuple[Field, ...], tuple[Checker, ...]] = IdentityCache()

# The checkers made so far in one compilation, each with the depth of its type: shared parts are compiled once.
_Made: TypeAlias = dict[int, tuple[Checker, int]]


def check_value(value: object, type: ValueType) -> ValueProblem | None:
    """The first reason why `value` does not fit `type`, or None where it fits.

    Takes any object at all and raises nothing: an object whose own methods fail is a problem like any other. Types that
    nest deeper than 100 are refused, as the engine refuses them.
    """
    try:
        entry = _checkers.get(id(type))
        check = entry[1] if entry is not None else _remember(type)
        return check(value)
    except Exception as error:  # the value's own methods may raise anything
        return _unreadable(error, type)


def check_arguments(args: Sequence[object], params: tuple[Field, ...]) -> ValueProblem | None:
    """The first reason why `args` cannot be passed to a function with `params`, or None where they can.

    The path of a problem begins with the argument: `argument 2 "text": needs string, got 300 (int)`, counted from 1.
    Raises nothing, like `check_value`.
    """
    entry = _arguments.get(id(params))
    checks = entry[1] if entry is not None else _remember_params(params)
    if len(args) != len(checks):
        return _count_problem(len(args), params)
    index = 0
    try:
        for check in checks:
            problem = check(args[index])
            if problem is not None:
                return problem.under(_argument(index, params))
            index += 1
    except Exception as error:  # as in check_value
        return _unreadable(error, params[index].type).under(_argument(index, params))
    return None


def _argument(index: int, params: tuple[Field, ...]) -> str:
    return f"argument {index + 1} {quote(params[index].name)}"


def _count_problem(count: int, params: tuple[Field, ...]) -> ValueProblem:
    if not params:
        return ValueProblem((), "no arguments", str(count))
    shown = ", ".join(f"{param.name}: {type_text(param.type)}" for param in params[:16])
    more = ", …" if len(params) > 16 else ""
    noun = "argument" if len(params) == 1 else "arguments"
    return ValueProblem((), f"{len(params)} {noun} ({shown}{more})", str(count))


def _unreadable(error: Exception, type: ValueType) -> ValueProblem:
    return ValueProblem((), type_text(type), f"an object that cannot be read ({error.__class__.__name__})")


def _remember(type: ValueType) -> Checker:
    made: _Made = {}
    check, _depth = _compile(type, 1, made)
    return _checkers.remember(type, check)


def _remember_params(params: tuple[Field, ...]) -> tuple[Checker, ...]:
    return _arguments.remember(params, tuple(_remember(param.type) for param in params))


def _compile(type: ValueType, level: int, made: _Made) -> tuple[Checker, int]:
    """The checker of a type and the type's depth; the type stands at `level` of the whole one, which is level 1."""
    known = made.get(id(type))
    if known is not None:
        return known
    if level > MAX_DEPTH:
        return _check_too_deep, MAX_DEPTH + 1
    parts = [_compile(part, level + 1, made) if part is not None else _NO_PART for part in _parts(type)]
    depth = 1 + max((depth for _check, depth in parts), default=0)
    check = _make(type, [check for check, _depth in parts]) if depth <= MAX_DEPTH else _check_too_deep
    made[id(type)] = (check, depth)
    return check, depth


_NO_PART = (compounds.check_none, 0)


def _parts(type: ValueType) -> Sequence[ValueType | None]:
    """The types that a type is made of; None for a payload that is absent."""
    match type:
        case ListType():
            return (type.element,)
        case MapType():
            return (type.key, type.value)
        case RecordType():
            return [field.type for field in type.fields]
        case TupleType():
            return type.items
        case VariantType():
            return [case.type for case in type.cases]
        case OptionType():
            return (type.payload,)
        case ResultType():
            return (type.ok, type.err)
    return ()


def _make(type: ValueType, parts: Sequence[Checker]) -> Checker:
    """The checker of a type from those of its parts, which are in the order of `_parts`."""
    match type:
        case PrimitiveType.ERROR_CONTEXT | OwnType() | BorrowType() | StreamType() | FutureType():
            return compounds.host_checker(type)
        case PrimitiveType():
            return SCALAR_CHECKERS[type]
        case ListType(element=PrimitiveType.U8, length=None):
            return compounds.bytes_checker(type, *parts)
        case ListType():
            return compounds.list_checker(type, *parts)
        case MapType():
            return compounds.map_checker(type, *parts)
        case RecordType():
            return compounds.record_checker(type, parts)
        case TupleType():
            return compounds.tuple_checker(type, parts)
        case VariantType():
            return compounds.variant_checker(type, parts)
        case EnumType():
            return compounds.enum_checker(type)
        case FlagsType():
            return compounds.flags_checker(type)
        case OptionType():
            return compounds.option_checker(type, *parts)
        case ResultType():
            return compounds.result_checker(type, *parts)


def _check_too_deep(value: object) -> ValueProblem | None:
    return ValueProblem((), f"a type that nests at most {MAX_DEPTH} deep", f"a deeper one, for {describe(value)}")
