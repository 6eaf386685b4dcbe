"""Limits: the texts and numbers that are one, and those that are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasm_link.linkfile.limits import MAX_MEMORY, LimitError, parse_fuel, parse_memory, parse_timeout


@pytest.mark.parametrize(("written", "fuel"), [(1, 1), (2**63 - 1, 2**63 - 1), (1e6, 1_000_000)])
def test_fuel(written: float, fuel: int) -> None:
    """Fuel is a whole number from 1 to 2^63 - 1."""
    assert parse_fuel(written) == fuel


@pytest.mark.parametrize(
    ("written", "size"), [("64KiB", 65536), ("16MiB", 2**24), ("4GiB", 2**32), (65536, 65536), (MAX_MEMORY, MAX_MEMORY)]
)
def test_memory(written: int | str, size: int) -> None:
    """Memory is a number of bytes, or a number of binary units, between a page and 4 GiB."""
    assert parse_memory(written) == size


@pytest.mark.parametrize(("written", "seconds"), [("1ms", 0.001), ("250ms", 0.25), ("2s", 2), ("1m", 60), ("1h", 3600)])
def test_timeout(written: str, seconds: float) -> None:
    """A timeout is a number and a unit, up to an hour."""
    assert parse_timeout(written) == seconds


@pytest.mark.parametrize("written", [0, -1, 2**63])
def test_fuel_out_of_range(written: int) -> None:
    """Fuel outside of its range is refused."""
    with pytest.raises(LimitError):
        parse_fuel(written)


@pytest.mark.parametrize(
    "written", ["63KiB", "1KiB", "5GiB", 65535, MAX_MEMORY + 1, 0, "16", "1.5MiB", "016MiB", "٣GiB", ""]
)
def test_memory_that_is_none(written: int | str) -> None:
    """Memory outside of its range, or in another form, is refused."""
    with pytest.raises(LimitError):
        parse_memory(written)


@pytest.mark.parametrize("written", ["0s", "61m", "2h", "1d", "1.5s", "s", "10", " 1s", "1s\n", "9" * 5000 + "s"])
def test_timeout_that_is_none(written: str) -> None:
    """A timeout outside of its range, or in another form, is refused."""
    with pytest.raises(LimitError):
        parse_timeout(written)


@pytest.mark.parametrize(
    ("written", "hint"),
    [("16MB", "write `16MiB`"), ("16m", "write `16MiB`"), ("16 MiB", "write `16MiB`"), ("64", "add a unit")],
)
def test_a_near_unit_is_suggested(written: str, hint: str) -> None:
    """A decimal or shortened unit gets the binary one as a hint."""
    with pytest.raises(LimitError) as caught:
        parse_memory(written)
    assert caught.value.hint == hint


@given(st.integers(1, 4096), st.sampled_from([("KiB", 10), ("MiB", 20), ("GiB", 30)]))
def test_memory_units_multiply(number: int, unit: tuple[str, int]) -> None:
    """A size in units is the number of bytes that the unit says, or is refused exactly where that is out of range."""
    size = number << unit[1]
    if 2**16 <= size <= 2**32:
        assert parse_memory(f"{number}{unit[0]}") == size
    else:
        with pytest.raises(LimitError):
            parse_memory(f"{number}{unit[0]}")
