"""Small components in text format for tests of whole trees: providers that answer, and consumers that ask.

Every function takes one `u32`. A consumer exports `ask`, which calls the imported `apply` and gives its result on.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.engine.echo import flatten
from wasm_link.component.types import (
    ListType,
    MapType,
    OptionType,
    PrimitiveType,
    ResultType,
    TupleType,
    ValueType,
    VariantType,
)

U32, STRING, BOOL = PrimitiveType.U32, PrimitiveType.STRING, PrimitiveType.BOOL
WORK = "demo:test/work@0.1.0"
APP = "demo:test/app@0.1.0"
TRAP = "unreachable"

_MEMORY = """(core module $memory
    (memory (export "memory") 1)
    (global $top (mut i32) (i32.const 1024))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (local i32)
      (local.set 4 (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
      (global.set $top (i32.add (local.get 4) (local.get 3)))
      (local.get 4)))
  (core instance $mem (instantiate $memory))"""
_OPTIONS = '(memory (core memory $mem "memory")) (realloc (core func $mem "realloc"))'


def provider(body: str = "(local.get 0)", *, export: str = WORK, function: str = "apply", start: str = "") -> str:
    """A component that answers `apply(n: u32) -> u32` with `body`, core code that finds n in local 0.

    `start` is core code that runs while the component is instantiated.
    """
    return f"""(component
  (core module $m
    (func (export "f") (param i32) (result i32) {body})
    (func $start {start}) (start $start))
  (core instance $i (instantiate $m))
  (func $f (param "n" u32) (result u32) (canon lift (core func $i "f")))
  (instance $out (export "{function}" (func $f)))
  (export "{export}" (instance $out)))"""


def consumer(
    result: ValueType | None, *, imported: str = WORK, function: str = "apply", export: str = APP, asking: str = "ask"
) -> str:
    """A component that exports `ask(n: u32)`, which gives on whatever the import `apply(n: u32)` answers."""
    outer = "" if result is None else f"(result {_show(result)})"
    flat = flatten(result)
    in_memory = len(flat) > 1
    core_result = "(result i32)" if in_memory else f"(result {flat[0]})" if flat else ""
    area = "(i32.const 16)" if in_memory else ""
    variants = _variants(result)
    declared = "".join(f'(type $raw{i} {_body(v)}) (export "e{i}" (type $e{i} (eq $raw{i})))' for i, v in variants)
    aliased = "".join(f'(alias export $in "e{i}" (type $e{i}))' for i, _ in variants)
    return f"""(component
  (import "{imported}" (instance $in {declared} (export "{function}" (func (param "n" u32) {outer}))))
  {aliased}
  {_MEMORY}
  (alias export $in "{function}" (func $apply))
  (core func $low (canon lower (func $apply) {_OPTIONS}))
  (core module $m
    (func $apply (import "" "apply") (param i32 {"i32" if in_memory else ""}) {"" if in_memory else core_result})
    (func (export "ask") (param i32) {core_result} (call $apply (local.get 0) {area}) {area}))
  (core instance $i (instantiate $m (with "" (instance (export "apply" (func $low))))))
  (func $ask (param "n" u32) {outer} (canon lift (core func $i "ask") {_OPTIONS}))
  (instance $out (export "{asking}" (func $ask)))
  (export "{export}" (instance $out)))"""


def write_project(folder: Path, linkfile: str, files: Mapping[str, str | bytes]) -> Path:
    """Write a linkfile and the files beside it; gives the linkfile's path."""
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)
    path = folder / "linkfile.yaml"
    path.write_text(linkfile, encoding="utf-8")
    return path


def fan_out(
    providers: Mapping[str, str], cardinality: str = "exactly-one", extra: Mapping[str, str] | None = None
) -> str:
    """A linkfile: a root `main` from main.wat with one socket, served by `providers`; a provider's file is its id.wat.

    The mapping gives each provider's further keys as YAML flow text, `extra` those of `main`.
    """
    more = {id: f", {keys}" if keys else "" for id, keys in providers.items()}
    main = "".join(f", {key}: {value}" for key, value in (extra or {}).items())
    lines = [
        "linkfile: 1",
        "root: app",
        "interfaces:",
        f'  app: {{ wit: "{APP}" }}',
        f'  work: {{ wit: "{WORK}", cardinality: {cardinality} }}',
        "plugins:",
        f"  main: {{ source: {{ path: main.wat }}, plug: app, sockets: [work]{main} }}",
        *(f"  {id}: {{ source: {{ path: {id}.wat }}, plug: work{keys} }}" for id, keys in more.items()),
    ]
    return "\n".join(lines) + "\n"


def _show(type: ValueType) -> str:
    match type:
        case PrimitiveType():
            return type.value
        case ListType(element, None):
            return f"(list {_show(element)})"
        case MapType(key, value):
            return f"(map {_show(key)} {_show(value)})"
        case TupleType(items):
            return f"(tuple {' '.join(map(_show, items))})"
        case OptionType(payload):
            return f"(option {_show(payload)})"
        case ResultType(ok, err):
            error = "" if err is None else f" (error {_show(err)})"
            return f"(result{'' if ok is None else ' ' + _show(ok)}{error})"
        case VariantType():
            return "$e0"
    raise AssertionError(type)


def _variants(type: ValueType | None) -> list[tuple[int, VariantType]]:
    """The one variant that a type mentions, if it does: an error type."""
    match type:
        case VariantType():
            return [(0, type)]
        case ListType(inner) | OptionType(inner) | MapType(_, inner) | TupleType((_, inner)) | ResultType(_, inner):
            return _variants(inner)
        case _:
            return []


def _body(variant: VariantType) -> str:
    cases = (f'(case "{c.name}"{"" if c.type is None else " " + _show(c.type)})' for c in variant.cases)
    return f"(variant {' '.join(cases)})"
