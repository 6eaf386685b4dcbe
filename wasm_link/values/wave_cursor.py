"""A place in WAVE text: what stands there, taking it, and the errors about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from wasm_link.component.types import ValueType
from wasm_link.values.problem import quote, type_text
from wasm_link.values.wave_lexer import Lexer, Token, TokenKind, WaveError, WaveMismatchError

_T = TypeVar("_T")
_NO_BEGINNING = frozenset("}),:]")


class Cursor:
    """Goes over the tokens of `text` from `start` on. Every method that takes a token raises WaveError."""

    def __init__(self, text: str, start: int = 0) -> None:
        self._lexer = Lexer(text, start)
        self.last = self.token  # the token that was taken last

    @property
    def token(self) -> Token:
        """The token that stands here and has not been taken."""
        return self._lexer.token

    def advance(self) -> Token:
        """Take the token that stands here."""
        self.last = self._lexer.advance()
        return self.last

    def at(self, punctuation: str) -> bool:
        """Whether this punctuation stands here."""
        return self.token.kind is TokenKind.PUNCTUATION and self.token.text == punctuation

    def take(self, punctuation: str) -> bool:
        """Take this punctuation if it stands here, and say whether it did."""
        if self.at(punctuation):
            self.advance()
            return True
        return False

    def expect(self, punctuation: str) -> Token:
        """Take this punctuation, which must stand here."""
        if not self.at(punctuation):
            raise self.error(f"needs {quote(punctuation)}, got {self.token}")
        return self.advance()

    def error(self, message: str) -> WaveError:
        """An error about the token that stands here."""
        return WaveError(message, self.token.start, self.token.end)

    def mismatch(self, message: str) -> WaveMismatchError:
        """An error about the value that stands here: it can be read, and is not of the type."""
        return WaveMismatchError(message, self.token.start, self.token.end)

    def wrong(self, type: ValueType, hint: str = "") -> WaveError:
        """The error that the token here begins no value of the type."""
        message = f"needs {type_text(type)}, got {self.token}{hint}"
        begins_a_value = self.token.kind is not TokenKind.END and self.token.text not in _NO_BEGINNING
        return self.mismatch(message) if begins_a_value else self.error(message)

    def items(self, close: str, item: Callable[[int], _T]) -> list[_T]:
        """What `item` reads, given its index, until `close`: with commas between, and one allowed at the end."""
        items: list[_T] = []
        while not self.take(close):
            items.append(item(len(items)))
            if not self.take(","):
                if not self.at(close):
                    raise self.error(f'needs "," or {quote(close)}, got {self.token}')
                self.advance()
                break
        return items
