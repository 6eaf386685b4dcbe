"""A component binary → its compiled artifact → a loaded component, by the one engine of a profile in this process."""

from __future__ import annotations

import base64
import hashlib
import os
import threading
import weakref
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from wasm_link.engine import capi
from wasm_link.engine.elf import section
from wasm_link.engine.messages import one_line
from wasm_link.engine.profile import ASYNC_STACK, MAX_WASM_STACK, PROPOSALS, Profile
from wasm_link.errors import CompileError, IncompatibleArtifactError

_EMPTY_COMPONENT = b"\0asm\x0d\0\x01\0"
_ENGINE_SECTION = b".wasmtime.engine"


class LoadedComponent:
    """Native code of a component, ready to be instantiated any number of times. It is freed with the object."""

    __slots__ = ("__weakref__", "engine", "pointer")

    def __init__(self, engine: Engine, pointer: int) -> None:
        self.engine = engine
        self.pointer = pointer
        weakref.finalize(self, capi.component_delete, pointer).atexit = False


class Engine:
    """wasmtime's engine for one profile. Engines live as long as the process: get one from `engine_for`."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        config = capi.config_new()
        capi.config_fuel(config, profile.fuel)
        capi.config_epochs(config, profile.epochs)
        capi.config_max_wasm_stack(config, MAX_WASM_STACK)
        capi.config_async_stack_size(config, ASYNC_STACK)
        if not profile.concurrency:
            # Setting this to what it is by default, or beside the proposals that need it, is not harmless.
            capi.config_concurrency(config, False)
        for proposal in PROPOSALS:
            capi.config_proposals[proposal](config, True)
        self.pointer: int = capi.engine_new(config)
        self._lock = threading.Lock()
        self._fingerprint: str | None = None

    def fingerprint(self) -> str:
        """SHA-256, in hex, of what wasmtime writes about an engine into every artifact.

        It differs wherever the engine's settings, or the processor's features, give other native code.
        """
        with self._lock:
            if self._fingerprint is None:
                settings = section(self.compile(_EMPTY_COMPONENT), _ENGINE_SECTION)
                assert settings is not None, "an artifact without a description of its engine"
                self._fingerprint = hashlib.sha256(settings).hexdigest()
            return self._fingerprint

    def compile(self, binary: bytes) -> bytes:
        """The artifact of a component binary; other threads run meanwhile. Raises `CompileError`."""
        if not binary.startswith(b"\0asm"):
            raise CompileError("not a component in the binary format")
        try:
            pointer = capi.component_new(self.pointer, binary)
        except capi.NativeError as error:
            raise CompileError(one_line(error.text)) from None
        try:
            return capi.component_serialize(pointer)
        finally:
            capi.component_delete(pointer)

    def load(self, artifact: bytes | str | Path) -> LoadedComponent:
        """Load an artifact: its bytes, or the path of a file with them, which is mapped and must never be changed.

        The bytes must be known to be good, since wasmtime runs them as they are: it compares only the version and the
        settings, for which `IncompatibleArtifactError` is raised.
        """
        try:
            if isinstance(artifact, bytes):
                return LoadedComponent(self, capi.component_deserialize(self.pointer, artifact))
            path = os.fsencode(artifact)
            if b"\0" in path:
                raise IncompatibleArtifactError("the path of an artifact holds a NUL")
            return LoadedComponent(self, capi.component_deserialize_file(self.pointer, path))
        except capi.NativeError as error:
            raise IncompatibleArtifactError(one_line(error.text)) from None


_engines: dict[Profile, Engine] = {}
_engines_lock = threading.Lock()


def engine_for(profile: Profile) -> Engine:
    """The engine of a profile, made when it is first asked for."""
    with _engines_lock:
        engine = _engines.get(profile)
        if engine is None:
            engine = _engines[profile] = Engine(profile)
        return engine


@lru_cache(maxsize=1)
def runtime_identity() -> Mapping[str, str]:
    """Which wasmtime this is: `version` of the distribution, and `library`, the SHA-256 of its native code in hex."""
    from importlib.metadata import distribution  # slow to import, and only compiled code needs it

    wheel = distribution("wasmtime")
    library = capi.library_path()
    digest = _recorded_digest(wheel.read_text("RECORD") or "", library)
    if digest is None:
        with library.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"library": digest, "version": wheel.version}


def _recorded_digest(record: str, library: Path) -> str | None:
    """The digest that a wheel's RECORD gives for the library (PyPA, "Recording installed projects")."""
    suffix = "/".join(library.parts[-3:])
    for line in record.splitlines():
        path, _, rest = line.partition(",")
        kind, _, encoded = rest.partition(",")[0].partition("=")
        if path.endswith(suffix) and kind == "sha256":
            return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).hex()
    return None
