"""Files in place of components, and components that do what they can to hurt whoever builds or calls them."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import wasm_link
from tests.bad_input.attack import PATIENCE, Ended, attack, orderly, refused
from tests.building import APP, consumer, fan_out, provider, write_project
from tests.cli.command_line import environment
from wasm_link.component.types import PrimitiveType
from wasm_link.engine.text import text_to_binary

U32 = PrimitiveType.U32
ONE = f'linkfile: 1\nroot: app\ninterfaces: {{ app: {{ wit: "{APP}" }} }}\n'
FILE = "main.wasm"


def one_plugin(keys: str = "", source: str = FILE) -> str:
    """A linkfile of a single plugin, with further keys as YAML flow text."""
    return f"{ONE}plugins: {{ main: {{ source: {{ path: {source} }}, plug: app{keys and ', '}{keys} }} }}\n"


def sample() -> bytes:
    """A small sound component."""
    return text_to_binary(consumer(U32).encode())


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("main.wasm", sample())
    return packed.getvalue()


FILES: dict[str, tuple[Callable[[], bytes], tuple[str, ...]]] = {
    "empty": (lambda: b"", ("WL304", "empty")),
    "zeros": (lambda: b"\0" * 1000, ("WL304",)),
    "random": (lambda: bytes(i * i * 2654435761 >> 13 & 0xFF for i in range(100_000)), ("WL304",)),
    "ELF": (lambda: Path(sys.executable).resolve().read_bytes()[:100_000], ("WL304",)),
    "zip": (_zip, ("WL304",)),
    "HTML": (lambda: b"<!DOCTYPE html><html><body>404 Not Found</body></html>", ("WL304",)),
    "linkfile": (lambda: one_plugin().encode(), ("WL304",)),
    "escape sequences": (lambda: b"\x1b[2J\x1b]0;owned\x07" * 100, ("WL304",)),
    "core module": (lambda: b"\0asm\x01\0\0\0", ("WL305",)),
    "magic only": (lambda: b"\0asm", ("WL30",)),
    "future version": (lambda: b"\0asm\x63\0\x01\0", ("WL30",)),
    "sections without an end": (lambda: sample()[:8] + b"\x07\xff\xff\xff\xff\x0f", ("WL306",)),
    "vector without an end": (lambda: sample()[:8] + b"\x07\x05\xff\xff\xff\xff\x0f", ("WL306",)),
    "nested components": (lambda: _nested_components(10_000), ("WL30",)),
    "endless numbers": (lambda: sample()[:8] + b"\x07" + b"\x80" * 1_000_000, ("WL306",)),
    "text: nested parentheses": (lambda: b"(component " + b"(" * 10_000, ("WL307",)),
    "text: nested components": (lambda: b"(component " * 10_000 + b")" * 10_000, ("WL30",)),
    "text: nested instructions": (
        lambda: b"(component (core module (func " + b"(block " * 100_000 + b")" * 100_000 + b")))",
        ("WL",),
    ),
    "text: unclosed": (lambda: b"(component", ("WL307", "line 1")),
    "text: unclosed comment": (lambda: b"(component (;" + b"(;" * 100_000, ("WL307",)),
    "text: core module": (lambda: b'(module (func (export "f")))', ("WL305",)),
    "text: not UTF-8": (lambda: b"(component\n ;; caf\xe9\n)", ("WL307", "UTF-8", "line 2")),
    "text: NUL": (lambda: b"(component\n \0)", ("WL307", "line 2")),
    "text: escape sequence": (lambda: b"(component\n \x1b[2J)", ("WL307", "line 2")),
    "text: right to left": ("(component ;; \u202e\n)".encode, ("WL307",)),
    "text: 20 MiB of comments": (lambda: b"(component\n" + b";; comment\n" * 2_000_000, ("WL307",)),
    "text: 20 MiB of data": (
        lambda: b'(component (core module (memory 1) (data (i32.const 0) "' + b"a" * (20 << 20) + b'")))',
        ("WL403",),
    ),
    "text: huge number": (lambda: b"(component (core module (memory 1" + b"0" * 100_000 + b")))", ("WL307",)),
}


def _nested_components(depth: int) -> bytes:
    """Components in each other, as far as `depth`; each level's size is known only when the next is there."""
    inside = b"\0asm\x0d\0\x01\0"
    for _ in range(depth):
        size, number = len(inside), bytearray()
        while size > 0x7F:
            number.append(size & 0x7F | 0x80)
            size >>= 7
        inside = b"\0asm\x0d\0\x01\0\x04" + bytes([*number, size]) + inside
    return inside


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_component_is_refused(name: str, tmp_path: Path) -> None:
    """The diagnostic says what the file is, or where it breaks off."""
    make, words = FILES[name]
    write_project(tmp_path, one_plugin(), {FILE: make()})
    refused(attack("build", cwd=tmp_path), *words)


