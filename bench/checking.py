"""Linkfiles of many plugins, stage by stage: reading, component types, planning. Whether each is linear shows too."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

from bench.components import padded
from bench.measure import Row, Sizes, least_times
from bench.projects import write_fan, write_parts, write_tree
from wasm_link.engine.text import text_to_binary
from wasm_link.linkfile.reader import read_linkfile
from wasm_link.pipeline import check
from wasm_link.planning.planner import plan_links
from wasm_link.sources.read import read_sources

_STAGES = ("reading the linkfile", "reading the components", "planning", "all of `check`")


def checking(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """A tree in which every plugin calls ten others, and a root that calls all others, in several sizes."""
    for shape, write in (("tree", write_tree), ("fan", write_fan)):
        before: tuple[int, dict[str, float]] | None = None
        for count in sizes.plugins:
            path = write(folder / f"{shape}-{count}", count)
            best = least_times(_works(path), sizes.rounds if count < 10_000 else 2)
            yield from _against_references(f"{count:,} plugins, {shape}", best)
            if before is not None:
                yield from _per_plugin(shape, before, (count, best))
            before = count, best


def large_component(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """One large component: its digest is most of the work, its types lie at its end."""
    path = write_parts(folder / "large", [padded(sizes.large)])
    linkfile = read_linkfile(path).linkfile
    assert linkfile is not None
    best = least_times(
        {
            "ours": lambda: read_sources(linkfile, text_to_binary),
            "hash": lambda: _hash_files(path.parent),
        },
        sizes.rounds,
    )
    size = f"{sizes.large / 2**20:.0f} MiB"
    yield Row(f"digest and types of a component of {size}", best["ours"], "reading and hashing it", best["hash"])


def _works(path: Path) -> dict[str, Callable[[], object]]:
    linkfile = read_linkfile(path).linkfile
    assert linkfile is not None
    sources = read_sources(linkfile, text_to_binary)
    assert plan_links(linkfile, sources).plan is not None
    text = path.read_text(encoding="utf-8")
    return {
        "reading the linkfile": lambda: read_linkfile(path),
        "yaml": lambda: yaml.load(text, yaml.CSafeLoader),
        "reading the components": lambda: read_sources(linkfile, text_to_binary),
        "hash": lambda: _hash_files(path.parent),
        "planning": lambda: plan_links(linkfile, sources),
        "all of `check`": lambda: check(path),
    }


def _against_references(which: str, best: dict[str, float]) -> Iterator[Row]:
    loading, hashing = ("PyYAML's C loader", best["yaml"]), ("reading and hashing the files", best["hash"])
    yield Row(f"{which}: {_STAGES[0]}", best[_STAGES[0]], *loading)
    yield Row(f"{which}: {_STAGES[1]}", best[_STAGES[1]], *hashing)
    yield Row(f"{which}: {_STAGES[2]}", best[_STAGES[2]], *loading)
    yield Row(f"{which}: {_STAGES[3]}", best[_STAGES[3]], "both references", best["yaml"] + best["hash"])


def _per_plugin(shape: str, before: tuple[int, dict[str, float]], after: tuple[int, dict[str, float]]) -> Iterator[Row]:
    (few, earlier), (many, later) = before, after
    for stage in _STAGES:
        what = f"{stage}, {shape}, a plugin of {many:,}"
        yield Row(what, later[stage] / many, f"a plugin of {few:,}", earlier[stage] / few)


def _hash_files(folder: Path) -> list[str]:
    found = []
    for path in sorted(folder.glob("*.wasm")):
        with path.open("rb") as file:
            found.append(hashlib.file_digest(file, "sha256").hexdigest())
    return found
