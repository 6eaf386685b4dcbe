"""The link plan: steps in topological order, and every edge with its reason. Frozen, and the same for the same input.

The plan says all that linking needs: which export answers which import, function by function, and in which form the
consumer wants the answer (design §5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from wasm_link.component.types import FuncType, ValueType
from wasm_link.linkfile.model import Cardinality


class EdgeOrigin(Enum):
    """Why an edge is in the plan."""

    DECLARED = "declared"
    """The consumer lists the interface in its `sockets`."""
    INFERRED = "inferred"
    """The consumer leaves `sockets` out, and its component imports the interface."""


class ProviderReason(Enum):
    """Why a plugin serves a socket."""

    PLUGS = "plugs"
    """It plugs the interface."""
    NAMED = "from"
    """The socket names it in `from`."""


class Match(Enum):
    """How an export answers an import."""

    EXACT = "exact"
    COMPATIBLE = "compatible"
    """Another version of the same compatibility track."""
    REMAPPED = "remapped"
    """Another name, which the provider's `remap` gives."""


class Container(Enum):
    """What holds the answers of a socket's plugins in the result of one imported function (design §5)."""

    ONE = "one"
    OPTION = "option"
    LIST = "list"
    MAP = "map"


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """How one plugin's answer is handed over: with the plugin's id or without, failures caught or not.

    `error` is the consumer's own error type where failures are values (`caught`), else None.
    """

    named: bool = False
    caught: bool = False
    error: ValueType | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """One exported function that answers: instance `export` of `plugin` exports it as `function`."""

    plugin: str
    export: str
    function: str
    type: FuncType
    form: AnswerForm = AnswerForm()


@dataclass(frozen=True, slots=True)
class FunctionLink:
    """One imported function, and the functions that answer it, in linkfile order of their plugins."""

    name: str
    type: FuncType
    container: Container
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class ExportMatch:
    """Which export of a provider answers an imported interface, and how well its name fits."""

    plugin: str
    export: str
    match: Match


@dataclass(frozen=True, slots=True)
class ImportLink:
    """One interface that a component imports, under the name that the component spells."""

    name: str
    matches: tuple[ExportMatch, ...]
    functions: tuple[FunctionLink, ...]


@dataclass(frozen=True, slots=True)
class Provider:
    """A plugin that serves a socket, and why."""

    plugin: str
    reason: ProviderReason


@dataclass(frozen=True, slots=True)
class Edge:
    """One socket of one plugin, wired. `imports` is empty where the socket is declared but not imported.

    `cardinality` is the interface's, or `exactly-one` where `from` names one plugin and the consumer takes it as one.
    """

    consumer: str
    interface: str
    cardinality: Cardinality
    origin: EdgeOrigin
    providers: tuple[Provider, ...]
    imports: tuple[ImportLink, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One plugin to compile and to instantiate; `level` is 0 for plugins without dependencies, else 1 + the highest."""

    plugin: str
    source: str
    digest: str
    size: int
    level: int
    plugs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RootLink:
    """What the host may call: `functions` gives, for each WIT interface and function name, the plugins that have it.

    `wit` are the names of the root's WIT interfaces, as the linkfile has them.
    """

    interface: str
    cardinality: Cardinality
    plugins: tuple[str, ...]
    functions: Mapping[tuple[str, str], tuple[Target, ...]] = field(hash=False)
    wit: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkPlan:
    """The whole plan. `steps` come dependencies first; `edges` in the order of their consumers' steps.

    `unreached` are the plugins that nothing leads to from the root: they are checked, and not built.
    """

    name: str | None
    root: RootLink
    steps: tuple[Step, ...]
    edges: tuple[Edge, ...]
    unreached: tuple[str, ...]
