"""From a component to native code that is loaded: out of the cache where it is there, else compiled and stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache as once
from time import perf_counter

from wasm_link.cache.blob import Blob
from wasm_link.cache.key import Content, Key, StepKind, make_key
from wasm_link.cache.miss import MissReason
from wasm_link.cache.outcome import Entry, Outcome
from wasm_link.cache.port import Cache
from wasm_link.engine.engine import LoadedComponent, engine_for, runtime_identity
from wasm_link.engine.profile import Profile


@dataclass(frozen=True, slots=True)
class Artifact:
    """A loaded component, and how it came about.

    `compiled` is False where the cache had it; `reason` says why it was compiled or where it came from. `size` is that
    of the native code in bytes, `seconds` the time that all of it took.
    """

    component: LoadedComponent = field(repr=False)
    compiled: bool
    reason: str
    size: int
    seconds: float


def artifact_key(digest: str, size: int, profile: Profile) -> Key:
    """The cache key of a component's native code; `digest` and `size` are those of the component's binary."""
    return make_key(
        StepKind.COMPILE,
        inputs={"component": Content(digest, size)},
        runtime=_runtime(),
        fingerprint=engine_for(profile).fingerprint(),
        profile=profile.describe(),
    )


def obtain_artifact(
    digest: str, size: int, profile: Profile, read_binary: Callable[[], bytes], cache: Cache
) -> Artifact:
    """Load the native code of a component from the cache, or compile it and store it there.

    `read_binary` gives the component's bytes, and is called only where they must be compiled. Raises CompileError, and
    whatever `read_binary` raises.
    """
    start = perf_counter()
    engine = engine_for(profile)

    def load(blob: Blob) -> LoadedComponent:
        return engine.load(blob.path_for_mapping or blob.read())

    loaded = cache.load(artifact_key(digest, size, profile), lambda: engine.compile(read_binary()), load)
    entry = loaded.entry
    compiled = entry.outcome is Outcome.MADE
    return Artifact(loaded.value, compiled, _reason(entry), entry.size, perf_counter() - start)


def _reason(entry: Entry) -> str:
    """Why a component was compiled, or why it was not."""
    if entry.outcome is Outcome.HIT:
        return "unchanged" if entry.miss is None else "compiled by another build meanwhile"
    if entry.miss is None or entry.miss.reason is MissReason.ABSENT:
        return "not in the cache"
    return entry.miss.detail


@once
def _runtime() -> Mapping[str, str]:
    return runtime_identity()
