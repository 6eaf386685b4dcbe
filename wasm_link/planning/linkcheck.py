"""The link check: does every export that a socket is wired to answer the import, function by function?

All that is wrong with an edge is found at once. A problem blames a plugin: the provider where its export does not fit,
the consumer where its import cannot be answered by anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from wasm_link.component.names import WitName
from wasm_link.component.subtype import explain_function_mismatch
from wasm_link.component.types import ComponentType, FuncType, InstanceType, ValueType
from wasm_link.diagnostics import Code, Diagnostic, Note
from wasm_link.diagnostics.nearest import did_you_mean
from wasm_link.linkfile.model import Cardinality, Linkfile, Plugin
from wasm_link.planning.crossing import crosses, why_not_across
from wasm_link.planning.names import exported_instances, match_export, plugged_wit, remap_for
from wasm_link.planning.plan import (
    Container,
    Edge,
    ExportMatch,
    FunctionLink,
    ImportLink,
    Target,
)
from wasm_link.planning.shapes import container_of, fit_answer, forms_for
from wasm_link.planning.sockets import Imported, Socket
from wasm_link.planning.wording import listed

_MAX_PROVIDERS = 3
"""Providers that one diagnostic points at."""

_CONTAINERS = {
    Cardinality.EXACTLY_ONE: "a result of any form",
    Cardinality.AT_MOST_ONE: "an `option<…>`",
    Cardinality.AT_LEAST_ONE: "a `list<…>` or a `map<string, …>`",
    Cardinality.ANY: "a `list<…>` or a `map<string, …>`",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A diagnostic, and the plugin that cannot be used because of it."""

    blamed: str
    diagnostic: Diagnostic


@dataclass(frozen=True, slots=True)
class CheckedEdge:
    """An edge as far as it is sound, and what is wrong with the rest."""

    edge: Edge
    findings: tuple[Finding, ...]


def check_edge(
    linkfile: Linkfile, consumer: Plugin, socket: Socket, components: Mapping[str, ComponentType]
) -> CheckedEdge:
    """Check one socket against the plugins that serve it; those without a component are passed over."""
    findings: list[Finding] = []
    cardinality = linkfile.interfaces[socket.interface].cardinality
    unfit: set[str] = set()
    imports = []
    for imported in socket.imports:
        link, found = _Import(linkfile, consumer, socket, cardinality, imported).check(components)
        imports.append(link)
        findings.extend(found)
        unfit.update(finding.blamed for finding in found)
    providers = tuple(p for p in socket.providers if p.plugin in components and p.plugin not in unfit)
    if socket.names_one and any(f.container is Container.ONE for link in imports for f in link.functions):
        cardinality = Cardinality.EXACTLY_ONE
    edge = Edge(consumer.id, socket.interface, cardinality, socket.origin, providers, tuple(imports))
    return CheckedEdge(_without(edge, unfit), tuple(findings))


