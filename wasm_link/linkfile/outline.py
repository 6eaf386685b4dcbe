"""The names in a linkfile and where they point: what the semantic checks need, even of a file that is half wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wasm_link.linkfile.model import Cardinality, PathSource, Ref, SocketSpec, WitRef


@dataclass(frozen=True, slots=True)
class InterfaceOutline:
    """An interface: `wit` holds the names that parse, and `cardinality` is None where it is not a known one."""

    id: Ref
    wit: tuple[WitRef, ...]
    cardinality: Cardinality | None


@dataclass(frozen=True, slots=True)
class PluginOutline:
    """A plugin's references.

    `source` and `plugs` are None where they could not be read. `sockets` is None where the key was left out, or could
    not be read: then too, nothing is known about what the plugin calls.
    """

    id: Ref
    source: Ref | PathSource | None
    plugs: tuple[Ref, ...] | None
    sockets: tuple[SocketSpec, ...] | None


@dataclass(frozen=True, slots=True)
class Outline:
    """All ids that are written, in the file's order, and the references between them.

    `whole` is False where a part of the file could not be read at all, so that something may be defined that is not
    seen here.
    """

    root: Ref | None
    sources: Mapping[str, Ref] = field(hash=False)
    interfaces: Mapping[str, InterfaceOutline] = field(hash=False)
    plugins: Mapping[str, PluginOutline] = field(hash=False)
    whole: bool
