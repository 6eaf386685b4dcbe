"""Async functions: a component's own can be called; the host has none to offer."""

from __future__ import annotations

import pytest

from tests.engine.echo import load
from tests.engine.parts import U32, UNARY, asking
from wasm_link.component.types import FuncType
from wasm_link.engine.instance import BoundFunction, Instance, instantiate
from wasm_link.engine.nesting import thread_state
from wasm_link.engine.profile import Profile
from wasm_link.engine.trampoline import HostFunction
from wasm_link.errors import CompileError, DispatchError, InstantiateError, TrapError

PROFILE = Profile(concurrency=True)
ASYNC_UNARY = FuncType(UNARY.params, U32, is_async=True)

# Passes its argument to the host and returns the host's answer by `task.return`.
ASYNC_ASKER = """(component
  (import "host" (func $h (param "x" u32) (result u32)))
  (core func $h (canon lower (func $h)))
  (core func $return (canon task.return (result u32)))
  (core module $m
    (import "" "h" (func $h (param i32) (result i32)))
    (import "" "return" (func $return (param i32)))
    (func (export "ask") (param i32) (result i32) (call $return (call $h (local.get 0))) (i32.const 0))
    (func (export "callback") (param i32 i32 i32) (result i32) unreachable))
  (core instance $i (instantiate $m (with "" (instance
    (export "h" (func $h)) (export "return" (func $return))))))
  (func (export "ask") async (param "x" u32) (result u32)
    (canon lift (core func $i "ask") async (callback (core func $i "callback")))))"""

ASYNC_IMPORT = """(component
  (import "host" (func $h async (param "x" u32) (result u32)))
  (core func $h (canon lower (func $h)))
  (core module $m (import "" "h" (func (param i32) (result i32))))
  (core instance (instantiate $m (with "" (instance (export "h" (func $h)))))))"""


def _asking(function: HostFunction) -> tuple[Instance, BoundFunction]:
    instance = instantiate(load(ASYNC_ASKER, PROFILE), {"": {"host": function}})
    return instance, instance.function(None, "ask", ASYNC_UNARY)


def test_an_async_function_answers() -> None:
    """The call lasts until the function has returned its result, and the next one works too."""
    _, ask = _asking(HostFunction(UNARY, lambda pair: 5))
    assert [ask(1), ask(2)] == [5, 5]


def test_an_async_function_that_fails_keeps_the_exception() -> None:
    """A host function's exception is the cause of the trap, as in any call."""

    def fail(_: tuple[object, ...]) -> object:
        raise KeyError("gone")

    _, ask = _asking(HostFunction(UNARY, fail))
    with pytest.raises(TrapError) as caught:
        ask(1)
    assert isinstance(caught.value.__cause__, KeyError)


def test_calls_nested_in_an_async_function_have_the_stack_that_it_runs_on() -> None:
    """Calls without end from a stack of its own are refused, and the stack of the thread is known as before."""
    before = thread_state().stack_at, thread_state().stack_low

    def descend(x: int) -> object:
        return asking(descend)[1](x)

    _, ask = _asking(HostFunction(UNARY, lambda _: asking(descend)[1](1)))
    with pytest.raises(TrapError) as caught:
        ask(1)
    cause: BaseException | None = caught.value
    while cause is not None and not isinstance(cause, DispatchError):
        cause = cause.__cause__
    assert cause is not None
    assert "nested too deeply" in str(cause)
    assert (thread_state().stack_at, thread_state().stack_low) == before


def test_async_functions_need_the_profile_for_them() -> None:
    """Without it, the component does not compile, and the reason names what is missing."""
    with pytest.raises(CompileError, match="async"):
        load(ASYNC_ASKER)


def test_an_async_import_cannot_be_answered_by_the_host() -> None:
    """Instantiation is refused, and the import is named."""
    with pytest.raises(InstantiateError, match=r"`host`.*async"):
        instantiate(load(ASYNC_IMPORT, PROFILE), {"": {"host": HostFunction(UNARY, lambda _: 1)}})
