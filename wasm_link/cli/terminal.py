"""What the output streams can show: the environment and the streams in, one frozen answer out. Decided once a run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

DEFAULT_WIDTH = 120
"""Columns, where there is no terminal that has a width."""

_LARGEST_WIDTH = 400


@dataclass(frozen=True, slots=True)
class Terminal:
    """One output stream: whether it takes colour, whether it takes lines that change, and its width in columns."""

    color: bool
    progress: bool
    width: int


@dataclass(frozen=True, slots=True)
class Console:
    """The two output streams: results go to `out`, everything else to `err`. Commands get it as click's `obj`."""

    out: Terminal
    err: Terminal


def detect_console(
    environ: Mapping[str, str], out: TextIO | None, err: TextIO | None, *, no_color: bool = False
) -> Console:
    """Look at both streams. None is a stream that is closed."""
    return Console(
        detect_terminal(environ, out, no_color=no_color),
        detect_terminal(environ, err, no_color=no_color),
    )


def detect_terminal(environ: Mapping[str, str], stream: TextIO | None, *, no_color: bool = False) -> Terminal:
    """What a stream can show.

    Colour, the first that speaks: `--no-color`, `NO_COLOR` (https://no-color.org), `FORCE_COLOR` (not `0`),
    `TERM=dumb`, whether the stream is a terminal. Progress needs a terminal that is not dumb, and no `CI`.
    """
    is_terminal = stream is not None and not stream.closed and stream.isatty()
    is_smart = is_terminal and environ.get("TERM") != "dumb"
    in_ci = environ.get("CI", "").lower() not in ("", "0", "false")
    return Terminal(_color(environ, no_color, is_smart), is_smart and not in_ci, _width(environ, stream, is_terminal))


def _color(environ: Mapping[str, str], no_color: bool, is_smart: bool) -> bool:
    if no_color or environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return environ["FORCE_COLOR"] not in ("0", "false")
    return is_smart


def _width(environ: Mapping[str, str], stream: TextIO | None, is_terminal: bool) -> int:
    """`COLUMNS`, else the terminal's own width, else the default; never so wide that it means nothing."""
    columns = environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdigit() and len(columns) < 6 and int(columns) > 0:
        return min(int(columns), _LARGEST_WIDTH)
    if stream is not None and is_terminal:
        try:
            return min(os.get_terminal_size(stream.fileno()).columns, _LARGEST_WIDTH) or DEFAULT_WIDTH
        except OSError:
            return DEFAULT_WIDTH
    return DEFAULT_WIDTH
