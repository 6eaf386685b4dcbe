"""What a dispatch gives: the outcomes of a socket's plugins, in the form of its cardinality.

```python
match tree.dispatch("demo:text/app@0.1.0", "greet", "world"):
    case ExactlyOne(plugin, Ok(value)):
        print(plugin, value)
    case ExactlyOne(plugin, Err(error)):
        print(plugin, "failed:", error)
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from wasm_link.linkfile.model import Cardinality
from wasm_link.values import Outcome


@dataclass(frozen=True, slots=True)
class ExactlyOne:
    """The outcome of the one plugin on a socket."""

    plugin: str
    outcome: Outcome

    def __iter__(self) -> Iterator[tuple[str, Outcome]]:
        yield self.plugin, self.outcome


@dataclass(frozen=True, slots=True)
class AtMostOne:
    """The outcome of the plugin on a socket, or None twice where there is no plugin."""

    plugin: str | None = None
    outcome: Outcome | None = None

    def __iter__(self) -> Iterator[tuple[str, Outcome]]:
        if self.plugin is not None and self.outcome is not None:
            yield self.plugin, self.outcome


@dataclass(frozen=True, slots=True)
class AtLeastOne:
    """The outcomes of one or more plugins by id, in linkfile order."""

    outcomes: Mapping[str, Outcome] = field(hash=False)

    def __iter__(self) -> Iterator[tuple[str, Outcome]]:
        return iter(self.outcomes.items())


@dataclass(frozen=True, slots=True)
class Any:
    """The outcomes of any number of plugins by id, in linkfile order."""

    outcomes: Mapping[str, Outcome] = field(hash=False)

    def __iter__(self) -> Iterator[tuple[str, Outcome]]:
        return iter(self.outcomes.items())


Socket: TypeAlias = ExactlyOne | AtMostOne | AtLeastOne | Any


def socket_of(cardinality: Cardinality, outcomes: Mapping[str, Outcome]) -> Socket:
    """The outcomes in the form of a cardinality, which must allow their number."""
    assert cardinality.allows(len(outcomes))
    match cardinality:
        case Cardinality.EXACTLY_ONE:
            return ExactlyOne(*next(iter(outcomes.items())))
        case Cardinality.AT_MOST_ONE:
            return AtMostOne(*next(iter(outcomes.items()), (None, None)))
        case Cardinality.AT_LEAST_ONE:
            return AtLeastOne(outcomes)
        case Cardinality.ANY:
            return Any(outcomes)
