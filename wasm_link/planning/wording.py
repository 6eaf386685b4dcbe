"""Plans and lists of names as words: why an edge is there, why a plugin serves it, how well its export fits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from wasm_link.diagnostics.display import escaped
from wasm_link.planning.plan import Edge, EdgeOrigin, Match, ProviderReason

_ORIGIN = {
    EdgeOrigin.DECLARED: "declared in `sockets`",
    EdgeOrigin.INFERRED: "inferred from the component's imports",
}
_REASON = {
    ProviderReason.PLUGS: "plugs it",
    ProviderReason.NAMED: "named in `from`",
}
_MATCH = {
    Match.COMPATIBLE: "a compatible version",
    Match.REMAPPED: "as its `remap` says",
}


def why_edge(edge: Edge) -> str:
    """Why a plugin has a socket."""
    unused = "" if edge.imports else ", but not imported"
    return _ORIGIN[edge.origin] + unused


def why_providers(edge: Edge) -> Iterator[tuple[str, str]]:
    """Each plugin that serves a socket, and why; with it under which names, where they differ from those imported."""
    names: dict[str, list[str]] = {}
    for link in edge.imports:
        for match in link.matches:
            if match.match is not Match.EXACT:
                text = f"`{escaped(match.export)}` answers `{escaped(link.name)}`, {_MATCH[match.match]}"
                names.setdefault(match.plugin, []).append(text)
    for provider in edge.providers:
        yield provider.plugin, "; ".join([_REASON[provider.reason], *names.get(provider.plugin, ())])


def why_empty(edge: Edge) -> str:
    """What it means that no plugin serves a socket."""
    return f"no plugin plugs it, and `{edge.cardinality.value}` allows that"


def listed(names: Iterable[str], most: int = 6) -> str:
    """Names in a sentence: the first ones, and how many more there are; `nothing` for none."""
    shown = [f"`{name}`" for name in names]
    if not shown:
        return "nothing"
    return ", ".join(shown[:most]) + (f" and {len(shown) - most} more" if len(shown) > most else "")
