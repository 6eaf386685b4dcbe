"""What the reader says of a component, against what wasmtime says of it and against the text that it came from."""

from __future__ import annotations

import mmap
import pathlib
import tempfile

import pytest
from hypothesis import given, settings

from tests.component.oracle import (
    describe,
    describe_as_wasmtime_does,
    describe_with_wasmtime,
    is_valid,
    parse_wat,
    wasm_tools,
)
from tests.component.samples import (
    ASYNC,
    COMPONENT_IMPORT,
    CORE_MODULES,
    INLINE_INSTANCE,
    OUTER_ALIASES,
    RESOURCE_IN_A_TYPE,
    SHIM,
    TWO_INSTANCES,
)
from tests.component.wit_strategies import wit_packages
from wasm_link.component.reader import read_component
from wasm_link.component.types import (
    BorrowType,
    ComponentType,
    CoreModuleType,
    Field,
    FuncType,
    FutureType,
    InstanceType,
    ListType,
    MapType,
    NameAttributes,
    OwnType,
    PrimitiveType,
    RecordType,
    ResourceType,
    StreamType,
    TypeExtern,
    ValueExtern,
)


def _read(text: str) -> ComponentType:
    """The type of a component that is written as text, which wasm-tools must find valid."""
    data = parse_wat(text)
    assert is_valid(data)
    return read_component(data)


def _resource(item: object) -> ResourceType:
    assert isinstance(item, TypeExtern)
    assert isinstance(item.type, ResourceType)
    return item.type


def _instance(item: object) -> InstanceType:
    assert isinstance(item, InstanceType)
    return item


def _function(item: object) -> FuncType:
    assert isinstance(item, FuncType)
    return item


def build_from_wit(wit: str) -> bytes:
    """A component for the world of a WIT package, made of a core module that does nothing."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "random.wit")
        file.write_text(wit, encoding="utf-8")
        core = wasm_tools("component", "embed", "--dummy", "--all-features", str(file))
    return wasm_tools("component", "new", "-", "--skip-validation", stdin=core)


@settings(settings.get_profile("component"))
@given(wit_packages())
def test_random_worlds_read_as_wasmtime_reads_them(wit: str) -> None:
    """Names, order, types and the identity of resources are those that wasmtime reports, for any WIT world."""
    data = build_from_wit(wit)
    assert describe_as_wasmtime_does(read_component(data)) == describe_with_wasmtime(data)


@pytest.mark.parametrize(
    "text",
    [
        SHIM,
        TWO_INSTANCES,
        RESOURCE_IN_A_TYPE,
        CORE_MODULES,
        INLINE_INSTANCE,
        COMPONENT_IMPORT,
        ASYNC,
    ],
    ids=[
        "shim",
        "two-instances",
        "resource-in-a-type",
        "core-modules",
        "inline",
        "component",
        "async",
    ],
)
def test_every_construct_reads_as_wasmtime_reads_it(text: str) -> None:
    """Aliases, nested components, instantiation and canonical built-ins give the types that wasmtime reports."""
    data = parse_wat(text)
    assert describe_as_wasmtime_does(read_component(data)) == describe_with_wasmtime(data)


def test_a_resource_is_one_identity_throughout_its_interface() -> None:
    """The constructor's own handle and the method's borrowed handle are of the very resource that is exported."""
    component = _read("""
        (component (import "demo:text/blobs" (instance
          (export "blob" (type $blob (sub resource)))
          (export "[constructor]blob" (func (result (own $blob))))
          (export "[method]blob.size" (func (param "self" (borrow $blob)) (result u32))))))""")
    blobs = _instance(component.imports["demo:text/blobs"])
    blob = _resource(blobs.exports["blob"])
    assert blobs.functions()["[constructor]blob"].result == OwnType(blob)
    assert blobs.functions()["[method]blob.size"].params == (Field("self", BorrowType(blob)),)
    assert blob.name == "blob"


def test_each_import_of_an_instance_type_has_its_own_resources() -> None:
    """Two imports of one instance type share what the type takes from outside, and nothing of what it introduces."""
    component = _read(RESOURCE_IN_A_TYPE)
    one, two = (_instance(component.imports[name]) for name in ("one", "two"))
    assert _resource(one.exports["own"]) is not _resource(two.exports["own"])
    outer = BorrowType(_resource(component.imports["r"]))
    assert [_function(item.exports["mix"]).params[0].type for item in (one, two)] == [outer, outer]


def test_an_instantiated_component_uses_the_resources_that_it_is_given() -> None:
    """What a component exports in terms of an imported resource comes out in terms of the resource that was given."""
    component = _read(SHIM)
    imported = _instance(component.imports["demo:text/types@0.1.0"])
    exported = _instance(component.exports["demo:text/again@0.1.0"])
    assert _resource(exported.exports["blob"]) is _resource(imported.exports["blob"])


def test_each_instance_of_a_component_has_its_own_resources() -> None:
    """Resource types are generative: two instances of one component export two different resources."""
    component = _read(TWO_INSTANCES)
    one, two = (_instance(component.exports[name]) for name in ("one", "two"))
    assert _resource(one.exports["r"]) is not _resource(two.exports["r"])
    assert _function(two.exports["f"]).params[0].type == OwnType(_resource(two.exports["r"]))


def test_a_resource_without_a_name_gets_that_of_its_export() -> None:
    """A locally defined resource is called as its first export is."""
    component = _read(
        '(component (type $r (resource (rep i32))) (export "thing" (type $r)) (export "again" (type $r)))'
    )
    assert _resource(component.exports["thing"]).name == "thing"
    assert _resource(component.exports["again"]) is _resource(component.exports["thing"])


def test_an_export_ascribed_as_a_resource_is_another_resource() -> None:
    """Ascription as `sub resource` hides that two exports are one type."""
    component = read_component(
        parse_wat("""
        (component (type $r (resource (rep i32)))
          (export "a" (type $r)) (export "b" (type $r) (type (sub resource))))""")
    )
    assert _resource(component.exports["a"]) is not _resource(component.exports["b"])


def test_named_types_of_equal_structure_are_told_apart_by_identity() -> None:
    """A function's parameter is the object of the name that it was declared with, also where another name is equal."""
    component = _read("""
        (component (import "demo:text/types" (instance
          (type $rec (record (field "a" u32)))
          (export "first" (type $first (eq $rec)))
          (export "second" (type $second (eq $first)))
          (export "f" (func (param "x" $first) (param "y" $second))))))""")
    exports = _instance(component.imports["demo:text/types"]).exports
    first, second = exports["first"], exports["second"]
    assert isinstance(first, TypeExtern)
    assert isinstance(second, TypeExtern)
    params = _function(exports["f"]).params
    assert params[0].type is first.type
    assert params[1].type is second.type
    assert first.type is not second.type
    assert first.type == second.type
    assert second.alias_of is first.type


