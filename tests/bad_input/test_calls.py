"""Calls that nobody should make: `run` with arguments that do not parse, do not fit, or have no end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bad_input.attack import Ended, attack, refused
from tests.bad_input.test_components import one_plugin
from tests.building import APP, write_project
from tests.cli.command_line import run_python

TEXT = """(component
  (core module $memory (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (drop (memory.grow (i32.add (i32.shr_u (local.get 3) (i32.const 16)) (i32.const 1))))
      (i32.const 65536)))
  (core instance $mem (instantiate $memory))
  (core module $m
    (func (export "size") (param i32 i32) (result i32) (local.get 1))
    (func (export "code") (param i32) (result i32) (local.get 0))
    (func (export "half") (param f64) (result f64) (local.get 0)))
  (core instance $i (instantiate $m))
  (func $size (param "s" string) (result u32) (canon lift (core func $i "size")
    (memory (core memory $mem "memory")) (realloc (core func $mem "realloc"))))
  (func $sum (param "l" (list (list u8))) (result u32) (canon lift (core func $i "size")
    (memory (core memory $mem "memory")) (realloc (core func $mem "realloc"))))
  (func $code (param "c" char) (result u32) (canon lift (core func $i "code")))
  (func $byte (param "n" u8) (result u32) (canon lift (core func $i "code")))
  (func $half (param "x" f64) (result f64) (canon lift (core func $i "half")))
  (instance $out (export "size" (func $size)) (export "sum" (func $sum)) (export "code" (func $code))
    (export "byte" (func $byte)) (export "half" (func $half)))
  (export "APP" (instance $out)))""".replace("APP", APP)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree that takes strings, lists, characters, bytes and floats; compiled once for all calls."""
    made = tmp_path_factory.mktemp("calls")
    write_project(made, one_plugin(), {"main.wasm": TEXT})
    return made


def run(folder: Path, *words: str | bytes) -> Ended:
    """Call the tree of a folder."""
    return attack("run", "linkfile.yaml", *words, cwd=folder, env={"WASM_LINK_CACHE_DIR": str(folder / "cache")})


WAVE: dict[str, tuple[str | bytes, tuple[str, ...]]] = {
    "empty": ("", ("WL601",)),
    "blank": ("  \n ", ("WL601",)),
    "unclosed call": ("byte(", ("WL601",)),
    "unclosed text": ('size("abc', ("WL601",)),
    "closed twice": ("byte(1))", ("WL601",)),
    "two calls": ("byte(1) byte(2)", ("WL601",)),
    "nested lists": ("sum(" + "[" * 100_000 + ")", ("WL60",)),
    "nested parentheses": ("byte(" + "(" * 50_000 + ")" * 50_000 + ")", ("WL60",)),
    "nested calls": ("byte(" * 20_000 + ")" * 20_000, ("WL60",)),
    "nested escape sequences": ('size("\x1b[2J', ("WL601",)),
    "unknown function": ("bite(1)", ("WL602", "byte")),
    "unknown interface": ("demo:no/such@1.0.0#byte(1)", ("WL602",)),
    "strange name": ("\x1b[2J(1)", ("WL60",)),
    "long name": ("a" * 100_000 + "(1)", ("WL60",)),
    "no arguments": ("byte()", ("WL60",)),
    "too many arguments": ("byte(1, 2)", ("WL60",)),
    "very many arguments": ("byte(" + "1," * 60_000 + "1)", ("WL60",)),
    "wrong type": ('byte("a")', ("WL60",)),
    "too large": ("byte(256)", ("WL60", "256")),
    "negative": ("byte(-1)", ("WL60",)),
    "huge": ("byte(1" + "0" * 100_000 + ")", ("WL60",)),
    "fraction": ("byte(1.5)", ("WL60",)),
    "two characters": ("code('ab')", ("WL60",)),
    "no character": ("code('')", ("WL60",)),
    "half a surrogate": (r"code('\u{d800}')", ("WL60",)),
    "half a surrogate in a text": (r'size("\u{d800}")', ("WL60",)),
    "beyond Unicode": (r"code('\u{110000}')", ("WL60",)),
    "endless escape": (r"code('\u{" + "0" * 100_000 + "')", ("WL60",)),
    "bytes that are not UTF-8": (b'size("\xff\xfe")', ("WL60",)),
}


@pytest.mark.parametrize("name", WAVE)
def test_a_bad_call_in_wave_is_refused(name: str, folder: Path) -> None:
    """Before the tree is built, with the place in the call."""
    expression, words = WAVE[name]
    refused(run(folder, expression), *words)


