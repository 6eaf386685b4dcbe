"""Semantic checks: what the names in a linkfile point to, without looking at any component or at the disk."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

from wasm_link.diagnostics import Code, Diagnostic, Note, Span
from wasm_link.linkfile.cycles import check_cycles, check_reached
from wasm_link.linkfile.model import Ref, SocketSpec, WitRef
from wasm_link.linkfile.outline import InterfaceOutline, Outline, PluginOutline
from wasm_link.linkfile.wording import Nearest, did_you_mean, one_of, quoted, shown

_MAX_NOTES = 5
_T = TypeVar("_T", bound=Hashable)


def check(outline: Outline) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with the names of a linkfile.

    A name is looked up among all ids that are written, so that an entry which is wrong itself is not reported as
    missing too. What would follow from a name that is wrong (nothing plugs an interface, a source is not used) is
    reported only where every name of that kind is right.
    """
    unknown = _UnknownNames(outline)
    references = tuple(unknown.check())
    whole = outline.whole and unknown.plugs_known and outline.root is not None
    return (
        *references,
        *_check_listed_twice(outline),
        *_check_shared_wit_names(outline),
        *_check_providers(outline),
        *_check_cardinality(outline, plugs_known=outline.whole and unknown.plugs_known),
        *check_cycles(outline),
        *(check_reached(outline) if outline.whole and not references else ()),
        *(_check_unused_sources(outline) if outline.whole and unknown.sources_known else ()),
        *(_check_unused_interfaces(outline) if whole and not references else ()),
    )