PATHS: dict[str, tuple[str, str]] = {
    "parent": ("..", "a directory"),
    "grandparent": ("../..", "a directory"),
    "nothing": ('""', "WL111"),
    "here": (".", "a directory"),
    "zero device": ("/dev/zero", "not a regular file"),
    "FIFO": ("fifo", "not a regular file"),
    "process memory": ("/proc/self/mem", "WL30"),
    "NUL": ('"a\\0b"', "WL111"),
    "line break": ('"a\\nb.wasm"', "WL"),
    "escape sequence": ('"\\e[2J.wasm"', "WL"),
    "half a surrogate": ('"\\ud800.wasm"', "WL004"),
    "too long": ("a" * 5_000, "WL303"),
    "too long by slashes": ("a/" * 5_000, "WL303"),
    "many parents": ("../" * 1_000 + "dev/zero", "not a regular file"),
    "loop": ("loop", "WL303"),
    "through a file": ("linkfile.yaml/main.wasm", "WL303"),
    "home": ("~/main.wasm", "does not exist"),
    "variable": ("$HOME/main.wasm", "does not exist"),
    "address": ("https://example.org/main.wasm", "does not exist"),
    "number": ("12", "WL103"),
}


@pytest.mark.parametrize("name", PATHS)
def test_a_path_that_leads_nowhere_is_refused(name: str, tmp_path: Path) -> None:
    """A source is a regular file, and the diagnostic points to the path."""
    path, words = PATHS[name]
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "loop").symlink_to("loop")
    write_project(tmp_path, one_plugin(source=path), {})
    refused(attack("validate", cwd=tmp_path), words, "linkfile.yaml:4:")


def build(folder: Path, text: str, keys: str = "") -> Ended:
    """Build a tree of one plugin from component text, without the user's cache."""
    write_project(folder, one_plugin(keys), {FILE: text})
    return attack("build", cwd=folder, env={"WASM_LINK_CACHE_DIR": str(folder / "cache")})


def call(folder: Path, text: str, expression: str, keys: str = "") -> Ended:
    """Call a function of a tree of one plugin."""
    write_project(folder, one_plugin(keys), {FILE: text})
    return attack("run", "linkfile.yaml", expression, cwd=folder, env={"WASM_LINK_CACHE_DIR": str(folder / "cache")})


def app(body: str, *, start: str = "", memory: str = "(memory 1)") -> str:
    """A component that exports `ask(n: u32) -> u32`."""
    text = provider(body, export=APP, function="ask", start=start)
    return text.replace("(core module $m", f"(core module $m {memory}", 1)


FOREVER = "(loop $l (br $l))"
GROWING = "(loop $l (drop (memory.grow (i32.const 256))) (br $l))"


def test_a_component_that_only_the_engine_refuses_does_not_compile(tmp_path: Path) -> None:
    """Core code is not read before it is compiled; what is wrong with it is the engine's to say."""
    broken = app("(i32.const 0)").replace("(i32.const 0)", "(i64.const 0)")
    refused(build(tmp_path, broken), "WL501", "plugin `main` does not compile", "type mismatch")


def test_an_unknown_import_is_refused_before_anything_is_compiled(tmp_path: Path) -> None:
    """It is named."""
    refused(build(tmp_path, consumer(U32, imported="demo:nobody/has@1.0.0")), "WL401", "demo:nobody/has@1.0.0")


