"""What a stream can show, from the environment and the stream."""

from __future__ import annotations

import io

import pytest

from wasm_link.cli.terminal import DEFAULT_WIDTH, detect_terminal


class Screen(io.StringIO):
    """A terminal without a size."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environ", "no_color", "color"),
    [
        ({}, False, True),
        ({"TERM": "xterm-256color"}, False, True),
        ({"TERM": "dumb"}, False, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, False, True),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, False, True),
        ({"FORCE_COLOR": "0"}, False, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
        ({"FORCE_COLOR": "1"}, True, False),
        ({"CI": "true"}, False, True),
    ],
)
def test_a_terminal_has_color_unless_somebody_objects(environ: dict[str, str], no_color: bool, color: bool) -> None:
    """The option, then NO_COLOR, then FORCE_COLOR, then TERM."""
    assert detect_terminal(environ, Screen(), no_color=no_color).color is color


def test_a_file_has_neither_color_nor_progress() -> None:
    """Nor has a stream that is closed, or that was never there."""
    closed = Screen()
    closed.close()
    for stream in (io.StringIO(), closed, None):
        terminal = detect_terminal({}, stream)
        assert (terminal.color, terminal.progress) == (False, False)


@pytest.mark.parametrize(
    ("environ", "progress"),
    [
        ({}, True),
        ({"TERM": "dumb"}, False),
        ({"CI": "true"}, False),
        ({"CI": "false"}, True),
        ({"NO_COLOR": "1"}, True),
    ],
)
def test_progress_needs_somebody_who_looks_on(environ: dict[str, str], progress: bool) -> None:
    """A terminal that can move its cursor, and no CI; colour is another matter."""
    assert detect_terminal(environ, Screen()).progress is progress


@pytest.mark.parametrize(
    ("columns", "width"),
    [("80", 80), ("1000", 400), ("0", DEFAULT_WIDTH), ("-1", DEFAULT_WIDTH), ("wide", DEFAULT_WIDTH), ("9" * 30, 120)],
)
def test_the_width_is_that_of_the_environment_if_it_makes_sense(columns: str, width: int) -> None:
    """At most 400 columns; what is no number is passed over."""
    assert detect_terminal({"COLUMNS": columns}, io.StringIO()).width == width
