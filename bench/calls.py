"""Calls: the host's into a plugin, and a plugin's into another, against the public API of wasmtime."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import wasmtime
from wasmtime import component as wasm

from bench.components import APP, WORK, adder, caller, provider
from bench.measure import Row, Sizes, least_times
from bench.projects import write_fan
from wasm_link import PluginTreeHead, load
from wasm_link.cache import NoCache

_COPIES = 100  # a copy of a few bytes is done so often, to be measurable


def host_calls(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """`add(u32, u32)` in a plugin of the root."""
    with _load_adder(folder) as tree:
        public, add = _public_add(), tree.root.add

        def looked_up() -> None:
            for _ in range(sizes.calls):
                tree.root.add(1, 2)

        def kept() -> None:
            for _ in range(sizes.calls):
                add(1, 2)

        def dispatched() -> None:
            for _ in range(sizes.calls):
                tree.dispatch(APP, "add", 1, 2)

        def reference() -> None:
            for _ in range(sizes.calls):
                public(1, 2)

        best = least_times(
            {"root.add": looked_up, "kept": kept, "dispatch": dispatched, "public": reference}, sizes.rounds
        )
    each = {name: seconds / sizes.calls for name, seconds in best.items()}
    for what, name in (
        ("host → plugin, `tree.root.add(1, 2)`", "root.add"),
        ("host → plugin, `add = tree.root.add` kept", "kept"),
        ("host → plugin, `tree.dispatch(…)`", "dispatch"),
    ):
        yield Row(what, each[name], "wasmtime's `Func.__call__`", each["public"])


def plugin_calls(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """`apply(u32)` of one plugin, or of several on one socket, called in a loop by another plugin."""
    public = _public_chain("u32")
    with load(write_fan(folder / "one", 1), cache=NoCache()) as tree:
        best = least_times(
            {"ours": lambda: _repeat(tree, sizes.calls), "public": lambda: public(sizes.calls, 0)}, sizes.rounds
        )
    chain = best["public"] / sizes.calls
    yield Row("plugin → plugin, `apply(u32)`", best["ours"] / sizes.calls, "a callback by the public API", chain)
    for count in sizes.fans:
        often = max(sizes.calls // count, 1)
        with load(write_fan(folder / f"fan-{count}", count), cache=NoCache()) as tree:
            best = least_times(
                {
                    "ours": lambda tree=tree, often=often: _repeat(tree, often),  # type: ignore[misc]
                    "public": lambda: public(sizes.calls, 0),
                },
                sizes.rounds,
            )
        what = f"plugin → {count} plugins, for each of them"
        yield Row(what, best["ours"] / often / count, "a callback by the public API", best["public"] / sizes.calls)


def payloads(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """Strings and bytes that one plugin gives to another."""
    for parameter, name in (("string", "string"), ("(list u8)", "list-u8")):
        public = _public_chain(parameter)
        with load(write_fan(folder / name, 1, parameter=parameter), cache=NoCache()) as tree:
            for size in sizes.payloads:
                often = max(min(sizes.calls, (4 << 20) // size), 1)
                source = bytearray(size)
                works: dict[str, Callable[[], object]] = {
                    "ours": lambda often=often, size=size: _repeat(tree, often, size),  # type: ignore[misc]
                    "copy": lambda source=source: [bytes(source) for _ in range(_COPIES)],  # type: ignore[misc]
                    "public": lambda public=public, size=size: public(1, size),  # type: ignore[misc]
                }
                best = least_times(works, sizes.rounds)
                what = f"plugin → plugin, `{parameter.strip('()')}` of {_bytes(size)}"
                ours = best["ours"] / often
                yield Row(what, ours, "`bytes(…)`, one copy", best["copy"] / _COPIES)
                yield Row(what, ours, "a callback by the public API", best["public"])


def _repeat(tree: PluginTreeHead, count: int, size: int = 0) -> None:
    assert tree.root.repeat(count, size) == 0


def _load_adder(folder: Path) -> PluginTreeHead:
    (folder / "add.wat").write_text(adder(), encoding="utf-8")
    path = folder / "linkfile.yaml"
    path.write_text(
        f"linkfile: 1\nroot: app\ninterfaces:\n  app: {{ wit: '{APP}' }}\n"
        "plugins:\n  add: { source: { path: add.wat }, plug: app }\n",
        encoding="utf-8",
    )
    return load(path, cache=NoCache())


def _public_add() -> Callable[..., Any]:
    engine = wasmtime.Engine()
    return _public_instance(engine, wasm.Linker(engine), adder(), APP, "add")


def _public_chain(parameter: str) -> Callable[..., Any]:
    """`repeat` of a caller in one store whose import is a Python callback into a second store."""
    engine = wasmtime.Engine()
    apply = _public_instance(engine, wasm.Linker(engine), provider(parameter), WORK, "apply")
    linker = wasm.Linker(engine)
    with linker.root() as root, root.add_instance(WORK) as work:
        work.add_func("apply", lambda _store, value: apply(value))
    return _public_instance(engine, linker, caller(parameter), APP, "repeat")


def _public_instance(
    engine: wasmtime.Engine, linker: wasm.Linker, text: str, interface: str, name: str
) -> Callable[..., Any]:
    """A function of an instance in a store of its own, by the public API alone."""
    store = wasmtime.Store(engine)
    instance = linker.instantiate(store, wasm.Component(engine, text.encode()))
    index = instance.get_export_index(store, name, instance.get_export_index(store, interface))
    assert index is not None
    function = instance.get_func(store, index)
    assert function is not None

    def call(*arguments: object) -> object:
        return function(store, *arguments)

    return call


def _bytes(count: int) -> str:
    return f"{count >> 20} MiB" if count >= 1 << 20 else f"{count >> 10} KiB" if count >= 1 << 10 else f"{count} B"
