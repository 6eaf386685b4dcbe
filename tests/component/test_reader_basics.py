"""The reader gives the imports and exports of ordinary components."""

from __future__ import annotations

import wasmtime

from wasm_link.component.reader import read_component
from wasm_link.component.types import (
    BorrowType,
    Field,
    FuncType,
    InstanceType,
    ListType,
    OwnType,
    PrimitiveType,
    RecordType,
    ResourceType,
    TypeExtern,
)


def test_functions_of_an_interface_have_their_types() -> None:
    """Parameters, results and record fields of an imported instance arrive in the order of the binary."""
    component = read_component(
        bytes(
            wasmtime.wat2wasm("""
            (component (import "demo:text/types@0.1.0" (instance
              (type $rec (record (field "a" u32) (field "b" (list string))))
              (export "rec" (type $r (eq $rec)))
              (export "make" (func (param "seed" u32) (result $r))))))""")
        )
    )
    instance = component.imports["demo:text/types@0.1.0"]
    assert isinstance(instance, InstanceType)
    record = RecordType((Field("a", PrimitiveType.U32), Field("b", ListType(PrimitiveType.STRING))))
    assert instance.exports == {
        "rec": TypeExtern(record),
        "make": FuncType((Field("seed", PrimitiveType.U32),), record),
    }
    assert list(instance.exports) == ["rec", "make"]


def test_a_resource_is_one_identity_throughout_its_interface() -> None:
    """The constructor's own handle and the method's borrowed handle are of the very resource that is exported."""
    component = read_component(
        bytes(
            wasmtime.wat2wasm("""
            (component (import "demo:text/blobs" (instance
              (export "blob" (type $blob (sub resource)))
              (export "[constructor]blob" (func (result (own $blob))))
              (export "[method]blob.size" (func (param "self" (borrow $blob)) (result u32))))))""")
        )
    )
    instance = component.imports["demo:text/blobs"]
    assert isinstance(instance, InstanceType)
    exported = instance.exports["blob"]
    assert isinstance(exported, TypeExtern)
    assert isinstance(exported.type, ResourceType)
    assert instance.functions()["[constructor]blob"].result == OwnType(exported.type)
    assert instance.functions()["[method]blob.size"].params[0].type == BorrowType(exported.type)
