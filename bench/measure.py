"""Things that can be done, side by side, in; the least time that each took, out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Row:
    """One result: `seconds` that something took, against the seconds that a reference took in the same run."""

    what: str
    seconds: float
    against: str
    reference: float

    @property
    def ratio(self) -> float:
        """How many times as long as the reference it took."""
        return self.seconds / self.reference


@dataclass(frozen=True, slots=True)
class Remark:
    """A result that is no time."""

    text: str


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured. `plugins` are counts in a linkfile, `large` is the size in bytes of a large component."""

    rounds: int
    calls: int
    starts: int
    plugins: tuple[int, ...]
    built: tuple[int, ...]
    compiled: int
    functions: int
    fans: tuple[int, ...]
    payloads: tuple[int, ...]
    large: int


FULL = Sizes(
    rounds=5,
    calls=2000,
    starts=15,
    plugins=(100, 1_000, 10_000),
    built=(100, 1_000),
    compiled=4,
    functions=1_000,
    fans=(10, 100),
    payloads=(1 << 10, 1 << 20),
    large=18 << 20,
)
TINY = Sizes(
    rounds=1,
    calls=2,
    starts=1,
    plugins=(3, 12),
    built=(12,),
    compiled=2,
    functions=3,
    fans=(2,),
    payloads=(16,),
    large=1 << 12,
)


def least_times(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Do everything once a round, one after the other, and give the seconds of each one's best round.

    Taking turns lets a machine that is busy for a while be busy for all of them, and noise only ever adds time.
    """
    best = dict.fromkeys(works, float("inf"))
    for _ in range(rounds):
        for name, work in works.items():
            start = perf_counter()
            work()
            best[name] = min(best[name], perf_counter() - start)
    return best