@pytest.mark.parametrize(
    ("start", "keys", "words"),
    [
        ("unreachable", "", "unreachable"),
        ("(drop (i32.load (i32.const -1)))", "", "out of bounds"),
        ("(call $start)", "", "call stack exhausted"),
        (FOREVER, "limits: { timeout: 50ms }", "longer than 0.05 s"),
        (FOREVER, "limits: { fuel: 10000 }", "10000 units of fuel"),
        (GROWING, "limits: { memory: 1MiB, timeout: 100ms }", "longer than 0.1 s"),
    ],
    ids=["trap", "out-of-bounds", "recursion", "timeout", "fuel", "memory"],
)
def test_a_component_that_does_not_start_is_reported(start: str, keys: str, words: str, tmp_path: Path) -> None:
    """A trap, an endless loop and endless growth end within the plugin's limits."""
    refused(build(tmp_path, app("(i32.const 0)", start=start), keys), "WL502", words)


@pytest.mark.parametrize(
    ("memory", "words"),
    [("(memory 100)", "memory"), ("(memory 65536)", "memory"), ("(table 1000000000 funcref)", "WL502")],
    ids=["small", "largest", "table"],
)
def test_a_memory_beyond_its_limit_is_refused_at_once(memory: str, words: str, tmp_path: Path) -> None:
    """What a component declares counts as what it asks for later."""
    ended = build(tmp_path, app("(i32.const 0)", memory=memory), "limits: { memory: 1MiB }")
    refused(ended, "WL502", words)


@pytest.mark.parametrize(
    ("body", "keys", "words"),
    [
        ("unreachable", "", "`unreachable`"),
        ("(i32.div_u (i32.const 1) (i32.const 0))", "", "divide by zero"),
        ("(i32.load (i32.const -1))", "", "out of bounds"),
        (f"{FOREVER} unreachable", "limits: { timeout: 50ms }", "longer than 0.05 s"),
        (f"{FOREVER} unreachable", "limits: { fuel: 10000 }", "10000 units of fuel"),
        (f"{GROWING} unreachable", "limits: { memory: 1MiB, timeout: 100ms }", "longer than 0.1 s"),
    ],
    ids=["trap", "division", "out-of-bounds", "timeout", "fuel", "memory"],
)
def test_a_call_that_fails_is_an_error_that_names_the_plugin(body: str, keys: str, words: str, tmp_path: Path) -> None:
    """Whatever the guest does."""
    refused(call(tmp_path, app(body), "ask(1)", keys), "plugin `main` stopped", words)


def test_endless_recursion_of_a_guest_is_a_trap(tmp_path: Path) -> None:
    """It uses the engine's own bound, and not the process's stack."""
    deep = app("(call $f (i32.add (local.get 0) (i32.const 1)))").replace('(func (export "f")', '(func $f (export "f")')
    refused(call(tmp_path, deep, "ask(1)"), "plugin `main` stopped", "call stack exhausted")


def answering(type_: str, core: str, code: str) -> str:
    """A component whose `ask(n: u32)` answers with `code`, whatever the canonical ABI makes of it."""
    named = type_.startswith(("(enum", "(variant"))
    declared = f'(type $raw {type_}) (export $t "t" (type $raw))' if named else f"(type $t {type_})"
    return f"""(component
  (core module $m (memory (export "memory") 1)
    (data (i32.const 0) "\\ff\\fe\\80\\80")
    (func (export "ask") (param i32) (result {core}) {code}))
  (core instance $i (instantiate $m))
  (alias core export $i "memory" (core memory $memory))
  {declared}
  (func $ask (param "n" u32) (result $t) (canon lift (core func $i "ask") (memory $memory)))
  (instance $out {'(export "t" (type $t))' if named else ""} (export "ask" (func $ask)))
  (export "{APP}" (instance $out)))"""


