"""Components in text format that the tests of this folder call, and short ways to make instances of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from tests.engine.echo import load
from wasm_link.component.types import Field, FuncType, PrimitiveType
from wasm_link.engine.engine import LoadedComponent
from wasm_link.engine.instance import BoundFunction, Instance, instantiate
from wasm_link.engine.limits import NO_LIMITS, StoreLimits
from wasm_link.engine.profile import Profile
from wasm_link.engine.trampoline import HostFunction

U32 = PrimitiveType.U32
UNARY = FuncType((Field("x", U32),), U32)
BINARY = FuncType((Field("x", U32), Field("y", U32)), U32)

# `ask` passes its argument to the host and answers what the host answers.
ASKER = """(component
  (import "host" (func $h (param "x" u32) (result u32)))
  (core func $h (canon lower (func $h)))
  (core module $m
    (import "" "h" (func $h (param i32) (result i32)))
    (func (export "ask") (param i32) (result i32) local.get 0 call $h))
  (core instance $i (instantiate $m (with "" (instance (export "h" (func $h))))))
  (func (export "ask") (param "x" u32) (result u32) (canon lift (core func $i "ask"))))"""

# One function a way to end; `spin` counts its argument down, `grow` asks for that many more pages of memory.
WORKER = """(component
  (core module $m
    (memory 1)
    (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add)
    (func (export "trap") (param i32) (result i32) unreachable)
    (func (export "divide") (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0)))
    (func $deep (export "recurse") (param i32) (result i32)
      (i32.add (call $deep (i32.add (local.get 0) (i32.const 1))) (i32.const 1)))
    (func (export "grow") (param i32) (result i32) local.get 0 memory.grow)
    (func (export "spin") (param i32) (result i32)
      (loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) local.get 0)
    (func (export "forever") (param i32) (result i32) (loop $l (br $l)) unreachable))
  (core instance $i (instantiate $m))
  (func (export "add") (param "x" u32) (param "y" u32) (result u32) (canon lift (core func $i "add")))
  (func (export "trap") (param "x" u32) (result u32) (canon lift (core func $i "trap")))
  (func (export "divide") (param "x" u32) (result u32) (canon lift (core func $i "divide")))
  (func (export "recurse") (param "x" u32) (result u32) (canon lift (core func $i "recurse")))
  (func (export "grow") (param "x" u32) (result u32) (canon lift (core func $i "grow")))
  (func (export "spin") (param "x" u32) (result u32) (canon lift (core func $i "spin")))
  (func (export "forever") (param "x" u32) (result u32) (canon lift (core func $i "forever"))))"""


@lru_cache(maxsize=1)
def _asker() -> LoadedComponent:
    return load(ASKER)


def asking(answer: Callable[[int], object]) -> tuple[Instance, BoundFunction]:
    """An instance of `ASKER` whose host answers with `answer`, and its `ask`."""

    def call(arguments: tuple[object, ...]) -> object:
        (argument,) = arguments
        assert isinstance(argument, int)
        return answer(argument)

    instance = instantiate(_asker(), {"": {"host": HostFunction(UNARY, call)}})
    return instance, instance.function(None, "ask", UNARY)


def worker(limits: StoreLimits = NO_LIMITS) -> Instance:
    """An instance of `WORKER` in an engine for these limits."""
    profile = Profile(fuel=limits.fuel is not None, epochs=limits.timeout is not None)
    return instantiate(load(WORKER, profile), {}, limits=limits)
