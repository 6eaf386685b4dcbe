"""Records: the small JSON file that says which bytes belong to a key, who signed that, and what went into the key.

`parse` takes bytes of any origin and gives a `Record` or ValueError; nothing of what it returns is trusted yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wasm_link.cache.canonical import Json, decode, encode
from wasm_link.cache.key import DIGEST_PATTERN, PART_NAME_PATTERN, Content, EntryClass
from wasm_link.cache.trust import Signature

MAX_RECORD_SIZE = 64 * 1024
_SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Record:
    """What one record file says: under this key, made of these parts, lie these bytes."""

    key: str
    parts: Mapping[str, str]
    entry_class: EntryClass
    content: Content
    signatures: tuple[Signature, ...] = ()

    @property
    def statement(self) -> bytes:
        """What signatures cover: the canonical encoding of everything but the signatures."""
        return encode(self._members())

    def encode(self) -> bytes:
        """The record as it is stored."""
        signatures: list[Json] = [{"scheme": s.scheme, "key": s.key, "value": s.value} for s in self.signatures]
        return encode({**self._members(), "signatures": signatures})

    def _members(self) -> dict[str, Json]:
        return {
            "schema": _SCHEMA,
            "key": self.key,
            "parts": dict(self.parts),
            "output": {
                "class": self.entry_class.value,
                "sha256": self.content.sha256,
                "size": self.content.size,
            },
        }


def parse(data: bytes) -> Record:
    """The record that `Record.encode` turns into exactly these bytes.

    ValueError says what is wrong: too large, not canonical JSON, another schema, a member missing, unknown or of the
    wrong form.
    """
    if len(data) > MAX_RECORD_SIZE:
        raise ValueError(f"larger than {MAX_RECORD_SIZE} bytes")
    value = decode(data)
    if not isinstance(value, dict):
        raise ValueError("not a mapping")
    if type(value.get("schema")) is not int or value["schema"] != _SCHEMA:
        raise ValueError("unknown schema")
    _members(value, {"schema", "key", "parts", "output", "signatures"})
    output = _members(value["output"], {"class", "sha256", "size"})
    parts = value["parts"]
    signatures = value["signatures"]
    if not isinstance(parts, dict) or not isinstance(signatures, list):
        raise ValueError("a member of the wrong type")
    return Record(
        key=_digest(value["key"]),
        parts={_part_name(name): _text(part) for name, part in parts.items()},
        entry_class=EntryClass(output["class"]),
        content=Content(_digest(output["sha256"]), _size(output["size"])),
        signatures=tuple(_signature(each) for each in signatures),
    )


def _members(value: Json, names: set[str]) -> dict[str, Json]:
    if not isinstance(value, dict) or set(value) != names:
        raise ValueError(f"not a mapping with the members {', '.join(sorted(names))}")
    return value


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise ValueError("text expected")
    return value


def _digest(value: Json) -> str:
    if not isinstance(value, str) or not DIGEST_PATTERN.fullmatch(value):
        raise ValueError("not a SHA-256 digest in lower-case hex")
    return value


def _size(value: Json) -> int:
    if type(value) is not int or value < 0:  # `type`, because True is an int as well
        raise ValueError("not a size in bytes")
    return value


def _part_name(name: str) -> str:
    if not PART_NAME_PATTERN.fullmatch(name):
        raise ValueError("not the name of a key's part")
    return name


def _signature(value: Json) -> Signature:
    members = _members(value, {"scheme", "key", "value"})
    return Signature(_text(members["scheme"]), _text(members["key"]), _text(members["value"]))
