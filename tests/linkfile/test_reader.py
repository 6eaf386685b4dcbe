"""Reading linkfiles: what a good one becomes, and every diagnostic with its place."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from wasm_link.component.names import parse_wit_name
from wasm_link.diagnostics import Code, Diagnostic, Severity
from wasm_link.linkfile.model import (
    Access,
    Cardinality,
    Linkfile,
    OnError,
    PathSource,
    Ref,
    Stdio,
)
from wasm_link.linkfile.reader import MAX_BYTES, parse_linkfile, read_linkfile

GOOD = """\
# yaml-language-server: $schema=../linkfile.schema.json
$schema: ./linkfile.schema.json
linkfile: 1
name: text-pipeline
root: app
x-note: [anything, { goes: here }]
sources:
  main: { path: main.wasm }
interfaces:
  app: { wit: "demo:text/app@0.1.0" }
  transform: { wit: ["demo:text/transform@0.1.0", demo:text/types@0.1.0], cardinality: at-least-one, x-note: 1 }
plugins:
  main: { source: main, plug: app, sockets: [transform] }
  shout:
    source: { path: shout.wat }
    plug: [transform]
    sockets: []
    on-error: skip
  count:
    source: main
    plug: transform
    sockets: [{ interface: transform, from: [shout] }]
    limits: { fuel: 1000000, memory: 16MiB, timeout: 250ms }
    wasi:
      stdin: null
      stdout: inherit
      stderr: "null"
      args: [-v, "1"]
      env: { LANG: C, "NO": no }
      dirs: [{ host: ./data, guest: /data }, { host: out, guest: /out, access: write }]
    remap:
      "demo:text/transform@0.1.0": { as: "legacy:text/transform", items: { apply: run } }
      "demo:text/types@0.1.0": { items: { "[method]a.b": "[method]a.c" } }
"""


def parse(text: str) -> tuple[Linkfile | None, tuple[Diagnostic, ...]]:
    result = parse_linkfile(text.encode(), Path("dir/linkfile.yaml"))
    return result.linkfile, result.diagnostics


def places(text: str) -> list[tuple[str, int, int]]:
    """The code, line and column of every diagnostic."""
    return [(d.code.value, d.span.line, d.span.column) for d in parse(text)[1] if d.span is not None]


@pytest.fixture(scope="module")
def good() -> Linkfile:
    linkfile, diagnostics = parse(GOOD)
    assert diagnostics == ()
    assert linkfile is not None
    return linkfile


def test_the_top_of_a_linkfile(good: Linkfile) -> None:
    """A linkfile knows its path, its text, its name and its root."""
    assert (good.path, good.text, good.name) == (Path("dir/linkfile.yaml"), GOOD, "text-pipeline")
    assert (good.root.id, good.root.span.line, good.root.span.column) == ("app", 5, 7)
    assert good.root.span.file == "dir/linkfile.yaml"


def test_sources_are_named_or_in_place(good: Linkfile) -> None:
    """A plugin's source is a reference or a source of its own."""
    main, shout = good.plugins["main"], good.plugins["shout"]
    assert isinstance(main.source, Ref)
    assert isinstance(shout.source, PathSource)
    assert (good.source_of(main).path, good.source_of(shout).path) == ("main.wasm", "shout.wat")


def test_interfaces(good: Linkfile) -> None:
    """An interface has its WIT names in order, and is exactly-one where nothing is written."""
    app, transform = good.interfaces["app"], good.interfaces["transform"]
    assert (app.cardinality, transform.cardinality) == (Cardinality.EXACTLY_ONE, Cardinality.AT_LEAST_ONE)
    assert [str(wit.name) for wit in transform.wit] == ["demo:text/transform@0.1.0", "demo:text/types@0.1.0"]


