"""A link plan in, its table or its JSON out; its tree is in `tree_view`. The same plan gives the same text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wasm_link.diagnostics.display import columns, escaped
from wasm_link.planning.plan import Edge, FunctionLink, ImportLink, LinkPlan, RootLink, Step
from wasm_link.planning.tree_view import plan_as_tree
from wasm_link.planning.wording import why_edge, why_empty, why_providers

__all__ = ["VERSION", "plan_as_table", "plan_as_tree", "plan_to_json"]

VERSION = 1
"""Of the JSON: raised when a field changes its meaning or goes; new fields may come without."""

_DIGEST_SHOWN = 12
"""Hexadecimal digits of a digest in the table: enough to tell files apart."""


def plan_to_json(plan: LinkPlan) -> dict[str, Any]:
    """The plan as JSON values: everything but the types of functions. `size` is in bytes, `digest` SHA-256 in hex."""
    return {
        "version": VERSION,
        "name": plan.name,
        "root": _root_to_json(plan.root),
        "steps": [_step_to_json(step) for step in plan.steps],
        "edges": [_edge_to_json(edge) for edge in plan.edges],
        "unreached": list(plan.unreached),
    }


def _root_to_json(root: RootLink) -> dict[str, Any]:
    return {
        "interface": root.interface,
        "cardinality": root.cardinality.value,
        "plugins": list(root.plugins),
        "functions": [
            {"interface": interface, "function": function, "plugins": [target.plugin for target in targets]}
            for (interface, function), targets in root.functions.items()
        ],
    }


def _step_to_json(step: Step) -> dict[str, Any]:
    return {
        "plugin": step.plugin,
        "source": step.source,
        "digest": step.digest,
        "size": step.size,
        "level": step.level,
        "plugs": list(step.plugs),
    }


def _edge_to_json(edge: Edge) -> dict[str, Any]:
    return {
        "consumer": edge.consumer,
        "interface": edge.interface,
        "cardinality": edge.cardinality.value,
        "origin": edge.origin.value,
        "providers": [{"plugin": provider.plugin, "reason": provider.reason.value} for provider in edge.providers],
        "imports": [_import_to_json(link) for link in edge.imports],
    }


def _import_to_json(link: ImportLink) -> dict[str, Any]:
    return {
        "name": link.name,
        "matches": [
            {"plugin": match.plugin, "export": match.export, "match": match.match.value} for match in link.matches
        ],
        "functions": [_function_to_json(function) for function in link.functions],
    }


def _function_to_json(link: FunctionLink) -> dict[str, Any]:
    return {
        "name": link.name,
        "container": link.container.value,
        "targets": [
            {
                "plugin": target.plugin,
                "export": target.export,
                "function": target.function,
                "named": target.form.named,
                "caught": target.form.caught,
            }
            for target in link.targets
        ],
    }


def plan_as_table(plan: LinkPlan) -> str:
    """The steps in order, and the edges with their reasons, as two tables for people."""
    count = len(plan.steps)
    name = f"`{escaped(plan.name)}`: " if plan.name is not None else ""
    parts = [
        f"{name}{count} plugin{'' if count == 1 else 's'}, root `{plan.root.interface}`",
        _table(
            ("step", "plugin", "plugs", "level", "size", "source", "digest"), _step_rows(plan.steps), right=(0, 3, 4)
        ),
    ]
    if plan.edges:
        rows = [row for edge in plan.edges for row in _edge_rows(edge)]
        parts.append(_table(("consumer", "socket", "cardinality", "provider", "why"), rows))
    if plan.unreached:
        parts.append(f"not reached from the root, and not built: {', '.join(plan.unreached)}")
    return "\n\n".join(parts)


def _step_rows(steps: Sequence[Step]) -> list[tuple[str, ...]]:
    return [
        (
            str(number),
            step.plugin,
            ", ".join(step.plugs),
            str(step.level),
            in_bytes(step.size),
            escaped(step.source),
            step.digest[:_DIGEST_SHOWN],
        )
        for number, step in enumerate(steps, 1)
    ]


def _edge_rows(edge: Edge) -> list[tuple[str, ...]]:
    socket = (edge.consumer, edge.interface, edge.cardinality.value)
    if not edge.providers:
        return [(*socket, "none", f"{why_edge(edge)}; {why_empty(edge)}")]
    return [(*socket, plugin, f"{why_edge(edge)}; {why}") for plugin, why in why_providers(edge)]


def in_bytes(size: int) -> str:
    """A size in bytes for people: `980 B`, `1.2 KiB`, `18.0 MiB`."""
    if size < 1024:
        return f"{size} B"
    amount, unit = size / 1024, "KiB"
    for larger in ("MiB", "GiB"):
        if amount < 1024:
            break
        amount, unit = amount / 1024, larger
    return f"{amount:.1f} {unit}"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], right: tuple[int, ...] = ()) -> str:
    """Rows below their heads, two blanks between columns; `right` are the columns to flush right."""
    widths = [max(map(columns, cells)) for cells in zip(head, *rows, strict=True)]
    lines = []
    for row in (head, *rows):
        padded = (
            " " * (width - columns(cell)) + cell if number in right else cell + " " * (width - columns(cell))
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        lines.append("  ".join(padded).rstrip())
    return "\n".join(lines)