class _UnknownNames:
    """Finds references to what is not defined, and remembers of which kinds all are right."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._near = {
            "source": Nearest(outline.sources),
            "interface": Nearest(outline.interfaces),
            "plugin": Nearest(outline.plugins),
        }
        self.sources_known = True
        self.plugs_known = True

    def check(self) -> Iterator[Diagnostic]:
        root, interfaces = self._outline.root, self._outline.interfaces
        if root is not None and root.id not in interfaces:
            yield self._unknown(
                Code.UNKNOWN_ROOT, f"the root names the interface {quoted(root.id)}", root, "interface", interfaces
            )
        for plugin in self._outline.plugins.values():
            yield from self._check_plugin(plugin)

    def _check_plugin(self, plugin: PluginOutline) -> Iterator[Diagnostic]:
        interfaces, plugins = self._outline.interfaces, self._outline.plugins
        who = f"plugin {quoted(plugin.id.id)}"
        source = plugin.source
        if source is None:
            self.sources_known = False
        elif isinstance(source, Ref) and source.id not in self._outline.sources:
            self.sources_known = False
            message = f"{who} names the source {quoted(source.id)}"
            yield self._unknown(Code.UNKNOWN_SOURCE, message, source, "source", self._outline.sources)
        if plugin.plugs is None:
            self.plugs_known = False
        for plug in plugin.plugs or ():
            if plug.id not in interfaces:
                self.plugs_known = False
                message = f"{who} plugs the interface {quoted(plug.id)}"
                yield self._unknown(Code.UNKNOWN_INTERFACE, message, plug, "interface", interfaces)
        for socket in plugin.sockets or ():
            if socket.interface.id not in interfaces:
                message = f"{who} has a socket for the interface {quoted(socket.interface.id)}"
                yield self._unknown(Code.UNKNOWN_INTERFACE, message, socket.interface, "interface", interfaces)
            for provider in socket.providers or ():
                if provider.id not in plugins:
                    message = f"{who} takes {quoted(socket.interface.id)} from the plugin {quoted(provider.id)}"
                    yield self._unknown(Code.UNKNOWN_PROVIDER, message, provider, "plugin", plugins)

    def _unknown(self, code: Code, message: str, ref: Ref, kind: str, defined: Collection[str]) -> Diagnostic:
        hint = did_you_mean(self._near[kind].to(ref.id))
        return Diagnostic(code, f"{message}, which is not defined", ref.span, one_of(defined), hint)


def _repeated(items: Iterable[tuple[_T, Span]]) -> Iterator[tuple[_T, Span, Span]]:
    """Each item that was there before, its place, and the place where it was first."""
    first: dict[_T, Span] = {}
    for item, span in items:
        before = first.setdefault(item, span)
        if before is not span:
            yield item, span, before


def _check_listed_twice(outline: Outline) -> Iterator[Diagnostic]:
    for plugin in outline.plugins.values():
        who = f"plugin {quoted(plugin.id.id)}"
        sockets = plugin.sockets or ()
        for id, span, first in _repeated((ref.id, ref.span) for ref in plugin.plugs or ()):
            yield _twice(f"{who} plugs the interface {quoted(id)} twice", span, first)
        for id, span, first in _repeated((socket.interface.id, socket.interface.span) for socket in sockets):
            yield _twice(f"{who} has two sockets for the interface {quoted(id)}", span, first)
        for socket in sockets:
            for id, span, first in _repeated((ref.id, ref.span) for ref in socket.providers or ()):
                yield _twice(f"{who} takes {quoted(socket.interface.id)} from {quoted(id)} twice", span, first)
    for interface in outline.interfaces.values():
        for _, wit, first_wit in _same_tracks((wit, wit) for wit in interface.wit):
            message = f"interface {quoted(interface.id.id)} names {quoted(str(wit.name))} twice"
            if wit.name != first_wit.name:
                message = (
                    f"interface {quoted(interface.id.id)} names both {quoted(str(first_wit.name))} and "
                    f"{quoted(str(wit.name))}, which stand for each other"
                )
            yield _twice(message, wit.span, first_wit.span)


def _twice(message: str, span: Span, first: Span) -> Diagnostic:
    return Diagnostic(
        Code.LISTED_TWICE, message, span, hint="remove one of the two", notes=(Note("the first one is here", first),)
    )


def _same_tracks(items: Iterable[tuple[_T, WitRef]]) -> Iterator[tuple[tuple[_T, _T], WitRef, WitRef]]:
    """Pairs of WIT names where one may stand for the other: their owners, the later name, and the first one."""
    first: dict[tuple[str, str | None], tuple[_T, WitRef]] = {}
    for owner, wit in items:
        first_owner, first_wit = first.setdefault(wit.name.track, (owner, wit))
        if first_wit is not wit:
            yield (first_owner, owner), wit, first_wit


def _check_shared_wit_names(outline: Outline) -> Iterator[Diagnostic]:
    every = ((interface.id.id, wit) for interface in outline.interfaces.values() for wit in interface.wit)
    for (first_id, id), wit, first in _same_tracks(every):
        if id == first_id:
            continue
        what = f"names {quoted(str(wit.name))}"
        if wit.name != first.name:
            what += f", which stands for {quoted(str(first.name))}"
        yield Diagnostic(
            Code.SHARED_WIT_NAME,
            f"interface {quoted(id)} {what}, but that belongs to interface {quoted(first_id)}",
            wit.span,
            hint="a WIT interface belongs to one interface: use that one in both places",
            notes=(Note(f"interface {quoted(first_id)} names it here", first.span),),
        )


def _check_providers(outline: Outline) -> Iterator[Diagnostic]:
    plugging = _plugging(outline)
    for plugin in outline.plugins.values():
        for socket in plugin.sockets or ():
            id = socket.interface.id
            for provider in socket.providers or ():
                target = outline.plugins.get(provider.id)
                if target is None or target.plugs is None or id not in outline.interfaces:
                    continue
                if provider.id not in plugging.get(id, {}):
                    yield Diagnostic(
                        Code.NOT_A_PROVIDER,
                        f"plugin {quoted(plugin.id.id)} takes {quoted(id)} from {quoted(provider.id)}, "
                        "which does not plug it",
                        provider.span,
                        _plugins_that_plug(plugging.get(id, {})),
                        notes=tuple(
                            Note(f"{quoted(provider.id)} plugs {quoted(plug.id)}", plug.span)
                            for plug in target.plugs[:_MAX_NOTES]
                        ),
                    )


def _plugins_that_plug(plugs: Collection[str]) -> str:
    return one_of(plugs) if plugs else "a plugin that plugs it, and there is none"


def _plugging(outline: Outline) -> dict[str, dict[str, Ref]]:
    """For each interface the plugins that plug it, with the places where they say so."""
    plugging: dict[str, dict[str, Ref]] = {}
    for plugin in outline.plugins.values():
        for plug in plugin.plugs or ():
            plugging.setdefault(plug.id, {}).setdefault(plugin.id.id, plug)
    return plugging


def _check_cardinality(outline: Outline, *, plugs_known: bool) -> Iterator[Diagnostic]:
    """Whether there are as many plugins as each interface that is in use wants.

    An interface is in use as the root, and through sockets; a socket that names its providers counts those.
    """
    plugging = _plugging(outline)
    users: dict[str, list[Note]] = {}
    if outline.root is not None and outline.root.id in outline.interfaces:
        users[outline.root.id] = [Note("it is the root", outline.root.span)]
    for plugin in outline.plugins.values():
        for socket in plugin.sockets or ():
            interface = outline.interfaces.get(socket.interface.id)
            if interface is None:
                continue
            if socket.providers is not None:
                yield from _check_provider_count(plugin, socket, interface, plugging)
                continue
            notes = users.setdefault(interface.id.id, [])
            if len(notes) < _MAX_NOTES:
                notes.append(Note(f"plugin {quoted(plugin.id.id)} calls it", socket.interface.span))
    for id, notes in users.items():
        interface, plugs = outline.interfaces[id], plugging.get(id, {})
        if interface.cardinality is None or interface.cardinality.allows(len(plugs)):
            continue
        if not plugs and not plugs_known:
            continue  # the plugin that plugs it may be one that could not be read
        places = [Note(f"plugin {quoted(plugin)} plugs it", ref.span) for plugin, ref in plugs.items()][:_MAX_NOTES]
        if len(plugs) > _MAX_NOTES:
            places.append(Note(f"and {len(plugs) - _MAX_NOTES:,} more"))
        is_root = outline.root is not None and outline.root.id == id
        yield Diagnostic(
            Code.CARDINALITY,
            f"interface {quoted(id)} is plugged by {_count(len(plugs))}, but its cardinality is "
            f"{interface.cardinality.value}",
            interface.id.span,
            hint=_cardinality_hint(id, len(plugs), is_root=is_root),
            notes=(*notes, *places),
        )


def _check_provider_count(
    plugin: PluginOutline, socket: SocketSpec, interface: InterfaceOutline, plugging: Mapping[str, Collection[str]]
) -> Iterator[Diagnostic]:
    providers = {ref.id for ref in socket.providers or ()}
    if interface.cardinality is None or interface.cardinality.allows(len(providers)):
        return
    yield Diagnostic(
        Code.CARDINALITY,
        f"plugin {quoted(plugin.id.id)} takes {quoted(interface.id.id)} from {_count(len(providers))}, but its "
        f"cardinality is {interface.cardinality.value}",
        socket.interface.span,
        _plugins_that_plug(plugging.get(interface.id.id, ())) if not providers else None,
        notes=(Note("the interface is defined here", interface.id.span),),
    )


def _count(number: int) -> str:
    return "no plugin" if number == 0 else "one plugin" if number == 1 else f"{number:,} plugins"


def _cardinality_hint(id: str, count: int, *, is_root: bool) -> str:
    if count == 0:
        return f"add a plugin with `plug: {shown(id)}`, or let its cardinality allow none"
    if is_root:  # the host has no socket that could choose
        return "remove the others, or write `cardinality: at-least-one`"
    return "name the provider in the socket with `from`, or write `cardinality: at-least-one`"


def _check_unused_sources(outline: Outline) -> Iterator[Diagnostic]:
    used = {plugin.source.id for plugin in outline.plugins.values() if isinstance(plugin.source, Ref)}
    for id, ref in outline.sources.items():
        if id not in used:
            message = f"the source {quoted(id)} is not used by any plugin"
            yield Diagnostic(Code.UNUSED_SOURCE, message, ref.span, hint="remove it")


def _check_unused_interfaces(outline: Outline) -> Iterator[Diagnostic]:
    """Interfaces that nothing names. A socket may also be inferred, of an interface that needs no plugin."""
    plugins = outline.plugins.values()
    used = {plug.id for plugin in plugins for plug in plugin.plugs or ()}
    used.update(socket.interface.id for plugin in plugins for socket in plugin.sockets or ())
    if outline.root is not None:
        used.add(outline.root.id)
    infers = any(plugin.sockets is None for plugin in plugins)
    for id, interface in outline.interfaces.items():
        needs_no_plugin = interface.cardinality is None or interface.cardinality.allows(0)
        if id not in used and not (infers and needs_no_plugin):
            message = f"the interface {quoted(id)} is not used: it is not the root, and no plug or socket names it"
            yield Diagnostic(Code.UNUSED_INTERFACE, message, interface.id.span, hint="remove it")
