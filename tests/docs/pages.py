"""The pages of the documentation: Markdown files in, their fenced blocks, tables, headings and links out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
README = ROOT / "README.md"
PAGES = (README, *sorted(DOCS.glob("*.md")))
"""The pages whose examples are run."""

_FENCE = re.compile(r"^```(?P<language>[\w-]*)[^\n]*\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^()\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, its text, the line where it begins, and the offsets of the whole of it."""

    page: Path
    language: str
    text: str
    line: int
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


@dataclass(frozen=True, slots=True)
class Example:
    """A block of code, and what the `text` block right below it says that it prints; None where there is none."""

    code: Block
    output: str | None


def read(page: Path) -> str:
    """The text of a page."""
    return page.read_text(encoding="utf-8")


def blocks(page: Path, *languages: str) -> list[Block]:
    """The fenced blocks of a page, of these languages or of all."""
    text = read(page)
    found = [
        Block(page, match["language"], match["text"], text.count("\n", 0, match.start()) + 1, *match.span())
        for match in _FENCE.finditer(text)
    ]
    return [block for block in found if not languages or block.language in languages]


def examples(page: Path, language: str) -> list[Example]:
    """The blocks of a language, each with the `text` block that follows with nothing between."""
    text = read(page)
    every = blocks(page)
    found = []
    for block, following in zip_longest(every, every[1:]):
        if block.language == language:
            shown = following and following.language == "text" and not text[block.end : following.start].strip()
            found.append(Example(block, following.text if following and shown else None))
    return found


def rows(page: Path, below: str, number: int = 0) -> list[tuple[str, ...]]:
    """The rows of a table below a heading or a line, without its head; cells of code come without their backticks."""
    section = re.split(rf"^(?:#+ )?{re.escape(below)}$", read(page), maxsplit=1, flags=re.MULTILINE)[1]
    table = re.findall(r"(?:^\|.*\n)+", section, re.MULTILINE)[number]
    return [tuple(_plain(cell) for cell in line.strip("|").split("|")) for line in table.splitlines()[2:]]


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", read(page))


def code_spans(page: Path) -> set[str]:
    """Everything that a page has in backticks."""
    return set(_CODE.findall(prose(page)))


def links(page: Path) -> list[str]:
    """The targets of all links that lead to files here."""
    return [link for link in _LINK.findall(prose(page)) if not re.match(r"[a-z]+:", link)]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in _HEADING.findall(prose(page))}


def matches(shown: str, printed: str) -> bool:
    """Whether an output is as shown; `…` stands for any text within a line, and on a line of its own for any lines."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "…" else re.escape(line).replace("…", ".*") + r"\n"
        for line in shown.strip("\n").splitlines()
    )
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed.strip("\n").splitlines())) is not None


def _plain(cell: str) -> str:
    cell = cell.strip()
    found = re.fullmatch(r"`` ?(.+?) ?``|`([^`]+)`", cell)
    return (found[1] or found[2]) if found else cell