_PAIR = "(i32.store (i32.const 16) (i32.const {})) (i32.store (i32.const 20) (i32.const {})) (i32.const 16)"
LIES: dict[str, tuple[str, str, str, str]] = {
    "char that is a surrogate": ("char", "i32", "(i32.const 0xd800)", "char"),
    "char beyond Unicode": ("char", "i32", "(i32.const 0x110000)", "char"),
    "enum without such a case": ('(enum "a" "b")', "i32", "(i32.const 7)", "discriminant"),
    "variant without such a case": ('(variant (case "a") (case "b"))', "i32", "(i32.const -1)", "discriminant"),
    "option that is neither": ("(option u32)", "i32", _PAIR.format(9, 9), "discriminant"),
    "result out of memory": ("string", "i32", "(i32.const -4)", "out of bounds"),
    "misaligned result": ("string", "i32", "(i32.const 17)", "aligned"),
    "string out of memory": ("string", "i32", _PAIR.format(65_530, 100), "out of bounds"),
    "string at the end of the address space": ("string", "i32", _PAIR.format(-1, -1), ""),
    "string that is not UTF-8": ("string", "i32", _PAIR.format(0, 4), "utf-8"),
    "list out of memory": ("(list u64)", "i32", _PAIR.format(0, 1_000_000), "out of bounds"),
    "list whose size overflows": ("(list u64)", "i32", _PAIR.format(0, 0x2000_0001), ""),
    "misaligned list": ("(list u64)", "i32", _PAIR.format(1, 1), "aligned"),
}


@pytest.mark.parametrize("name", LIES)
def test_a_result_that_breaks_the_canonical_abi_is_a_trap(name: str, tmp_path: Path) -> None:
    """A guest cannot make its host read what is not there, or believe what cannot be."""
    type_, core, code, words = LIES[name]
    refused(call(tmp_path, answering(type_, core, code), "ask(1)"), "plugin `main` stopped", words)


def test_every_truncation_of_a_component_is_an_answer(tmp_path: Path) -> None:
    """Where a copy breaks off there is a diagnostic, except at the end of a section, where what is left is whole."""
    whole = sample()
    linkfile = write_project(tmp_path, one_plugin(), {})
    for length in range(len(whole)):
        (tmp_path / FILE).write_bytes(whole[:length])
        checked = wasm_link.check(linkfile)
        assert checked.plan is None
        assert {d.code.value for d in checked.diagnostics} <= {"WL304", "WL306", "WL401", "WL403"}


