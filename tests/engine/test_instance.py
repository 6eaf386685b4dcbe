"""Instances: what a call gives, and what happens when it goes wrong."""

from __future__ import annotations

from wasm_link.component.types import Field, FuncType, PrimitiveType
from wasm_link.engine.engine import engine_for
from wasm_link.engine.instance import instantiate
from wasm_link.engine.profile import Profile
from wasm_link.engine.text import text_to_binary
from wasm_link.engine.trampoline import HostFunction

U32 = PrimitiveType.U32
BINARY = FuncType((Field("x", U32), Field("y", U32)), U32)

ADDER = b"""(component
  (import "h" (func $h (param "x" u32) (param "y" u32) (result u32)))
  (core func $h (canon lower (func $h)))
  (core module $m
    (import "" "h" (func $h (param i32 i32) (result i32)))
    (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add)
    (func (export "ask") (param i32 i32) (result i32) local.get 0 local.get 1 call $h))
  (core instance $i (instantiate $m (with "" (instance (export "h" (func $h))))))
  (func (export "add") (param "x" u32) (param "y" u32) (result u32) (canon lift (core func $i "add")))
  (func (export "ask") (param "x" u32) (param "y" u32) (result u32) (canon lift (core func $i "ask"))))"""


def test_a_compiled_component_answers_a_call() -> None:
    """Compile, load, instantiate and call `add`."""
    engine = engine_for(Profile())
    component = engine.load(engine.compile(text_to_binary(ADDER)))
    instance = instantiate(component, {"": {"h": HostFunction(BINARY, lambda _: 0)}})
    assert instance.function(None, "add", BINARY)(3, 4) == 7
    instance.close()


def test_a_component_gets_the_result_of_a_host_function() -> None:
    """The guest calls its import, and the host's answer comes back through it."""
    engine = engine_for(Profile())
    component = engine.load(engine.compile(text_to_binary(ADDER)))
    instance = instantiate(component, {"": {"h": HostFunction(BINARY, lambda pair: pair[0] * pair[1])}})
    assert instance.function(None, "ask", BINARY)(6, 7) == 42
    instance.close()
