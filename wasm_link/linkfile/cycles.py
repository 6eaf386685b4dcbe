"""Cycles and reachability of the sockets that a linkfile declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import TypeAlias

from wasm_link.diagnostics import Code, Diagnostic, Note
from wasm_link.linkfile.graph import find_cycles, unreached
from wasm_link.linkfile.model import SocketSpec
from wasm_link.linkfile.outline import Outline
from wasm_link.linkfile.wording import quoted, shown

_MAX_SHOWN = 8


class _Kind(Enum):
    PLUGIN = "plugin"
    INTERFACE = "interface"


# An interface stands between the plugins that call it and those that plug it, so that the graph is as large as the
# linkfile, where edges from plugin to plugin could be as many as its square.
_Node: TypeAlias = tuple[_Kind, str]
_Graph: TypeAlias = Mapping[_Node, tuple[_Node, ...]]


def check_cycles(outline: Outline) -> Iterator[Diagnostic]:
    """One diagnostic for each group of plugins that need each other."""
    for cycle in find_cycles(_graph(outline)):
        yield _describe_cycle(outline, cycle)


def check_reached(outline: Outline) -> Iterator[Diagnostic]:
    """The plugins that the root does not need. That cannot be said where sockets on the way are inferred."""
    if outline.root is None:
        return
    graph = _graph(outline)
    if not graph.get((_Kind.INTERFACE, outline.root.id)):
        return  # then nothing is reached, and that the root is empty is what has to be said
    lost = {id for kind, id in unreached(graph, [(_Kind.INTERFACE, outline.root.id)]) if kind is _Kind.PLUGIN}
    if any(plugin.sockets is None for id, plugin in outline.plugins.items() if id not in lost):
        return
    for id, plugin in outline.plugins.items():
        if id in lost:
            yield Diagnostic(
                Code.UNREACHED_PLUGIN,
                f"plugin {quoted(id)} is not reached from the root {quoted(outline.root.id)}",
                plugin.id.span,
                hint="remove it, or add a socket for what it plugs to a plugin that is reached",
                notes=(Note("the root is here", outline.root.span),),
            )


def _graph(outline: Outline) -> _Graph:
    graph: dict[_Node, tuple[_Node, ...]] = {}
    plugging: dict[str, list[_Node]] = {}
    for id, plugin in outline.plugins.items():
        needs: list[_Node] = []
        for socket in plugin.sockets or ():
            if socket.providers is None:
                needs.append((_Kind.INTERFACE, socket.interface.id))
            else:
                needs.extend((_Kind.PLUGIN, ref.id) for ref in socket.providers if _may_plug(outline, ref.id, socket))
        graph[_Kind.PLUGIN, id] = tuple(needs)
        for plug in plugin.plugs or ():
            plugging.setdefault(plug.id, []).append((_Kind.PLUGIN, id))
    for interface, nodes in plugging.items():
        graph[_Kind.INTERFACE, interface] = tuple(nodes)
    return graph


def _may_plug(outline: Outline, provider: str, socket: SocketSpec) -> bool:
    """Whether a provider plugs what a socket wants; those that do not are a problem of their own, and no edge."""
    plugin = outline.plugins.get(provider)
    return plugin is not None and (plugin.plugs is None or any(plug.id == socket.interface.id for plug in plugin.plugs))


def _describe_cycle(outline: Outline, cycle: tuple[_Node, ...]) -> Diagnostic:
    links = [
        (id, _socket_to(outline, id, needed))
        for (kind, id), needed in zip(cycle, [*cycle[1:], cycle[0]], strict=True)
        if kind is _Kind.PLUGIN
    ]
    ids = [id for id, _ in links]
    notes = [
        Note(f"{quoted(id)} calls {quoted(socket.interface.id)}, which {quoted(provider)} plugs", socket.interface.span)
        for (id, socket), provider in zip(links, [*ids[1:], ids[0]], strict=True)
    ]
    return Diagnostic(
        Code.CYCLE,
        f"plugins depend on each other in a cycle: {_arrows(ids)}",
        links[0][1].interface.span,
        hint=_hint(outline, links),
        notes=tuple(notes[:_MAX_SHOWN]),
    )


def _socket_to(outline: Outline, plugin: str, needed: _Node) -> SocketSpec:
    """The first socket of a plugin that leads to a node of the graph."""
    kind, id = needed
    for socket in outline.plugins[plugin].sockets or ():
        if kind is _Kind.INTERFACE and socket.providers is None and socket.interface.id == id:
            return socket
        if kind is _Kind.PLUGIN and any(provider.id == id for provider in socket.providers or ()):
            return socket
    raise AssertionError("every edge of the graph comes from a socket")


def _arrows(ids: list[str]) -> str:
    more = len(ids) - _MAX_SHOWN
    first = [shown(id) for id in ids[:_MAX_SHOWN]]
    return " → ".join([*first, *([f"… {more:,} more …"] if more > 0 else []), shown(ids[0])])


def _hint(outline: Outline, links: list[tuple[str, SocketSpec]]) -> str:
    for id, socket in links:
        interface = socket.interface.id
        if socket.providers is None and any(plug.id == interface for plug in outline.plugins[id].plugs or ()):
            return (
                f"{quoted(id)} both plugs and calls {quoted(interface)}: say which plugins serve it, with "
                f"`from`: `sockets: [{{ interface: {shown(interface)}, from: [PLUGIN] }}]`"
            )
    return "remove one of these sockets, or name its providers with `from`"
