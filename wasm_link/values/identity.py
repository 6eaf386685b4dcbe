"""What is worked out once for a type and found again by the type's identity, since hashing a type walks all of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from wasm_link.component.types import EnumType, ValueType, VariantType

_K = TypeVar("_K")
_V = TypeVar("_V")

_SIZE = 4096


class IdentityCache(dict[int, tuple[_K, _V]], Generic[_K, _V]):
    """Up to 4096 keys by `id`, each with its value; `get(id(key))` gives (key, value) or None.

    An entry keeps its key alive, so an id cannot come to mean another object. A full cache is emptied: that costs
    working out a value again and bounds the memory.
    """

    def remember(self, key: _K, value: _V) -> _V:
        """Keep the value for the key, and return it."""
        if len(self) >= _SIZE:
            self.clear()
        self[id(key)] = (key, value)
        return value


_payloads: IdentityCache[VariantType | EnumType, Mapping[str, ValueType | None]] = IdentityCache()


def payload_types(type: VariantType | EnumType) -> Mapping[str, ValueType | None]:
    """The payload's type by the name of the case; None where a case has none, as in an enum."""
    entry = _payloads.get(id(type))
    if entry is not None:
        return entry[1]
    if isinstance(type, EnumType):
        return _payloads.remember(type, dict.fromkeys(type.names))
    return _payloads.remember(type, {case.name: case.type for case in type.cases})
