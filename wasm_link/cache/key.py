"""Keys: everything that a step's result depends on goes in, one SHA-256 that names the result comes out.

Not part of a key: paths, the host's name, Python's version, the time, how many threads compile.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256
from types import MappingProxyType

from wasm_link.cache.canonical import encode

_DOMAIN = "wasm-link.cache.key"
_VERSION = 1

DIGEST_PATTERN = re.compile(r"[0-9a-f]{64}", re.ASCII)
PART_NAME_PATTERN = re.compile(r"[a-z][a-z0-9_-]*(?:\.[A-Za-z0-9][A-Za-z0-9_.-]*)?", re.ASCII)


class EntryClass(Enum):
    """What an entry's bytes can do: native code needs trust, for the rest a digest is enough."""

    SANDBOXED = "sandboxed"
    NATIVE = "native"


class StepKind(Enum):
    """A step whose result is cached."""

    COMPILE = "compile"  # component → native code
    TEXT = "text"  # text format (WAT) → component
    DESCRIBE = "describe"  # component → description of its types

    @property
    def entry_class(self) -> EntryClass:
        """The class of the step's result. It follows from the step, so that no record can talk its way out of trust."""
        return EntryClass.NATIVE if self is StepKind.COMPILE else EntryClass.SANDBOXED


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes by their content: SHA-256 in lower-case hex, and the size in bytes."""

    sha256: str
    size: int

    def __post_init__(self) -> None:
        if not DIGEST_PATTERN.fullmatch(self.sha256):
            raise ValueError(f"not a SHA-256 digest in lower-case hex: {self.sha256!r}")
        if type(self.size) is not int or self.size < 0:
            raise ValueError(f"not a size in bytes: {self.size!r}")

    @classmethod
    def of(cls, data: bytes) -> Content:
        """The content of these bytes."""
        return cls(sha256(data).hexdigest(), len(data))


@dataclass(frozen=True, slots=True)
class Key:
    """The name of a step's result. Two keys are equal when their digests are.

    `parts` says what went into the digest, by flat names such as `step`, `input.component` and `runtime.wasmtime`.
    Records keep it, so that a key can be compared with an earlier one.
    """

    digest: str
    step: StepKind = field(compare=False)
    parts: Mapping[str, str] = field(compare=False)

    def __str__(self) -> str:
        return self.digest


def make_key(
    step: StepKind,
    *,
    inputs: Mapping[str, Content],
    runtime: Mapping[str, str],
    fingerprint: str,
    profile: Mapping[str, str],
    salt: str = "",
) -> Key:
    """The key of one step.

    `inputs` are the contents that the step reads, by role. `runtime` identifies the program that does the step (full
    version, hash of its native library). `fingerprint` is the engine's own account of what its code depends on, and
    `profile` the knobs as they were declared; both are empty for a step without an engine. `salt` is the user's, and
    no secret: records show it. ValueError if a name is not letters, digits, `_`, `.` and `-`.
    """
    parts = {"step": step.value, "fingerprint": fingerprint, "salt": salt}
    parts.update((f"input.{role}", f"sha256:{content.sha256}:{content.size}") for role, content in inputs.items())
    parts.update((f"runtime.{name}", value) for name, value in runtime.items())
    parts.update((f"profile.{name}", value) for name, value in profile.items())
    for name, value in parts.items():
        if not PART_NAME_PATTERN.fullmatch(name):
            raise ValueError(f"not the name of a key's part: {name!r}")
        if not isinstance(value, str):
            raise TypeError(f"the part {name} of a key is not text: {value!r}")
    # One flat mapping of text to text: nothing in it has two encodings, and the groups cannot run into each other
    # because no group's name holds a dot.
    encoded = encode({"domain": _DOMAIN, "version": _VERSION, "parts": {**parts}})
    return Key(sha256(encoded).hexdigest(), step, MappingProxyType(parts))


def changed_parts(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[str, ...]:
    """The names of the parts that one key has and the other lacks, or that differ; sorted."""
    return tuple(sorted(name for name in {*old, *new} if old.get(name) != new.get(name)))
