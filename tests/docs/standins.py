"""Components that stand in for those that a linkfile in the documentation names: a linkfile in, its files out.

Each plugin gets a component that exports what it plugs and imports what its sockets say. Every function is
`apply: func(n: u32) -> u32`, or what `remap` calls it; what a consumer imports returns the form that suits the
cardinality. They are for the link check, and trap when they are called.
"""

from __future__ import annotations

from pathlib import Path

from wasm_link.linkfile.model import Cardinality, Linkfile, Plugin

FUNCTION = "apply"

_ANSWER = {
    Cardinality.EXACTLY_ONE: "u32",
    Cardinality.AT_MOST_ONE: "(option u32)",
    Cardinality.AT_LEAST_ONE: "(list u32)",
    Cardinality.ANY: "(list u32)",
}


def write_standins(linkfile: Linkfile, folder: Path) -> None:
    """Write a component for each plugin to where its source says."""
    for plugin in linkfile.plugins.values():
        path = folder / linkfile.source_of(plugin).path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(standin(linkfile, plugin), encoding="utf-8")


def standin(linkfile: Linkfile, plugin: Plugin) -> str:
    """The component of one plugin, in text format. A plugin whose sockets are inferred imports nothing."""
    parts: list[str] = []
    for socket in plugin.sockets or ():
        interface = linkfile.interfaces[socket.interface.id]
        answer = _ANSWER[interface.cardinality]
        parts.extend(
            f'(import "{ref.name}" (instance (export "{FUNCTION}" (func (param "n" u32) (result {answer})))))'
            for ref in interface.wit
        )
    if plugin.wasi is not None:
        parts.append('(import "wasi:cli/environment@0.2.0" (instance))')
    parts.append('(core module $m (func (export "f") (param i32) (result i32) unreachable))')
    parts.append("(core instance $i (instantiate $m))")
    parts.append('(func $f (param "n" u32) (result u32) (canon lift (core func $i "f")))')
    remaps = {str(remap.requested.name): remap for remap in plugin.remap}
    for plug in plugin.plugs:
        for ref in linkfile.interfaces[plug.id].wit:
            remap = remaps.get(str(ref.name))
            name = remap.exported if remap is not None else str(ref.name)
            function = remap.items.get(FUNCTION, FUNCTION) if remap is not None else FUNCTION
            parts.append(f'(instance $o{len(parts)} (export "{function}" (func $f)))')
            parts.append(f'(export "{name}" (instance $o{len(parts) - 1}))')
    return "(component\n  " + "\n  ".join(parts) + ")\n"
