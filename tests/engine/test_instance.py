"""Instances: what a call gives, and what is left of an instance when one goes wrong."""

from __future__ import annotations

import gc
import sys
import weakref

import pytest

from tests.engine.echo import load
from tests.engine.parts import ASKER, BINARY, U32, UNARY, WORKER, asking, worker
from wasm_link.component.types import FuncType, PrimitiveType, StreamType
from wasm_link.engine.instance import Instance, instantiate
from wasm_link.engine.trampoline import HostFunction
from wasm_link.errors import DispatchCase, DispatchError, InstantiateError, TrapError, TrapKind

NESTED = """(component
  (core module $m (func (export "f") (param i32) (result i32) local.get 0))
  (core instance $i (instantiate $m))
  (func $f (param "x" u32) (result u32) (canon lift (core func $i "f")))
  (instance $e (export "f" (func $f)))
  (export "demo:p/iface@1.0.0" (instance $e)))"""


def test_a_function_answers() -> None:
    """`add` gives the sum of its arguments."""
    assert worker().function(None, "add", BINARY)(3, 4) == 7


def test_a_component_gets_the_answer_of_the_host() -> None:
    """The host's answer comes back through the guest that asked for it."""
    _, ask = asking(lambda x: x * 2)
    assert ask(21) == 42


def test_a_function_of_an_exported_instance_is_found_by_both_names() -> None:
    """`function` looks into the instance that it is given."""
    assert instantiate(load(NESTED), {}).function("demo:p/iface@1.0.0", "f", UNARY)(9) == 9


@pytest.mark.parametrize(
    ("export", "name", "case"),
    [
        (None, "nothing", DispatchCase.INVALID_FUNCTION),
        ("demo:p/iface@1.0.0", "nothing", DispatchCase.INVALID_FUNCTION),
        ("demo:p/other@1.0.0", "f", DispatchCase.INVALID_INTERFACE_PATH),
        (None, "demo:p/iface@1.0.0", DispatchCase.INVALID_FUNCTION),
    ],
)
def test_a_function_that_is_not_there_is_refused(export: str | None, name: str, case: DispatchCase) -> None:
    """A wrong instance and a wrong function each have their own case."""
    with pytest.raises(DispatchError) as caught:
        instantiate(load(NESTED), {}).function(export, name, UNARY)
    assert caught.value.case is case


def test_a_type_without_values_of_the_host_is_refused() -> None:
    """A stream cannot be passed, and the function that takes one is refused before any call."""
    with pytest.raises(DispatchError) as caught:
        worker().function(None, "add", FuncType((), StreamType(U32)))
    assert caught.value.case is DispatchCase.UNSUPPORTED_TYPE


@pytest.mark.parametrize("arguments", [(), (1,), (1, 2, 3), ("1", 2), (True, 2), (1.0, 2), (-1, 2), (2**32, 2)])
def test_arguments_that_do_not_fit_are_refused_and_the_instance_lives(arguments: tuple[object, ...]) -> None:
    """A wrong number of arguments, or one of another type, never reaches the component."""
    instance = worker()
    add = instance.function(None, "add", BINARY)
    with pytest.raises(DispatchError) as caught:
        add(*arguments)
    assert caught.value.case is DispatchCase.INVALID_ARGUMENT_LIST
    assert add(1, 2) == 3


def test_a_misfit_is_told_by_the_parameter_that_has_it() -> None:
    """The message names the parameter."""
    with pytest.raises(DispatchError, match=r'add: argument 2 "y": .*-5'):
        worker().function(None, "add", BINARY)(1, -5)


