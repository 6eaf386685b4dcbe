"""Topological order of plugins, and their levels. Iterative: a chain of 10,000 plugins is as good as one of two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence


def topological_order(needs: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Order the keys so that each comes after all that it needs; ties keep the mapping's order.

    This is Kahn's algorithm level by level: `{"a": ["c"], "b": [], "c": []}` gives `b, c, a`. Needs that are not keys
    are ignored. Raises ValueError where there is a cycle (find and report cycles first).
    """
    position = {name: index for index, name in enumerate(needs)}
    waiting = {name: {need for need in needs[name] if need in position} for name in needs}
    users: dict[str, list[str]] = {name: [] for name in needs}
    for name, open_needs in waiting.items():
        for need in open_needs:
            users[need].append(name)
    ready = [name for name in needs if not waiting[name]]
    order: list[str] = []
    while ready:
        order.extend(ready)
        freed = []
        for name in ready:
            for user in users[name]:
                waiting[user].discard(name)
                if not waiting[user]:
                    freed.append(user)
        ready = sorted(freed, key=position.__getitem__)
    if len(order) != len(position):
        raise ValueError("the graph has a cycle")
    return tuple(order)


def levels(order: Iterable[str], needs: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """For names in topological order: 0 for one that needs nothing, else one more than the highest of its needs."""
    level: dict[str, int] = {}
    for name in order:
        level[name] = 1 + max((level[need] for need in needs[name] if need in level), default=-1)
    return level
