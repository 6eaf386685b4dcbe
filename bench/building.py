"""Whole builds: with an empty cache, with everything in it, with one component changed; and compiling side by side."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count as numbers
from pathlib import Path
from time import perf_counter

from bench.components import heavy, numbered
from bench.measure import Row, Sizes, least_times
from bench.projects import write_parts, write_tree
from bench.startup import COMMAND, environment
from wasm_link.build import Built, Status, build
from wasm_link.cache import Cache, DiskCache, LocalTrust, NoCache
from wasm_link.engine.engine import engine_for
from wasm_link.engine.profile import Profile
from wasm_link.pipeline import check

# What cannot be left out of a warm start: wasmtime, every artifact's digest, and wasmtime's own loading of it.
_LOAD_ALL = """
import hashlib, pathlib, sys
import wasmtime, wasmtime.component
from wasm_link.engine.engine import engine_for
from wasm_link.engine.profile import Profile
engine = engine_for(Profile())
loaded = []
for path in pathlib.Path(sys.argv[1]).glob("*.artifact"):
    with path.open("rb") as file:
        hashlib.file_digest(file, "sha256")
    loaded.append(engine.load(path))
"""


def building(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """Trees of small plugins, in this process and as a command."""
    for count in sizes.built:
        path = write_tree(folder / f"build-{count}", count)
        artifacts = folder / f"artifacts-{count}"
        binaries = [found.read_bytes() for found in sorted(path.parent.glob("*.wasm"))]
        _write_artifacts(artifacts, binaries)
        yield from _cold(sizes, folder, path, binaries)
        yield from _warm(sizes, folder / f"warm-{count}", path, artifacts)
        yield from _one_changed(sizes, folder / f"warm-{count}", path)


def side_by_side(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """A few larger components, compiled one after the other and as many at once as there are processors."""
    components = [heavy(sizes.functions, number) for number in range(sizes.compiled)]
    checked = check(write_parts(folder / "heavy", components))
    cores = os.cpu_count() or 1
    best = least_times(
        {
            "one": lambda: _finish(build(checked, NoCache(), jobs=1)),
            "all": lambda: _finish(build(checked, NoCache())),
            "wasmtime": lambda: _compile(components, 1),
        },
        min(sizes.rounds, 3),
    )
    size = sum(map(len, components)) / len(components) / 1024
    what = f"building {len(components)} components of {size:.0f} KiB"
    yield Row(f"{what}, jobs={cores}", best["all"], "jobs=1", best["one"])
    yield Row(f"{what}, jobs=1", best["one"], "wasmtime's compiling alone", best["wasmtime"])


def _cold(sizes: Sizes, folder: Path, path: Path, binaries: list[bytes]) -> Iterator[Row]:
    checked, fresh = check(path), numbers()
    best = least_times(
        {
            "cold": lambda: _finish(build(checked, _cache(folder / f"cold-{len(binaries)}-{next(fresh)}"))),
            "compile": lambda: _compile(binaries, os.cpu_count() or 1),
        },
        min(sizes.rounds, 2),
    )
    yield Row(f"{len(binaries):,} plugins, cold build", best["cold"], "wasmtime's compiling alone", best["compile"])


def _warm(sizes: Sizes, cached: Path, path: Path, artifacts: Path) -> Iterator[Row]:
    checked, cache = check(path), _cache(cached)
    _finish(build(checked, cache))
    environ = environment(cached)

    def start(*command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, env=environ)

    start(*COMMAND, "build", str(path))  # fills the cache of Python's compiled modules
    best = least_times(
        {
            "build": lambda: _finish(build(checked, cache), compiled=0),
            "load": lambda: _load_all(artifacts),
            "command": lambda: start(*COMMAND, "build", str(path)),
            "process": lambda: start(sys.executable, "-c", _LOAD_ALL, str(artifacts)),
        },
        sizes.rounds,
    )
    count = f"{len(checked.components):,} plugins"
    yield Row(f"{count}, warm build of a checked linkfile", best["build"], "hash and load artifacts", best["load"])
    yield Row(f"{count}, warm `wasm-link build`", best["command"], "a process that does that", best["process"])


def _one_changed(sizes: Sizes, cached: Path, path: Path) -> Iterator[Row]:
    """One component changes before every build; checking is part of the time."""
    cache, changed, fresh = _cache(cached), path.parent / "p0.wasm", numbers(1 << 32)
    original = changed.read_bytes()
    best, unchanged = float("inf"), float("inf")
    for _ in range(sizes.rounds):
        changed.write_bytes(numbered(original, next(fresh)))
        start = perf_counter()
        _finish(build(check(path), cache), compiled=1)
        best = min(best, perf_counter() - start)
        start = perf_counter()
        checked = check(path)
        _finish(build(checked, cache), compiled=0)
        unchanged = min(unchanged, perf_counter() - start)
    changed.write_bytes(original)
    yield Row(
        f"{len(checked.components):,} plugins, check and build, one changed", best, "the same, none changed", unchanged
    )


def _finish(built: Built, *, compiled: int | None = None) -> None:
    """Close a tree, which must be there; `compiled` is how many components must have been compiled for it."""
    assert built.tree is not None, built.diagnostics
    built.tree.close()
    found = sum(report.status is Status.COMPILED for report in built.report.plugins)
    assert compiled is None or found == compiled, f"{found} components were compiled"


def _cache(directory: Path) -> Cache:
    return DiskCache(directory, LocalTrust(str(directory.parent / "secret"), str(directory)))


def _write_artifacts(folder: Path, binaries: list[bytes]) -> None:
    engine = engine_for(Profile())
    folder.mkdir()
    for number, binary in enumerate(binaries):
        (folder / f"{number}.artifact").write_bytes(engine.compile(binary))


def _load_all(artifacts: Path) -> None:
    engine = engine_for(Profile())
    for path in artifacts.glob("*.artifact"):
        with path.open("rb") as file:
            hashlib.file_digest(file, "sha256")
        engine.load(path)


def _compile(binaries: list[bytes], jobs: int) -> None:
    with ThreadPoolExecutor(jobs) as pool:
        for artifact in pool.map(engine_for(Profile()).compile, binaries):
            assert artifact