def test_a_trap_is_one_line_and_ends_the_instance() -> None:
    """The first call says why it trapped; later ones say that the instance has stopped, and why."""
    instance = worker()
    with pytest.raises(TrapError) as first:
        instance.function(None, "trap", UNARY)(0)
    assert first.value.reason == "wasm trap: wasm `unreachable` instruction executed"
    assert instance.stopped == first.value.reason
    with pytest.raises(TrapError) as second:
        instance.function(None, "add", BINARY)
    assert (second.value.kind, second.value.reason) == (
        TrapKind.STOPPED,
        "the component has stopped earlier: wasm trap: wasm `unreachable` instruction executed",
    )


@pytest.mark.parametrize(("name", "reason"), [("divide", "divide by zero"), ("recurse", "call stack exhausted")])
def test_other_traps_are_named(name: str, reason: str) -> None:
    """The reason is the engine's word for the trap."""
    with pytest.raises(TrapError) as caught:
        worker().function(None, name, UNARY)(0)
    assert reason in caught.value.reason
    assert "\n" not in caught.value.reason


def test_a_trap_leaves_other_instances_alone() -> None:
    """Each instance has a store of its own."""
    first, second = worker(), worker()
    with pytest.raises(TrapError):
        first.function(None, "trap", UNARY)(0)
    assert second.function(None, "add", BINARY)(1, 1) == 2


def test_the_exception_of_a_host_function_is_the_cause_of_the_trap() -> None:
    """Whoever calls sees the very exception that the host function raised."""
    problem = ValueError("no\nsuch thing")

    def fail(_: int) -> object:
        raise problem

    _, ask = asking(fail)
    with pytest.raises(TrapError) as caught:
        ask(1)
    assert caught.value.__cause__ is problem
    assert caught.value.kind is TrapKind.HOST
    assert "\n" not in caught.value.reason


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_an_interrupt_in_a_host_function_comes_out_as_it_is(kind: type[BaseException]) -> None:
    """What is no `Exception` passes through the native call without touching it."""

    def interrupt(_: int) -> object:
        raise kind

    instance, ask = asking(interrupt)
    with pytest.raises(kind):
        ask(1)
    assert instance.stopped is not None


def test_an_interrupt_passes_through_a_chain() -> None:
    """Two instances deep, the interrupt still comes out as it is."""

    def interrupt(_: int) -> object:
        raise KeyboardInterrupt

    _, inner = asking(interrupt)
    _, outer = asking(inner)
    with pytest.raises(KeyboardInterrupt):
        outer(1)


def test_the_reason_of_a_failure_does_not_grow_on_its_way_out() -> None:
    """Through a chain of instances it stays that of the innermost, and its causes lead there."""

    def fail(_: int) -> object:
        raise ValueError("no such thing")

    _, ask = asking(fail)
    for _ in range(5):
        _, ask = asking(ask)
    with pytest.raises(TrapError) as caught:
        ask(1)
    assert caught.value.reason == "a host function raised ValueError: no such thing"
    assert isinstance(caught.value.__cause__, TrapError)


def test_a_failure_that_the_host_catches_does_not_reach_the_outer_call() -> None:
    """The trap of an inner instance is the host function's to handle."""

    def fail(_: int) -> object:
        raise ValueError

    _, inner = asking(fail)

    def rescue(_: int) -> object:
        try:
            return inner(1)
        except TrapError:
            return 7

    _, outer = asking(rescue)
    assert outer(1) == 7


@pytest.mark.parametrize("answer", ["7", None, -1, 2**32, True, 1.5])
def test_an_answer_that_does_not_fit_its_type_is_a_trap(answer: object) -> None:
    """A host function's wrong result never reaches the guest."""
    _, ask = asking(lambda _: answer)
    with pytest.raises(TrapError, match="expected an integer"):
        ask(1)


def test_a_missing_import_is_named() -> None:
    """Instantiation says which import there is nothing for."""
    with pytest.raises(InstantiateError, match="host") as caught:
        instantiate(load(ASKER), {})
    assert "\n" not in caught.value.reason


