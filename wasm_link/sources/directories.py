"""The directories that a linkfile grants: whether they are there, before anything is compiled."""

from __future__ import annotations

import os
from pathlib import Path

from wasm_link.diagnostics import Code, Diagnostic
from wasm_link.diagnostics.nearest import did_you_mean
from wasm_link.linkfile.model import Directory, Linkfile
from wasm_link.linkfile.wording import quoted


def missing_directories(linkfile: Linkfile) -> dict[str, tuple[Diagnostic, ...]]:
    """For each plugin that is given directories which do not exist, or are none: what is wrong with each."""
    found = {}
    for plugin in linkfile.plugins.values():
        granted = plugin.wasi.dirs if plugin.wasi is not None else ()
        problems = tuple(_problem(linkfile, directory) for directory in granted if not _exists(linkfile, directory))
        if problems:
            found[plugin.id] = problems
    return found


def _exists(linkfile: Linkfile, directory: Directory) -> bool:
    return os.path.isdir(linkfile.directory / directory.host)


def _problem(linkfile: Linkfile, directory: Directory) -> Diagnostic:
    path = linkfile.directory / directory.host
    is_something = os.path.lexists(path)
    return Diagnostic(
        Code.DIRECTORY_MISSING,
        f"the directory {quoted(directory.host)} {'is not a directory' if is_something else 'does not exist'}",
        directory.span,
        hint=None if is_something else _hint(path),
    )


def _hint(path: Path) -> str:
    try:
        names = [name for name in sorted(os.listdir(path.parent)) if os.path.isdir(path.parent / name)]
    except (OSError, ValueError):
        return f"the directory {quoted(str(path.parent))} does not exist either"
    return (
        did_you_mean(path.name, names) or "make it, or correct the path, which is relative to the linkfile's directory"
    )