def test_sockets_are_declared_or_left_out(good: Linkfile) -> None:
    """Sockets with and without providers, none at all, and the key left out are four different things."""
    without = parse(GOOD.replace("    sockets: []\n", ""))[0]
    assert without is not None
    (socket,) = good.plugins["count"].sockets or ()
    assert [provider.id for provider in socket.providers or ()] == ["shout"]
    (open_socket,) = good.plugins["main"].sockets or ()
    assert open_socket.providers is None
    assert (good.plugins["shout"].sockets, without.plugins["shout"].sockets) == ((), None)


def test_limits_are_numbers(good: Linkfile) -> None:
    """Limits are fuel units, bytes and seconds; a plugin without the key has none."""
    limits = good.plugins["count"].limits
    assert limits is not None
    assert (limits.fuel, limits.memory, limits.timeout) == (1_000_000, 2**24, 0.25)
    assert good.plugins["main"].limits is None


def test_wasi_grants(good: Linkfile) -> None:
    """A grant says all of its parts; YAML's null is the name `null`, and reading is the default of a directory."""
    wasi = good.plugins["count"].wasi
    assert wasi is not None
    assert (wasi.stdin, wasi.stdout, wasi.stderr) == (Stdio.NULL, Stdio.INHERIT, Stdio.NULL)
    assert (wasi.args, wasi.env) == (("-v", "1"), {"LANG": "C", "NO": "no"})
    assert [(d.host, d.guest, d.access) for d in wasi.dirs] == [
        ("./data", "/data", Access.READ),
        ("out", "/out", Access.WRITE),
    ]


def test_an_empty_grant_is_a_sandbox() -> None:
    """`wasi: {}` gives nothing, and is not the same as no grant."""
    linkfile, _ = parse(GOOD.replace("    on-error: skip\n", "    wasi: {}\n"))
    assert linkfile is not None
    wasi = linkfile.plugins["shout"].wasi
    assert wasi is not None
    assert (wasi.stdin, wasi.stdout, wasi.stderr, wasi.args, wasi.env, wasi.dirs) == (*[Stdio.NULL] * 3, (), {}, ())


def test_remaps(good: Linkfile) -> None:
    """A remap has the exported name, which is the requested one where nothing is written, and the items."""
    named, items = good.plugins["count"].remap
    assert named.requested.name == parse_wit_name("demo:text/transform@0.1.0")
    assert (named.exported, named.items) == ("legacy:text/transform", {"apply": "run"})
    assert (items.exported, items.items) == ("demo:text/types@0.1.0", {"[method]a.b": "[method]a.c"})


def test_on_error(good: Linkfile) -> None:
    """A plugin that cannot be built fails the build, unless it may be skipped."""
    assert (good.plugins["main"].on_error, good.plugins["shout"].on_error) == (OnError.FAIL, OnError.SKIP)


def test_no_plugins_where_the_root_may_be_empty() -> None:
    """`plugins: {}` is fine where the root's cardinality allows none."""
    linkfile, diagnostics = parse(
        'linkfile: 1\nroot: a\ninterfaces: { a: { wit: "a:b/c", cardinality: any } }\nplugins: {}\n'
    )
    assert diagnostics == ()
    assert linkfile is not None
    assert (linkfile.sources, linkfile.plugins, linkfile.name) == ({}, {}, None)


@dataclass(frozen=True)
class Wrong:
    """A change to the good linkfile (which has no warnings), and what it must give: code, line and column."""

    code: str
    old: str
    new: str
    line: int
    column: int
    hint: str | None = None