def test_an_import_of_another_type_is_refused() -> None:
    """A host function with other parameters than the component imports never runs."""
    wrong = HostFunction(BINARY, lambda _: 0)
    ask = instantiate(load(ASKER), {"": {"host": wrong}}).function(None, "ask", UNARY)
    with pytest.raises(TrapError, match="not the one that the component imports"):
        ask(1)


def test_a_parameter_of_another_type_than_the_import_is_refused() -> None:
    """A host function that is declared with strings is not given integers."""
    string = FuncType((UNARY.params[0].__class__("x", PrimitiveType.STRING),), U32)
    ask = instantiate(load(ASKER), {"": {"host": HostFunction(string, lambda _: 0)}}).function(None, "ask", UNARY)
    with pytest.raises(TrapError, match="expected a value of type string, found one of type u32"):
        ask(1)


def test_functions_are_imported_from_instances() -> None:
    """The key of the imports is the instance's name as the component spells it."""
    text = ASKER.replace(
        '(import "host" (func $h (param "x" u32) (result u32)))',
        '(import "demo:p/i@1.0.0" (instance $n (export "host" (func (param "x" u32) (result u32)))))'
        '(alias export $n "host" (func $h))',
    )
    imports = {"demo:p/i@1.0.0": {"host": HostFunction(UNARY, lambda pair: 5)}}
    assert instantiate(load(text), imports).function(None, "ask", UNARY)(1) == 5


START_TRAPS = """(component
  (core module $m (func $f unreachable) (start $f))
  (core instance (instantiate $m)))"""


def test_a_trap_of_start_code_is_named() -> None:
    """Start code that traps makes no instance."""
    with pytest.raises(InstantiateError, match="`unreachable` instruction executed"):
        instantiate(load(START_TRAPS), {})


def test_a_closed_instance_refuses_calls_and_closing_again_is_harmless() -> None:
    """`close` frees the store once."""
    instance = worker()
    add = instance.function(None, "add", BINARY)
    instance.close()
    instance.close()
    with pytest.raises(TrapError, match="closed"):
        add(1, 2)


def test_an_instance_that_is_closed_from_inside_ends_its_call_first() -> None:
    """A host function may close the instance that called it; the call still answers."""
    holder: list[object] = []

    def close(x: int) -> object:
        instance.close()
        holder.append(instance.stopped)
        return x

    instance, ask = asking(close)
    assert ask(3) == 3
    assert holder == ["it was closed"]
    with pytest.raises(TrapError, match="closed"):
        ask(3)


def test_an_instance_that_nobody_holds_is_collected() -> None:
    """Host functions that refer to their own instance do not keep it alive."""

    def make() -> weakref.ref[Instance]:
        holder: list[object] = []
        instance, ask = asking(lambda _: holder)
        holder += [instance, ask]
        return weakref.ref(instance)

    reference = make()
    gc.collect()
    assert reference() is None


def test_text_of_a_trap_names_no_backtrace() -> None:
    """The frames that wasmtime prints stay out of the reason."""
    with pytest.raises(TrapError) as caught:
        worker().function(None, "trap", UNARY)(0)
    assert "backtrace" not in str(caught.value)


def test_limits_need_their_profile() -> None:
    """An engine that does not count fuel cannot limit it."""
    from wasm_link.engine.limits import StoreLimits

    with pytest.raises(ValueError, match="profile"):
        instantiate(load(WORKER), {}, limits=StoreLimits(fuel=1))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_instances_that_are_closed_leave_no_memory_behind() -> None:
    """After a warm-up, 300 more rounds of instantiate, call and close keep the resident set where it was."""
    component = load(ASKER)

    def rounds(count: int) -> None:
        for _ in range(count):
            instance = instantiate(component, {"": {"host": HostFunction(UNARY, lambda pair: 1)}})
            instance.function(None, "ask", UNARY)(1)
            instance.close()

    rounds(100)
    before = _resident()
    rounds(300)
    assert _resident() - before < 2 * 2**20


def _resident() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096
