"""Limits: each ends a call by its own kind of trap, or refuses memory, and says how much was allowed."""

from __future__ import annotations

import pytest

from tests.engine.echo import load
from tests.engine.parts import BINARY, UNARY, worker
from wasm_link.engine.instance import instantiate
from wasm_link.engine.limits import StoreLimits, clock
from wasm_link.errors import InstantiateError, TrapError, TrapKind


def test_a_call_that_uses_up_its_fuel_is_ended() -> None:
    """The message says how much there was."""
    with pytest.raises(TrapError, match="used up its 5000 units of fuel") as caught:
        worker(StoreLimits(fuel=5000)).function(None, "forever", UNARY)(1)
    assert caught.value.kind is TrapKind.FUEL


def test_fuel_is_new_for_each_call() -> None:
    """Many calls may use more together than one may."""
    spin = worker(StoreLimits(fuel=2000)).function(None, "spin", UNARY)
    assert [spin(100) for _ in range(50)] == [0] * 50


def test_a_call_that_takes_too_long_is_ended() -> None:
    """The message says how long it was allowed to take, and nothing is watched afterwards."""
    with pytest.raises(TrapError, match=r"took longer than 0.02 s") as caught:
        worker(StoreLimits(timeout=0.02)).function(None, "forever", UNARY)(1)
    assert caught.value.kind is TrapKind.TIMEOUT
    assert not clock._watched


def test_time_is_new_for_each_call() -> None:
    """A call after another has its whole time."""
    add = worker(StoreLimits(timeout=60)).function(None, "add", BINARY)
    assert [add(1, n) for n in range(20)] == list(range(1, 21))


def test_memory_does_not_grow_past_its_limit() -> None:
    """The guest is told so, and goes on."""
    grow = worker(StoreLimits(memory=3 * 65536)).function(None, "grow", UNARY)
    assert [grow(1), grow(1), grow(1)] == [1, 2, 2**32 - 1]


def test_a_component_that_needs_more_memory_than_it_may_have_is_refused() -> None:
    """Instantiation fails and names memory."""
    with pytest.raises(InstantiateError, match=r"(?i)memory") as caught:
        instantiate(
            load("(component (core module $m (memory 4)) (core instance (instantiate $m)))"),
            {},
            limits=StoreLimits(memory=65536),
        )
    assert "65536" in caught.value.reason


def test_start_code_is_limited_too() -> None:
    """A component that never finishes starting is ended."""
    from wasm_link.engine.profile import Profile

    text = "(component (core module $m (func $f (loop $l (br $l))) (start $f)) (core instance (instantiate $m)))"
    with pytest.raises(InstantiateError, match="units of fuel"):
        instantiate(load(text, Profile(fuel=True)), {}, limits=StoreLimits(fuel=1000))
    with pytest.raises(InstantiateError, match="took longer"):
        instantiate(load(text, Profile(epochs=True)), {}, limits=StoreLimits(timeout=0.01))


def test_all_limits_hold_together() -> None:
    """The limit that is reached first ends the call."""
    limits = StoreLimits(fuel=10_000, memory=65536, timeout=60)
    with pytest.raises(TrapError) as caught:
        worker(limits).function(None, "forever", UNARY)(1)
    assert caught.value.kind is TrapKind.FUEL
