"""One list of diagnostics in, its text in any of the formats out. A further format is a member and a case here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import assert_never

from wasm_link.diagnostics.concise import concise
from wasm_link.diagnostics.human import human
from wasm_link.diagnostics.json_form import json_text
from wasm_link.diagnostics.model import Diagnostic


class Format(Enum):
    """The formats, by the names that `--format` takes."""

    HUMAN = "human"
    CONCISE = "concise"
    JSON = "json"


def render(
    diagnostics: Sequence[Diagnostic],
    texts: Mapping[str, str],
    form: Format,
    *,
    color: bool = False,
    width: int = 120,
) -> str:
    """The diagnostics in the order given, without a final line break. For people and in brief, none give "".

    `texts` holds the texts that spans point into, by file. `color` and `width` (terminal columns) are for people only.
    """
    match form:
        case Format.HUMAN:
            return human(diagnostics, texts, color=color, width=width)
        case Format.CONCISE:
            return concise(diagnostics)
        case Format.JSON:
            return json_text(diagnostics)
        case _:
            assert_never(form)