SHOUT = "source: { path: shout.wat }"
WRONG = [
    Wrong("WL004", "name: text-pipeline", "name: a: b", 4, 8),
    Wrong("WL005", "x-note: [", "---\nx-note: [", 6, 1),
    Wrong("WL006", "root: app\n", "root: app\nroot: app\n", 6, 1, "remove one of the two"),
    Wrong("WL007", "root: app", "root: !!str app", 5, 7),
    Wrong("WL008", "[anything,", "[" * 70 + "]" * 70 + ", [", 6, 72),
    Wrong("WL010", "[anything,", "[*thing,", 6, 10),
    Wrong("WL101", "on-error: skip", "on-eror: skip", 18, 5, "did you mean `on-error`?"),
    Wrong("WL101", "root: app", "root: app\nroots: app", 6, 1, "did you mean `root`?"),
    Wrong("WL101", SHOUT, "source: { url: shout.wat }", 15, 15),
    Wrong(
        "WL101",
        "on-error: skip",
        "<<: {}",
        18,
        5,
        "merge keys belong to YAML 1.1, and a linkfile is YAML 1.2: write the keys out",
    ),
    Wrong("WL101", "fuel: 1000000", "feul: 1000000", 23, 15, "did you mean `fuel`?"),
    Wrong("WL101", "root: app\n", "rooot: app\n", 5, 1, "did you mean `root`?"),
    Wrong("WL102", "root: app\n", "", 2, 1, "add `root: ID`, with the id of the interface that the host calls"),
    Wrong("WL102", "    plug: [transform]\n", "", 14, 3),
    Wrong("WL102", "guest: /data }", "access: read }", 30, 14),
    Wrong("WL103", "sockets: []", "sockets: transform", 17, 14, "write it as a list: [transform]"),
    Wrong("WL103", "    sockets: []", "    sockets:", 17, 13, "write a value, or leave the key out"),
    Wrong("WL103", SHOUT, "source:", 15, 12, "write a value"),
    Wrong(
        "WL103",
        '{ as: "legacy:text/transform", items: { apply: run } }',
        "",
        32,
        35,
        "write `{ as: NAME }`, or leave the key out",
    ),
    Wrong("WL103", "fuel: 1000000", "fuel: 1_000_000", 23, 21, "write `1000000`"),
    Wrong("WL103", "LANG: C", "LANG: 8080", 29, 20, 'quote it: "8080"'),
    Wrong("WL103", "name: text-pipeline", "name: [a]", 4, 7),
    Wrong("WL103", "fuel: 1000000", 'fuel: "5"', 23, 21, "remove the quotes"),
    Wrong("WL103", "fuel: 1000000", "fuel: 1.5", 23, 21),
    Wrong("WL103", "timeout: 250ms", "timeout: 5", 23, 54, "write a number and a unit: `250ms`, `2s` or `1m`"),
    Wrong("WL103", "x-note: [", "1: [", 6, 1, 'quote it: "1"'),
    Wrong("WL104", "at-least-one", "at_least_one", 11, 88, "did you mean `at-least-one`?"),
    Wrong("WL104", "stdout: inherit", "stdout: Inherit", 26, 15),
    Wrong("WL104", "stdout: inherit", "stdout: true", 26, 15),
    Wrong("WL104", "cardinality: at-least-one", "cardinality: 1", 11, 88),
    Wrong("WL104", "on-error: skip", "on-error:", 18, 14, "write one of them, or leave the key out"),
    Wrong("WL104", "access: write", "access: writ", 30, 80, "did you mean `write`?"),
    Wrong("WL104", "on-error: skip", "on-error: ignore", 18, 15),
    Wrong("WL105", "  count:\n", "  Count_It:\n", 19, 3, "write `count-it`"),
    Wrong("WL106", '"demo:text/app@0.1.0"', "1.10", 10, 15),
    Wrong("WL106", '"demo:text/app@0.1.0"', "[0.1]", 10, 16),
    Wrong("WL106", "name: text-pipeline", "name: 1.10", 4, 7, 'quote it: "1.10"'),
    Wrong(
        "WL107", "demo:text/app@0.1.0", "demo:text/app@0.1", 10, 15, "write the whole version: `demo:text/app@0.1.0`"
    ),
    Wrong("WL107", "demo:text/app@0.1.0", "app", 10, 15, "name the package too: `namespace:package/interface@version`"),
    Wrong("WL107", '"demo:text/types@0.1.0": {', '"types": {', 33, 7),
    Wrong("WL107", '"legacy:text/transform"', '"legacy text"', 32, 42),
    Wrong("WL107", "apply: run", "apply: Run_it", 32, 83),
    Wrong("WL108", "fuel: 1000000", "fuel: 0", 23, 21),
    Wrong("WL108", "memory: 16MiB", "memory: 16MB", 23, 38, "write `16MiB`"),
    Wrong("WL108", "memory: 16MiB", "memory: 5GiB", 23, 38),
    Wrong("WL108", "memory: 16MiB", "memory: 1024", 23, 38),
    Wrong("WL108", "timeout: 250ms", "timeout: 2h", 23, 54),
    Wrong("WL108", "timeout: 250ms", "timeout: fast", 23, 54),
    Wrong("WL109", "linkfile: 1", 'linkfile: "1"', 3, 11, "write `linkfile: 1`, without quotes"),
    Wrong("WL109", "linkfile: 1", "linkfile: 2", 3, 11),
    Wrong("WL109", "linkfile: 1", "linkfile: true", 3, 11),
    Wrong("WL110", "plug: [transform]", "plug: []", 16, 11),
    Wrong("WL110", '"demo:text/app@0.1.0"', "[]", 10, 15),
    Wrong("WL110", SHOUT, "source: {}", 15, 13),
    Wrong("WL110", '{ items: { "[method]a.b": "[method]a.c" } }', "{}", 33, 32),
    Wrong("WL111", "path: shout.wat", 'path: "a\\0b"', 15, 21),
    Wrong("WL111", "path: shout.wat", 'path: ""', 15, 21),
    Wrong("WL111", "LANG: C", '"A=B": C', 29, 14),
    Wrong("WL111", "LANG: C", 'LANG: "a\\0"', 29, 20),
    Wrong("WL111", "name: text-pipeline", 'name: "a\\e[31m"', 4, 7),
    Wrong("WL201", "source: main\n", "source: man\n", 20, 13, "did you mean `main`?"),
    Wrong("WL202", "plug: app,", "plug: ap,", 13, 31, "did you mean `app`?"),
    Wrong("WL202", "sockets: [transform]", "sockets: [transfrom]", 13, 46, "did you mean `transform`?"),
    Wrong("WL203", "root: app", "root: ap", 5, 7, "did you mean `app`?"),
    Wrong("WL204", "from: [shout]", "from: [shuot]", 22, 46, "did you mean `shout`?"),
    Wrong("WL205", "plug: [transform]", "plug: [transform, transform]", 16, 23),
    Wrong("WL205", "sockets: [transform]", "sockets: [transform, transform]", 13, 57),
    Wrong("WL205", "from: [shout]", "from: [shout, shout]", 22, 53),
    Wrong("WL205", "demo:text/types@0.1.0]", "demo:text/transform@0.1.0]", 11, 51),
    Wrong("WL205", "guest: /out", "guest: /data", 30, 46),
    Wrong("WL206", "plug: app, sockets: [transform]", "plug: transform, sockets: []", 10, 3),
    Wrong(
        "WL206",
        "    plug: [transform]",
        "    plug: [transform, app]",
        10,
        3,
        "remove the others, or write `cardinality: at-least-one`",
    ),
    Wrong("WL206", "from: [shout]", "from: []", 22, 28),
    Wrong("WL207", "sockets: []", "sockets: [transform]", 17, 15),
    Wrong("WL209", "from: [shout]", "from: [shout, main]", 22, 53),
    Wrong("WL210", '"demo:text/app@0.1.0"', '["demo:text/app@0.1.0", "demo:text/transform@0.1.7"]', 11, 22),
    Wrong("WL211", "sources:\n", "sources:\n  extra: { path: a }\n", 8, 3),
    Wrong("WL212", "interfaces:\n", 'interfaces:\n  extra: { wit: "a:b/c" }\n', 10, 3),
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong.code}-{wrong.new.strip()[:30]}")
def test_a_wrong_linkfile_says_where(wrong: Wrong) -> None:
    """One mistake in a good linkfile gives exactly one diagnostic, with its code, its place and its hint."""
    assert wrong.old in GOOD
    linkfile, diagnostics = parse(GOOD.replace(wrong.old, wrong.new, 1))
    assert [(d.code.value, d.span.line, d.span.column) for d in diagnostics if d.span] == [
        (wrong.code, wrong.line, wrong.column)
    ]
    if wrong.hint is not None:
        assert diagnostics[0].hint == wrong.hint
    names_only = wrong.code.startswith("WL2") and wrong.new != "guest: /data"
    assert (linkfile is not None) == names_only


