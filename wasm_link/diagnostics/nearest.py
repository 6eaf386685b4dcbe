"""The name that was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

MAX_CANDIDATES = 1000
"""Names that are compared at the most, so that many mistakes in a large linkfile stay cheap."""


def nearest(name: str, candidates: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """The candidate most like `name`, or None where none is alike; `cutoff` is difflib's similarity, 0 to 1.

    Names that begin alike come first, and only the first `MAX_CANDIDATES` are compared.
    """
    from difflib import get_close_matches  # imported by the first mistake, and not at every start

    likely = sorted(candidates, key=lambda candidate: candidate[:1] != name[:1])
    found = get_close_matches(name, islice(likely, MAX_CANDIDATES), n=1, cutoff=cutoff)
    return found[0] if found else None


def did_you_mean(name: str, candidates: Iterable[str]) -> str | None:
    """A hint that names the nearest candidate, or None."""
    found = nearest(name, candidates)
    return f"did you mean `{found}`?" if found is not None else None
