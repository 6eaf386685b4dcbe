"""Values of every type keep their content on the way to a component, to the host, and back."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.engine.echo import forwarding, load
from tests.values.strategies import same, value_types, values_of
from wasm_link.component.types import (
    Field,
    FuncType,
    ListType,
    ValueType,
)
from wasm_link.engine.instance import instantiate
from wasm_link.engine.trampoline import HostFunction


def _fits_wasmtime(type_: object) -> bool:
    """Whether wasmtime takes the type: no lists of fixed length, and names that differ in more than case."""
    if isinstance(type_, ListType) and type_.length is not None:
        return False
    parts = [getattr(type_, slot) for slot in getattr(type_, "__slots__", ())]
    flat = [item for part in parts for item in (part if isinstance(part, tuple) else (part,))]
    names = [name for name in (getattr(part, "name", part) for part in flat) if isinstance(name, str)]
    return len({name.lower() for name in names}) == len(names) and all(map(_fits_wasmtime, flat))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(value_types(), st.data())
def test_a_value_of_any_type_comes_back_as_it_was(type_: ValueType, data: st.DataObject) -> None:
    """Host to guest, guest to host, host to guest and guest to host again leave a value the same to the bit."""
    assume(_fits_wasmtime(type_))
    seen: list[object] = []

    def echo(arguments: tuple[object, ...]) -> object:
        seen.append(arguments[0])
        return arguments[0]

    function = FuncType((Field("x", type_),), type_)
    component = load(forwarding({"echo": function}))
    instance = instantiate(component, {"": {"host-echo": HostFunction(function, echo)}})
    call = instance.function(None, "echo", function)
    for value in data.draw(st.lists(values_of(type_), min_size=1, max_size=4)):
        answer = call(value)
        assert same(seen.pop(), value)
        assert same(answer, value)
    instance.close()
