"""Text for a terminal: a code point of outside origin in, what is shown for it and how many columns that takes out.

Nothing that comes from a file reaches a terminal as it is: an escape sequence, a bidirectional override or a character
without a glyph is shown by its number.
"""

from __future__ import annotations

import unicodedata

TAB = "    "
"""What a tab is shown as, wherever it stands: a caret under it is then easy to place."""

_JAMO_VOWELS_AND_FINALS = range(0x1160, 0x1200)
"""Hangul parts that are drawn into the syllable before them, though their category says "letter"."""


def shown(char: str) -> str:
    """What is shown for one code point: itself where it has a glyph, spaces for a tab, else its escape."""
    if char.isprintable():
        return char
    return TAB if char == "\t" else _escape(char)


def escaped(text: str) -> str:
    """A text in one line, with everything escaped that has no glyph of its own."""
    return text if text.isprintable() else "".join(c if c.isprintable() else _escape(c) for c in text)


def columns(text: str) -> int:
    """How many terminal columns a text of printable code points takes (Unicode Standard Annex 11)."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me") or ord(char) in _JAMO_VOWELS_AND_FINALS:
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
