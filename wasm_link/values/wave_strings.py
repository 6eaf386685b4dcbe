"""The inside of WAVE's quotes: chars, strings and multiline strings from their tokens, and the way back."""

from __future__ import annotations

import re

from wasm_link.values.problem import quote
from wasm_link.values.wave_lexer import Token, WaveError

_ESCAPE = re.compile(r"\\(?:(?P<simple>['\"\\tnr])|u\{(?P<code>[0-9a-fA-F]{1,6})\})")
_BAD_ESCAPE = re.compile(r"\\(?:u\{[^}'\"\s]*\}?|.)?")
_SIMPLE = {"'": "'", '"': '"', "\\": "\\", "t": "\t", "n": "\n", "r": "\r"}
_ESCAPED = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def read_char(token: Token) -> str:
    """The one code point of a char token. Raises WaveError where there are none or several."""
    text = _unescape(token.text[1:-1], token.start + 1)
    if len(text) != 1:
        raise WaveError(f"a char is one code point, and this has {len(text)}", token.start, token.end)
    return text


def read_string(token: Token) -> str:
    """The text of a string token."""
    return _unescape(token.text[1:-1], token.start + 1)


def read_multiline(token: Token) -> str:
    r"""The text of a multiline string token.

    The spaces before the closing quotes are taken off every line, and the first and the last line break are no part of
    the text (wasm-wave README, "Multiline Strings"). A line break reads as `\n`, whichever kind it was.
    """
    lines = token.text[3:-3].split("\n")
    if len(lines) < 2 or lines[0] not in ("", "\r"):
        raise WaveError('the opening """ must end its line', token.start, token.start + 3)
    indent = lines[-1]
    if indent.strip(" "):
        raise WaveError('only spaces may stand before the closing """ on its line', token.end - 3, token.end)
    texts = []
    offset = token.start + 3 + len(lines[0]) + 1
    for line in lines[1:-1]:
        if not line.startswith(indent):
            reason = f'a line must be indented as far as the closing """, by {len(indent)} spaces'
            raise WaveError(reason, offset, offset + len(line))
        texts.append(_unescape(line[len(indent) :].removesuffix("\r"), offset + len(indent)))
        offset += len(line) + 1
    return "\n".join(texts)


def _unescape(text: str, offset: int) -> str:
    """Text with its escapes replaced; `offset` is where it stands in the source."""
    if text.isascii() and "\\" not in text:
        return text
    parts = []
    end = 0
    while (start := text.find("\\", end)) >= 0:
        parts.append(text[end:start])
        match = _ESCAPE.match(text, start)
        code = int(match["code"], 16) if match and match["code"] else 0
        if match is None or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            bad = _BAD_ESCAPE.match(text, start)
            assert bad is not None
            raise WaveError(f"{bad[0]} is no escape of a Unicode scalar value", offset + start, offset + bad.end())
        parts.append(_SIMPLE[match["simple"]] if match["simple"] else chr(code))
        end = match.end()
    parts.append(text[end:])
    _refuse_surrogates(text, offset)
    return "".join(parts)


def _refuse_surrogates(text: str, offset: int) -> None:
    """Source text holds a lone surrogate where bytes that are not UTF-8 were decoded, as in a command line."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        place = offset + error.start
        raise WaveError(f"{quote(text[error.start])} is no Unicode scalar value", place, place + 1) from None


def write_quoted(text: str, mark: str) -> str:
    """Text between two `mark`s (`"` or `'`), on one line: what could break it or cannot be printed is escaped."""
    if text.isascii() and text.isprintable() and "\\" not in text and mark not in text:
        return f"{mark}{text}{mark}"
    escaped = _ESCAPED | {mark: f"\\{mark}"}
    inside = "".join(escaped.get(char) or (char if char.isprintable() else f"\\u{{{ord(char):x}}}") for char in text)
    return f"{mark}{inside}{mark}"
