"""Generated components, in text format or as bytes. Every one is small, but for what it is asked to be padded with."""

from __future__ import annotations

from functools import cache

from wasm_link.engine.text import text_to_binary

APP = "bench:calls/app@0.1.0"
WORK = "bench:calls/work@0.1.0"

_PAYLOAD_AT = 1 << 16

# One value at a time is alive, so every allocation may get the same place.
_MEMORY = f"""(core module $memory
    (memory (export "memory") 40)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const {_PAYLOAD_AT})))
  (core instance $mem (instantiate $memory))"""
_OPTIONS = '(memory (core memory $mem "memory")) (realloc (core func $mem "realloc"))'


def provider(parameter: str = "u32") -> str:
    """A component that exports `apply(x: parameter) -> u32`: a number comes back, of anything else its length."""
    flat = "i32" if parameter == "u32" else "i32 i32"
    answer = 0 if parameter == "u32" else 1
    return f"""(component
  {_MEMORY}
  (core module $m (func (export "f") (param {flat}) (result i32) (local.get {answer})))
  (core instance $i (instantiate $m))
  (func $f (param "x" {parameter}) (result u32) (canon lift (core func $i "f") {_OPTIONS}))
  (instance $out (export "apply" (func $f)))
  (export "{WORK}" (instance $out)))"""


def caller(parameter: str = "u32", result: str = "u32") -> str:
    """A component that exports `repeat(count: u32, size: u32) -> u32`, which calls the imported `apply` so often.

    `parameter` is `u32`, or a type that is passed as address and length: then `size` bytes are passed. `result` is
    `u32` or a list.
    """
    number, plain = parameter == "u32", result == "u32"
    flat = ("i32" if number else "i32 i32") + ("" if plain else " i32")
    arguments = "(local.get 0)" if number else f"(i32.const {_PAYLOAD_AT}) (local.get 1)"
    call = f"(call $apply {arguments} {'' if plain else '(i32.const 16)'})"
    return f"""(component
  (import "{WORK}" (instance $in (export "apply" (func (param "x" {parameter}) (result {result})))))
  {_MEMORY}
  (alias export $in "apply" (func $apply))
  (core func $low (canon lower (func $apply) {_OPTIONS}))
  (core module $m
    (func $apply (import "" "apply") (param {flat}) {"(result i32)" if plain else ""})
    (func (export "repeat") (param i32 i32) (result i32)
      (loop $again
        {f"(drop {call})" if plain else call}
        (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
        (br_if $again (local.get 0)))
      (local.get 0)))
  (core instance $i (instantiate $m (with "" (instance (export "apply" (func $low))))))
  (func $f (param "count" u32) (param "size" u32) (result u32) (canon lift (core func $i "repeat")))
  (instance $out (export "repeat" (func $f)))
  (export "{APP}" (instance $out)))"""


def adder() -> str:
    """A component that exports `add(a: u32, b: u32) -> u32`."""
    return f"""(component
  (core module $m (func (export "f") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))
  (core instance $i (instantiate $m))
  (func $f (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $i "f")))
  (instance $out (export "add" (func $f)))
  (export "{APP}" (instance $out)))"""


def group(number: int) -> str:
    """The WIT name of a group of plugins; all have the same length."""
    return f"bench:tree/g{number:05}@0.1.0"


def member(number: int, below: int | None) -> bytes:
    """A component of the group `number`, which calls the group `below` if there is one."""
    if below is None:
        return _leaf().replace(group(0).encode(), group(number).encode())
    placed = _inner().replace(group(1).encode(), b"?" * len(group(1)))
    named = placed.replace(group(0).encode(), group(number).encode())
    return named.replace(b"?" * len(group(1)), group(below).encode())


def numbered(component: bytes, number: int) -> bytes:
    """A component with a custom section that holds a number: the same component in other bytes."""
    return component + custom_section(b"number", number.to_bytes(8, "little"))


def custom_section(name: bytes, content: bytes) -> bytes:
    """A custom section of a core module or a component (core specification, 5.5.3)."""
    body = _unsigned(len(name)) + name + content
    return b"\0" + _unsigned(len(body)) + body


def padded(size: int) -> bytes:
    """A component whose core module holds `size` bytes of padding."""
    module = b"\0asm\x01\0\0\0" + custom_section(b"padding", bytes(size))
    return numbered(b"\0asm\x0d\0\x01\0\x01" + _unsigned(len(module)) + module + _leaf()[8:], size)


def heavy(functions: int, number: int) -> bytes:
    """A component with so many core functions of some 100 instructions, different for every number."""
    steps = "".join(
        f"(local.set 0 (i32.xor (i32.mul (local.get 0) (i32.const {2 * k + 3})) (i32.load (i32.const {8 * k}))))"
        for k in range(16)
    )
    bodies = "".join(
        f"(func (param i32) (result i32) (local.set 0 (i32.const {number * functions + i})) {steps} (local.get 0))"
        for i in range(functions)
    )
    return text_to_binary(f"(component (core module (memory 1) {bodies}) {_leaf_text()[10:]}".encode())


@cache
def _leaf() -> bytes:
    return text_to_binary(_leaf_text().encode())


def _leaf_text() -> str:
    return provider().replace(WORK, group(0))


@cache
def _inner() -> bytes:
    """A component that exports `apply(x: u32) -> u32` of group 0 and imports that of group 1, which gives a list."""
    return text_to_binary(
        f"""(component
  (import "{group(1)}" (instance $in (export "apply" (func (param "x" u32) (result (list u32))))))
  {_MEMORY}
  (alias export $in "apply" (func $apply))
  (core func $low (canon lower (func $apply) {_OPTIONS}))
  (core module $m
    (func $apply (import "" "apply") (param i32 i32))
    (func (export "f") (param i32) (result i32) (call $apply (local.get 0) (i32.const 16)) (local.get 0)))
  (core instance $i (instantiate $m (with "" (instance (export "apply" (func $low))))))
  (func $f (param "x" u32) (result u32) (canon lift (core func $i "f")))
  (instance $out (export "apply" (func $f)))
  (export "{group(0)}" (instance $out)))""".encode()
    )


def _unsigned(value: int) -> bytes:
    """LEB128 (core specification, 5.2.2)."""
    encoded = bytearray()
    while value > 127:
        encoded.append(value & 127 | 128)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)
