"""The part of wasmtime's C API that this package calls, pointers as plain integers. Only here is `wasmtime._ffi`.

What we rely on — that each function exists, and how a value lies in memory — is checked when this module is imported.
Ownership is said at each function. Every address is an `int`; 0 (or None, as ctypes gives it) is the null pointer.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable
from ctypes import CFUNCTYPE, c_bool, c_char_p, c_int, c_int64, c_size_t, c_uint8, c_uint64, c_void_p
from pathlib import Path
from typing import Any

import wasmtime._ffi as ffi

SUPPORTED = "wasmtime-py 50 and later releases that keep its C API"

# A value: its kind in byte 0, its payload from byte 8 on (`wasmtime/component/val.h`).
VALUE_SIZE = 32
PAYLOAD_OFFSET = 8
RECORD_ENTRY_SIZE = 48  # a name (size, address), then a value
MAP_ENTRY_SIZE = 64  # a key, then a value
NAME_SIZE = 16
INSTANCE_SIZE = 16
FUNCTION_SIZE = 32

BOOL, S8, U8, S16, U16, S32, U32, S64, U64, F32, F64, CHAR, STRING = range(13)
LIST, RECORD, TUPLE, VARIANT, ENUM, OPTION, RESULT, FLAGS, RESOURCE, MAP = range(13, 23)

# fmt: off
KIND_NAMES = (
    "bool", "s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "f32", "f64", "char", "string", "list", "record",
    "tuple", "variant", "enum", "option", "result", "flags", "resource", "map",
)
# fmt: on


class UnsupportedWasmtimeError(ImportError):
    """The installed wasmtime lacks something that we rely on."""

    def __init__(self, problem: str) -> None:
        from importlib.metadata import version  # slow to import, and seldom needed

        super().__init__(f"wasmtime {version('wasmtime')} is not supported: {problem}; supported is {SUPPORTED}")


def _layout(structure: type[ctypes.Structure], *fields: str) -> tuple[int, ...]:
    """The size of a structure, and where these fields begin in it."""
    return ctypes.sizeof(structure), *(getattr(structure, field).offset for field in fields)


def _check_layout() -> None:
    """Compare what this module says about values in memory with the structures that wasmtime-py declares."""
    found = {
        "value": _layout(ffi.wasmtime_component_val_t, "kind", "of"),
        "record entry": _layout(ffi.wasmtime_component_valrecord_entry_t, "name", "val"),
        "map entry": _layout(ffi.wasmtime_component_valmap_entry_t, "key", "value"),
        "name": _layout(ffi.wasm_name_t, "size", "data"),
        "variant": _layout(ffi.wasmtime_component_valvariant_t, "discriminant", "val"),
        "result": _layout(ffi.wasmtime_component_valresult_t, "is_ok", "val"),
        "instance": _layout(ffi.wasmtime_component_instance_t),
        "function": _layout(ffi.wasmtime_component_func_t),
    }
    expected = {
        "value": (VALUE_SIZE, 0, PAYLOAD_OFFSET),
        "record entry": (RECORD_ENTRY_SIZE, 0, NAME_SIZE),
        "map entry": (MAP_ENTRY_SIZE, 0, VALUE_SIZE),
        "name": (NAME_SIZE, 0, 8),
        "variant": (24, 0, NAME_SIZE),
        "result": (16, 0, 8),
        "instance": (INSTANCE_SIZE,),
        "function": (FUNCTION_SIZE,),
    }
    for part, numbers in expected.items():
        if found[part] != numbers:
            raise UnsupportedWasmtimeError(f"its values lie otherwise in memory ({part}: {found[part]})")
    for kind, name in enumerate(KIND_NAMES[:MAP]):
        constant = "ENUM" if name == "enum" else name.upper()
        if getattr(ffi, f"WASMTIME_COMPONENT_{constant}").value != kind:
            raise UnsupportedWasmtimeError(f"its number for a {name} is another one")


try:
    _check_layout()
except AttributeError as _error:
    raise UnsupportedWasmtimeError(str(_error)) from _error


def _function(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
    """One function of the C API. Calling it releases the interpreter's lock."""
    try:
        return CFUNCTYPE(result, *arguments)((name, ffi.dll))
    except AttributeError as error:
        raise UnsupportedWasmtimeError(f"it has no function {name}") from error


_P = c_void_p

# Errors: whoever receives one owns it.
_error_new = _function("wasmtime_error_new", _P, c_char_p)
_error_message = _function("wasmtime_error_message", None, _P, _P)
_error_exit_status = _function("wasmtime_error_exit_status", c_bool, _P, _P)
_error_delete = _function("wasmtime_error_delete", None, _P)
_byte_vec_delete = _function("wasm_byte_vec_delete", None, _P)

