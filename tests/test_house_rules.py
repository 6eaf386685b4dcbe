"""The shape of the code: who may import whom, and what every test says of itself."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "wasm_link"

BASE = {"errors"}
TYPES = BASE | {"component"}
CHECKED = TYPES | {"diagnostics", "linkfile"}
PLANNED = CHECKED | {"sources", "values", "planning"}
LIVE = PLANNED | {"cache", "engine", "linking"}
FACE = LIVE | {"socket", "tree", "pipeline", "build", "loading"}

MAY_IMPORT = {
    "errors": {"diagnostics"},  # for type checkers alone: `DiagnosedError` holds diagnostics
    "diagnostics": BASE,
    "component": BASE,
    "values": TYPES,
    "cache": BASE,
    "linkfile": TYPES | {"diagnostics"},
    "sources": CHECKED,
    "planning": PLANNED,
    "engine": PLANNED | {"cache"},
    "linking": LIVE,
    "socket": FACE,
    "tree": FACE,
    "pipeline": CHECKED | {"sources", "planning", "engine"},
    "build": FACE,
    "loading": FACE,
    "cli": FACE | {"__init__"},
    "__init__": FACE,
    "__main__": {"cli"},
}
"""For each folder or module of the package, what of the package it may import beside itself."""

ONLY_IN = {
    "wasmtime": "engine",
    "wasmtime._ffi": "engine/capi.py",
    "yaml": "linkfile",
    "jsonschema": "linkfile",
    "click": "cli",
}
"""Where a library may be imported, and nowhere else."""

MODULES = sorted(PACKAGE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))


def imports_of(path: Path) -> Iterator[str]:
    """The names of all modules that a file imports, at whatever place."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_nothing_imports_upward() -> None:
    """Data goes one way: a module imports from its own folder and from those below it."""
    upward = []
    for path in MODULES:
        own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        for name in imports_of(path):
            package, _, rest = name.partition(".")
            part = rest.partition(".")[0]
            if package == "wasm_link" and part in MAY_IMPORT and part not in MAY_IMPORT[own] | {own}:
                upward.append(f"{path.relative_to(ROOT)} imports {name}")
    assert upward == []


def test_every_part_of_the_package_has_its_place() -> None:
    """A new folder or module says what it may import."""
    parts = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in MODULES}
    assert parts == set(MAY_IMPORT)


def test_libraries_are_imported_in_their_place_alone() -> None:
    """Each library that is slow to import, or that others should not depend on, has one home."""
    elsewhere = []
    for path in MODULES:
        inside = path.relative_to(PACKAGE).as_posix()
        for name in imports_of(path):
            for library, home in ONLY_IN.items():
                at_home = inside == home or inside.startswith(f"{home}/")
                if (name == library or name.startswith(f"{library}.")) and not at_home:
                    elsewhere.append(f"{inside} imports {name}")
    assert elsewhere == []


def test_every_test_says_what_holds() -> None:
    """Each test has a docstring of one sentence or so."""
    silent = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in TESTS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import wasm_link", {"wasmtime", "yaml", "jsonschema", "click"}),
        ("import wasm_link.linkfile.model", {"wasmtime", "yaml", "jsonschema"}),
        ("import wasm_link.planning.planner", {"wasmtime", "yaml", "jsonschema"}),
        ("import wasm_link.pipeline", {"wasmtime"}),
        ("import wasm_link.cache", {"wasmtime", "yaml"}),
    ],
)
def test_what_is_slow_is_imported_where_it_is_used(statement: str, absent: set[str]) -> None:
    """A part of the package does not pull in libraries that it does not use."""
    code = f"import sys; {statement}; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not absent & set(loaded)


def test_every_public_name_is_there() -> None:
    """The names in `__all__` can be imported, and `dir` shows them."""
    import wasm_link

    for name in wasm_link.__all__:
        assert getattr(wasm_link, name) is not None
        assert name in dir(wasm_link)
