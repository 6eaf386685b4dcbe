"""How pages are taken apart: the other tests of the documentation rely on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import anchors, blocks, examples, links, matches, rows

PAGE = """\
# A page, with `code`

[one](a.md#b), [two](https://example.org) and [three](#a-page-with-code)

```python
print(1)
```

```text
1
```

```python
[x](in-code.md)
```

Prose.

```text
2
```

## Table

| a | b |
|---|---|
| `x` | y, `z` |
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    (tmp_path / "page.md").write_text(PAGE, encoding="utf-8")
    return tmp_path / "page.md"


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("", "", True),
        ("", "a", False),
        ("a\nb", "a\nb\n", True),
        ("a\nb", "a\nb\nc\n", False),
        ("a … c", "a b c", True),
        ("a … c", "a b\nb c", False),
        ("a\n…\nc", "a\nc", True),
        ("a\n…\nc", "a\nb\nb\nc", True),
        ("a\n…", "a\nb\nb", True),
        ("a.c", "abc", False),
    ],
)
def test_dots_stand_for_what_varies(shown: str, printed: str, same: bool) -> None:
    """Within a line for a part of it, alone for lines; all else is compared as it is."""
    assert matches(shown, printed) is same


def test_blocks_know_their_language_and_place(page: Path) -> None:
    """In the order of the page."""
    assert [(b.language, b.text, b.line) for b in blocks(page, "python")] == [
        ("python", "print(1)\n", 5),
        ("python", "[x](in-code.md)\n", 13),
    ]


def test_an_output_stands_right_below_its_code(page: Path) -> None:
    """Where prose is between, a `text` block is no output."""
    assert [example.output for example in examples(page, "python")] == ["1\n", None]


def test_links_are_those_of_the_prose(page: Path) -> None:
    """Without those that lead elsewhere."""
    assert links(page) == ["a.md#b", "#a-page-with-code"]


def test_anchors_are_made_as_on_github(page: Path) -> None:
    """Small letters and hyphens, without marks."""
    assert anchors(page) == {"a-page-with-code", "table"}


def test_rows_come_without_their_backticks(page: Path) -> None:
    """Where a cell is one piece of code; a mixed cell stays as it is."""
    assert rows(page, "Table") == [("x", "y, `z`")]
