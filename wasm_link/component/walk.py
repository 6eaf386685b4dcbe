"""Walk through a type: its parts with the words for where they are, and what is mentioned anywhere inside.

Nothing here recurses, and every part is visited once, however often a type mentions it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from wasm_link.component.types import (
    BorrowType,
    FuncType,
    FutureType,
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
    ValueType,
    VariantType,
)

Path: TypeAlias = tuple[str, ...]


def labelled_parts(item: ValueType | FuncType) -> list[tuple[str, ValueType | None]]:
    """The direct parts of a type, each with the words for its place: `parameter "text"`, `list element`."""
    match item:
        case FuncType(params, result, _):
            return [*((f'parameter "{field.name}"', field.type) for field in params), ("result", result)]
        case RecordType(fields):
            return [(f'field "{field.name}"', field.type) for field in fields]
        case VariantType(cases):
            return [(f'case "{case.name}"', case.type) for case in cases]
        case TupleType(items):
            return [(f"tuple item {index}", part) for index, part in enumerate(items)]
        case ListType(element, _):
            return [("list element", element)]
        case MapType(key, value):
            return [("map key", key), ("map value", value)]
        case OptionType(payload):
            return [("option payload", payload)]
        case ResultType(ok, err):
            return [("ok", ok), ("error", err)]
        case StreamType(element):
            return [("stream element", element)]
        case FutureType(element):
            return [("future value", element)]
    return []


def find_types(item: ValueType, wanted: Callable[[ValueType], bool]) -> Iterator[tuple[Path, ValueType]]:
    """Every distinct part (the type itself included) that is wanted, with the first path to it, in reading order."""
    seen: set[int] = set()
    todo: list[tuple[Path, ValueType]] = [((), item)]
    while todo:
        path, part = todo.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        if wanted(part):
            yield path, part
        todo.extend([((*path, label), inner) for label, inner in reversed(labelled_parts(part)) if inner is not None])


def mentions(item: ValueType, wanted: Callable[[ValueType], bool]) -> bool:
    """Whether the type, or any part of it at any depth, is wanted."""
    return next(find_types(item, wanted), None) is not None


class HandleKind(Enum):
    """What cannot be passed between stores as it is; the value is its word in messages."""

    OWN = "own"
    BORROW = "borrow"
    STREAM = "stream"
    FUTURE = "future"
    ERROR_CONTEXT = "error-context"


@dataclass(frozen=True, slots=True)
class Handle:
    """A handle in a function's type: its kind, the resource of an own or a borrow, and the place, outermost first."""

    kind: HandleKind
    resource: ResourceType | None
    path: Path

    def __str__(self) -> str:
        what = self.kind.value if self.resource is None else f"resource `{self.resource.name}`"
        return f"{what} in {', '.join(self.path)}"


_HANDLES: dict[type, HandleKind] = {
    OwnType: HandleKind.OWN,
    BorrowType: HandleKind.BORROW,
    StreamType: HandleKind.STREAM,
    FutureType: HandleKind.FUTURE,
}


def handles_in(function: FuncType) -> tuple[Handle, ...]:
    """Every handle in a function's parameters and result: each distinct one once a parameter, in reading order."""
    found: list[Handle] = []
    for label, part in labelled_parts(function):
        if part is None:
            continue
        for path, item in find_types(part, _is_handle):
            kind = _HANDLES.get(type(item), HandleKind.ERROR_CONTEXT)
            resource = item.resource if isinstance(item, OwnType | BorrowType) else None
            found.append(Handle(kind, resource, (label, *path)))
    return tuple(found)


def _is_handle(item: ValueType) -> bool:
    return type(item) in _HANDLES or item is PrimitiveType.ERROR_CONTEXT
