"""Host functions → a linker of wasmtime that knows them by the names of a component's imports."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping

from wasm_link.engine import capi
from wasm_link.engine.lower import UnsupportedTypeError
from wasm_link.engine.messages import one_line
from wasm_link.engine.trampoline import HOST_CALL_ADDRESS, HostEntry, HostFunction
from wasm_link.errors import InstantiateError


def link(
    engine: int, imports: Mapping[str, Mapping[str, HostFunction]], *, with_wasi: bool
) -> tuple[int, list[HostEntry]]:
    """A linker, which the caller must delete, and the entries behind its functions, which must outlive every call."""
    linker: int = capi.linker_new(engine)
    try:
        if with_wasi:
            capi.check(capi.linker_add_wasip2(linker))
        return linker, _define(linker, imports)
    except capi.NativeError as error:
        capi.linker_delete(linker)
        raise InstantiateError(one_line(error.text)) from None
    except BaseException:
        capi.linker_delete(linker)
        raise


def _define(linker: int, imports: Mapping[str, Mapping[str, HostFunction]]) -> list[HostEntry]:
    root: int = capi.linker_root(linker)
    entries: list[HostEntry] = []
    try:
        for instance, functions in imports.items():
            if instance:
                _define_instance(root, instance, functions, entries)
            else:
                _define_functions(root, functions, entries)
    finally:
        capi.linker_instance_delete(root)
    return entries


def _define_instance(root: int, instance: str, functions: Mapping[str, HostFunction], entries: list[HostEntry]) -> None:
    pointer, name = ctypes.c_void_p(), instance.encode()
    capi.check(capi.linker_instance_add_instance(root, name, len(name), ctypes.addressof(pointer)))
    try:
        _define_functions(pointer.value or 0, functions, entries)
    finally:
        capi.linker_instance_delete(pointer)


def _define_functions(scope: int, functions: Mapping[str, HostFunction], entries: list[HostEntry]) -> None:
    for function, implementation in functions.items():
        try:
            entry = HostEntry(implementation)
        except UnsupportedTypeError as error:
            raise InstantiateError(f"the import {function}: {error}") from None
        entries.append(entry)
        name = function.encode()
        capi.check(capi.linker_instance_add_func(scope, name, len(name), HOST_CALL_ADDRESS, entry.index, None))
