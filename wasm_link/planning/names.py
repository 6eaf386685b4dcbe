"""Which of a linkfile's interfaces has a WIT name, and which export of a plugin answers one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from wasm_link.component.names import WitName, compatible, parse_wit_name
from wasm_link.component.types import ComponentType, InstanceType
from wasm_link.linkfile.model import Linkfile, Plugin, Remap
from wasm_link.planning.plan import ExportMatch, Match


class InterfaceIndex:
    """A linkfile's interfaces by the WIT names they hold, and the plugins that plug each, in linkfile order."""

    def __init__(self, linkfile: Linkfile) -> None:
        self.interfaces = linkfile.interfaces
        self._by_track: dict[tuple[str, str | None], str] = {}
        for interface in linkfile.interfaces.values():
            for ref in interface.wit:
                self._by_track.setdefault(ref.name.track, interface.id)
        self._providers: dict[str, list[str]] = {}
        for plugin in linkfile.plugins.values():
            for plug in dict.fromkeys(plug.id for plug in plugin.plugs):
                self._providers.setdefault(plug, []).append(plugin.id)

    def interface_of(self, name: WitName) -> str | None:
        """The id of the interface that has a WIT name, versions within one track taken as equal, or None."""
        return self._by_track.get(name.track)

    def providers(self, interface: str) -> Sequence[str]:
        """The ids of the plugins that plug an interface, in linkfile order."""
        return self._providers.get(interface, ())

    def wit_names(self) -> Iterator[str]:
        """All WIT names of all interfaces, as written."""
        return (str(ref.name) for interface in self.interfaces.values() for ref in interface.wit)


def exported_instances(component: ComponentType) -> Mapping[str, InstanceType]:
    """The instances that a component exports, by name."""
    return {name: item for name, item in component.exports.items() if isinstance(item, InstanceType)}


def match_export(plugin: Plugin, exports: Iterable[str], needed: WitName) -> ExportMatch | None:
    """The export of a plugin that answers the interface `needed`: by its `remap`, by name, or by a compatible version.

    Of several compatible versions the exact one wins, then the last in the order of the binary.
    """
    names = tuple(exports)
    remap = remap_for(plugin, needed)
    if remap is not None and remap.exported != str(needed):
        return ExportMatch(plugin.id, remap.exported, Match.REMAPPED) if remap.exported in names else None
    wanted = str(needed)
    if wanted in names:
        return ExportMatch(plugin.id, wanted, Match.EXACT)
    for name in reversed(names):
        parsed = parse_wit_name(name)
        if parsed is not None and compatible(needed, parsed):
            return ExportMatch(plugin.id, name, Match.COMPATIBLE)
    return None


def remap_for(plugin: Plugin, needed: WitName) -> Remap | None:
    """The entry of a plugin's `remap` for an interface, if there is one."""
    return next((remap for remap in plugin.remap if compatible(needed, remap.requested.name)), None)


def plugged_wit(linkfile: Linkfile, plugin: Plugin) -> tuple[WitName, ...]:
    """The WIT interfaces that a plugin is to export, by its plugs; undefined interfaces are passed over."""
    known = linkfile.interfaces
    return tuple(ref.name for plug in plugin.plugs if plug.id in known for ref in known[plug.id].wit)