# Configuration and engines. An engine takes its configuration.
config_new = _function("wasm_config_new", _P)
engine_new = _function("wasm_engine_new_with_config", _P, _P)
engine_increment_epoch = _function("wasmtime_engine_increment_epoch", None, _P)
config_fuel = _function("wasmtime_config_consume_fuel_set", None, _P, c_bool)
config_epochs = _function("wasmtime_config_epoch_interruption_set", None, _P, c_bool)
config_max_wasm_stack = _function("wasmtime_config_max_wasm_stack_set", None, _P, c_size_t)
config_async_stack_size = _function("wasmtime_config_async_stack_size_set", None, _P, c_size_t)
config_concurrency = _function("wasmtime_config_concurrency_support_set", None, _P, c_bool)
config_proposals = {
    name: _function(f"wasmtime_config_wasm_component_model_{name.replace('-', '_')}_set", None, _P, c_bool)
    for name in ("accessors", "canonical-names", "implements", "map")
}

# Components. The bytes are read during the call; the component is the caller's.
_component_new = _function("wasmtime_component_new", _P, _P, c_char_p, c_size_t, _P)
_component_serialize = _function("wasmtime_component_serialize", _P, _P, _P)
_component_deserialize = _function("wasmtime_component_deserialize", _P, _P, c_char_p, c_size_t, _P)
_component_deserialize_file = _function("wasmtime_component_deserialize_file", _P, _P, c_char_p, _P)
component_delete = _function("wasmtime_component_delete", None, _P)
_wat2wasm = _function("wasmtime_wat2wasm", _P, c_char_p, c_size_t, _P)

# Stores. A context lives as long as its store.
_store_new = _function("wasmtime_store_new", _P, _P, _P, _P)
store_context = _function("wasmtime_store_context", _P, _P)
store_limiter = _function("wasmtime_store_limiter", None, _P, c_int64, c_int64, c_int64, c_int64, c_int64)
store_delete = _function("wasmtime_store_delete", None, _P)
context_set_fuel = _function("wasmtime_context_set_fuel", _P, _P, c_uint64)
context_set_epoch_deadline = _function("wasmtime_context_set_epoch_deadline", None, _P, c_uint64)
context_set_wasi = _function("wasmtime_context_set_wasi", _P, _P, _P)  # takes the configuration

# Linkers. A linker instance must be deleted before its parent is used again.
linker_new = _function("wasmtime_component_linker_new", _P, _P)
linker_root = _function("wasmtime_component_linker_root", _P, _P)
linker_add_wasip2 = _function("wasmtime_component_linker_add_wasip2", _P, _P)
linker_instantiate = _function("wasmtime_component_linker_instantiate", _P, _P, _P, _P, _P)
linker_delete = _function("wasmtime_component_linker_delete", None, _P)
linker_instance_add_instance = _function(
    "wasmtime_component_linker_instance_add_instance", _P, _P, c_char_p, c_size_t, _P
)
linker_instance_add_func = _function(
    "wasmtime_component_linker_instance_add_func", _P, _P, c_char_p, c_size_t, _P, _P, _P
)
linker_instance_delete = _function("wasmtime_component_linker_instance_delete", None, _P)

# Instances and functions. Arguments stay the caller's and are copied before any code runs; a result is the caller's.
instance_get_export_index = _function(
    "wasmtime_component_instance_get_export_index", _P, _P, _P, _P, c_char_p, c_size_t
)
instance_get_func = _function("wasmtime_component_instance_get_func", c_bool, _P, _P, _P, _P)
export_index_delete = _function("wasmtime_component_export_index_delete", None, _P)
_func_call_async = _function("wasmtime_component_func_call_async", _P, _P, _P, _P, c_size_t, _P, c_size_t, _P)
_call_future_poll = _function("wasmtime_call_future_poll", c_bool, _P)
_call_future_delete = _function("wasmtime_call_future_delete", None, _P)
func_call = _function("wasmtime_component_func_call", _P, _P, _P, _P, c_size_t, _P, c_size_t)

# Values. `val_clone(source, target)` fills the target with a deep copy that wasmtime owns.
val_clone = _function("wasmtime_component_val_clone", None, _P, _P)
val_delete = _function("wasmtime_component_val_delete", None, _P)

