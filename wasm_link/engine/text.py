"""A component in text format (WAT) → its binary, by wasmtime's own parser."""

from __future__ import annotations

import re

from wasm_link.engine import capi
from wasm_link.engine.messages import one_line
from wasm_link.errors import TextFormatError

_POSITION = re.compile(r"^\s*--> .*:(\d+):(\d+)\s*$", re.MULTILINE)


def text_to_binary(text: bytes) -> bytes:
    """The binary that `text` describes; raises `TextFormatError` with the position of the first mistake."""
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        column = error.start - (text.rfind(b"\n", 0, error.start) + 1) + 1
        raise TextFormatError("the text is not UTF-8", line, column) from None
    try:
        return capi.wat2wasm(text)
    except capi.NativeError as error:
        place = _POSITION.search(error.text)
        if place is None:
            raise TextFormatError(one_line(error.text)) from None
        reason = one_line(error.text[: place.start()])
        raise TextFormatError(reason, int(place[1]), int(place[2])) from None