SMALL = """\
linkfile: 1
root: app
interfaces:
  app: { wit: "a:b/app" }
  t: { wit: "a:b/t", cardinality: any }
plugins:
"""


def test_unreached_plugins_are_warned_about() -> None:
    """A plugin that no declared socket leads to is a warning, and so is one that only such a plugin calls."""
    text = SMALL + (
        "  main: { source: { path: m }, plug: app, sockets: [{ interface: t, from: [used] }] }\n"
        "  used: { source: { path: u }, plug: t, sockets: [] }\n"
        "  lost: { source: { path: l }, plug: t, sockets: [{ interface: t, from: [gone] }] }\n"
        "  gone: { source: { path: g }, plug: t, sockets: [] }\n"
    )
    linkfile, diagnostics = parse(text)
    assert linkfile is not None
    assert places(text) == [("WL208", 9, 3), ("WL208", 10, 3)]
    assert all(d.severity is Severity.WARNING for d in diagnostics)


def test_inferred_sockets_may_reach_anything() -> None:
    """Nothing is said to be unreached where a plugin on the way has its sockets inferred."""
    text = SMALL + (
        "  main: { source: { path: m }, plug: app }\n  other: { source: { path: o }, plug: t, sockets: [] }\n"
    )
    assert places(text) == []


