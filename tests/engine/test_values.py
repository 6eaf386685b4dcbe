"""Values of every type keep their content on the way to a component, to the host, and back."""

from __future__ import annotations

from array import array
from collections import UserList
from contextlib import nullcontext
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.engine.echo import forwarding, load
from tests.values.strategies import same, value_types, values_of
from wasm_link.component.types import (
    Case,
    EnumType,
    Field,
    FlagsType,
    FuncType,
    ListType,
    MapType,
    OptionType,
    PrimitiveType,
    RecordType,
    ResultType,
    TupleType,
    ValueType,
    VariantType,
)
from wasm_link.engine import capi
from wasm_link.engine.arena import Arena
from wasm_link.engine.instance import instantiate
from wasm_link.engine.lift import ForeignValueError, lifting
from wasm_link.engine.lower import UnfitValueError, lowering
from wasm_link.engine.trampoline import HostFunction
from wasm_link.values.check import check_value
from wasm_link.values.model import Err, Ok, Some, Variant


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


class _Number(int):
    """An integer of a class of its own."""


class _Text(str):
    """A text of a class of its own."""


_ODDITIES = st.sampled_from(
    [
        None, True, 0, -1, 2**64, _Number(5), 0.5, 1e300, float("inf"), float("nan"), "", "a", "ab", "\ud800",
        _Text("a"),
        b"ab", bytearray(b"ab"), memoryview(b"abcd")[::2], array("H", [1, 2]), array("d", [0.5]), [], [1, 2], (1, 2),
        [True], [256], [1.5], ["a"], ["a", "a"], [None], {}, {"a": 1}, {1: 2}, set(), {"a"}, frozenset({1}),
        {("a",)}, [["a"], {}],
        range(3), iter([1]), Ok(None), Ok(1), Err("x"), Some(None), Some(Some(1)), Variant("a"), Variant("a", 1),
        object, object(), 1j, UserList([1, 2]), MappingProxyType({"a": 1}),
    ]
)  # fmt: skip


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(value_types(), st.data())
def test_what_is_checked_can_be_lowered_and_the_rest_is_refused_in_words(type_: ValueType, data: st.DataObject) -> None:
    """Lowering agrees with the check of values, whatever it is given, and raises nothing but its own error."""
    value = data.draw(_ODDITIES | values_of(data.draw(value_types())) | values_of(type_))
    fits = check_value(value, type_) is None
    lower = lowering(type_)
    with nullcontext() if fits else pytest.raises(UnfitValueError):
        lower(value, Arena())


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (ListType(PrimitiveType.U8), bytes(range(256)) * 100),
        (ListType(PrimitiveType.U16), list(range(10_000))),
        (ListType(PrimitiveType.S64), [-(2**63), 2**63 - 1] * 5000),
        (ListType(PrimitiveType.F32), [0.5, -1.0, 2.0**100] * 4000),
        (ListType(PrimitiveType.BOOL), [True, False, True] * 3000),
        (ListType(PrimitiveType.STRING), ["", "ä", "☂" * 50] * 2000),
        (PrimitiveType.STRING, "ä\0☂" * 100_000),
    ],
)
def test_long_values_come_back_as_they_were(type_: ValueType, value: object) -> None:
    """What is converted in parts, or needs more than an arena's own memory, arrives whole."""
    function = FuncType((Field("x", type_),), type_)
    instance = instantiate(
        load(forwarding({"echo": function}, pages=256)), {"": {"host-echo": HostFunction(function, lambda x: x[0])}}
    )
    assert instance.function(None, "echo", function)(value) == value


def test_more_parameters_than_registers_arrive_in_order() -> None:
    """Past sixteen flat values, arguments are passed in memory."""
    parameters = tuple(Field(f"p{i}", PrimitiveType.STRING if i % 3 else PrimitiveType.U8) for i in range(20))
    arguments = tuple(f"text {i}" if i % 3 else i for i in range(20))
    function = FuncType(parameters, TupleType(tuple(p.type for p in parameters)))
    imports = {"": {"host-echo": HostFunction(function, lambda x: x)}}
    call = instantiate(load(forwarding({"echo": function})), imports).function(None, "echo", function)
    assert call(*arguments) == arguments


def test_a_function_without_parameters_and_result_works() -> None:
    """Nothing in, nothing out."""
    function = FuncType((), None)
    seen: list[object] = []
    imports = {"": {"host-echo": HostFunction(function, seen.append)}}
    call = instantiate(load(forwarding({"echo": function})), imports).function(None, "echo", function)
    assert (call(), seen) == (None, [()])


@pytest.mark.parametrize("kind", range(len(capi.KIND_NAMES)))
def test_a_value_of_another_kind_is_never_misread(kind: int) -> None:
    """Every converter looks at the kind of a value before it looks at anything else."""
    raw = bytes([kind]) + bytes(capi.VALUE_SIZE - 1)
    inner = PrimitiveType.U8
    types: dict[int, ValueType] = {
        capi.BOOL: PrimitiveType.BOOL,
        capi.U32: PrimitiveType.U32,
        capi.F32: PrimitiveType.F32,
        capi.CHAR: PrimitiveType.CHAR,
        capi.STRING: PrimitiveType.STRING,
        capi.LIST: ListType(inner),
        capi.MAP: MapType(inner, inner),
        capi.RECORD: RecordType((Field("a", inner),)),
        capi.TUPLE: TupleType((inner,)),
        capi.VARIANT: VariantType((Case("a", None),)),
        capi.ENUM: EnumType(("a",)),
        capi.FLAGS: FlagsType(("a",)),
        capi.OPTION: OptionType(inner),
        capi.RESULT: ResultType(inner, None),
    }
    for expected, type_ in types.items():
        if expected != kind:
            with pytest.raises(ForeignValueError, match=f"found one of type {capi.KIND_NAMES[kind]}"):
                lifting(type_)(raw, 0)
