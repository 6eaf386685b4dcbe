"""Turns: one chain of calls at a time is inside an instance."""

from __future__ import annotations

import threading

import pytest

from tests.engine.parts import asking
from wasm_link.engine.instance import BoundFunction
from wasm_link.engine.turn import Turn
from wasm_link.errors import DispatchCase, DispatchError, TrapError


def test_a_call_back_into_a_busy_instance_is_refused() -> None:
    """The chain of calls that holds an instance cannot enter it again."""

    def again(x: int) -> object:
        return ask(x)

    _, ask = asking(again)
    with pytest.raises(TrapError) as caught:
        ask(1)
    assert isinstance(caught.value.__cause__, DispatchError)
    assert caught.value.__cause__.case is DispatchCase.LOCK_REJECTED


def test_a_call_back_through_another_instance_is_refused() -> None:
    """A circle of two instances is refused where it would close, and the refusal can be handled there."""
    calls: list[BoundFunction] = []

    def back(x: int) -> object:
        try:
            return calls[0](x)
        except DispatchError as error:
            return 5 if error.case is DispatchCase.LOCK_REJECTED else 6

    _, inner = asking(back)
    _, outer = asking(inner)
    calls.append(outer)
    assert outer(1) == 5


def test_a_call_from_another_thread_waits() -> None:
    """The second call begins when the first has ended."""
    inside, go_on, order = threading.Event(), threading.Event(), []

    def answer(x: int) -> object:
        order.append(x)
        if x == 1:
            inside.set()
            assert go_on.wait(10)
        order.append(-x)
        return x

    _, ask = asking(answer)
    first = threading.Thread(target=ask, args=(1,))
    first.start()
    assert inside.wait(10)
    second = threading.Thread(target=ask, args=(2,))
    second.start()
    go_on.set()
    first.join()
    second.join()
    assert order == [1, -1, 2, -2]


def test_two_threads_that_wait_for_each_other_are_told() -> None:
    """Where two chains would wait for each other for ever, the one that closes the circle is refused."""
    both = threading.Barrier(2, timeout=10)
    asks: list[BoundFunction] = []
    refused: list[DispatchCase] = []

    def crossing(other: int) -> BoundFunction:
        def call(x: int) -> object:
            if x == 2:
                return 7
            both.wait()
            try:
                return asks[other](2)
            except DispatchError as error:
                refused.append(error.case)
                return 0

        return asking(call)[1]

    asks += [crossing(1), crossing(0)]
    threads = [threading.Thread(target=ask, args=(1,)) for ask in asks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)
    assert refused == [DispatchCase.LOCK_REJECTED]


def test_failures_stay_with_their_threads() -> None:
    """With four threads that fail at once, each gets its own exception."""
    wrong: list[object] = []

    def work(number: int) -> None:
        for i in range(40):
            problem = ValueError(f"{number}-{i}")

            def fail(_: int, problem: ValueError = problem) -> object:
                raise problem

            instance, ask = asking(fail)
            try:
                wrong.append(ask(1))
            except TrapError as error:
                if error.__cause__ is not problem:
                    wrong.append(error)
            instance.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_turn_that_was_given_back_can_be_taken_again() -> None:
    """Taking and giving leave nothing behind."""
    turn = Turn()
    for thread in (1, 2, 1):
        turn.take(thread)
        assert turn.owner == thread
        turn.give()
    assert turn.owner is None