@pytest.mark.parametrize("part", range(8))
def test_a_truncated_component_is_refused(part: int, tmp_path: Path) -> None:
    """The same through the command line, at some of the lengths."""
    whole = sample()
    write_project(tmp_path, one_plugin(), {FILE: whole[: len(whole) * part // 8]})
    refused(attack("build", cwd=tmp_path), "WL")


BUILD_ALL = """
import sys
from pathlib import Path
from wasm_link.build import build
from wasm_link.cache import NoCache
from wasm_link.errors import DispatchError
from wasm_link.pipeline import check

for folder in sorted(Path(sys.argv[1]).iterdir()):
    print(folder.name, end=" ", flush=True)
    checked = check(folder / "linkfile.yaml")
    if checked.plan is None:
        print("refused", len(checked.diagnostics), flush=True)
        continue
    built = build(checked, NoCache())
    if built.tree is None:
        print("failed", len(built.diagnostics), flush=True)
        continue
    with built.tree as tree:
        for interface, function in tree.plan.root.functions:
            try:
                tree.dispatch(interface, function, 7)
            except DispatchError:
                pass
    print("built", flush=True)
"""
"""Builds and calls the tree of every folder; whatever ends the process, the last line names the folder."""


@pytest.mark.parametrize("seed", range(2))
def test_no_changed_bit_of_a_component_ends_the_process(seed: int, tmp_path: Path) -> None:
    """A tree with a damaged component is refused in words, or is another sound tree."""
    generator = random.Random(seed)
    whole = [text_to_binary(text.encode()) for text in (consumer(U32), provider("(local.get 0)"))]
    for number in range(250):
        folder = tmp_path / f"{number:03}"
        folder.mkdir()
        files = list(map(bytearray, whole))
        damaged = files[number % 2]
        for _ in range(generator.choice((1, 1, 1, 2, 8))):
            damaged[generator.randrange(8, len(damaged))] ^= 1 << generator.randrange(8)
        limits = "limits: { timeout: 100ms, memory: 16MiB }"
        linkfile = fan_out({"a": limits}, extra={"limits": "{ timeout: 100ms, memory: 16MiB }"})
        write_project(folder, linkfile, {"main.wat": bytes(files[0]), "a.wat": bytes(files[1])})
    done = subprocess.run(
        [sys.executable, "-c", BUILD_ALL, str(tmp_path)],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, f"{done.stdout[-200:]}\n{done.stderr[-2000:]}"
    ends = [line.split(" ")[1] for line in done.stdout.splitlines()]
    assert len(ends) == 250
    assert {"refused", "built"} <= set(ends)


@pytest.mark.parametrize("levels", [100, 400])
def test_a_long_chain_of_calls_ends_in_a_value_or_in_words(levels: int, tmp_path: Path) -> None:
    """Plugins that call each other nest on the native stack, which has an end."""
    wits = [APP, *(f"demo:chain/level{i}@0.1.0" for i in range(levels))]
    lines = ["linkfile: 1", "root: l0", "interfaces:"]
    lines += [f'  l{i}: {{ wit: "{wit}" }}' for i, wit in enumerate(wits)]
    lines.append("plugins:")
    files = {}
    for i, wit in enumerate(wits):
        last = i == levels
        asked = wits[i + 1] if not last else ""
        function = "ask" if i == 0 else "apply"
        text = provider(export=wit) if last else consumer(U32, imported=asked, export=wit, asking=function)
        files[f"p{i}.wat"] = text
        lines.append(f"  p{i}: {{ source: {{ path: p{i}.wat }}, plug: l{i} }}")
    write_project(tmp_path, "\n".join(lines) + "\n", files)
    ended = attack("run", "linkfile.yaml", "ask(7)", cwd=tmp_path, env={"WASM_LINK_CACHE_DIR": str(tmp_path / "c")})
    orderly(ended)
    if levels <= 100:
        assert (ended.code, ended.out) == (0, "7\n")
    else:
        refused(ended, "calls are nested too deeply")


WASI: dict[str, tuple[str, tuple[str, ...]]] = {
    "missing directory": ("dirs: [ { host: ./gone, guest: /d } ]", ("WL310", "does not exist")),
    "file as a directory": ("dirs: [ { host: ./main.wasm, guest: /d } ]", ("WL310", "is not a directory")),
    "device as a directory": ("dirs: [ { host: /dev/null, guest: /d } ]", ("WL310", "is not a directory")),
    "link to itself as a directory": ("dirs: [ { host: ./loop, guest: /d } ]", ("WL310",)),
    "too long a directory": (f"dirs: [ {{ host: {'a' * 5_000}, guest: /d }} ]", ("WL310",)),
    "escape sequence in a directory": ('dirs: [ { host: "\\e[2J", guest: /d } ]', ("WL310", "\\x1b[2J")),
    "the same guest directory twice": (
        "dirs: [ { host: ., guest: /d }, { host: .., guest: /d } ]",
        ("/d",),
    ),
    "NUL in a directory": ('dirs: [ { host: "a\\0b", guest: /d } ]', ("WL111",)),
    "NUL in a guest directory": ('dirs: [ { host: ., guest: "/a\\0b" } ]', ("WL111",)),
    "empty guest directory": ('dirs: [ { host: ., guest: "" } ]', ("WL111",)),
    "NUL in the environment": ('env: { A: "a\\0b" }', ("WL111", "NUL")),
    "NUL in a name of the environment": ('env: { "A\\0": a }', ("WL111",)),
    "equals sign in a name of the environment": ('env: { "A=B": a }', ("WL111", "=")),
    "empty name in the environment": ('env: { "": a }', ("WL111",)),
    "NUL in an argument": ('args: [ "a\\0b" ]', ("WL111", "NUL")),
    "number as an argument": ("args: [ 1 ]", ("WL103",)),
}


@pytest.mark.parametrize("name", WASI)
def test_a_wasi_grant_that_cannot_hold_is_refused(name: str, tmp_path: Path) -> None:
    """What a plugin is given must be there, and must be what it says."""
    keys, words = WASI[name]
    (tmp_path / "loop").symlink_to("loop")
    refused(build(tmp_path, app("(local.get 0)"), f"wasi: {{ {keys} }}"), *words)
