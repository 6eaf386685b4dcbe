"""WASI: a component gets what it was granted, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.echo import load, memory_module
from wasm_link.component.types import Field, FuncType, ListType, PrimitiveType, TupleType
from wasm_link.engine.instance import BoundFunction, instantiate
from wasm_link.engine.wasi import PreopenedDir, WasiSettings
from wasm_link.errors import InstantiateError, TrapError, TrapKind

STRING = PrimitiveType.STRING
PAIRS = ListType(TupleType((STRING, STRING)))

_OPTIONS = '(memory (core memory $mem "memory")) (realloc (core func $mem "realloc"))'

# Answers what WASI says its environment, its arguments and its directories are. A directory's handle is a number here.
READER = f"""(component
  (import "wasi:cli/environment@0.2.0" (instance $env
    (export "get-environment" (func (result (list (tuple string string)))))
    (export "get-arguments" (func (result (list string))))))
  (import "wasi:filesystem/types@0.2.0" (instance $types (export "descriptor" (type (sub resource)))))
  (alias export $types "descriptor" (type $descriptor))
  (import "wasi:filesystem/preopens@0.2.0" (instance $dirs
    (alias outer 1 $descriptor (type $outer))
    (export "descriptor" (type $d (eq $outer)))
    (export "get-directories" (func (result (list (tuple (own $d) string)))))))
  {memory_module(4)}
  (core instance $mem (instantiate $memory))
  (core func $e (canon lower (func $env "get-environment") {_OPTIONS}))
  (core func $a (canon lower (func $env "get-arguments") {_OPTIONS}))
  (core func $d (canon lower (func $dirs "get-directories") {_OPTIONS}))
  (core module $m
    (import "" "e" (func $e (param i32))) (import "" "a" (func $a (param i32))) (import "" "d" (func $d (param i32)))
    (func (export "e") (result i32) (call $e (i32.const 16)) (i32.const 16))
    (func (export "a") (result i32) (call $a (i32.const 16)) (i32.const 16))
    (func (export "d") (result i32) (call $d (i32.const 16)) (i32.const 16)))
  (core instance $i (instantiate $m (with "" (instance
    (export "e" (func $e)) (export "a" (func $a)) (export "d" (func $d))))))
  (func (export "environment") (result (list (tuple string string))) (canon lift (core func $i "e") {_OPTIONS}))
  (func (export "arguments") (result (list string)) (canon lift (core func $i "a") {_OPTIONS}))
  (func (export "directories") (result (list (tuple u32 string))) (canon lift (core func $i "d") {_OPTIONS})))"""

EXITER = """(component
  (import "wasi:cli/exit@0.2.0" (instance $x (export "exit" (func (param "status" (result))))))
  (core func $x (canon lower (func $x "exit")))
  (core module $m (import "" "x" (func $x (param i32)))
    (func (export "f") (param i32) (result i32) (call $x (local.get 0)) (i32.const 0)))
  (core instance $i (instantiate $m (with "" (instance (export "x" (func $x))))))
  (func (export "f") (param "x" u32) (result u32) (canon lift (core func $i "f"))))"""

HTTP = """(component
  (import "wasi:http/types@0.2.0" (instance $h (export "http-error-code" (func (param "x" u32) (result u32))))))"""


def _function(settings: WasiSettings, name: str, result: ListType) -> BoundFunction:
    return instantiate(load(READER), {}, wasi=settings).function(None, name, FuncType((), result))


def test_the_default_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the environment nor the arguments of this process are seen."""
    monkeypatch.setenv("SECRET", "1")
    assert _function(WasiSettings(), "environment", PAIRS)() == []
    assert _function(WasiSettings(), "arguments", ListType(STRING))() == []
    assert _function(WasiSettings(), "directories", ListType(TupleType((PrimitiveType.U32, STRING))))() == []


def test_what_is_granted_is_there() -> None:
    """The environment and the arguments are those of the settings."""
    settings = WasiSettings(args=("plugin", "ünï", ""), env={"LANG": "C", "EMPTY": ""})
    assert _function(settings, "environment", PAIRS)() == [("LANG", "C"), ("EMPTY", "")]
    assert _function(settings, "arguments", ListType(STRING))() == ["plugin", "ünï", ""]


def test_without_a_grant_there_is_no_wasi() -> None:
    """The import is missing, and no call can be made that would end the process."""
    with pytest.raises(InstantiateError, match="wasi:cli/environment"):
        instantiate(load(READER), {})


def test_http_is_not_part_of_the_grant() -> None:
    """`wasi:http` stays an import that nothing satisfies."""
    with pytest.raises(InstantiateError, match="wasi:http/types"):
        instantiate(load(HTTP), {}, wasi=WasiSettings())


@pytest.mark.parametrize(("argument", "status"), [(0, 0), (1, 1)])
def test_an_exit_is_told_from_a_trap(argument: int, status: int) -> None:
    """A component that exits ends its instance and not the process."""
    f = instantiate(load(EXITER), {}, wasi=WasiSettings()).function(
        None, "f", FuncType((Field("x", PrimitiveType.U32),), PrimitiveType.U32)
    )
    with pytest.raises(TrapError, match=f"exit status {status}") as caught:
        f(argument)
    assert caught.value.kind is TrapKind.EXIT


def test_a_directory_that_is_missing_is_named(tmp_path: Path) -> None:
    """Whether it is not there or no directory, the message says which it was."""
    missing, file = tmp_path / "none", tmp_path / "file"
    file.touch()
    for path, problem in ((missing, "does not exist"), (file, "is not a directory")):
        settings = WasiSettings(dirs=(PreopenedDir(path, "/data"),))
        with pytest.raises(InstantiateError, match=f"{path}.*/data.*{problem}"):
            instantiate(load(READER), {}, wasi=settings)


def test_a_directory_that_is_there_is_granted(tmp_path: Path) -> None:
    """A component sees the directories of its settings under their names, and no other."""
    settings = WasiSettings(dirs=(PreopenedDir(tmp_path, "/data"), PreopenedDir(tmp_path, "/more", writable=True)))
    found = _function(settings, "directories", ListType(TupleType((PrimitiveType.U32, STRING))))()
    assert isinstance(found, list)
    assert [name for _, name in found] == ["/data", "/more"]


@pytest.mark.parametrize(
    "settings",
    [WasiSettings(args=("a\0b",)), WasiSettings(env={"A": "b\0c"}), WasiSettings(args=("\udc80",))],
)
def test_texts_that_c_cannot_carry_are_refused(settings: WasiSettings) -> None:
    """A NUL would cut a text short in silence."""
    with pytest.raises(InstantiateError, match="of WASI"):
        instantiate(load(READER), {}, wasi=settings)