def test_inferred_sockets_may_use_an_empty_interface() -> None:
    """An interface that needs no plugin is not called unused where a socket for it may be inferred."""
    assert places(SMALL + "  main: { source: { path: m }, plug: app }\n") == []
    assert places(SMALL + "  main: { source: { path: m }, plug: app, sockets: [] }\n") == [("WL212", 5, 3)]


def test_a_middleware_without_providers_is_a_cycle() -> None:
    """A plugin that plugs and calls one interface needs itself, unless it says who serves it; the hint says how."""
    text = SMALL + (
        "  main: { source: { path: m }, plug: app, sockets: [t] }\n"
        "  upper: { source: { path: u }, plug: t, sockets: [t] }\n"
        "  lower: { source: { path: l }, plug: t, sockets: [] }\n"
    )
    _, (cycle,) = parse(text)
    assert cycle.code is Code.CYCLE
    assert cycle.message == "plugins depend on each other in a cycle: upper → upper"
    assert "sockets: [{ interface: t, from: [PLUGIN] }]" in (cycle.hint or "")
    assert places(text.replace("plug: t, sockets: [t]", "plug: t, sockets: [{ interface: t, from: [lower] }]")) == []


def test_a_cycle_is_reported_once_with_its_sockets() -> None:
    """A cycle is one diagnostic from dependent to dependency and back, with a note at every socket of it."""
    text = SMALL + (
        "  main: { source: { path: m }, plug: app, sockets: [t] }\n"
        "  a: { source: { path: a }, plug: t, sockets: [app] }\n"
    )
    _, (cycle,) = parse(text)
    assert cycle.message == "plugins depend on each other in a cycle: main → a → main"
    assert [(n.message, n.span and (n.span.line, n.span.column)) for n in cycle.notes] == [
        ("`main` calls `t`, which `a` plugs", (7, 53)),
        ("`a` calls `app`, which `main` plugs", (8, 48)),
    ]


