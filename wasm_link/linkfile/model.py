"""The typed linkfile: what `linkfile.yaml` says, checked against the schema, each part with its place in the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TypeAlias

from wasm_link.component.names import WitName
from wasm_link.diagnostics import Span


class Cardinality(Enum):
    """How many plugins may implement an interface."""

    EXACTLY_ONE = "exactly-one"
    AT_MOST_ONE = "at-most-one"
    AT_LEAST_ONE = "at-least-one"
    ANY = "any"

    def allows(self, count: int) -> bool:
        """Whether `count` plugins are as many as the cardinality asks for."""
        if self is Cardinality.EXACTLY_ONE:
            return count == 1
        if self is Cardinality.AT_MOST_ONE:
            return count <= 1
        return count >= 1 or self is Cardinality.ANY


class Stdio(Enum):
    """Where one of a plugin's standard streams goes."""

    NULL = "null"
    INHERIT = "inherit"


class Access(Enum):
    """What a plugin may do in a directory that it was given."""

    READ = "read"
    WRITE = "write"


class OnError(Enum):
    """What a plugin that cannot be built means for the build."""

    FAIL = "fail"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Ref:
    """An id as it was written somewhere, and where."""

    id: str
    span: Span


@dataclass(frozen=True, slots=True)
class PathSource:
    """A source that is a file; `path` is as written, relative to the linkfile's directory."""

    path: str
    span: Span


SourceSpec: TypeAlias = PathSource


@dataclass(frozen=True, slots=True)
class Source:
    """An entry of `sources`."""

    id: str
    spec: SourceSpec
    span: Span


@dataclass(frozen=True, slots=True)
class WitRef:
    """A WIT interface name as it was written, and where."""

    name: WitName
    span: Span


@dataclass(frozen=True, slots=True)
class Interface:
    """An entry of `interfaces`: one or more WIT interfaces, and how many plugins may implement them."""

    id: str
    wit: tuple[WitRef, ...]
    cardinality: Cardinality
    span: Span


@dataclass(frozen=True, slots=True)
class SocketSpec:
    """An entry of `sockets`; `providers` is None where every plugin that plugs the interface serves it."""

    interface: Ref
    providers: tuple[Ref, ...] | None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a plugin may use, None where there is no limit.

    `fuel` is a count of wasmtime's fuel units a call, `memory` is in bytes, `timeout` in seconds a call.
    """

    fuel: int | None
    memory: int | None
    timeout: float | None
    span: Span


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory that a plugin is given: `host` as written, relative to the linkfile, appears as `guest`."""

    host: str
    guest: str
    access: Access
    span: Span


@dataclass(frozen=True, slots=True)
class WasiGrant:
    """What a plugin gets of WASI 0.2. The default is an empty sandbox."""

    stdin: Stdio
    stdout: Stdio
    stderr: Stdio
    args: tuple[str, ...]
    env: Mapping[str, str] = field(hash=False)
    dirs: tuple[Directory, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Remap:
    """An entry of `remap`: the interface `requested` is exported under `exported`, its items under other names.

    `items` maps the requested function name to the exported one.
    """

    requested: WitRef
    exported: str
    items: Mapping[str, str] = field(hash=False)
    span: Span


@dataclass(frozen=True, slots=True)
class Plugin:
    """An entry of `plugins`.

    `source` names an entry of `sources`, or is a source written in place. `sockets` is None where the key was left out:
    they are then inferred from what the component imports. `wasi` is None where no WASI is granted at all.
    """

    id: str
    source: Ref | SourceSpec
    plugs: tuple[Ref, ...]
    sockets: tuple[SocketSpec, ...] | None
    limits: Limits | None
    wasi: WasiGrant | None
    remap: tuple[Remap, ...]
    on_error: OnError
    span: Span


@dataclass(frozen=True, slots=True)
class Linkfile:
    """A whole linkfile: `path` as the user named it, `text` as it was read; mappings keep the file's order."""

    path: Path
    text: str
    name: str | None
    root: Ref
    sources: Mapping[str, Source] = field(hash=False)
    interfaces: Mapping[str, Interface] = field(hash=False)
    plugins: Mapping[str, Plugin] = field(hash=False)

    @property
    def directory(self) -> Path:
        """The directory that paths in the linkfile are relative to."""
        return self.path.parent

    def source_of(self, plugin: Plugin) -> SourceSpec:
        """The source of a plugin, whether it was named or written in place. Names must have been checked."""
        return self.sources[plugin.source.id].spec if isinstance(plugin.source, Ref) else plugin.source

    def plugins_on(self, interface: str) -> tuple[Plugin, ...]:
        """The plugins that plug an interface, in linkfile order."""
        return tuple(p for p in self.plugins.values() if any(plug.id == interface for plug in p.plugs))
