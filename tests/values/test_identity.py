"""The caches by identity: what they find, and that they stay bounded."""

from __future__ import annotations

from wasm_link.component.types import Case, EnumType, PrimitiveType, VariantType
from wasm_link.values.identity import IdentityCache, payload_types


def test_finds_the_same_object_only() -> None:
    """An equal key that is another object is not found."""
    cache: IdentityCache[EnumType, int] = IdentityCache()
    key, other = EnumType(("a",)), EnumType(("a",))
    assert cache.remember(key, 1) == 1
    assert cache.get(id(key)) == (key, 1)
    assert key == other
    assert cache.get(id(other)) is None


def test_size_is_bounded() -> None:
    """However many keys are remembered, a few thousand are kept, and the last is among them."""
    cache: IdentityCache[EnumType, int] = IdentityCache()
    for number in range(10_000):
        key = EnumType((f"name-{number}",))
        cache.remember(key, number)
    assert len(cache) <= 4096
    assert cache.get(id(key)) == (key, 9_999)


def test_payloads_by_case() -> None:
    """A variant's cases give their payloads, and an enum's have none."""
    variant = VariantType((Case("a", None), Case("b", PrimitiveType.U8)))
    assert payload_types(variant) == {"a": None, "b": PrimitiveType.U8}
    assert payload_types(variant) is payload_types(variant)
    assert payload_types(EnumType(("a", "b"))) == {"a": None, "b": None}
