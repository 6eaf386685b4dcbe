"""What a plugin needs from others: its sockets, declared or inferred, beside what its component really imports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wasm_link.component.names import WitName, parse_wit_name
from wasm_link.component.types import ComponentType, CoreModuleType, FuncType, InstanceType, ResourceType, TypeExtern
from wasm_link.diagnostics import Code, Diagnostic, Note, Span
from wasm_link.diagnostics.nearest import nearest
from wasm_link.linkfile.model import Plugin, SocketSpec
from wasm_link.planning.names import InterfaceIndex
from wasm_link.planning.plan import EdgeOrigin, Provider, ProviderReason

_WASI_PACKAGES = frozenset({"cli", "clocks", "filesystem", "io", "random", "sockets"})


@dataclass(frozen=True, slots=True)
class Imported:
    """An interface that a component imports: the name as it spells it, the name's parts, and what it needs of it."""

    spelled: str
    name: WitName
    type: InstanceType


@dataclass(frozen=True, slots=True)
class Socket:
    """One socket of one plugin before it is checked: which interface, from whom, and what is imported through it."""

    interface: str
    origin: EdgeOrigin
    providers: tuple[Provider, ...]
    imports: tuple[Imported, ...]
    span: Span

    @property
    def names_one(self) -> bool:
        """Whether `from` names exactly one plugin: the forms of `exactly-one` then serve too, whatever the cardinality.

        That is what a middleware needs: its WIT has one definition of an interface for its import and its export.
        """
        return [provider.reason for provider in self.providers] == [ProviderReason.NAMED]


@dataclass(frozen=True, slots=True)
class PluginSockets:
    """The sockets of one plugin, and what is wrong with its imports and grants."""

    sockets: tuple[Socket, ...]
    diagnostics: tuple[Diagnostic, ...]


def declared_sockets(index: InterfaceIndex, plugin: Plugin) -> PluginSockets:
    """The sockets of a plugin whose component is not at hand: what the linkfile declares."""
    return PluginSockets(tuple(_socket(index, spec, ()) for spec in _known(index, plugin)), ())


def resolve_sockets(index: InterfaceIndex, plugin: Plugin, component: ComponentType) -> PluginSockets:
    """Bring the imports of a component together with the sockets of its plugin."""
    diagnostics: list[Diagnostic] = []
    wired: dict[str, list[Imported]] = {}
    wasi: list[str] = []
    declared = None if plugin.sockets is None else {spec.interface.id for spec in plugin.sockets}
    for spelled, item in component.imports.items():
        if isinstance(item, TypeExtern) and not isinstance(item.type, ResourceType):
            continue  # a type by itself asks nobody for anything
        name = parse_wit_name(spelled)
        if not isinstance(item, InstanceType) or name is None:
            diagnostics.append(_not_an_interface(plugin, spelled, item))
            continue
        interface = index.interface_of(name)
        if interface is not None and (declared is None or interface in declared):
            if declared is not None or _asks_for_something(item):
                wired.setdefault(interface, []).append(Imported(spelled, name, item))
        elif is_wasi(name):
            wasi.append(spelled)
        elif _asks_for_something(item):
            diagnostics.append(_unsatisfied(index, plugin, name, interface))
    diagnostics.extend(_check_wasi(plugin, wasi))
    if plugin.sockets is None:
        sockets = [_inferred(index, plugin, interface, imports) for interface, imports in wired.items()]
    else:
        sockets = [_socket(index, spec, wired.get(spec.interface.id, ())) for spec in _known(index, plugin)]
        diagnostics.extend(_not_imported(index, plugin, socket) for socket in sockets if not socket.imports)
    return PluginSockets(tuple(sockets), tuple(diagnostics))


def is_wasi(name: WitName) -> bool:
    """Whether an interface is part of the WASI 0.2 that the engine has (without `wasi:http`)."""
    return name.namespace == "wasi" and name.package in _WASI_PACKAGES and name.track[1] == "0.2"


def _known(index: InterfaceIndex, plugin: Plugin) -> list[SocketSpec]:
    """The declared sockets whose interface is defined; the others have been reported already."""
    return [spec for spec in plugin.sockets or () if spec.interface.id in index.interfaces]


