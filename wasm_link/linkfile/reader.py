"""A linkfile's path or bytes → the typed linkfile and everything that is wrong with it."""

from __future__ import annotations

import gc
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from wasm_link.diagnostics import Code, Diagnostic, Span, has_errors, in_order
from wasm_link.linkfile.build import Built, build
from wasm_link.linkfile.check import check
from wasm_link.linkfile.document import read_document
from wasm_link.linkfile.model import Linkfile
from wasm_link.linkfile.nodes import Mapping, Node, Scalar
from wasm_link.linkfile.schema import check_schema
from wasm_link.linkfile.text import decode
from wasm_link.linkfile.wording import Nearest, describe, did_you_mean, one_of, quoted

MAX_BYTES = 16 * 2**20
"""The size that a linkfile may have."""


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What came of reading a linkfile.

    `linkfile` is None where the file could not be read as one. Where only names in it are wrong (codes WL2), it is
    there: whoever goes on must look at `diagnostics` first. `text` is empty where the file is not text. The diagnostics
    are all there are, in the order of the text.
    """

    linkfile: Linkfile | None
    text: str
    diagnostics: tuple[Diagnostic, ...]


def read_linkfile(path: Path, *, root: str | None = None) -> ReadResult:
    """Read a linkfile from a regular file. Never raises for what is wrong with the file.

    `root` is the id of an interface to enter the tree by, instead of the one that the file names.
    """
    data = _read_bytes(path)
    return parse_linkfile(data, path, root=root) if isinstance(data, bytes) else ReadResult(None, "", (data,))


def parse_linkfile(data: bytes, path: Path, *, root: str | None = None) -> ReadResult:
    """Parse a linkfile from its bytes; `path` is how the user named it, and what paths in it are relative to.

    `root` is as for `read_linkfile`.
    """
    with _collector_paused():
        return _parse(data, path, root)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the garbage collector from walking the growing document again and again: half of the time of large files.

    What is made here holds no cycles, and its size is bounded. Where two threads read at once, one of them may go on
    with the collector running; that costs time only.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _parse(data: bytes, path: Path, root: str | None) -> ReadResult:
    file = path.as_posix()
    if len(data) > MAX_BYTES:
        return ReadResult(None, "", (_too_large(path),))
    text, problems = decode(data, file)
    if text is None:
        return ReadResult(None, "", problems)
    document, problems = read_document(text, file)
    if not isinstance(document, Mapping):
        if not has_errors(problems):
            problems = (*problems, _not_a_mapping(document, file))
        return ReadResult(None, text, in_order(problems))
    problems = (*problems, *check_schema(document))
    built = build(document, path, text, valid=not has_errors(problems))
    if root is not None:
        built = _entered_by(root, built)
    found = (*_distinct((*problems, *built.diagnostics)), *check(built.outline))
    return ReadResult(built.linkfile, text, in_order(found))


def _entered_by(root: str, built: Built) -> Built:
    """What was built, with another root: the place where the interface is defined stands for the option's."""
    outline = built.outline
    interface = outline.interfaces.get(root)
    if interface is not None:
        linkfile = None if built.linkfile is None else replace(built.linkfile, root=interface.id)
        return replace(built, linkfile=linkfile, outline=replace(outline, root=interface.id))
    unknown = Diagnostic(
        Code.UNKNOWN_ROOT,
        f"the root {quoted(root)}, given as an option, is not an interface of the linkfile",
        expected=one_of(outline.interfaces),
        hint=did_you_mean(Nearest(outline.interfaces).to(root)),
    )
    return replace(built, diagnostics=(*built.diagnostics, unknown))


def _distinct(problems: Iterable[Diagnostic]) -> Iterable[Diagnostic]:
    """Each problem once: a mistake that is aliased into several plugins stands in the text only once."""
    found: dict[tuple[Code, Span | None, str | None], Diagnostic] = {}
    for problem in problems:
        found.setdefault((problem.code, problem.span, problem.expected), problem)
    return found.values()


def _read_bytes(path: Path) -> bytes | Diagnostic:
    """At most one byte more than a linkfile may have. Nothing but a regular file is read: a FIFO would never end."""
    try:
        mode = os.stat(path).st_mode
        if not stat.S_ISREG(mode):
            return _unreadable(path, f"is {_kind(mode)}, not a file")
        # Should the file have become a FIFO since, opening and reading it must not wait.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with open(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return _unreadable(path, f"is {_kind(status.st_mode)}, not a file")
            return _too_large(path) if status.st_size > MAX_BYTES else file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return _unreadable(path, "does not exist", "`wasm-link init` writes a first linkfile")
    except OSError as error:
        return _unreadable(path, f"cannot be read: {(error.strerror or str(error)).lower()}")
    except ValueError:  # a NUL in the path
        return _unreadable(path, "cannot be read: its name holds a NUL character")


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a directory"
    if stat.S_ISFIFO(mode):
        return "a pipe"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"


def _unreadable(path: Path, problem: str, hint: str | None = None) -> Diagnostic:
    return Diagnostic(Code.UNREADABLE_FILE, f"the linkfile `{path.as_posix()}` {problem}", hint=hint)


def _too_large(path: Path) -> Diagnostic:
    message = f"the linkfile `{path.as_posix()}` is larger than {MAX_BYTES // 2**20} MiB"
    return Diagnostic(Code.FILE_TOO_LARGE, message)


def _not_a_mapping(document: Node | None, file: str) -> Diagnostic:
    span = document.span if document is not None else Span(file, 1, 1, 1, 1)
    if document is None or (isinstance(document, Scalar) and not document.text and document.plain):
        return Diagnostic(
            Code.NOT_A_MAPPING,
            "the linkfile is empty",
            span,
            "a mapping with the keys linkfile, root, interfaces and plugins",
            "`wasm-link init` writes a first linkfile",
        )
    message = f"the linkfile must be a mapping, and this is {describe(document)}"
    return Diagnostic(
        Code.NOT_A_MAPPING, message, span, "a mapping with the keys linkfile, root, interfaces and plugins"
    )
