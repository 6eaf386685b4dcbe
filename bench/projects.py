"""Linkfiles with the components that they name, written into a folder."""

from __future__ import annotations

from pathlib import Path

from bench.components import APP, WORK, caller, group, member, numbered, provider
from wasm_link.engine.text import text_to_binary

FAN = 10


def write_tree(folder: Path, count: int) -> Path:
    """A tree of `count` plugins, each of which calls ten others as far as they go; gives the linkfile's path.

    Plugin i calls the group i + 1, and that group has the plugins 10 i + 1 to 10 i + 10. No two components are equal.
    """
    folder.mkdir()
    groups = 1 + (count - 1 + FAN - 1) // FAN
    lines = ["linkfile: 1", "root: g0", "interfaces:", f'  g0: {{ wit: "{group(0)}" }}']
    lines += [f'  g{g}: {{ wit: "{group(g)}", cardinality: at-least-one }}' for g in range(1, groups)]
    lines.append("plugins:")
    for number in range(count):
        own = 0 if number == 0 else (number - 1) // FAN + 1
        below = number + 1 if number + 1 < groups else None
        (folder / f"p{number}.wasm").write_bytes(numbered(member(own, below), number))
        sockets = "" if below is None else f", sockets: [g{below}]"
        lines.append(f"  p{number}: {{ source: {{ path: p{number}.wasm }}, plug: g{own}{sockets} }}")
    return _write_linkfile(folder, lines)


def write_fan(folder: Path, count: int, *, parameter: str = "u32") -> Path:
    """A root that calls one socket with `count` plugins: `exactly-one` where it is one, else `at-least-one`."""
    folder.mkdir()
    result, cardinality = ("u32", "exactly-one") if count == 1 else ("(list u32)", "at-least-one")
    lines = [
        "linkfile: 1",
        "root: app",
        "interfaces:",
        f'  app: {{ wit: "{APP}" }}',
        f'  work: {{ wit: "{WORK}", cardinality: {cardinality} }}',
        "plugins:",
        "  main: { source: { path: main.wasm }, plug: app, sockets: [work] }",
    ]
    (folder / "main.wasm").write_bytes(text_to_binary(caller(parameter, result).encode()))
    component = text_to_binary(provider(parameter).encode())
    for number in range(count):
        (folder / f"p{number}.wasm").write_bytes(numbered(component, number))
        lines.append(f"  p{number}: {{ source: {{ path: p{number}.wasm }}, plug: work }}")
    return _write_linkfile(folder, lines)


def write_parts(folder: Path, components: list[bytes]) -> Path:
    """Components of group 0 side by side on the root."""
    folder.mkdir()
    lines = ["linkfile: 1", "root: g0", "interfaces:", f'  g0: {{ wit: "{group(0)}", cardinality: any }}', "plugins:"]
    for number, component in enumerate(components):
        (folder / f"p{number}.wasm").write_bytes(component)
        lines.append(f"  p{number}: {{ source: {{ path: p{number}.wasm }}, plug: g0 }}")
    return _write_linkfile(folder, lines)


def _write_linkfile(folder: Path, lines: list[str]) -> Path:
    path = folder / "linkfile.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
