"""The texts of `limits` → numbers: fuel units, bytes and seconds."""

from __future__ import annotations

import re

from wasm_link.linkfile.wording import quoted

MAX_FUEL = 2**63 - 1
MIN_MEMORY = 64 * 2**10
MAX_MEMORY = 4 * 2**30
MAX_TIMEOUT = 3600.0

_BYTES = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
_MILLISECONDS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}
_LONGEST = 30
_QUANTITY = re.compile(r"([1-9][0-9]{0,17})([A-Za-z]+)", re.ASCII)


class LimitError(ValueError):
    """A limit that does not parse: what is wrong, what was expected there, and perhaps what to write."""

    def __init__(self, problem: str, expected: str, hint: str | None = None) -> None:
        self.problem = problem
        self.expected = expected
        self.hint = hint
        super().__init__(problem)


def parse_fuel(value: float) -> int:
    """Fuel units: a whole number from 1 to 2**63 - 1. Raises `LimitError`."""
    if not 1 <= value <= MAX_FUEL:
        problem = "is less than 1" if value < 1 else "is more than 2^63 - 1"
        raise LimitError(problem, "a whole number from 1 to 2^63 - 1")
    return int(value)


def parse_memory(value: float | str) -> int:
    """Bytes, from 64 KiB to 4 GiB, written as a number of bytes or as `16MiB`. Raises `LimitError`."""
    expected = "a size from 64KiB to 4GiB, such as 16MiB"
    size = int(value) if not isinstance(value, str) else _quantity(value, _BYTES, expected)
    if size < MIN_MEMORY:
        raise LimitError("is less than 64KiB, the size of one page", expected)
    if size > MAX_MEMORY:
        raise LimitError("is more than 4GiB", expected)
    return size


def parse_timeout(value: str) -> float:
    """Seconds, more than 0 and at most an hour, written as `250ms`, `2s` or `1m`. Raises `LimitError`."""
    expected = "a time from 1ms to 1h, such as 250ms, 2s or 1m"
    seconds = _quantity(value, _MILLISECONDS, expected) / 1000
    if seconds > MAX_TIMEOUT:
        raise LimitError("is more than 1h", expected)
    return seconds


def _quantity(text: str, units: dict[str, int], expected: str) -> int:
    match = _QUANTITY.fullmatch(text)
    if match and match[2] in units:
        return int(match[1]) * units[match[2]]
    match = match or _QUANTITY.fullmatch(text[:_LONGEST].replace(" ", ""))
    hint = f"write `{match[1]}{_nearest_unit(match[2], units)}`" if match and _nearest_unit(match[2], units) else None
    if text.isascii() and text.isdecimal():
        hint = "add a unit"
    raise LimitError(f"cannot be {quoted(text)}", expected, hint)


def _nearest_unit(written: str, units: dict[str, int]) -> str | None:
    """The unit that is meant by `mb`, `M`, `sec`: the one that begins with the same letters."""
    return next((unit for unit in units if unit.lower() == written.lower()), None) or next(
        (unit for unit in units if unit[0].lower() == written[0].lower() and unit != "ms"), None
    )