JSON: dict[str, tuple[tuple[str | bytes, ...], tuple[str, ...]]] = {
    "not JSON": (("byte", "one"), ("WL603",)),
    "empty": (("byte", ""), ("WL603",)),
    "nested lists": (("sum", "[" * 100_000), ("WL603",)),
    "nested lists that end": (("sum", "[" * 50_000 + "]" * 50_000), ("WL603",)),
    "nested objects": (("size", '{"a":' * 20_000), ("WL603",)),
    "not a number": (("byte", "NaN"), ("WL603",)),
    "half a surrogate": (("size", r'"\ud800"'), ("WL603",)),
    "half a surrogate as a character": (("code", r'"\udfff"'), ("WL603",)),
    "bytes that are not UTF-8": (("size", b'"\xff"'), ("WL603",)),
    "too large": (("byte", "256"), ("WL603",)),
    "huge": (("byte", "1" + "0" * 100_000), ("WL603",)),
    "true for a number": (("byte", "true"), ("WL603",)),
    "null": (("byte", "null"), ("WL603",)),
    "object for a text": (("size", "{}"), ("WL603",)),
    "escape sequence": (("size", "\x1b[2J"), ("WL603",)),
    "too few": (("byte",), ("WL603",)),
    "too many": (("byte", "1", "2"), ("WL603",)),
    "unknown function": (("bite", "1"), ("WL602", "byte")),
    "escape sequence as a function": (("\x1b[2J", "1"), ("WL602",)),
    "long function": (("a" * 100_000, "1"), ("WL602",)),
}


@pytest.mark.parametrize("name", JSON)
def test_bad_json_arguments_are_refused(name: str, folder: Path) -> None:
    """Before the tree is built, with the argument's name."""
    words, found = JSON[name]
    refused(run(folder, "--json", *words), *found)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ((r'size("\u{0}")',), "1"),
        (("--json", "size", r'"\u0000"'), "1"),
        (("--json", "size", '"💥"'), "4"),
        (("--json", "size", r'"\ud83d\udca5"'), "4"),
        (("--json", "half", "1e308"), "1e+308"),
        (("half(nan)",), "nan"),
        (("half(-inf)",), "-inf"),
        (('size("' + "a" * 100_000 + '")',), "100000"),
    ],
    ids=["NUL", "NUL-in-JSON", "emoji", "pair", "large-float", "nan", "inf", "long"],
)
def test_strange_arguments_that_are_values_arrive(words: tuple[str, ...], answer: str, folder: Path) -> None:
    """What the types allow is passed as it is."""
    ended = run(folder, *words)
    assert (ended.code, ended.out.strip(), ended.err) == (0, answer, "")


@pytest.mark.parametrize(
    "words",
    [(), ("byte(1)", "2"), ("linkfile.yaml",), ("gone.yaml", "byte(1)"), ("--root", "\x1b[2J", "byte(1)")],
    ids=["nothing", "words-too-many", "no-call", "no-linkfile", "no-root"],
)
def test_wrong_words_are_refused(words: tuple[str, ...], folder: Path) -> None:
    """With a problem or as wrong usage, and never in silence."""
    ended = attack("run", *words, cwd=folder)
    refused(ended, code=2 if ended.code == 2 else 1)


LIBRARY = """
import sys, wasm_link
with wasm_link.load(sys.argv[1]) as tree:
    for function, value in [
        ("size", "\\ud800"), ("code", "\\ud800"), ("code", "ab"), ("code", ""), ("byte", 256), ("byte", -1),
        ("byte", True), ("byte", 10**5000), ("byte", None), ("byte", "1"), ("byte", 1.0), ("half", "x"),
        ("half", 10**400), ("sum", 1), ("sum", [[256]]), ("sum", "ab"), ("size", b"ab"), ("size", 1), ("gone", 1),
    ]:
        try:
            tree.dispatch("app", function, value)
            print("taken:", function, ascii(value)[:20])
        except wasm_link.DispatchError as error:
            assert error.detail
    try:
        tree.dispatch("app", "size", "a" * (20 << 20))
    except wasm_link.DispatchError as error:
        print("refused:", error)
    endless = []
    endless.append(endless)
    try:
        tree.dispatch("app", "sum", endless)
        print("taken: a list that holds itself")
    except wasm_link.DispatchError:
        pass
    print("done", tree.root.size("a" * (20 << 20)), tree.root.byte(7))
"""


def test_the_library_refuses_values_that_do_not_fit(folder: Path) -> None:
    """Whatever is no value of the parameter's type is a DispatchError, and the tree goes on; 20 MiB of text is fine."""
    done = run_python(LIBRARY, str(folder / "linkfile.yaml"))
    assert (done.returncode, done.stdout, done.stderr) == (0, f"done {20 << 20} 7\n", "")
