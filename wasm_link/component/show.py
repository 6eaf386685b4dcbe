"""Print types for people, in WIT syntax on one line and within a bounded length.

Syntax: component-model design/mvp/WIT.md, "Item: Types". Records and other types that WIT only has under a name are
printed in place: `record { a: u32 }`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from wasm_link.component.types import (
    BorrowType,
    EnumType,
    Field,
    FlagsType,
    FuncType,
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

MAX_SHOWN = 200

_Piece: TypeAlias = str | ValueType | FuncType
# WIT's keywords, which a label needs a `%` before. One too many does no harm: `%get` is `get`.
_KEYWORDS = frozenset(
    """
    as async bool borrow char constructor enum error-context export f32 f64 flags from func future get import include
    interface list map option own package record resource result s16 s32 s64 s8 set static stream string tuple type u16
    u32 u64 u8 use variant with world
    """.split()  # noqa: SIM905  (a list of 46 strings reads worse)
)


def show_type(item: ValueType, limit: int = MAX_SHOWN) -> str:
    """The type in WIT syntax; whatever goes beyond `limit` characters is left out, and `…` says so."""
    return _show(item, limit)


def show_function(item: FuncType, limit: int = MAX_SHOWN) -> str:
    """The same for a function: `func(text: string) -> u32`."""
    return _show(item, limit)


def show_label(name: str) -> str:
    """A label as WIT writes it: one that is a keyword gets a `%`."""
    return f"%{name}" if name in _KEYWORDS else name


def _show(item: ValueType | FuncType, limit: int) -> str:
    shown: list[str] = []
    length = 0
    todo: list[Iterator[_Piece]] = [iter((item,))]
    while todo and length <= limit:
        piece = next(todo[-1], None)
        if piece is None:
            todo.pop()
        elif isinstance(piece, str):
            shown.append(piece)
            length += len(piece)
        else:
            todo.append(_pieces(piece))
    text = "".join(shown)
    return text if len(text) <= limit else f"{text[:limit]}…"


def _pieces(item: ValueType | FuncType) -> Iterator[_Piece]:
    """The text of a type with its parts still to be printed between; lazily, since most may be left out."""
    match item:
        case PrimitiveType():
            yield item.value
        case OwnType(resource):
            yield show_label(resource.name or "(unnamed resource)")
        case BorrowType(resource):
            yield from ("borrow<", show_label(resource.name or "(unnamed resource)"), ">")
        case ListType(element, length):
            yield from ("list<", element, ">" if length is None else f", {length}>")
        case MapType(key, value):
            yield from ("map<", key, ", ", value, ">")
        case OptionType(payload):
            yield from ("option<", payload, ">")
        case StreamType(element) | FutureType(element):
            word = "stream" if isinstance(item, StreamType) else "future"
            yield from (word,) if element is None else (f"{word}<", element, ">")
        case ResultType(ok, err):
            yield from _result_pieces(ok, err)
        case TupleType(items):
            yield "tuple<"
            yield from _separated((part,) for part in items)
            yield ">"
        case RecordType(fields):
            yield "record { "
            yield from _separated(_field(part) for part in fields)
            yield " }"
        case VariantType(cases):
            yield "variant { "
            yield from _separated(
                (show_label(case.name),) if case.type is None else (f"{show_label(case.name)}(", case.type, ")")
                for case in cases
            )
            yield " }"
        case EnumType(names) | FlagsType(names):
            yield "enum { " if isinstance(item, EnumType) else "flags { "
            yield from _separated((show_label(name),) for name in names)
            yield " }"
        case FuncType(params, result, is_async):
            yield "async func(" if is_async else "func("
            yield from _separated(_field(part) for part in params)
            yield ")"
            if result is not None:
                yield from (" -> ", result)


def _result_pieces(ok: ValueType | None, err: ValueType | None) -> Iterator[_Piece]:
    yield "result"
    if ok is None and err is None:
        return
    yield from ("<", "_" if ok is None else ok)
    if err is not None:
        yield from (", ", err)
    yield ">"


def _field(part: Field) -> tuple[_Piece, ...]:
    return (f"{show_label(part.name)}: ", part.type)


def _separated(groups: Iterable[tuple[_Piece, ...]]) -> Iterator[_Piece]:
    for index, group in enumerate(groups):
        if index:
            yield ", "
        yield from group
