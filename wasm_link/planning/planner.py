"""From a linkfile and the types of its components to a link plan, or to all the reasons why there is none.

Plugins are checked in topological order, providers before their consumers, each once: so that one which is left out is
known when the cardinality of those that need it is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from wasm_link.diagnostics import Code, Diagnostic, Note, Severity, has_errors, in_order
from wasm_link.linkfile.graph import find_cycles, unreached
from wasm_link.linkfile.model import Linkfile, OnError, Plugin
from wasm_link.planning.linkcheck import check_edge
from wasm_link.planning.names import InterfaceIndex
from wasm_link.planning.order import levels, topological_order
from wasm_link.planning.plan import Edge, EdgeOrigin, LinkPlan, RootLink, Step
from wasm_link.planning.plugcheck import check_plugs
from wasm_link.planning.root import link_root, root_mismatches
from wasm_link.planning.sockets import PluginSockets, Socket, declared_sockets, resolve_sockets
from wasm_link.sources.read import SourceComponent, SourceResult

_MAX_SHOWN = 8
"""Plugins of a cycle that are named; there may be thousands."""


@dataclass(frozen=True, slots=True)
class PlanResult:
    """A plan, or why there is none."""

    plan: LinkPlan | None
    diagnostics: tuple[Diagnostic, ...]


def plan_links(linkfile: Linkfile, sources: SourceResult, *, keep_going: bool = False) -> PlanResult:
    """Plan the links of a linkfile whose own checks have found no error.

    With `keep_going`, and for plugins with `on-error: skip`, a plugin that is not sound is left out where the
    cardinality of its interfaces allows that. Without, any error means that there is no plan.
    """
    return _Planner(linkfile, sources, keep_going).run()


def check_links(linkfile: Linkfile, sources: SourceResult) -> tuple[Diagnostic, ...]:
    """All that can be said of the links of a linkfile that has errors of its own, so that all are told in one run."""
    return tuple(d for d in _Planner(linkfile, sources, keep_going=False).check() if d.code is not Code.CARDINALITY)


@dataclass(slots=True)
class _Planner:
    """The state of one planning run; it is gone when the plan is there."""

    linkfile: Linkfile
    sources: SourceResult
    keep_going: bool
    diagnostics: list[Diagnostic] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)
    edges: dict[str, list[Edge]] = field(default_factory=dict)
    sockets: dict[str, PluginSockets] = field(default_factory=dict)
    cyclic: bool = False
    index: InterfaceIndex = field(init=False)

    def __post_init__(self) -> None:
        self.index = InterfaceIndex(self.linkfile)

    def run(self) -> PlanResult:
        self.check()
        root = self._root()
        fatal = self.cyclic or (has_errors(self.diagnostics) and not self.keep_going)
        plan = None if fatal or root is None else self._plan(root)
        return PlanResult(plan, in_order(dict.fromkeys(self.diagnostics)))

    def check(self) -> list[Diagnostic]:
        """Check every plugin, providers first; what is found is in `diagnostics`, `left_out` and `edges`."""
        for plugin in self.linkfile.plugins.values():
            component = self.sources.components.get(plugin.id)
            self.sockets[plugin.id] = (
                declared_sockets(self.index, plugin)
                if component is None
                else resolve_sockets(self.index, plugin, component.type)
            )
        needs = self._needs()
        self._report_cycles(needs)
        for id in needs if self.cyclic else topological_order(needs):
            self._check_plugin(self.linkfile.plugins[id])
        return self.diagnostics

    def _needs(self) -> dict[str, tuple[str, ...]]:
        return {
            id: tuple(dict.fromkeys(p.plugin for socket in found.sockets for p in socket.providers))
            for id, found in self.sockets.items()
        }

    def _report_cycles(self, needs: Mapping[str, tuple[str, ...]]) -> None:
        """Report one cycle for each group of plugins that need each other. There is no plan with one.

        A cycle of declared sockets alone was reported when the linkfile was read.
        """
        for cycle in find_cycles(needs):
            self.cyclic = True
            closing = [*cycle[1:], cycle[0]]
            sockets = [self._socket_between(*pair) for pair in zip(cycle, closing, strict=True)]
            if all(socket.origin is EdgeOrigin.DECLARED for socket in sockets):
                continue
            if any(self._is_another_component(self.linkfile.plugins[id]) for id in cycle):
                continue  # what was inferred from it means nothing, and the error is told at its plug
            notes = tuple(
                Note(f"`{consumer}` needs `{provider}` through the socket `{socket.interface}`", socket.span)
                for consumer, provider, socket in zip(cycle, closing, sockets, strict=True)
            )
            self.diagnostics.append(
                Diagnostic(
                    Code.CYCLE,
                    f"plugins depend on each other in a cycle: {_arrows(cycle)}",
                    notes[0].span,
                    hint="name the providers of one of these sockets: `{ interface: …, from: [ … ] }`",
                    notes=notes[1:_MAX_SHOWN],
                )
            )

    def _is_another_component(self, plugin: Plugin) -> bool:
        """Whether a component lacks what its plugin plugs, as where the sources of two plugins are exchanged."""
        component = self.sources.components.get(plugin.id)
        if component is None:
            return False
        found = check_plugs(self.linkfile, self.index, plugin, component.type)
        return any(diagnostic.code is Code.PLUG_NOT_EXPORTED for diagnostic in found)

    def _socket_between(self, consumer: str, provider: str) -> Socket:
        return next(
            socket
            for socket in self.sockets[consumer].sockets
            if any(candidate.plugin == provider for candidate in socket.providers)
        )

    def _check_plugin(self, plugin: Plugin) -> None:
        component = self.sources.components.get(plugin.id)
        if component is None:
            failed = self.sources.failed.get(plugin.id)
            self._judge(plugin, [failed] if failed else [])
            return
        found = list(self.sockets[plugin.id].diagnostics)
        found.extend(check_plugs(self.linkfile, self.index, plugin, component.type))
        found.extend(self.sources.missing_directories.get(plugin.id, ()))
        usable = {
            provider.plugin: self.sources.components[provider.plugin].type
            for socket in self.sockets[plugin.id].sockets
            for provider in socket.providers
            if provider.plugin in self.sources.components and provider.plugin not in self.left_out
        }
        edges = []
        for socket in self.sockets[plugin.id].sockets:
            checked = check_edge(self.linkfile, plugin, socket, usable)
            unfit = 0
            for finding in checked.findings:
                blamed = self.linkfile.plugins[finding.blamed]
                if finding.blamed == plugin.id:
                    found.append(finding.diagnostic)
                elif self._tolerates(blamed):
                    unfit += 1
                    self._tell(blamed, [finding.diagnostic])
                else:
                    self.diagnostics.append(finding.diagnostic)
            edges.append(checked.edge)
            cardinality = self._check_cardinality(plugin, socket, checked.edge, shrunk=unfit > 0)
            found.extend([cardinality] if cardinality else [])
        self.edges[plugin.id] = edges
        self._judge(plugin, found)

    def _check_cardinality(self, plugin: Plugin, socket: Socket, edge: Edge, *, shrunk: bool) -> Diagnostic | None:
        """Whether enough plugins are left on a socket. Declared sockets were counted when the linkfile was read."""
        gone = [provider.plugin for provider in socket.providers if provider.plugin in self.left_out]
        left = len(edge.providers) if gone or shrunk else len(socket.providers)
        if edge.cardinality.allows(left):
            return None
        if not gone and not shrunk and socket.origin is EdgeOrigin.DECLARED:
            return None
        if not gone and not shrunk and any(not self._in_hand(provider.plugin) for provider in socket.providers):
            return None
        plugged = ", ".join(f"`{id}`" for id in self.index.providers(socket.interface)) or "none"
        return Diagnostic(
            Code.CARDINALITY,
            f"the socket `{socket.interface}` of plugin `{plugin.id}` wants {edge.cardinality.value} plugin, "
            f"and {left} can serve it",
            socket.span,
            expected=f"{edge.cardinality.value} of the plugins that plug `{socket.interface}`: {plugged}",
            notes=tuple(Note(f"plugin `{id}` was left out", self.linkfile.plugins[id].span) for id in gone),
        )

    def _in_hand(self, plugin: str) -> bool:
        return plugin in self.sources.components

    def _tolerates(self, plugin: Plugin) -> bool:
        return self.keep_going or plugin.on_error is OnError.SKIP

    def _judge(self, plugin: Plugin, found: list[Diagnostic]) -> None:
        """Keep what was found about a plugin, and leave it out where it is not sound and may be missing."""
        if has_errors(found) and self._tolerates(plugin):
            self.left_out.add(plugin.id)
        self._tell(plugin, found)

    def _tell(self, plugin: Plugin, found: list[Diagnostic]) -> None:
        if plugin.on_error is OnError.FAIL:
            self.diagnostics.extend(found)
            return
        for diagnostic in found:
            self.diagnostics.append(as_skipped(plugin, diagnostic) if _is_error(diagnostic) else diagnostic)

    def _root(self) -> RootLink | None:
        """The root as the host sees it, or None where its cardinality cannot be met."""
        interface = self.linkfile.interfaces.get(self.linkfile.root.id)
        if interface is None:
            return None
        plugged = self.index.providers(interface.id)
        plugins = tuple(id for id in plugged if id not in self.left_out)
        if not interface.cardinality.allows(len(plugins)):
            self.diagnostics.append(
                Diagnostic(
                    Code.CARDINALITY,
                    f"the root `{interface.id}` wants {interface.cardinality.value} plugin, "
                    f"and {len(plugins)} can serve it",
                    self.linkfile.root.span,
                    notes=tuple(
                        Note(f"plugin `{id}` was left out", self.linkfile.plugins[id].span)
                        for id in plugged
                        if id in self.left_out
                    ),
                )
            )
            return None
        root = link_root(self.linkfile, plugins, self.sources.components)
        self.diagnostics.extend(root_mismatches(self.linkfile, root))
        return root

    def _plan(self, root: RootLink) -> LinkPlan:
        needs = {
            id: tuple(dict.fromkeys(p.plugin for edge in edges for p in edge.providers))
            for id, edges in self.edges.items()
            if id not in self.left_out
        }
        order = topological_order(needs)
        level = levels(order, needs)
        unused = frozenset(unreached(needs, root.plugins))
        idle = tuple(id for id in self.linkfile.plugins if id in unused)
        self.diagnostics.extend(self._unreached(id) for id in idle)
        kept = [id for id in order if id not in unused]
        return LinkPlan(
            self.linkfile.name,
            root,
            tuple(self._step(id, self.sources.components[id], level[id]) for id in kept),
            tuple(edge for id in kept for edge in self.edges[id]),
            idle,
        )

    def _step(self, id: str, component: SourceComponent, level: int) -> Step:
        plugs = tuple(plug.id for plug in self.linkfile.plugins[id].plugs)
        return Step(id, component.shown, component.digest, component.size, level, plugs)

    def _unreached(self, id: str) -> Diagnostic:
        return Diagnostic(
            Code.UNREACHED_PLUGIN,
            f"plugin `{id}` is not reached from the root `{self.linkfile.root.id}`",
            self.linkfile.plugins[id].span,
            hint="it is checked, but not built; add a socket that uses it, or remove it",
        )


def _arrows(cycle: Sequence[str]) -> str:
    more = len(cycle) - _MAX_SHOWN
    return " → ".join([*cycle[:_MAX_SHOWN], *([f"… {more:,} more …"] if more > 0 else []), cycle[0]])


def as_skipped(plugin: Plugin, diagnostic: Diagnostic) -> Diagnostic:
    """An error about a plugin that may be missing, as the warning that it was left out."""
    return replace(
        diagnostic,
        code=Code.PLUGIN_SKIPPED,
        message=f"plugin `{plugin.id}` was left out (`on-error: skip`): {diagnostic.message}",
        notes=(*diagnostic.notes, Note(f"the error is {diagnostic.code.value}: {diagnostic.code.title}")),
    )


def _is_error(diagnostic: Diagnostic) -> bool:
    return diagnostic.severity is Severity.ERROR
