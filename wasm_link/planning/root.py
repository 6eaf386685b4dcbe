"""The root as the host sees it: its plugins' functions by name, of one type wherever they share a name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from wasm_link.component.names import WitName
from wasm_link.component.subtype import explain_function_mismatch
from wasm_link.component.types import FuncType
from wasm_link.diagnostics import Code, Diagnostic, Note, Span
from wasm_link.linkfile.model import Linkfile, Plugin
from wasm_link.planning.crossing import crosses
from wasm_link.planning.names import exported_instances, match_export, remap_for
from wasm_link.planning.plan import RootLink, Target
from wasm_link.sources.read import SourceComponent


def link_root(linkfile: Linkfile, plugins: Sequence[str], components: Mapping[str, SourceComponent]) -> RootLink:
    """The root with these plugins; one without a component adds no functions."""
    interface = linkfile.interfaces[linkfile.root.id]
    functions: dict[tuple[str, str], list[Target]] = {}
    for id in plugins:
        if id in components:
            for wit, name, target in _functions(linkfile, linkfile.plugins[id], components[id]):
                functions.setdefault((wit, name), []).append(target)
    return RootLink(
        interface.id,
        interface.cardinality,
        tuple(plugins),
        {key: tuple(found) for key, found in functions.items()},
        tuple(str(ref.name) for ref in interface.wit),
    )


def root_mismatches(linkfile: Linkfile, root: RootLink) -> Iterator[Diagnostic]:
    """Functions whose type in one plugin is another than in the first: one call could not reach both.

    Functions with resources are passed over: each component has resources of its own, and the host calls none of them.
    """
    for (wit, name), (first, *others) in root.functions.items():
        for other in others:
            if not crosses(first.type) or not crosses(other.type):
                continue
            # A caller need not know that a callee is async.
            mismatch = explain_function_mismatch(
                replace(first.type, is_async=False), replace(other.type, is_async=False)
            )
            if mismatch is not None:
                place = " · ".join((f"`{wit}`", f"`{name}`", *mismatch.path))
                yield Diagnostic(
                    Code.TYPE_MISMATCH,
                    f"{place}: `{first.plugin}` has {mismatch.needed}, `{other.plugin}` has {mismatch.provided}",
                    _plug_span(linkfile, root, other.plugin),
                    hint="build both against the same WIT",
                    notes=(Note(f"plugin `{first.plugin}` plugs it here", _plug_span(linkfile, root, first.plugin)),),
                )


def _functions(linkfile: Linkfile, plugin: Plugin, component: SourceComponent) -> Iterator[tuple[str, str, Target]]:
    """What the host can call in one plugin: (WIT name in the linkfile, function name there, target)."""
    exports = exported_instances(component.type)
    for ref in linkfile.interfaces[linkfile.root.id].wit:
        match = match_export(plugin, exports, ref.name)
        if match is None:
            continue
        for exported, item in exports[match.export].exports.items():
            if isinstance(item, FuncType):
                target = Target(plugin.id, match.export, exported, item)
                for name in _requested_names(plugin, ref.name, exported):
                    yield str(ref.name), name, target


def _plug_span(linkfile: Linkfile, root: RootLink, plugin: str) -> Span:
    return next(plug.span for plug in linkfile.plugins[plugin].plugs if plug.id == root.interface)


def _requested_names(plugin: Plugin, wit: WitName, exported: str) -> Sequence[str]:
    """The names under which an exported function is called: those that a `remap` gives it, or else its own."""
    remap = remap_for(plugin, wit)
    items = remap.items if remap else {}
    given = [name for name, target in items.items() if target == exported]
    return given or ([] if exported in items else [exported])