def test_outer_aliases_reach_through_nested_components() -> None:
    """A nested component sees the types of the components around it, at any level."""
    middle = _read(OUTER_ALIASES).exports["middle"]
    assert isinstance(middle, ComponentType)
    inner = middle.exports["inner"]
    assert isinstance(inner, ComponentType)
    point = RecordType((Field("x", PrimitiveType.S32), Field("y", PrimitiveType.S32)))
    assert inner.imports["f"] == FuncType((Field("bytes", ListType(PrimitiveType.U8)),), None)
    assert inner.exports["p"] == TypeExtern(point)


def test_fixed_length_lists_keep_their_length() -> None:
    """`list<u8, 4>` is another type than `list<u8>`."""
    component = _read('(component (import "f" (func (param "x" (list u8 4)) (result (list u8)))))')
    function = _function(component.imports["f"])
    assert function.params[0].type == ListType(PrimitiveType.U8, 4)
    assert function.result == ListType(PrimitiveType.U8)


def test_new_kinds_of_types_are_read() -> None:
    """Maps, streams, futures, error contexts and async functions arrive as themselves."""
    component = _read("""
        (component (import "f" (func async
          (param "m" (map string (list u8))) (param "s" (stream u8)) (param "t" (stream)) (param "e" error-context)
          (result (future u32)))))""")
    assert component.imports["f"] == FuncType(
        (
            Field("m", MapType(PrimitiveType.STRING, ListType(PrimitiveType.U8))),
            Field("s", StreamType(PrimitiveType.U8)),
            Field("t", StreamType(None)),
            Field("e", PrimitiveType.ERROR_CONTEXT),
        ),
        FutureType(PrimitiveType.U32),
        is_async=True,
    )


@pytest.mark.parametrize(
    "built_in",
    [
        "thread.index",
        "thread.available_parallelism",
        "stream.forward $s",
        "future.forward $u",
        "error-context.drop",
        "error-context.new (memory (core memory $mem))",
        "error-context.debug-message (memory (core memory $mem)) (realloc (core func $realloc))",
        "resource.new $r",
        "resource.rep $r",
        "thread.suspend",
        "thread.resume-later",
        "thread.suspend-then-resume",
        "thread.yield-then-resume",
    ],
)
def test_built_ins_that_wasmtime_lacks_do_not_disturb(built_in: str) -> None:
    """Whatever core function a built-in defines, what comes after it in the binary is still read."""
    component = _read(f"""
        (component
          (type $r (resource (rep i32)))
          (type $s (stream u8))
          (type $u (future u8))
          (core module $m (memory (export "m") 1)
            (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable))
          (core instance $m (instantiate $m))
          (alias core export $m "m" (core memory $mem))
          (alias core export $m "realloc" (core func $realloc))
          (core func (canon {built_in}))
          (import "after" (func (param "x" u32))))""")
    assert component.imports == {"after": FuncType((Field("x", PrimitiveType.U32),), None)}


def test_the_exports_of_an_instance_type_are_functions_and_types_in_order() -> None:
    """An interface that only has types has no functions, and keeps its types."""
    component = _read("""
        (component (import "demo:text/types@1.0.0" (instance
          (type $rec (record (field "a" u32)))
          (export "b" (type (eq $rec)))
          (export "a" (type (eq $rec))))))""")
    types = _instance(component.imports["demo:text/types@1.0.0"])
    assert list(types.exports) == ["b", "a"]
    assert types.functions() == {}
    assert types.exports["a"] == TypeExtern(RecordType((Field("a", PrimitiveType.U32),)))


