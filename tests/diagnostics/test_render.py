"""The renderings of a list of diagnostics."""

from __future__ import annotations

import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasm_link.diagnostics import Code, Diagnostic, Note, Span
from wasm_link.diagnostics.render import Format, render

FILE = "linkfile.yaml"
TEXT = "linkfile: 1\nsources:\n  shout: { path: shout.wasm }\nplugins:\n  main: { source: shuot, plug: app }\n"
SPAN = Span(FILE, 5, 19, 5, 24)
ERROR = Diagnostic(Code.UNKNOWN_SOURCE, "source `shuot` is not defined", SPAN)
WARNING = Diagnostic(Code.UNUSED_SOURCE, "source `shout` is not used", Span(FILE, 3, 3, 3, 8))


def human(*diagnostics: Diagnostic, text: str = TEXT, width: int = 120, color: bool = False) -> list[str]:
    return render(diagnostics, {FILE: text}, Format.HUMAN, width=width, color=color).split("\n")


def at(column: int, end: int, line: int = 1, end_line: int | None = None) -> Diagnostic:
    return Diagnostic(Code.BAD_ID, "wrong", Span(FILE, line, column, end_line or line, end))


def underlined(lines: list[str]) -> str:
    """What stands above the carets, by terminal columns, as an independent account of their place."""
    row = next(n for n, line in enumerate(lines) if re.search(r"\| *\^", line))
    cells: list[str] = []
    for char in lines[row - 1]:
        if unicodedata.combining(char):
            cells[-1] += char
        else:
            cells += [char, ""] if unicodedata.east_asian_width(char) in "WF" else [char]
    return "".join(cell for cell, caret in zip(cells, lines[row], strict=False) if caret == "^")


def test_a_whole_diagnostic_has_the_layout_of_rustc() -> None:
    """Message, place, line, carets, expectation, plain notes, help, then notes with a place of their own."""
    note = Note("the sources are here", Span(FILE, 2, 1, 2, 8))
    diagnostic = Diagnostic(
        Code.UNKNOWN_SOURCE,
        "source `shuot` is not defined",
        SPAN,
        expected="an id under `sources`",
        hint="did you mean `shout`?",
        notes=(note, Note("ids are kebab-case")),
    )
    assert human(diagnostic) == [
        "error[WL201]: source `shuot` is not defined",
        " --> linkfile.yaml:5:19",
        "  |",
        "5 |   main: { source: shuot, plug: app }",
        "  |                   ^^^^^",
        "  = expected: an id under `sources`",
        "  = note: ids are kebab-case",
        "  = help: did you mean `shout`?",
        "note: the sources are here",
        " --> linkfile.yaml:2:1",
        "  |",
        "2 | sources:",
        "  | -------",
        "",
        "1 error",
        "for more about this: wasm-link explain WL201",
    ]


def test_the_gutter_is_as_wide_as_the_longest_line_number() -> None:
    """A diagnostic and its notes share one width, so that the bars stand below each other."""
    diagnostic = Diagnostic(
        Code.BAD_ID, "wrong", Span(FILE, 100, 1, 100, 2), notes=(Note("n", Span(FILE, 7, 1, 7, 2)),)
    )
    lines = human(diagnostic, text="x\n" * 100)
    assert [line for line in lines if "|" in line] == ["    |", "100 | x", "    | ^", "    |", "  7 | x", "    | -"]


def test_the_closing_line_counts_errors_and_warnings() -> None:
    """Errors come first, and each word is in the singular for one."""
    assert human(ERROR, ERROR, WARNING)[-2:] == [
        "2 errors, 1 warning",
        "for more about these: wasm-link explain WL201 WL211",
    ]


def test_no_diagnostics_are_no_text() -> None:
    """For people and in brief there is nothing to say; JSON is an object all the same."""
    assert [render([], {}, form) for form in (Format.HUMAN, Format.CONCISE)] == ["", ""]
    assert json.loads(render([], {}, Format.JSON))["counts"] == {"errors": 0, "warnings": 0}


def test_a_tab_is_shown_as_four_columns() -> None:
    """The caret stands under the word behind the tab."""
    lines = human(at(2, 5), text="\tkey: x")
    assert "1 |     key: x" in lines
    assert underlined(lines) == "key"


@pytest.mark.parametrize("text", ["日本語: key", "🦀🦀 key", "e\u0301e\u0301 key", "ｗｉｄｅ key", "plain key"])
def test_carets_stand_under_the_word_whatever_stands_before_it(text: str) -> None:
    """Wide characters take two columns, combining ones none."""
    begin = text.index("key") + 1
    assert underlined(human(at(begin, begin + 3), text=text)) == "key"


def test_a_wide_word_is_underlined_in_full() -> None:
    """Three wide characters get six carets."""
    assert "  | ^^^^^^" in human(at(1, 4), text="日本語: x")


def test_a_long_line_is_shown_round_the_span() -> None:
    """Only a window of a long line is shown, with a mark at each cut."""
    lines = human(at(505, 509), text="a" * 500 + "    here    " + "b" * 500, width=60)
    source = next(line for line in lines if line.startswith("1 |"))
    assert underlined(lines) == "here"
    assert len(source) <= 60
    assert source.startswith("1 | …")
    assert source.endswith("…")