@dataclass(frozen=True, slots=True)
class _Import:
    """One imported interface of one socket, while it is checked."""

    linkfile: Linkfile
    consumer: Plugin
    socket: Socket
    cardinality: Cardinality
    imported: Imported

    def check(self, components: Mapping[str, ComponentType]) -> tuple[ImportLink, list[Finding]]:
        findings: list[Finding] = []
        matches: list[ExportMatch] = []
        providers: list[tuple[Plugin, str, InstanceType]] = []
        functions = self.imported.type.functions()
        for provider in self.socket.providers:
            if provider.plugin not in components:
                continue
            plugin = self.linkfile.plugins[provider.plugin]
            exports = exported_instances(components[plugin.id])
            match = match_export(plugin, exports, self.imported.name)
            if match is not None:
                matches.append(match)
                providers.append((plugin, match.export, exports[match.export]))
            elif functions and any(match_export(plugin, exports, wit) for wit in plugged_wit(self.linkfile, plugin)):
                # A plugin that exports nothing of what it plugs has been reported where it is declared.
                findings.append(self._interface_missing(plugin, exports))
        for code, message, hint in why_not_across(self.imported.type):
            findings.append(Finding(self.consumer.id, self._diagnostic(code, message, hint=hint)))
        links = []
        for name, needed in functions.items():
            if needed.is_async or not crosses(needed):
                continue
            told = [each for each in providers if not _remaps_wrongly(each[0], self.imported.name, each[2])]
            link, found = self._function(name, needed, told)
            findings.extend(found)
            if link is not None:
                links.append(link)
        return ImportLink(self.imported.spelled, tuple(matches), tuple(links)), findings

    def _function(
        self, name: str, needed: FuncType, providers: list[tuple[Plugin, str, InstanceType]]
    ) -> tuple[FunctionLink | None, list[Finding]]:
        held = container_of(needed.result, self.cardinality)
        if self.socket.names_one and (providers or held is None):
            alone, misfits = self._in_container(name, needed, Container.ONE, needed.result, providers)
            if not misfits:
                return alone, []
        if held is None:
            return None, [Finding(self.consumer.id, self._wrong_container(name, providers))]
        return self._in_container(name, needed, *held, providers)

    def _in_container(
        self,
        name: str,
        needed: FuncType,
        container: Container,
        wanted: ValueType | None,
        providers: list[tuple[Plugin, str, InstanceType]],
    ) -> tuple[FunctionLink, list[Finding]]:
        targets = []
        findings = []
        for plugin, export, instance in providers:
            target = self._target(name, needed, container, wanted, plugin, export, instance)
            if isinstance(target, Target):
                targets.append(target)
            else:
                findings.append(Finding(plugin.id, target))
        if len(findings) > 1 and not targets and len({f.diagnostic.message for f in findings}) == 1:
            findings = [self._all_alike(findings)]
        return FunctionLink(name, needed, container, tuple(targets)), findings

    def _all_alike(self, findings: list[Finding]) -> Finding:
        """What every provider is told alike is the consumer's mistake, and is told once."""
        first = findings[0].diagnostic
        asked, given = first.notes[0], [finding.diagnostic.notes[-1] for finding in findings]
        shown = given[:_MAX_PROVIDERS]
        if len(given) > len(shown):
            shown.append(Note(f"and {len(given) - len(shown)} more"))
        return Finding(self.consumer.id, replace(first, notes=(asked, *shown)))

    def _target(
        self,
        name: str,
        needed: FuncType,
        container: Container,
        wanted: ValueType | None,
        plugin: Plugin,
        export: str,
        instance: InstanceType,
    ) -> Target | Diagnostic:
        exported = _exported_name(plugin, self.imported.name, name)
        provided = instance.exports.get(exported)
        where = f"`{self.imported.name}` · `{name}`"
        if not isinstance(provided, FuncType):
            return self._diagnostic(
                Code.MISSING_FUNCTION,
                f"plugin `{plugin.id}` has no function `{exported}` in `{export}`",
                expected=f"{where}, which `{self.consumer.id}` imports; there is {listed(instance.functions())}",
                hint=did_you_mean(exported, instance.functions()),
                provider=plugin,
            )
        mismatch = explain_function_mismatch(_parameters(needed), _parameters(provided))
        if mismatch is not None:
            place = " · ".join((where, *mismatch.path))
            return self._diagnostic(
                Code.TYPE_MISMATCH,
                f"{place}: `{self.consumer.id}` needs {mismatch.needed}, `{plugin.id}` has {mismatch.provided}",
                hint="build both against the same WIT",
                provider=plugin,
            )
        form = fit_answer(wanted, provided.result, container)
        if isinstance(form, str):
            return self._diagnostic(
                Code.RESULT_SHAPE,
                f"{where} · result: {form}",
                expected=_forms(provided.result, self.cardinality),
                provider=plugin,
            )
        return Target(plugin.id, export, exported, provided, form)

    def _wrong_container(self, name: str, providers: list[tuple[Plugin, str, InstanceType]]) -> Diagnostic:
        given: ValueType | None = None
        for plugin, _, instance in providers:
            provided = instance.exports.get(_exported_name(plugin, self.imported.name, name))
            if isinstance(provided, FuncType):
                given = provided.result
                break
        return self._diagnostic(
            Code.RESULT_SHAPE,
            f"`{self.imported.name}` · `{name}`: the result cannot hold the answers of an interface with "
            f"cardinality `{self.cardinality.value}`, which need {_CONTAINERS[self.cardinality]}",
            expected=_forms(given, self.cardinality) if providers else None,
            hint="change the result in the consumer's WIT, or the cardinality of the interface",
        )

    def _interface_missing(self, plugin: Plugin, exports: Mapping[str, InstanceType]) -> Finding:
        return Finding(
            plugin.id,
            self._diagnostic(
                Code.PLUG_NOT_EXPORTED,
                f"plugin `{plugin.id}` does not export `{self.imported.name}`, which `{self.consumer.id}` imports",
                expected=f"an export of that name; it exports {listed(exports)}",
                provider=plugin,
            ),
        )

    def _diagnostic(
        self,
        code: Code,
        message: str,
        *,
        expected: str | None = None,
        hint: str | None = None,
        provider: Plugin | None = None,
    ) -> Diagnostic:
        notes = [Note(f"plugin `{self.consumer.id}` imports `{self.imported.spelled}`")]
        if provider is not None:
            plug = next((plug for plug in provider.plugs if plug.id == self.socket.interface), None)
            notes.append(Note(f"plugin `{provider.id}` provides it", plug.span if plug else provider.span))
        return Diagnostic(code, message, self.socket.span, expected, hint, tuple(notes))


def _remaps_wrongly(plugin: Plugin, interface: WitName, instance: InstanceType) -> bool:
    """Whether the plugin's remap names functions that its export lacks: that is told, and not what follows from it."""
    remap = remap_for(plugin, interface)
    return remap is not None and any(name not in instance.functions() for name in remap.items.values())


def _exported_name(plugin: Plugin, interface: WitName, function: str) -> str:
    remap = remap_for(plugin, interface)
    return function if remap is None else remap.items.get(function, function)


def _without(edge: Edge, unfit: set[str]) -> Edge:
    """The edge without the plugins that do not fit it, in all its imports."""
    if not unfit:
        return edge
    imports = tuple(
        replace(
            link,
            matches=tuple(match for match in link.matches if match.plugin not in unfit),
            functions=tuple(
                replace(function, targets=tuple(t for t in function.targets if t.plugin not in unfit))
                for function in link.functions
            ),
        )
        for link in edge.imports
    )
    return replace(edge, imports=imports)


def _parameters(function: FuncType) -> FuncType:
    """The parameters alone: the result follows rules of its own, and a caller need not know that a callee is async."""
    return FuncType(function.params, None)


def _forms(given: ValueType | None, cardinality: Cardinality) -> str:
    return "one of " + ", ".join(f"`{form}`" for form in forms_for(given, cardinality))