def test_an_ascribed_type_replaces_that_of_the_exported_item() -> None:
    """What an ascription leaves out cannot be seen from outside (Explainer.md, "Import and Export Definitions")."""
    component = _read("""
        (component (import "f" (func $f))
          (instance $i (export "f" (func $f)) (export "g" (func $f)))
          (export "i" (instance $i) (instance (export "g" (func)))))""")
    assert component.exports["i"] == InstanceType({"g": FuncType((), None)})


def test_values_and_the_start_function_are_read() -> None:
    """A start function's result can be exported as a value."""
    component = _read("""
        (component (import "name" (value $name string))
          (import "greet" (func $greet (param "name" string) (result (list string))))
          (start $greet (value $name) (result (value $greeting)))
          (export "greeting" (value $greeting)))""")
    assert component.imports["name"] == ValueExtern(PrimitiveType.STRING)
    assert component.exports["greeting"] == ValueExtern(ListType(PrimitiveType.STRING))


def test_what_is_said_of_a_name_is_kept() -> None:
    """`implements`, `versionsuffix` and `external-id` are attributes of a name, and not part of it."""
    component = _read("""
        (component
          (import "primary" (implements "demo:kv/store") (external-id "db one") (instance))
          (import "demo:text/app@0.2" (version-suffix ".6") (instance)))""")
    assert list(component.imports) == ["primary", "demo:text/app@0.2"]
    assert component.attributes == {
        ("import", "primary"): NameAttributes(implements="demo:kv/store", external_id="db one"),
        ("import", "demo:text/app@0.2"): NameAttributes(version_suffix=".6"),
    }


def test_core_modules_have_the_kinds_of_their_imports_and_exports() -> None:
    """A module that is imported and one that lies in the file are described alike."""
    component = _read(CORE_MODULES)
    assert component.imports["m"] == CoreModuleType(
        (("env", "memory", "memory"), ("env", "t", "table"), ("env", "g", "global")), (("run", "func"),)
    )
    assert component.exports["n"] == CoreModuleType(
        (("a", "f", "func"),), (("mem", "memory"), ("g", "global"), ("f", "func"))
    )


def test_core_types_are_stepped_over() -> None:
    """Recursive, non-final and GC types take as many indices as they define, and module types among them are kept."""
    component = _read("""
        (component
          (core rec (type $a (sub (struct (field (mut i8)) (field (ref null $b))))) (type $b (array (ref $a))))
          (core type $f (func (param i32 v128 (ref null any)) (result externref)))
          (core type $s (sub (func)))
          (core type $m (module (alias outer 1 $f (type $g)) (import "a" "b" (func (type $g)))))
          (import "m" (core module (type $m))))""")
    assert component.imports["m"] == CoreModuleType((("a", "b", "func"),), ())


def test_all_forms_of_names_are_kept_as_they_are() -> None:
    """Plain, interface, dependency, URL and hash names come out as they were written."""
    names = [
        "plain",
        "is-XML-2",
        "demo:text/app",
        "demo:text/app2@1.2.3-rc.1+build",
        "url=<https://example.org/a.wasm>",
        "url=<https://example.org/b.wasm>,integrity=<sha256-abcdefgh>",
        "integrity=<sha256-abcd>",
        "locked-dep=<demo:text@1.0.0>",
        "unlocked-dep=<demo:text@{>=1.0.0 <2.0.0}>",
        "unlocked-dep=<demo:text>",
    ]
    imports = "".join(f'(import "{name}" (func))' for name in names)
    assert list(read_component(parse_wat(f"(component {imports})")).imports) == names


def test_bytes_views_and_memory_maps_are_read_alike(tmp_path: pathlib.Path) -> None:
    """A map can be closed afterwards: nothing holds on to it, also when the component was refused."""
    data = parse_wat(SHIM)
    expected = describe(read_component(data))
    assert describe(read_component(memoryview(data))) == expected
    file = tmp_path / "shim.wasm"
    file.write_bytes(data)
    with file.open("rb") as opened:
        mapped = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
    assert describe(read_component(mapped)) == expected
    mapped.close()


_SAMPLES = pathlib.Path(__file__).parents[2] / "samples"
# Not those under out/, which are built on demand and take wasmtime half a minute to compile.
_SAMPLE_COMPONENTS = sorted(path for path in _SAMPLES.rglob("*.wasm") if "out" not in path.parts)


@pytest.mark.parametrize("file", _SAMPLE_COMPONENTS, ids=lambda path: str(path.relative_to(_SAMPLES)))
def test_components_of_the_samples_read_as_wasmtime_reads_them(file: pathlib.Path) -> None:
    """Components as the toolchains of C and AssemblyScript make them have the types that wasmtime reports."""
    data = file.read_bytes()
    assert describe_as_wasmtime_does(read_component(data)) == describe_with_wasmtime(data)
