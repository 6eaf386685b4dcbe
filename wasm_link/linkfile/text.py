"""Bytes → the text of a linkfile: UTF-8, and only characters that YAML 1.2 allows."""

from __future__ import annotations

import codecs
import re

from wasm_link.diagnostics import Code, Diagnostic, Note, Span

# YAML 1.2 section 5.1, less the line breaks of YAML 1.1 (NEL, LS, PS): the parsers still break lines at them where
# editors do not, so that the same text would mean two things. A byte order mark is allowed at the start only. The few
# that are forbidden are listed, not the many that are allowed: that compiles 20 times as fast, at every start.
_FORBIDDEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_LINE_BREAK = re.compile("\r\n|\r|\n")
_FOREIGN_BOMS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def decode(data: bytes, file: str) -> tuple[str | None, tuple[Diagnostic, ...]]:
    """The text of a file, without a byte order mark, or what is wrong with its encoding or its characters."""
    if data.startswith(b"\0asm"):
        message = "this is a WebAssembly binary, not a linkfile"
        return None, (Diagnostic(Code.NOT_UTF8, message, Span(file, 1, 1, 1, 1)),)
    for bom, encoding in _FOREIGN_BOMS:
        if data.startswith(bom):
            message = f"the file is {encoding} text"
            problem = Diagnostic(Code.NOT_UTF8, message, Span(file, 1, 1, 1, 1), "UTF-8 text", "save the file as UTF-8")
            return None, (problem,)
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        message = f"the byte 0x{data[error.start]:02x} is not part of a UTF-8 text"
        problem = Diagnostic(Code.NOT_UTF8, message, place_after(before, file), "UTF-8 text", "save the file as UTF-8")
        return None, (problem,)
    first = _FORBIDDEN.search(text)
    if first is None:
        return text, ()
    return None, (_forbidden(text, first, file),)


def _forbidden(text: str, first: re.Match[str], file: str) -> Diagnostic:
    more = len(_FORBIDDEN.findall(text, first.end()))
    character = ord(first.group())
    hint = f'in a double-quoted text write "\\u{character:04x}"' if character < 0x10000 else None
    notes = (Note(f"{more} more such characters come after it"),) if more else ()
    message = f"the character U+{character:04X} is not allowed in a linkfile"
    return Diagnostic(Code.YAML_SYNTAX, message, place_after(text[: first.start()], file), hint=hint, notes=notes)


def place_after(before: str, file: str) -> Span:
    """The place of the character that follows `before`."""
    breaks = list(_LINE_BREAK.finditer(before))
    line = len(breaks) + 1
    column = len(before) - (breaks[-1].end() if breaks else 0) + 1
    return Span(file, line, column, line, column + 1)