# WASI. A configuration belongs to the caller until a store takes it.
wasi_config_new = _function("wasi_config_new", _P)
wasi_config_delete = _function("wasi_config_delete", None, _P)
wasi_config_set_argv = _function("wasi_config_set_argv", c_bool, _P, c_size_t, _P)
wasi_config_set_env = _function("wasi_config_set_env", c_bool, _P, c_size_t, _P, _P)
wasi_config_inherit_stdin = _function("wasi_config_inherit_stdin", None, _P)
wasi_config_inherit_stdout = _function("wasi_config_inherit_stdout", None, _P)
wasi_config_inherit_stderr = _function("wasi_config_inherit_stderr", None, _P)
wasi_config_preopen_dir = _function("wasi_config_preopen_dir", c_bool, _P, c_char_p, c_char_p, c_bool)

# (data, context, type, arguments, their count, results, their count) -> an error for wasmtime to own, or null. wasmtime
# owns the arguments; it takes over what the callback writes to the results, which hold `false` before.
HostCallback = CFUNCTYPE(_P, _P, _P, _P, _P, c_size_t, _P, c_size_t)


class NativeError(Exception):
    """An error that wasmtime returned: its text, and the exit status where it is an exit of WASI."""

    def __init__(self, text: str, exit_status: int | None) -> None:
        self.text = text
        self.exit_status = exit_status
        super().__init__(text)


def library_path() -> Path:
    """The native library that is loaded."""
    return Path(ffi.filename)


def new_error(text: str) -> int:
    """An error for wasmtime to own."""
    pointer: int = _error_new(text.replace("\0", "").encode("utf-8", "replace"))
    return pointer


def take_error(pointer: int) -> NativeError:
    """The contents of an error that we own, which is freed."""
    vector, status = (c_size_t * 2)(), c_int(0)
    try:
        exited = _error_exit_status(pointer, ctypes.byref(status))
        _error_message(pointer, vector)
        return NativeError(_take_bytes(vector).decode("utf-8", "replace"), status.value if exited else None)
    finally:
        _error_delete(pointer)


def check(pointer: int | None) -> None:
    """Raise `NativeError` where a function returned an error."""
    if pointer:
        raise take_error(pointer)


def _take_bytes(vector: ctypes.Array[c_size_t]) -> bytes:
    """The bytes of a vector that we own, which is freed."""
    size, address = vector
    data = ctypes.string_at(address, size) if size else b""
    _byte_vec_delete(vector)
    return data


def wat2wasm(text: bytes) -> bytes:
    """The binary of a component or module in text format; raises `NativeError`."""
    vector = (c_size_t * 2)()
    check(_wat2wasm(text, len(text), vector))
    return _take_bytes(vector)


def component_new(engine: int, binary: bytes) -> int:
    """Compile a component; raises `NativeError`."""
    component = c_void_p()
    check(_component_new(engine, binary, len(binary), ctypes.byref(component)))
    return component.value or 0


def component_serialize(component: int) -> bytes:
    """The compiled artifact of a component."""
    vector = (c_size_t * 2)()
    check(_component_serialize(component, vector))
    return _take_bytes(vector)


def component_deserialize(engine: int, artifact: bytes) -> int:
    """Load an artifact whose bytes are known to be good; raises `NativeError`."""
    component = c_void_p()
    check(_component_deserialize(engine, artifact, len(artifact), ctypes.byref(component)))
    return component.value or 0


def component_deserialize_file(engine: int, path: bytes) -> int:
    """Map an artifact whose bytes are known to be good; `path` holds no NUL. Raises `NativeError`."""
    component = c_void_p()
    check(_component_deserialize_file(engine, path, ctypes.byref(component)))
    return component.value or 0


def store_new(engine: int) -> int:
    """A store without data of its own."""
    store: int = _store_new(engine, None, None)
    return store


def address_of(callback: Any) -> int:
    """The address of a `HostCallback`, which must be kept alive."""
    return ctypes.cast(callback, c_void_p).value or 0


def text_array(texts: tuple[bytes, ...]) -> ctypes.Array[c_char_p]:
    """NUL-terminated texts as C's `char *[]`; none of them holds a NUL."""
    return (c_char_p * len(texts))(*texts)


def buffer(size: int) -> ctypes.Array[c_uint8]:
    """Zeroed memory of our own, aligned for every value."""
    words = (c_uint64 * ((size + 7) // 8))()
    return (c_uint8 * size).from_buffer(words)


def func_call_async(
    function: int, context: int, arguments: int, count: int, results: int, result_count: int
) -> int | None:
    """Like `func_call`, for a function that is lifted with `async`: guest code runs on a stack of its own."""
    error = c_void_p()
    future = _func_call_async(function, context, arguments, count, results, result_count, ctypes.byref(error))
    try:
        while not _call_future_poll(future):
            time.sleep(0.001)  # it waits for something outside of the component
    finally:
        _call_future_delete(future)
    return error.value


read = ctypes.string_at
write = ctypes.memmove
