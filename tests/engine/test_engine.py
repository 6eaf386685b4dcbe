"""Engines: compiling, loading, and what identifies the native code that comes of it."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.engine.parts import BINARY, WORKER
from wasm_link.engine import capi
from wasm_link.engine.elf import section
from wasm_link.engine.engine import _recorded_digest, engine_for, runtime_identity
from wasm_link.engine.instance import instantiate
from wasm_link.engine.profile import Profile
from wasm_link.engine.text import text_to_binary
from wasm_link.errors import CompileError, IncompatibleArtifactError, TextFormatError

PROFILES = [
    Profile(fuel=fuel, epochs=epochs, concurrency=concurrency)
    for fuel in (False, True)
    for epochs in (False, True)
    for concurrency in (False, True)
]


def _binary() -> bytes:
    return text_to_binary(WORKER.encode())


def test_a_profile_has_one_engine() -> None:
    """Equal profiles share an engine, also when threads ask for it at once."""
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(engine_for(Profile(fuel=True)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, found))) == 1
    assert engine_for(Profile()) is not found[0]


def test_every_profile_has_a_fingerprint_of_its_own() -> None:
    """Whatever changes native code changes the fingerprint, and the description too."""
    assert len({engine_for(profile).fingerprint() for profile in PROFILES}) == len(PROFILES)
    assert len({tuple(profile.describe().items()) for profile in PROFILES}) == len(PROFILES)


def test_a_fingerprint_is_that_of_any_component() -> None:
    """The section that is hashed is the same in the artifact of another component."""
    engine = engine_for(Profile())
    settings = section(engine.compile(_binary()), b".wasmtime.engine")
    assert settings is not None
    assert hashlib.sha256(settings).hexdigest() == engine.fingerprint()


def test_compiling_twice_gives_the_same_bytes() -> None:
    """An artifact depends on the component and the engine alone."""
    engine = engine_for(Profile())
    assert engine.compile(_binary()) == engine.compile(_binary())


@pytest.mark.parametrize("profile", PROFILES)
def test_an_artifact_runs_in_every_profile(profile: Profile) -> None:
    """Limits that are not set do not get in the way."""
    engine = engine_for(profile)
    instance = instantiate(engine.load(engine.compile(_binary())), {})
    assert instance.function(None, "add", BINARY)(2, 3) == 5


@pytest.mark.parametrize("as_path", [str, Path])
def test_an_artifact_loads_from_a_file(tmp_path: Path, as_path: type) -> None:
    """A path is mapped, whatever characters it holds."""
    engine = engine_for(Profile())
    path = tmp_path / "an artifact ☂.bin"
    path.write_bytes(engine.compile(_binary()))
    instance = instantiate(engine.load(as_path(path)), {})
    assert instance.function(None, "add", BINARY)(2, 3) == 5


@pytest.mark.parametrize(
    "binary",
    [b"", b"\0asm", b"(component)", b"\0asm\1\0\0\0", b"\0asm\x0d\0\1\0xx", b"garbage"],
)
def test_what_is_no_component_does_not_compile(binary: bytes) -> None:
    """The reason is one line."""
    with pytest.raises(CompileError) as caught:
        engine_for(Profile()).compile(binary)
    assert caught.value.reason
    assert "\n" not in caught.value.reason


def test_a_truncated_component_does_not_compile() -> None:
    """Wherever a binary is cut, the engine says so and nothing else happens."""
    binary = _binary()
    reasons = [_reason(binary[:size]) for size in range(9, len(binary), 7)]
    assert any(reasons)
    assert not any("\n" in reason for reason in reasons)


def _reason(binary: bytes) -> str:
    """Why a binary does not compile, empty where it does: one that ends between two sections is a component."""
    try:
        engine_for(Profile()).compile(binary)
    except CompileError as error:
        return error.reason
    return ""


def test_an_artifact_of_another_engine_is_incompatible() -> None:
    """Fuel is part of the code, so the other engine refuses it."""
    artifact = engine_for(Profile(fuel=True)).compile(_binary())
    with pytest.raises(IncompatibleArtifactError, match=r"(?i)fuel"):
        engine_for(Profile()).load(artifact)


@pytest.mark.parametrize("artifact", [b"", b"\x7fELF", b"nonsense" * 100])
def test_what_is_no_artifact_is_refused(artifact: bytes) -> None:
    """Bytes without the form of an artifact are incompatible."""
    with pytest.raises(IncompatibleArtifactError):
        engine_for(Profile()).load(artifact)


def test_a_path_that_cannot_be_mapped_is_refused(tmp_path: Path) -> None:
    """A missing file, and a path that would be cut short at its NUL."""
    for path in (str(tmp_path / "none"), f"{tmp_path}/a\0b"):
        with pytest.raises(IncompatibleArtifactError):
            engine_for(Profile()).load(path)


def test_the_runtime_is_identified_by_its_library() -> None:
    """The digest is that of the library which is loaded, though it is read from the wheel's record."""
    identity = runtime_identity()
    assert identity["library"] == hashlib.sha256(capi.library_path().read_bytes()).hexdigest()
    assert identity["version"].split(".")[0].isdigit()


def test_a_record_without_the_library_gives_no_digest() -> None:
    """Other files, and other kinds of digest, are passed over."""
    library = Path("/site/wasmtime/linux-x86_64/_libwasmtime.so")
    record = "wasmtime/__init__.py,sha256=abc,1\nwasmtime/linux-x86_64/_libwasmtime.so,,\n"
    assert _recorded_digest(record, library) is None


def test_a_text_that_does_not_parse_has_a_position() -> None:
    """Line and column count from 1."""
    with pytest.raises(TextFormatError) as caught:
        text_to_binary(b"(component\n  (foo))")
    assert (caught.value.line, caught.value.column) == (2, 4)
    assert caught.value.reason == "expected valid component field"


def test_a_text_that_is_not_utf8_has_a_position() -> None:
    """The position is that of the first wrong byte."""
    with pytest.raises(TextFormatError) as caught:
        text_to_binary(b"(component\n ;; \xff\n)")
    assert (caught.value.line, caught.value.column) == (2, 5)


def test_a_text_is_read_past_a_nul() -> None:
    """A NUL is a wrong character, and not the end of the text."""
    with pytest.raises(TextFormatError):
        text_to_binary(b"(component)\0(foo)")


@pytest.mark.parametrize("image", [b"", b"\x7fELF", b"\x7fELF\x02\x01" + b"\xff" * 200, b"\x7fELF\x02\x03" + bytes(90)])
def test_an_image_that_is_no_elf_has_no_section(image: bytes) -> None:
    """Nothing outside of the image is looked at."""
    assert section(image, b".text") is None


def test_a_profile_costs_no_wasmtime() -> None:
    """Importing the profile leaves wasmtime alone."""
    code = "import sys, wasm_link.engine.profile; sys.exit('wasmtime' in sys.modules)"
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root).returncode == 0