def test_a_line_that_just_fits_is_not_cut() -> None:
    """The width is the width of the terminal, gutter included."""
    assert "1 | " + "a" * 56 in human(at(1, 2), text="a" * 56, width=60)
    assert "1 | " + "a" * 55 + "…" in human(at(1, 2), text="a" * 57, width=60)


def test_a_span_over_several_lines_is_underlined_to_the_end_of_its_first() -> None:
    """Dots say that the span goes on."""
    lines = human(at(1, 3, line=2, end_line=4))
    assert underlined(lines) == "sources:"
    assert lines[5] == "..."


def test_a_span_behind_the_end_of_its_line_gets_one_caret() -> None:
    """That is where something is missing."""
    assert "  |      ^" in human(at(9, 9), text="abcde")


def test_a_place_outside_the_text_is_named_and_not_shown() -> None:
    """A file that changed meanwhile gives no wrong line and no error."""
    assert human(at(1, 2, line=99))[:3] == ["error[WL105]: wrong", "  --> linkfile.yaml:99:1", ""]


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_lines_end_as_yaml_has_it(line_break: str) -> None:
    """All three line breaks of YAML 1.2 are counted, and no other."""
    assert underlined(human(at(1, 6, line=2), text=f"a\u2028b{line_break}right")) == "right"


def test_color_is_only_there_when_asked_for() -> None:
    """The same text, with and without."""
    plain, colored = human(ERROR), human(ERROR, color=True)
    assert not any("\x1b" in line for line in plain)
    assert [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in colored] == plain
    assert colored != plain


def test_a_message_of_several_lines_is_indented() -> None:
    """An engine's own text cannot pass for a line of ours."""
    lines = human(Diagnostic(Code.COMPILE_FAILED, "first\nerror[WL001]: second", hint="do\nthis"))
    assert lines[:4] == ["error[WL501]: first", "  error[WL001]: second", "  = help: do", "          this"]


HOSTILE = "\x1b]0;title\x07\u202etxt\x9b31m\udcff"


@pytest.mark.parametrize("form", list(Format))
def test_no_control_character_gets_out(form: Format) -> None:
    """Neither from the text, nor from a message, nor from a file's name, in any format."""
    diagnostic = Diagnostic(
        Code.BAD_ID, HOSTILE, Span(HOSTILE, 1, 1, 1, 9), HOSTILE, HOSTILE, (Note(HOSTILE, Span(HOSTILE, 1, 1, 1, 2)),)
    )
    out = render([diagnostic], {HOSTILE: HOSTILE}, form)
    assert out.replace("\n", "").isprintable()


@given(st.text(max_size=300), st.integers(1, 300), st.integers(0, 300), st.integers(1, 120))
def test_any_line_is_shown_within_the_width(text: str, column: int, length: int, width: int) -> None:
    """Whatever the line and the span, the output is printable and no wider than asked for (20 at the least)."""
    lines = human(at(column, column + length), text=text, width=width)
    assert all(line.isprintable() for line in lines)
    shown = [line for line in lines if line.startswith("  | ")]
    assert all(len(line) <= max(width, 24) for line in shown)
    assert all("^" in line for line in shown)


def test_concise_is_one_line_a_diagnostic() -> None:
    """Place, severity, code and message; a message of several lines becomes one."""
    nowhere = Diagnostic(Code.CACHE_UNUSABLE, "the disk\nis full")
    assert render([ERROR, WARNING, nowhere], {}, Format.CONCISE).split("\n") == [
        "linkfile.yaml:5:19: error[WL201]: source `shuot` is not defined",
        "linkfile.yaml:3:3: warning[WL211]: source `shout` is not used",
        "warning[WL701]: the disk is full",
    ]


def test_json_has_all_the_data() -> None:
    """Every field is there, null where there is nothing."""
    diagnostic = Diagnostic(Code.UNKNOWN_SOURCE, "m", SPAN, "e", "h", (Note("n", SPAN), Note("o")))
    place = {"file": FILE, "range": {"start": {"line": 5, "column": 19}, "end": {"line": 5, "column": 24}}}
    assert json.loads(render([diagnostic, WARNING], {}, Format.JSON)) == {
        "version": 1,
        "diagnostics": [
            {
                "code": "WL201",
                "title": "A source is not defined",
                "severity": "error",
                "message": "m",
                **place,
                "expected": "e",
                "hint": "h",
                "notes": [{"message": "n", **place}, {"message": "o", "file": None, "range": None}],
            },
            {
                "code": "WL211",
                "title": "A source is not used",
                "severity": "warning",
                "message": "source `shout` is not used",
                "file": FILE,
                "range": {"start": {"line": 3, "column": 3}, "end": {"line": 3, "column": 8}},
                "expected": None,
                "hint": None,
                "notes": [],
            },
        ],
        "counts": {"errors": 1, "warnings": 1},
    }
