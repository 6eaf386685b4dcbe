"""From a linkfile's sources to component types and digests, and later to the very bytes that were checked."""

from __future__ import annotations

import hashlib
import mmap
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from wasm_link.component.reader import describe_component
from wasm_link.component.types import ComponentType
from wasm_link.diagnostics import Code, Diagnostic
from wasm_link.errors import (
    MalformedComponentError,
    NotAComponentError,
    SourceChangedError,
    TextFormatError,
    UnsupportedComponentError,
)
from wasm_link.linkfile.model import Linkfile, SourceSpec
from wasm_link.sources.directories import missing_directories
from wasm_link.sources.path import SourceProblem, open_file

TextToBinary: TypeAlias = Callable[[bytes], bytes]
"""Turns component text (WAT) into a binary; raises TextFormatError."""

_TEXT_BEGINNINGS = (b"(component", b"(module", b";;", b"(;")
_CONTROL = re.compile(rb"[\0-\x08\x0e-\x1f\x7f]")
_MAKE_A_COMPONENT = (
    "make a component of it: `wasm-tools component embed WIT-DIR core.wasm -o embedded.wasm`, "
    "then `wasm-tools component new embedded.wasm -o component.wasm`"
)


@dataclass(frozen=True, slots=True)
class SourceComponent:
    """A component as its source gave it: where it is, the digest (SHA-256, hex) and size of its binary, its type.

    `shown` is its path as the linkfile has it. `is_text` says that the file holds text format; digest and size are then
    those of the binary that the text stands for. `is_concurrent` is as for `component.reader.Description`.
    """

    path: Path
    shown: str
    digest: str
    size: int
    is_text: bool
    type: ComponentType = field(repr=False)
    is_concurrent: bool = False


@dataclass(frozen=True, slots=True)
class SourceResult:
    """What a linkfile's plugins name on disk, by plugin id.

    `components` are the sources that gave one, `failed` says why the others did not, and `missing_directories` which
    granted directories are not there.
    """

    components: Mapping[str, SourceComponent]
    failed: Mapping[str, Diagnostic]
    missing_directories: Mapping[str, tuple[Diagnostic, ...]]


def read_sources(linkfile: Linkfile, text_to_binary: TextToBinary) -> SourceResult:
    """Read the component of every plugin; a source that serves several plugins is read once, and reported once each.

    Plugins that name an undefined source are in neither part of the result.
    """
    seen: dict[Path, SourceComponent | SourceProblem] = {}
    components: dict[str, SourceComponent] = {}
    failed: dict[str, Diagnostic] = {}
    for plugin in linkfile.plugins.values():
        if not isinstance(plugin.source, SourceSpec) and plugin.source.id not in linkfile.sources:
            continue
        spec = linkfile.source_of(plugin)
        path = linkfile.directory / spec.path
        if path not in seen:
            seen[path] = _read(path, spec.path, text_to_binary)
        found = seen[path]
        if isinstance(found, SourceComponent):
            components[plugin.id] = found
        else:
            failed[plugin.id] = Diagnostic(found.code, found.message, spec.span, found.expected, found.hint)
    return SourceResult(components, failed, missing_directories(linkfile))


def load_binary(component: SourceComponent, text_to_binary: TextToBinary) -> bytes:
    """The bytes of a component that was read before. Raises SourceChangedError where they are no longer the same."""
    try:
        with open_file(component.path, component.shown) as content:
            binary = text_to_binary(bytes(content)) if component.is_text else bytes(content)
    except (SourceProblem, TextFormatError) as error:
        raise SourceChangedError(component.shown) from error
    if hashlib.sha256(binary).hexdigest() != component.digest:
        raise SourceChangedError(component.shown)
    return binary


def _read(path: Path, shown: str, text_to_binary: TextToBinary) -> SourceComponent | SourceProblem:
    try:
        with open_file(path, shown) as content:
            if _is_text(path, content):
                binary = _assemble(bytes(content), shown, text_to_binary)
                return _describe(path, shown, binary, is_text=True)
            return _describe(path, shown, content, is_text=False)
    except SourceProblem as problem:
        # Without its traceback, which would keep the mapped file alive.
        return problem.with_traceback(None)


def _describe(path: Path, shown: str, content: bytes | mmap.mmap, *, is_text: bool) -> SourceComponent:
    try:
        described = describe_component(content)
    except NotAComponentError as error:
        if error.is_core_module:
            raise SourceProblem(
                Code.CORE_MODULE,
                f"the source `{shown}` is a core module, not a component",
                expected="a component: a core module with its interfaces' types around it",
                hint=_MAKE_A_COMPONENT,
            ) from None
        raise SourceProblem(
            Code.NOT_A_COMPONENT,
            f"the source `{shown}` is not a WebAssembly component: it is {error.found}",
            expected="a component, binary (.wasm) or text (.wat)",
        ) from None
    except UnsupportedComponentError as error:
        raise SourceProblem(Code.UNSUPPORTED_COMPONENT, f"the component `{shown}` is not supported: {error}") from None
    except MalformedComponentError as error:
        raise SourceProblem(
            Code.MALFORMED_COMPONENT,
            f"the component `{shown}` is malformed: {error}",
            hint="the file may be cut off or damaged: build or copy it again",
        ) from None
    digest = hashlib.sha256(content).hexdigest()
    return SourceComponent(path, shown, digest, len(content), is_text, described.type, described.is_concurrent)


def _is_text(path: Path, content: bytes | mmap.mmap) -> bool:
    """Whether a file holds text format: by its content, as text format may have any name."""
    head = content[:4096]
    if head.lstrip().startswith(_TEXT_BEGINNINGS):
        return True
    return path.suffix == ".wat" and not _CONTROL.search(head)


def _assemble(text: bytes, shown: str, text_to_binary: TextToBinary) -> bytes:
    try:
        return text_to_binary(text)
    except TextFormatError as error:
        place = f" (line {error.line}, column {error.column})" if error.line is not None else ""
        raise SourceProblem(
            Code.BAD_TEXT_FORMAT, f"the component text `{shown}` does not parse: {error.reason}{place}"
        ) from None
