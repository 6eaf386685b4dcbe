"""Why one type cannot stand for another: the first place where they differ, and both types there.

Rule: component-model design/mvp/Explainer.md, "Type Checking": value and function types must be equal, names of
parameters, fields and cases included, and in the same order. That is what wasmparser and wasmtime check.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from types import MappingProxyType
from typing import TypeAlias

from wasm_link.component.show import show_function, show_type
from wasm_link.component.types import (
    BorrowType,
    EnumType,
    FlagsType,
    FuncType,
    InstanceType,
    ListType,
    OwnType,
    PrimitiveType,
    ResourceType,
    TypeExtern,
    ValueType,
)
from wasm_link.component.walk import Path, labelled_parts

_NO_RESOURCES: Mapping[ResourceType, ResourceType] = MappingProxyType({})
_Part: TypeAlias = tuple[str, ValueType | None]
_NOTHING = "nothing"
# Parts without a name of their own: where they are absent, there is simply none.
_UNNAMED = frozenset(("result", "ok", "error", "stream element", "future value"))


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The first difference: the place, outermost first, with what is needed and what is provided there, printed.

    The path is empty where the types differ as a whole.
    """

    path: Path
    needed: str
    provided: str

    def __str__(self) -> str:
        place = f"{', '.join(self.path)}: " if self.path else ""
        return f"{place}needs {self.needed}, is given {self.provided}"


def explain_function_mismatch(
    needed: FuncType, provided: FuncType, resources: Mapping[ResourceType, ResourceType] = _NO_RESOURCES
) -> Mismatch | None:
    """The first difference between two function types, or None where one can stand for the other.

    `resources` says which provided resource each needed one stands for (see `matching_resources`); a resource that is
    not among them matches itself only.
    """
    return _explain(needed, provided, resources)


def explain_value_mismatch(
    needed: ValueType, provided: ValueType, resources: Mapping[ResourceType, ResourceType] = _NO_RESOURCES
) -> Mismatch | None:
    """The first difference between two value types, or None where they are equal; `resources` as for functions."""
    return _explain(needed, provided, resources)


def matching_resources(needed: InstanceType, provided: InstanceType) -> dict[ResourceType, ResourceType]:
    """Which resource of a provided instance each resource of a needed one stands for: those of the same name.

    Instances of different components have different resource types, and linking makes them one.
    """
    found: dict[ResourceType, ResourceType] = {}
    for name, item in needed.exports.items():
        other = provided.exports.get(name)
        if isinstance(item, TypeExtern) and isinstance(other, TypeExtern):
            left, right = item.type, other.type
            if isinstance(left, ResourceType) and isinstance(right, ResourceType):
                found.setdefault(left, right)
    return found


def _explain(
    needed: ValueType | FuncType, provided: ValueType | FuncType, resources: Mapping[ResourceType, ResourceType]
) -> Mismatch | None:
    compared: set[tuple[int, int]] = set()
    todo: list[tuple[Path, ValueType | FuncType, ValueType | FuncType]] = [((), needed, provided)]
    while todo:
        path, left, right = todo.pop()
        if left is right and not resources:
            continue
        if (id(left), id(right)) in compared:
            continue
        compared.add((id(left), id(right)))
        if not _same_kind(left, right, resources):
            return _whole(path, left, right)
        pairs = _pair_up(labelled_parts(left), labelled_parts(right), is_function=isinstance(left, FuncType))
        for one, other in pairs:
            if _presence(one) != _presence(other):
                return Mismatch(path, _describe(one), _describe(other))
        for one, other in reversed(pairs):
            if one is not None and other is not None and one[1] is not None and other[1] is not None:
                todo.append(((*path, one[0]), one[1], other[1]))
    return None


def _pair_up(left: list[_Part], right: list[_Part], *, is_function: bool) -> list[tuple[_Part | None, _Part | None]]:
    """The parts that stand in the same place; a function's result is its last part, however many parameters it has."""
    if not is_function:
        return list(zip_longest(left, right))
    return [*zip_longest(left[:-1], right[:-1]), (left[-1], right[-1])]


def _same_kind(
    left: ValueType | FuncType, right: ValueType | FuncType, resources: Mapping[ResourceType, ResourceType]
) -> bool:
    """Whether two types are alike but for their parts."""
    match left, right:
        case (OwnType(needed), OwnType(provided)) | (BorrowType(needed), BorrowType(provided)):
            return resources.get(needed, needed) is provided
        case (ListType(_, needed_length), ListType(_, provided_length)):
            return needed_length == provided_length
        case (FuncType(), FuncType()):
            return left.is_async == right.is_async
        case (EnumType(needed_names), EnumType(provided_names)) | (FlagsType(needed_names), FlagsType(provided_names)):
            return needed_names == provided_names
    return left is right if isinstance(left, PrimitiveType) else type(left) is type(right)


def _whole(path: Path, left: ValueType | FuncType, right: ValueType | FuncType) -> Mismatch:
    if isinstance(left, FuncType) and isinstance(right, FuncType):
        return Mismatch(path, show_function(left), show_function(right))
    assert not isinstance(left, FuncType)
    assert not isinstance(right, FuncType)
    if isinstance(left, EnumType | FlagsType) and type(left) is type(right):
        what = "case" if isinstance(left, EnumType) else "flag"
        pair = next(pair for pair in zip_longest(left.names, right.names) if pair[0] != pair[1])
        return Mismatch(path, *[_NOTHING if name is None else f'{what} "{name}"' for name in pair])
    needed, provided = show_type(left), show_type(right)
    if isinstance(left, OwnType | BorrowType) and needed == provided:
        provided += " (another resource of that name)"
    return Mismatch(path, needed, provided)


def _presence(part: _Part | None) -> tuple[str, bool] | None:
    """What must agree between two parts before their types are compared: the name, and whether there is a type."""
    return None if part is None else (part[0], part[1] is not None)


def _describe(part: _Part | None) -> str:
    if part is None:
        return _NOTHING
    label, item = part
    if item is None:
        return f"no {label}" if label in _UNNAMED else f"{label} without a payload"
    return f"{label} of type {show_type(item)}"