def _asks_for_something(instance: InstanceType) -> bool:
    """Whether an imported instance has functions or resources, and not only plain types."""
    return any(
        isinstance(item, FuncType) or (isinstance(item, TypeExtern) and isinstance(item.type, ResourceType))
        for item in instance.exports.values()
    )


def _socket(index: InterfaceIndex, spec: SocketSpec, imports: Iterable[Imported]) -> Socket:
    interface = spec.interface.id
    named = None if spec.providers is None else {ref.id for ref in spec.providers}
    reason = ProviderReason.PLUGS if named is None else ProviderReason.NAMED
    providers = tuple(Provider(id, reason) for id in index.providers(interface) if named is None or id in named)
    return Socket(interface, EdgeOrigin.DECLARED, providers, tuple(imports), spec.interface.span)


def _inferred(index: InterfaceIndex, plugin: Plugin, interface: str, imports: Iterable[Imported]) -> Socket:
    providers = tuple(Provider(id, ProviderReason.PLUGS) for id in index.providers(interface))
    return Socket(interface, EdgeOrigin.INFERRED, providers, tuple(imports), plugin.span)


def _not_an_interface(plugin: Plugin, spelled: str, item: object) -> Diagnostic:
    kind = {FuncType: "function", InstanceType: "instance", CoreModuleType: "core module", TypeExtern: "resource"}
    return Diagnostic(
        Code.UNSATISFIED_IMPORT,
        f"plugin `{plugin.id}` imports the {kind.get(type(item), 'item')} `{spelled}`, which nothing can satisfy",
        plugin.span,
        expected="imports of named interfaces, such as `demo:text/transform@0.1.0`",
        hint="put the import into an interface of a WIT package, and build the component again",
    )


def _unsatisfied(index: InterfaceIndex, plugin: Plugin, name: WitName, interface: str | None) -> Diagnostic:
    message = f"plugin `{plugin.id}` imports `{name}`, which nothing satisfies"
    if interface is not None:
        return Diagnostic(
            Code.UNSATISFIED_IMPORT,
            message,
            plugin.span,
            expected=f"the interface `{interface}` among the sockets of `{plugin.id}`",
            hint=f"add it: `sockets: [{', '.join([*_socket_ids(plugin), interface])}]`",
        )
    if name.namespace == "wasi" and name.package == "http":
        hint = "`wasi:http` cannot be granted by a linkfile"
    elif name.namespace == "wasi" and name.package in _WASI_PACKAGES:
        hint = f"the engine has WASI 0.2, and the component wants {name.version or 'no version'}"
    else:
        near = nearest(str(name), index.wit_names(), cutoff=0.75)
        hint = (
            f"the nearest WIT interface here is `{near}`"
            if near is not None
            else f'add an interface with `wit: "{name}"`, and a plugin that plugs it'
        )
    return Diagnostic(
        Code.UNSATISFIED_IMPORT, message, plugin.span, expected="an interface of the linkfile that has it", hint=hint
    )


def _socket_ids(plugin: Plugin) -> list[str]:
    return [spec.interface.id for spec in plugin.sockets or ()]


def _check_wasi(plugin: Plugin, imports: list[str]) -> list[Diagnostic]:
    if imports and plugin.wasi is None:
        return [
            Diagnostic(
                Code.WASI_NOT_GRANTED,
                f"plugin `{plugin.id}` imports WASI, and has no grant",
                plugin.span,
                expected="a `wasi` key on the plugin",
                hint="`wasi: {}` grants an empty sandbox: no files, no environment, no network, null stdio",
                notes=(Note(f"it imports {_some(imports)}"),),
            )
        ]
    if plugin.wasi is not None and not imports:
        return [
            Diagnostic(
                Code.UNUSED_GRANT,
                f"plugin `{plugin.id}` has a `wasi` grant, and imports nothing of WASI",
                plugin.wasi.span,
                hint="remove the key",
            )
        ]
    return []


def _not_imported(index: InterfaceIndex, plugin: Plugin, socket: Socket) -> Diagnostic:
    wit = ", ".join(f"`{ref.name}`" for ref in index.interfaces[socket.interface].wit)
    return Diagnostic(
        Code.SOCKET_NOT_IMPORTED,
        f"plugin `{plugin.id}` declares the socket `{socket.interface}`, and its component does not import {wit}",
        socket.span,
        hint="languages drop imports that are not used; remove the socket if it is not needed",
    )


def _some(names: list[str], most: int = 4) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
