"""How component values look in Python.

| WIT | Python |
|---|---|
| `bool`, integers, floats | `bool`, `int`, `float` |
| `char`, `string` | `str` (a `char` has length 1) |
| `list<u8>` | `bytes` (any bytes-like object is accepted) |
| `list<T>`, `list<T, N>` | `list` (any sequence but text and bytes is accepted) |
| `map<K, V>` | `dict` |
| `record` | `dict` by field name (any mapping is accepted) |
| `tuple` | `tuple` |
| `variant` | `Variant(case, value)` |
| `enum` | `str` |
| `flags` | `frozenset` of `str` (any set, list or tuple of names is accepted) |
| `option<T>` | `None`, or the value itself; where T is an option too, the value is in a `Some` |
| `result<T, E>` | `Ok(value)` or `Err(error)` |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from wasm_link.errors import DispatchError

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Ok(Generic[T_co]):
    """A success, with its value (None where there is none)."""

    value: T_co


@dataclass(frozen=True, slots=True)
class Err(Generic[T_co]):
    """A failure, with its error (None where there is none)."""

    error: T_co


@dataclass(frozen=True, slots=True)
class Some(Generic[T_co]):
    """The present value of an option whose payload is an option itself."""

    value: T_co


@dataclass(frozen=True, slots=True)
class Variant:
    """One case of a variant by name, with its payload (None where the case has none)."""

    case: str
    value: Any = None


Outcome: TypeAlias = Ok[Any] | Err[DispatchError]
"""What one plugin made of a call: a value, or why there is none."""
