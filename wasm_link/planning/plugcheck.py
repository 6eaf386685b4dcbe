"""Does a plugin's component export what it plugs, and does its `remap` name things that exist?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from wasm_link.component.names import parse_wit_name
from wasm_link.component.types import ComponentType, InstanceType
from wasm_link.diagnostics import Code, Diagnostic
from wasm_link.diagnostics.nearest import did_you_mean, nearest
from wasm_link.linkfile.model import Linkfile, Plugin
from wasm_link.planning.names import InterfaceIndex, exported_instances, match_export, plugged_wit, remap_for
from wasm_link.planning.wording import listed


def check_plugs(
    linkfile: Linkfile, index: InterfaceIndex, plugin: Plugin, component: ComponentType
) -> Iterator[Diagnostic]:
    """Whether a plugin exports what it plugs, and whether its `remap` names things that exist."""
    exports = exported_instances(component)
    for plug in plugin.plugs:
        interface = linkfile.interfaces.get(plug.id)
        if interface is None or any(match_export(plugin, exports, ref.name) for ref in interface.wit):
            continue
        if any(remap_for(plugin, ref.name) for ref in interface.wit):
            continue  # the remap names something that is not there, and is told below
        yield Diagnostic(
            Code.PLUG_NOT_EXPORTED,
            f"plugin `{plugin.id}` plugs `{plug.id}`, and its component does not export "
            + " or ".join(f"`{ref.name}`" for ref in interface.wit),
            plug.span,
            expected=f"an export of that name; it exports {listed(exports)}",
            hint=_hint_for_plug(index, str(interface.wit[0].name), exports),
        )
    yield from _check_remap(linkfile, plugin, exports)


def _hint_for_plug(index: InterfaceIndex, wanted: str, exports: Iterable[str]) -> str | None:
    """An export that may be meant by another name, or else the interface of the linkfile that the exports belong to."""
    parsed = {name: parse_wit_name(name) for name in exports}
    known = {name: wit and index.interface_of(wit) for name, wit in parsed.items()}
    near = nearest(wanted, [name for name, interface in known.items() if interface is None])
    if near is not None:
        return f'if they mean the same: `remap: {{ "{wanted}": {{ as: "{near}" }} }}`'
    other = next((interface for interface in known.values() if interface is not None), None)
    return f"the component plugs `{other}`: is this the source that you mean?" if other is not None else None


def _check_remap(linkfile: Linkfile, plugin: Plugin, exports: Mapping[str, InstanceType]) -> Iterator[Diagnostic]:
    plugged = {name.track for name in plugged_wit(linkfile, plugin)}
    for remap in plugin.remap:
        if remap.requested.name.track not in plugged:
            yield Diagnostic(
                Code.BAD_REMAP,
                f"plugin `{plugin.id}` remaps `{remap.requested.name}`, which is not part of what it plugs",
                remap.requested.span,
                expected=f"one of what it plugs: {listed(str(name) for name in plugged_wit(linkfile, plugin))}",
                hint=did_you_mean(str(remap.requested.name), map(str, plugged_wit(linkfile, plugin))),
            )
            continue
        match = match_export(plugin, exports, remap.requested.name)
        if match is None:
            yield Diagnostic(
                Code.BAD_REMAP,
                f"plugin `{plugin.id}` remaps `{remap.requested.name}` to `{remap.exported}`, which it does not export",
                remap.span,
                expected=f"one of its exports: {listed(exports)}",
                hint=did_you_mean(remap.exported, exports),
            )
            continue
        functions = exports[match.export].functions()
        for requested, exported in remap.items.items():
            if exported not in functions:
                yield Diagnostic(
                    Code.BAD_REMAP,
                    f"plugin `{plugin.id}` remaps `{requested}` to `{exported}`, which `{match.export}` does not have",
                    remap.span,
                    expected=f"one of its functions: {listed(functions)}",
                    hint=did_you_mean(exported, functions) or _swapped(requested, exported, functions),
                )


def _swapped(requested: str, exported: str, functions: Collection[str]) -> str | None:
    """The hint for an item that is written the wrong way round."""
    return f"turn it round: `{exported}: {requested}`" if requested in functions else None
