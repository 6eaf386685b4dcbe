"""Components, in text format, that pass a value of any type from their export to an import and the answer back.

The core code does not know the type: a function and the import that it calls have the same flat parameters, and a
result that is more than one flat value lies in memory for both (component-model `CanonicalABI.md`, "Flattening").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from wasm_link.component.types import (
    EnumType,
    FlagsType,
    FuncType,
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
from wasm_link.engine.engine import LoadedComponent, engine_for
from wasm_link.engine.profile import Profile
from wasm_link.engine.text import text_to_binary

_MAX_FLAT_PARAMS = 16
_FLAT = {
    PrimitiveType.STRING: ["i32", "i32"],
    PrimitiveType.S64: ["i64"],
    PrimitiveType.U64: ["i64"],
    PrimitiveType.F32: ["f32"],
    PrimitiveType.F64: ["f64"],
}
_Flat: TypeAlias = list[str]


def load(text: str, profile: Profile | None = None) -> LoadedComponent:
    """Compile and load a component in text format."""
    engine = engine_for(profile or Profile())
    return engine.load(engine.compile(text_to_binary(text.encode())))


def flatten(type_: ValueType | None) -> _Flat:
    """The core types that a value is passed as."""
    match type_:
        case None:
            return []
        case PrimitiveType():
            return _FLAT.get(type_, ["i32"])
        case ListType(element, int(length)):
            return flatten(element) * length
        case ListType() | MapType():
            return ["i32", "i32"]
        case RecordType(fields):
            return [flat for field in fields for flat in flatten(field.type)]
        case TupleType(items):
            return [flat for item in items for flat in flatten(item)]
        case VariantType(cases):
            return ["i32", *_join([flatten(case.type) for case in cases])]
        case EnumType() | FlagsType():
            return ["i32"]
        case OptionType(payload):
            return ["i32", *flatten(payload)]
        case ResultType(ok, err):
            return ["i32", *_join([flatten(ok), flatten(err)])]
    raise AssertionError(type_)


def _join(cases: list[_Flat]) -> _Flat:
    joined: _Flat = []
    for case in cases:
        for i, flat in enumerate(case):
            if i == len(joined):
                joined.append(flat)
            elif joined[i] != flat:
                joined[i] = "i32" if {joined[i], flat} == {"i32", "f32"} else "i64"
    return joined


class _Types:
    """The definitions of types in text format. Types of a kind that must have a name are imported under one."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._names: dict[int, str] = {}

    def name(self, type_: ValueType) -> str:
        if isinstance(type_, PrimitiveType):
            return type_.value
        known = self._names.get(id(type_))
        if known is not None:
            return known
        body = self._body(type_)
        name = f"$t{len(self._names)}"
        self._names[id(type_)] = name
        if isinstance(type_, RecordType | VariantType | EnumType | FlagsType):
            self.lines.append(f"(type {name}-raw {body})")
            self.lines.append(f'(import "t{name[2:]}" (type {name} (eq {name}-raw)))')
        else:
            self.lines.append(f"(type {name} {body})")
        return name

    def _body(self, type_: ValueType) -> str:
        match type_:
            case ListType(element, length):
                return f"(list {self.name(element)}{'' if length is None else f' {length}'})"
            case MapType(key, value):
                return f"(map {self.name(key)} {self.name(value)})"
            case RecordType(fields):
                return "(record " + " ".join(f'(field "{f.name}" {self.name(f.type)})' for f in fields) + ")"
            case TupleType(items):
                return f"(tuple {' '.join(map(self.name, items))})"
            case VariantType(cases):
                return "(variant " + " ".join(f'(case "{c.name}"{self._maybe(c.type)})' for c in cases) + ")"
            case EnumType(names):
                return "(enum " + " ".join(f'"{name}"' for name in names) + ")"
            case FlagsType(names):
                return "(flags " + " ".join(f'"{name}"' for name in names) + ")"
            case OptionType(payload):
                return f"(option {self.name(payload)})"
            case ResultType(ok, err):
                return f"(result{self._maybe(ok)}{'' if err is None else f' (error {self.name(err)})'})"
        raise AssertionError(type_)

    def _maybe(self, type_: ValueType | None) -> str:
        return "" if type_ is None else f" {self.name(type_)}"


def forwarding(functions: Mapping[str, FuncType], pages: int = 64) -> str:
    """A component that exports each function, and calls the import `host-<name>` of the same type to answer it."""
    types = _Types()
    signatures = {name: _component_signature(types, function) for name, function in functions.items()}
    lines = ["(component", *types.lines]
    lines += [f'(import "host-{name}" (func $host-{name} {text}))' for name, text in signatures.items()]
    lines += [memory_module(pages), "(core instance $mem (instantiate $memory))"]
    options = '(memory (core memory $mem "memory")) (realloc (core func $mem "realloc"))'
    lines += [f"(core func $low-{name} (canon lower (func $host-{name}) {options}))" for name in functions]
    lines += ["(core module $forward"]
    lines += [text for part in zip(*(_forward(n, f) for n, f in functions.items()), strict=True) for text in part]
    lines += [")", '(core instance $f (instantiate $forward (with "" (instance']
    lines += [f'(export "{name}" (func $low-{name}))' for name in functions]
    lines += [")))) "]
    lines += [
        f'(func (export "{name}") {text} (canon lift (core func $f "{name}") {options}))'
        for name, text in signatures.items()
    ]
    return "\n".join([*lines, ")"])


def _component_signature(types: _Types, function: FuncType) -> str:
    params = [f'(param "{field.name}" {types.name(field.type)})' for field in function.params]
    result = [] if function.result is None else [f"(result {types.name(function.result)})"]
    return " ".join(params + result)


def memory_module(pages: int) -> str:
    """Memory that is handed out in order and never given back; a return area lies below address 8192."""
    return f"""(core module $memory
      (memory (export "memory") {pages})
      (global $top (mut i32) (i32.const 8192))
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (local i32)
        (local.set 4 (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
        (global.set $top (i32.add (local.get 4) (local.get 3)))
        (local.get 4)))"""


def _forward(name: str, function: FuncType) -> tuple[str, str]:
    """The import of a function, and the export that calls it, in a core module."""
    params = [flat for field in function.params for flat in flatten(field.type)]
    if len(params) > _MAX_FLAT_PARAMS:
        params = ["i32"]
    result = flatten(function.result)
    in_memory = len(result) > 1
    imported = [*params, "i32"] if in_memory else params
    outer_result = "(result i32)" if in_memory else f"(result {result[0]})" if result else ""
    inner_result = "" if in_memory else outer_result
    gets = " ".join(f"(local.get {i})" for i in range(len(params)))
    call = f"(call $h-{name} {gets} {'(i32.const 16)' if in_memory else ''}) {'(i32.const 16)' if in_memory else ''}"
    return (
        f'(func $h-{name} (import "" "{name}") (param {" ".join(imported)}) {inner_result})',
        f'(func (export "{name}") (param {" ".join(params)}) {outer_result} {call})',
    )
