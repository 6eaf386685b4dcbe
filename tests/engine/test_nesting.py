"""Calls inside calls: they work as far as there is room, and are refused in words where there is none."""

from __future__ import annotations

import inspect
import sys
import threading
from collections.abc import Callable
from contextlib import nullcontext

import pytest

from tests.engine.parts import asking
from wasm_link.engine.instance import BoundFunction
from wasm_link.engine.nesting import DEPTH_WITHOUT_BOUNDS, STACK_NEEDED, ThreadState, check_stack, thread_state
from wasm_link.errors import DispatchCase, DispatchError, TrapError


def _chain(length: int) -> BoundFunction:
    """The first of a chain of instances; each adds 1 to what the next answers, and the last answers 0."""
    _, ask = asking(lambda _: 0)
    for _ in range(length - 1):
        _, ask = asking(_adding(ask))
    return ask


def _adding(ask: BoundFunction) -> Callable[[int], object]:
    def add(x: int) -> object:
        answer = ask(x)
        assert isinstance(answer, int)
        return answer + 1

    return add


def _root_cause(error: BaseException) -> BaseException:
    while error.__cause__ is not None:
        error = error.__cause__
    return error


def _endless() -> BoundFunction:
    """A function that calls the same function of a new instance, and so on without end."""

    def descend(x: int) -> object:
        return asking(descend)[1](x)

    return asking(descend)[1]


def _refused(call: Callable[[], object]) -> DispatchError:
    with pytest.raises((TrapError, DispatchError)) as caught:
        call()
    refused = _root_cause(caught.value)
    assert isinstance(refused, DispatchError)
    assert refused.case is DispatchCase.RUNTIME_EXCEPTION
    assert "calls are nested too deeply" in refused.detail
    return refused


def test_fifty_levels_work() -> None:
    """A chain as deep as real ones answers, from a stack of the usual depth."""
    assert _chain(50)(1) == 49


def test_a_chain_without_end_is_refused() -> None:
    """Python's recursion limit is not run into inside a callback."""
    assert "limit for nested calls" in _refused(lambda: _endless()(1)).detail
    assert thread_state().depth == 0


def test_a_call_from_near_the_recursion_limit_is_refused() -> None:
    """Wherever near the limit a call begins, it answers or is refused in words, and never anything else."""
    ask = _chain(3)
    outcomes = set()

    def descend(levels: int) -> object:
        return descend(levels - 1) if levels else ask(1)

    depth = _depth()
    for levels in range(sys.getrecursionlimit() - depth - 220, sys.getrecursionlimit() - depth - 5, 3):
        try:
            outcomes.add(descend(levels))
        except (TrapError, DispatchError) as error:
            outcomes.add("refused" if "nested too deeply" in str(_root_cause(error)) else str(error))
            ask = _chain(3)
        except RecursionError:
            outcomes.add("no frame left for the call itself")
            ask = _chain(3)
    assert {2, "refused"} <= outcomes <= {2, "refused", "no frame left for the call itself"}


def _depth() -> int:
    """How many frames there are."""
    return len(inspect.stack(0))


@pytest.mark.parametrize("stack_size", [0, 2 * 2**20])
def test_the_native_stack_is_not_run_out_of(stack_size: int) -> None:
    """With no recursion limit to speak of, the end of a thread's native stack is still seen coming."""
    details: list[str] = []

    def run() -> None:
        details.append(_refused(lambda: _endless()(1)).detail)

    limit, size = sys.getrecursionlimit(), threading.stack_size(stack_size)
    sys.setrecursionlimit(1_000_000)
    try:
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    finally:
        sys.setrecursionlimit(limit)
        threading.stack_size(size)
    assert "native stack" in details[0] or sys.version_info[:2] == (3, 12)  # which counts C calls by themselves


@pytest.mark.parametrize(("left", "fits"), [(STACK_NEEDED, True), (STACK_NEEDED - 1, False), (-5, False)])
def test_a_call_needs_its_native_stack(left: int, fits: bool) -> None:
    """What guest code may use must be there, to the byte."""
    state = ThreadState()
    state.stack_at = state.stack_low + left
    with nullcontext() if fits else pytest.raises(DispatchError, match="native stack"):
        check_stack(state)


@pytest.mark.parametrize(("depth", "fits"), [(DEPTH_WITHOUT_BOUNDS - 1, True), (DEPTH_WITHOUT_BOUNDS, False)])
def test_a_stack_of_unknown_size_carries_few_calls(depth: int, fits: bool) -> None:
    """Where the platform does not tell, calls are counted."""
    state = ThreadState()
    state.stack_low, state.depth = 0, depth
    with nullcontext() if fits else pytest.raises(DispatchError, match="not known"):
        check_stack(state)


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="the platform does not tell")
def test_the_native_stack_of_a_thread_is_known() -> None:
    """An address in the stack, as of a callback, lies within its bounds."""
    seen: list[tuple[int, int]] = []
    top = thread_state().stack_at

    def note(x: int) -> object:
        seen.append((thread_state().stack_low, thread_state().stack_at))
        return x

    asking(note)[1](1)
    low, at = seen[0]
    assert 0 < low < at < top


def test_a_refused_call_leaves_its_instance_alive() -> None:
    """The instance that was not entered for want of room can be called later."""
    ask = _chain(1)

    def descend(levels: int) -> object:
        return descend(levels - 1) if levels else ask(1)

    with pytest.raises((DispatchError, RecursionError)):
        descend(sys.getrecursionlimit() - _depth() - 30)
    assert ask(1) == 0
