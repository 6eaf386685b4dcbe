"""The tokens of WAVE text, one at a time, and the error that all of WAVE raises.

WAVE, the "Web Assembly Value Encoding", is defined by wasm-tools, crates/wasm-wave: README.md and wave_ebnf.md.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from wasm_link.errors import WasmLinkError
from wasm_link.values.problem import quote

KEYWORDS = frozenset({"true", "false", "inf", "nan", "some", "none", "ok", "err"})

_SPACE = re.compile(r"(?:[ \t\r\n]++|//[^\n]*+)*+")
# As wide as anything that is meant as a label or a number, so that the error for "red_1" and "0x1f" shows all of it.
_WORD = re.compile(r"%?[A-Za-z][0-9A-Za-z_-]*+")
_NUMBER_LIKE = re.compile(r"[-+.]?[0-9A-Za-z](?:[eE][-+]|[0-9A-Za-z_.])*+")
_STRING = re.compile(r'"(?:[^"\\\n]++|\\.)*+"')
_CHAR = re.compile(r"'(?:[^'\\\n]++|\\.)*+'")
# Words after the first may begin with a digit, as the lexer of wasm-wave has it (the EBNF is stricter).
_LABEL = re.compile(r"%?(?:[a-z][0-9a-z]*|[A-Z][0-9A-Z]*)(?:-(?:[0-9a-z]+|[0-9A-Z]+))*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|-inf")

_PUNCTUATION = frozenset("{}()[]:,")
_MULTILINE_QUOTE = '"""'


class WaveError(WasmLinkError):
    """Text that is not WAVE, or not of the type asked for.

    `offset` and `end` (exclusive) tell the place in code points from the start of the text; they are equal where
    something is missing at the text's end.
    """

    def __init__(self, message: str, offset: int, end: int) -> None:
        self.message = message
        self.offset = offset
        self.end = end
        super().__init__(message)


class WaveMismatchError(WaveError):
    """Text that is WAVE, and not of the type asked for."""


class TokenKind(Enum):
    """What a token is; punctuation is told apart by the token's text."""

    PUNCTUATION = "punctuation"
    NUMBER = "number"
    LABEL = "label"
    CHAR = "char"
    STRING = "string"
    MULTILINE_STRING = "multiline string"
    END = "end"


class Token(NamedTuple):
    """One token: its source text, and where that stands (code points, the end exclusive)."""

    kind: TokenKind
    text: str
    start: int
    end: int

    def __str__(self) -> str:
        if self.kind is TokenKind.END:
            return "the end of the text"
        return quote(self.text) if self.kind in (TokenKind.PUNCTUATION, TokenKind.LABEL) else self._shown()

    def _shown(self) -> str:
        line = " ".join(self.text.split())
        return f"the {self.kind.value} {line if len(line) <= 40 else f'{line[:40]}…'}"


class Lexer:
    """Reads the tokens of `text` from `start` on; `token` is the one that has not been taken yet."""

    def __init__(self, text: str, start: int = 0) -> None:
        self.text = text
        self.token = self._read(start)

    def advance(self) -> Token:
        """Take the current token and read the next. Raises WaveError where no token begins there."""
        taken = self.token
        self.token = self._read(taken.end)
        return taken

    def _read(self, position: int) -> Token:
        start = skip_space(self.text, position)
        if start == len(self.text):
            return Token(TokenKind.END, "", start, start)
        first = self.text[start]
        if first in _PUNCTUATION:
            return Token(TokenKind.PUNCTUATION, first, start, start + 1)
        if first == '"':
            return self._string(start)
        if first == "'":
            return self._quoted(TokenKind.CHAR, _CHAR, start)
        if first in "-+." or "0" <= first <= "9":
            return self._strict(TokenKind.NUMBER, _NUMBER_LIKE, _NUMBER, start)
        if first == "%" or first.isalpha():
            return self._strict(TokenKind.LABEL, _WORD, _LABEL, start)
        raise WaveError(f"{quote(first)} begins no value", start, start + 1)

    def _strict(self, kind: TokenKind, wide: re.Pattern[str], exact: re.Pattern[str], start: int) -> Token:
        """A number or a label: what was meant as one is taken whole, and must then be one."""
        match = wide.match(self.text, start)
        end = match.end() if match else start + 1
        if not exact.fullmatch(self.text, start, end):
            rule = (
                "numbers are decimal, as in JSON"
                if kind is TokenKind.NUMBER
                else "a label has words of one case each, joined by hyphens"
            )
            raise WaveError(f"{quote(self.text[start:end])} is no {kind.value} ({rule})", start, end)
        return Token(kind, self.text[start:end], start, end)

    def _string(self, start: int) -> Token:
        if not self.text.startswith(_MULTILINE_QUOTE, start):
            return self._quoted(TokenKind.STRING, _STRING, start)
        # Escapes do not hide the closing quotes: a string holds three quotes in a row only if one is escaped apart.
        close = self.text.find(_MULTILINE_QUOTE, start + 3)
        if close < 0:
            raise WaveError('a multiline string needs a closing """', start, start + 3)
        return Token(TokenKind.MULTILINE_STRING, self.text[start : close + 3], start, close + 3)

    def _quoted(self, kind: TokenKind, pattern: re.Pattern[str], start: int) -> Token:
        match = pattern.match(self.text, start)
        if match is None:
            mark = self.text[start]
            raise WaveError(f"a {kind.value} needs a closing {mark} on the same line", start, start + 1)
        return Token(kind, match[0], start, match.end())


def skip_space(text: str, position: int) -> int:
    """The next place at or after `position` that is neither white space nor in a comment."""
    match = _SPACE.match(text, position)
    assert match is not None  # the pattern matches the empty text
    return match.end()
