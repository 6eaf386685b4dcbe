"""The guard: what a signal handler raises as a callback begins is kept like any other exception."""

from __future__ import annotations

import signal
import threading

import pytest

from tests.engine.echo import load
from tests.engine.parts import UNARY
from wasm_link.engine.guard import guard_from_first_instruction
from wasm_link.engine.instance import instantiate
from wasm_link.engine.trampoline import HostFunction

# Counts down for about as long as a signal takes to arrive, then calls the host.
LATE_ASKER = """(component
  (import "host" (func $h (param "x" u32) (result u32)))
  (core func $h (canon lower (func $h)))
  (core module $m
    (import "" "h" (func $h (param i32) (result i32)))
    (func (export "ask") (param i32) (result i32)
      (loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
      (call $h (local.get 0))))
  (core instance $i (instantiate $m (with "" (instance (export "h" (func $h))))))
  (func (export "ask") (param "x" u32) (result u32) (canon lift (core func $i "ask"))))"""


@pytest.mark.skipif(
    not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread(),
    reason="needs the timer signals of a main thread",
)
def test_a_signal_that_arrives_in_native_code_comes_out_of_the_call() -> None:
    """The handler runs at the first instruction of the callback, before any `try`, and what it raises is not lost."""
    called: list[object] = []

    def answer(arguments: tuple[object, ...]) -> object:
        called.append(arguments)
        return 0

    function = HostFunction(UNARY, answer)
    ask = instantiate(load(LATE_ASKER), {"": {"host": function}}).function(None, "ask", UNARY)

    def handler(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.005)
        with pytest.raises(KeyboardInterrupt):
            ask(300_000_000)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert called == []


def test_a_guarded_function_still_works() -> None:
    """The guard changes neither what a function returns nor what its handler catches."""

    def halve(x: object) -> object:
        try:
            return 10 // x  # type: ignore[operator]
        except BaseException as error:
            return type(error)

    guard_from_first_instruction(halve)
    guard_from_first_instruction(halve)  # a second time changes nothing
    assert (halve(2), halve(0), halve("x")) == (5, ZeroDivisionError, TypeError)
