"""Linkfiles that nobody should write: each is refused in words, in bounded time and memory."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from tests.bad_input.attack import attack, refused

HEAD = b'linkfile: 1\nroot: app\ninterfaces: { app: { wit: "demo:bad/app@0.1.0" } }\n'
PLUGINS = b"plugins: { main: { source: { path: main.wasm }, plug: app } }\n"

Build = Callable[[], bytes]


def _bomb(levels: int, width: int) -> bytes:
    """Lists of aliases of lists of aliases: width ** levels values."""
    lines = [b"x-a0: &a0 [0]"]
    for level in range(1, levels):
        inside = b", ".join([b"*a%d" % (level - 1)] * width)
        lines.append(b"x-a%d: &a%d [%s]" % (level, level, inside))
    return b"\n".join(lines) + b"\n"


def _small_bomb() -> bytes:
    """As many values as fit into 166 bytes."""
    inner = b"x-a: &a [0,0,0,0,0,0,0,0,0]\n"
    names = b"abcdefg"
    for before, name in pairwise(names):
        inner += b"x-%c: &%c [" % (name, name) + b",".join([b"*%c" % before] * 3) + b"]\n"
    return inner[:166].rsplit(b"\n", 1)[0] + b"\nx-g: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"


def _many_plugins() -> bytes:
    lines = [b"  p%d: { source: { path: main.wasm }, plug: app }\n" % i for i in range(10_000)]
    return HEAD + b"plugins:\n" + b"".join(lines)


REFUSED: dict[str, tuple[Build, tuple[str, ...]]] = {
    # depth
    "nested lists": (lambda: b"[" * 30_000, ("WL008", ":1:65")),
    "nested mappings": (lambda: b"{" * 30_000, ("WL008", ":1:65")),
    "nested explicit keys": (lambda: b"? " * 30_000, ("WL008",)),
    "nested block lists": (lambda: b"- " * 30_000, ("WL008", ":1:129")),
    "nested block mappings": (lambda: b"".join(b" " * i + b"a:\n" for i in range(3_000)), ("WL008", ":65:65")),
    # aliases
    "anchor bomb": (lambda: HEAD + PLUGINS + _bomb(12, 10), ("WL009",)),
    "wide anchor bomb": (lambda: HEAD + PLUGINS + _bomb(3, 20_000), ("WL009",)),
    "deep anchor bomb": (lambda: HEAD + PLUGINS + _bomb(2_000, 1), ("WL008",)),
    "long text aliased": (
        lambda: HEAD + b'x-a: &a "' + b"a" * 2**20 + b'"\nx-b: [' + b", ".join([b"*a"] * 1000) + b"]\n" + PLUGINS,
        ("WL009",),
    ),
    "alias cycle": (lambda: HEAD + b"plugins: &a { main: *a }\n", ("WL010",)),
    "alias of nothing": (lambda: HEAD + b"plugins: *a\n", ("WL010",)),
    # size
    "long line": (lambda: b"a" * 10_000_000, ("WL011",)),
    "long key": (lambda: HEAD + b'"' + b"k" * 10_000_000 + b'": 1\n' + PLUGINS, ("WL004",)),
    "long comment": (lambda: b"#" * 10_000_000, ("WL011",)),
    "many lines": (lambda: b"\n" * 10_000_000, ("WL011",)),
    "many plugins": (_many_plugins, ("WL",)),
    "many wrong keys": (
        lambda: HEAD + PLUGINS + b"".join(b"key%d: 1\n" % i for i in range(5_000)),
        ("WL101", "5000 errors"),
    ),
    "many duplicate keys": (lambda: HEAD + PLUGINS + b"name: a\n" * 5_000, ("WL006",)),
    # encodings and characters
    "binary": (lambda: bytes(range(256)) * 100, ("WL",)),
    "webassembly": (lambda: b"\0asm\x0d\0\x01\0", ("this is a WebAssembly binary",)),
    "UTF-16": (lambda: (HEAD + PLUGINS).decode().encode("utf-16"), ("UTF-16",)),
    "UTF-16 without a mark": (lambda: (HEAD + PLUGINS).decode().encode("utf-16-le"), ("U+0000",)),
    "UTF-32": (lambda: (HEAD + PLUGINS).decode().encode("utf-32"), ("UTF-32",)),
    "Latin-1": (lambda: HEAD + b"name: caf\xe9\n" + PLUGINS, ("0xe9", ":4:10")),
    "lone NUL": (lambda: b"\0", ("U+0000",)),
    "NUL inside": (lambda: HEAD + b"name: a\0b\n" + PLUGINS, ("U+0000", ":4:8")),
    "many NULs": (lambda: b"\0" * 10_000_000, ("U+0000",)),
    "surrogate in UTF-8": (lambda: HEAD + b"name: \xed\xa0\x80\n" + PLUGINS, ("0xed",)),
    "surrogate by escape": (lambda: HEAD + b'name: "\\ud800"\n' + PLUGINS, ("WL004", ":4:10")),
    "escape beyond Unicode": (lambda: HEAD + b'name: "\\Uffffffff"\n' + PLUGINS, ("WL",)),
    # kinds of documents
    "empty": (lambda: b"", ("WL011", "empty")),
    "white space": (lambda: b" \n\t\n", ("WL",)),
    "null": (lambda: b"null\n", ("WL011",)),
    "list": (lambda: b"- a\n- b\n", ("WL011", "a list")),
    "number": (lambda: b"1\n", ("WL011", "number")),
    "two documents": (lambda: HEAD + PLUGINS + b"---\n" + HEAD, ("WL005",)),
    "endless documents": (lambda: b"---\n" * 1_000_000, ("WL005",)),
    "python tag": (lambda: HEAD + b'name: !!python/object/apply:os.system ["true"]\n' + PLUGINS, ("WL007",)),
    "tag directive": (lambda: b"%TAG ! tag:yaml.org,2002:python/\n---\n" + HEAD + PLUGINS, ("WL007",)),
    "YAML 9.9": (lambda: b"%YAML 9.9\n---\n" + HEAD + PLUGINS, ("WL",)),
    "merge key": (lambda: HEAD + b"x-p: &p { plug: app }\nplugins: { main: { <<: *p } }\n", ("WL101", "merge keys")),
    "duplicate key": (lambda: HEAD + PLUGINS + PLUGINS, ("WL006", "plugins")),
    "list as a key": (lambda: HEAD + PLUGINS + b"? [a, b]\n: 1\n", ("a key must be a text",)),
    "unclosed quote": (lambda: HEAD + b'name: "abc\n' + PLUGINS, ("WL004",)),
    "tab": (lambda: HEAD + b"plugins:\n\tmain: 1\n", ("WL004",)),
    # values
    "unquoted version": (lambda: HEAD.replace(b'"demo:bad/app@0.1.0"', b"1.10") + PLUGINS, ("quoted", "1.10")),
    "huge integer": (lambda: HEAD.replace(b"linkfile: 1", b"linkfile: 1" + b"0" * 5000) + PLUGINS, ("WL109",)),
    "huge integer of a limit": (
        lambda: HEAD + PLUGINS.replace(b"plug: app", b"plug: app, limits: { fuel: 1" + b"0" * 5000 + b" }"),
        ("WL103",),
    ),
    "huge hexadecimal": (
        lambda: HEAD + PLUGINS.replace(b"app }", b"app, limits: { fuel: 0x" + b"f" * 4_000 + b"} }"),
        ("WL103",),
    ),
    "not a number": (lambda: HEAD + PLUGINS.replace(b"plug: app", b"plug: app, limits: { fuel: .nan }"), ("fuel",)),
    "infinity": (lambda: HEAD + PLUGINS.replace(b"plug: app", b"plug: app, limits: { memory: .inf }"), ("memory",)),
    "huge exponent": (
        lambda: HEAD + PLUGINS.replace(b"plug: app", b"plug: app, limits: { fuel: 1e999999999 }"),
        ("fuel",),
    ),
    "time of zero": (lambda: HEAD + PLUGINS.replace(b"plug: app", b"plug: app, limits: { timeout: 0s }"), ("timeout",)),
    "endless time": (
        lambda: HEAD + PLUGINS.replace(b"plug: app", b"plug: app, limits: { timeout: " + b"9" * 100_000 + b"h }"),
        ("timeout",),
    ),
    # text that a terminal would act on
    "escape sequences": (
        lambda: (
            HEAD.replace(b"root: app", b'root: "\\e[2J\\e]0;owned\\a"')
            + b'plugins: { "\\e[31m": { source: { path: "\\e[2J.wasm" }, plug: "\\r\\x9b31m" } }\n'
        ),
        ("\\x1b[2J",),
    ),
    "right to left": (
        lambda: HEAD + 'plugins: { "\u202eniam": { source: { path: "\u202e\u2066.wasm" }, plug: app } }\n'.encode(),
        ("WL",),
    ),
    "emoji": (lambda: HEAD + 'plugins: { "💥": { source: { path: "💥" }, plug: "👩‍👩‍👧" } }\n'.encode(), ("WL",)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_linkfile_is_refused(name: str, tmp_path: Path) -> None:
    """Exit code 1, and a diagnostic that says what is wrong."""
    make, words = REFUSED[name]
    (tmp_path / "linkfile.yaml").write_bytes(make())
    refused(attack("validate", cwd=tmp_path), *words)


def _large_file(path: Path) -> None:
    with path.open("wb") as file:
        file.write(HEAD)
        file.truncate(100 * 2**20)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))


PLACES: dict[str, tuple[Callable[[Path], object], str]] = {
    "FIFO": (os.mkfifo, "a pipe"),
    "directory": (Path.mkdir, "no linkfile.yaml in"),
    "socket": (_socket, "WL001"),
    "zero device": (lambda path: path.symlink_to("/dev/zero"), "a device"),
    "terminal device": (lambda path: path.symlink_to("/dev/tty"), "a device"),
    "symbolic link to itself": (lambda path: path.symlink_to(path), "cannot be read"),
    "symbolic link to nothing": (lambda path: path.symlink_to(path.parent / "gone"), "does not exist"),
    "100 MiB": (_large_file, "larger than 16 MiB"),
    "process memory": (lambda path: path.symlink_to("/proc/self/mem"), "WL001"),
    "endless pipe of another process": (lambda path: path.symlink_to("/proc/self/fd/0"), "WL"),
}


@pytest.mark.parametrize("kind", PLACES)
def test_what_is_no_linkfile_is_not_read(kind: str, tmp_path: Path) -> None:
    """A path that leads to no regular file, or to a huge one, ends in a message; nothing waits."""
    make, words = PLACES[kind]
    make(tmp_path / "bad.yaml")
    for command in ("validate", "build"):
        refused(attack(command, "bad.yaml", cwd=tmp_path), words)


@pytest.mark.parametrize(
    "name",
    [b"a\nb.yaml", b"\x1b[2J.yaml", b"\xff\xfe.yaml", "\u202eevil.yaml".encode(), b"a" * 300 + b".yaml", b" ", b"-"],
    ids=["line-break", "escape-sequence", "not-utf-8", "right-to-left", "too-long", "blank", "dash"],
)
@pytest.mark.parametrize("command", ["validate", "build", "plan"])
def test_a_strange_name_of_a_linkfile_is_shown_safely(name: bytes, command: str, tmp_path: Path) -> None:
    """The message repeats the name without what a terminal would act on."""
    refused(attack(command, name, cwd=tmp_path), "WL001")


@pytest.mark.parametrize("name", [b"\x1b[2J\n.yaml", b"\xff\xfe.yaml"], ids=["escape-sequence", "not-utf-8"])
@pytest.mark.parametrize("form", ["human", "concise", "json"])
def test_diagnostics_in_a_file_of_a_strange_name_are_shown_safely(name: bytes, form: str, tmp_path: Path) -> None:
    """Also where every place repeats it."""
    (tmp_path / os.fsdecode(name)).write_bytes(b"linkfile: 2\n")
    refused(attack("validate", name, "--format", form, cwd=tmp_path), "WL109")