def test_a_long_cycle_is_cut_short() -> None:
    """A cycle of thousands of plugins gives one message of bearable length."""
    count = 1500
    text = SMALL + "".join(
        f"  p{i}: {{ source: {{ path: p }}, plug: {'app' if i == 0 else 't'}, "
        f"sockets: [{{ interface: {'app' if i == count - 1 else 't'}, from: [p{(i + 1) % count}] }}] }}\n"
        for i in range(count)
    )
    _, (cycle,) = parse(text)
    assert cycle.code is Code.CYCLE
    assert "… 1,492 more …" in cycle.message
    assert len(cycle.notes) == 8


def test_too_many_plugins_name_each_other() -> None:
    """An interface with too many plugins is one diagnostic, with notes at who calls it and who plugs it."""
    text = SMALL + (
        "  main: { source: { path: m }, plug: app, sockets: [] }\n  more: { source: { path: o }, plug: [app, t] }\n"
    )
    _, (problem,) = parse(text)
    assert problem.message == "interface `app` is plugged by 2 plugins, but its cardinality is exactly-one"
    assert [note.message for note in problem.notes] == [
        "it is the root",
        "plugin `main` plugs it",
        "plugin `more` plugs it",
    ]


def test_an_interface_that_nobody_calls_may_be_empty() -> None:
    """Cardinality is asked for where an interface is the root or on a socket, not where it is only defined."""
    text = SMALL.replace("cardinality: any", "cardinality: exactly-one")
    text += "  main: { source: { path: m }, plug: app, sockets: [] }\n"
    assert [code for code, _, _ in places(text)] == ["WL212"]


def test_every_problem_is_reported_at_once() -> None:
    """Mistakes of YAML, of the schema, of limits and of names come in one run, in the order of the text."""
    text = """\
linkfile: 1
root: ap
root: app
sources: { main: { pth: x }, used: { path: y } }
interfaces:
  app: { wit: "a:b/app@1.0.0" }
  t: { wit: a:b/t, cardinality: some }
plugins:
  main: { source: man, plug: app, limts: {}, sockets: [t, u] }
  other: { source: used, plug: t, limits: { memory: 1 }, wasi: { env: { A: 1 } } }
  third: 3
"""
    assert places(text) == [
        ("WL203", 2, 7),
        ("WL006", 3, 1),
        ("WL101", 4, 20),
        ("WL104", 7, 33),
        ("WL201", 9, 19),
        ("WL101", 9, 35),
        ("WL202", 9, 59),
        ("WL108", 10, 53),
        ("WL103", 10, 76),
        ("WL103", 11, 10),
    ]


def test_a_broken_entry_is_not_reported_as_missing() -> None:
    """Ids of entries that are wrong themselves still count as defined, and what they might have done is not missed."""
    text = """\
linkfile: 1
root: app
sources: { s: { url: x } }
interfaces:
  app: { wit: wrong }
  t: { wit: "a:b/t" }
plugins:
  main: { source: s, plug: app, sockets: [{ interface: t, from: [broken] }, t2] }
  broken: 3
"""
    assert [code for code, _, _ in places(text.replace(", t2", ""))] == ["WL101", "WL107", "WL103"]


def test_aliased_mistakes_are_reported_once() -> None:
    """A mistake that is aliased into many places stands once in the text, and in the diagnostics."""
    text = SMALL + (
        "  main: { source: { path: m }, plug: app, sockets: [t], limits: &l { fuel: 1, fual: 2 } }\n"
        "  a: { source: { path: m }, plug: t, limits: *l }\n"
    )
    assert [place[:2] for place in places(text)] == [("WL101", 7)]


@pytest.mark.parametrize(
    ("text", "found"), [("", "empty"), ("# nothing\n", "empty"), ("null", "null"), ("[1]", "a list"), ("x", "`x`")]
)
def test_a_linkfile_is_a_mapping(text: str, found: str) -> None:
    """An empty file, and a document of another kind, is told what it is."""
    linkfile, (problem,) = parse(text)
    assert linkfile is None
    assert problem.code is Code.NOT_A_MAPPING
    assert found in problem.message


def test_thousands_of_unknown_names() -> None:
    """A thousand wrong names among a thousand right ones give short messages, in no more than linear time."""
    text = SMALL + "".join(f"  p{i}: {{ source: x{i}, plug: t, sockets: [] }}\n" for i in range(1500))
    text = text.replace(
        "interfaces:", "sources: {" + ", ".join(f"s{i}: {{ path: a }}" for i in range(1500)) + "}\ninterfaces:"
    )
    unknown = [d for d in parse(text)[1] if d.code is Code.UNKNOWN_SOURCE]
    assert len(unknown) == 1500
    assert all(len(d.expected or "") < 200 for d in unknown)


def test_a_file_is_read(tmp_path: Path) -> None:
    """A linkfile on disk is read as its bytes are parsed."""
    path = tmp_path / "linkfile.yaml"
    path.write_text(GOOD, encoding="utf-8")
    result = read_linkfile(path)
    assert result == parse_linkfile(GOOD.encode(), path)
    assert result.linkfile is not None


def unreadable(path: Path) -> str:
    result = read_linkfile(path)
    assert (result.linkfile, result.text) == (None, "")
    (problem,) = result.diagnostics
    assert problem.code is Code.UNREADABLE_FILE
    return problem.message


def test_a_missing_file(tmp_path: Path) -> None:
    """A linkfile that does not exist is said not to, under the name that the user gave."""
    assert unreadable(tmp_path / "no.yaml") == f"the linkfile `{tmp_path / 'no.yaml'}` does not exist"


def test_a_directory(tmp_path: Path) -> None:
    """A directory is no linkfile."""
    assert unreadable(tmp_path).endswith("is a directory, not a file")


def test_a_pipe(tmp_path: Path) -> None:
    """A pipe that nobody writes to is refused, not waited for."""
    os.mkfifo(tmp_path / "pipe")
    assert unreadable(tmp_path / "pipe").endswith("is a pipe, not a file")


def test_a_device() -> None:
    """A device, which may never end, is refused."""
    assert unreadable(Path("/dev/zero")).endswith("is a device, not a file")


def test_a_file_in_place_of_a_directory(tmp_path: Path) -> None:
    """What the system says of an impossible path is passed on."""
    (tmp_path / "file").write_text("")
    assert "not a directory" in unreadable(tmp_path / "file" / "linkfile.yaml")


def test_a_path_with_a_nul() -> None:
    """A path that no system call takes is refused like any other."""
    assert "NUL" in unreadable(Path("a\0b"))


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    """A file of 100 MB is refused by its size, in memory that does not depend on it."""
    path = tmp_path / "linkfile.yaml"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    result = read_linkfile(path)
    assert [d.code for d in result.diagnostics] == [Code.FILE_TOO_LARGE]


def test_large_bytes_are_refused() -> None:
    """The bound holds for bytes that did not come from a file too."""
    result = parse_linkfile(b"#" * (MAX_BYTES + 1), Path("f"))
    assert [d.code for d in result.diagnostics] == [Code.FILE_TOO_LARGE]


def test_every_code_of_reading_has_a_case() -> None:
    """Each code from WL001 to WL212 stands in a test of this folder, so that none is left without a failing case."""
    tests = "".join(path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("test_*.py")))
    codes = [code for code in Code if code.value < "WL3"]
    assert [code for code in codes if code.value not in tests and f"Code.{code.name}" not in tests] == []
