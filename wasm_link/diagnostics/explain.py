"""What a code means at length: a code in, the text of its page out; and which code somebody may have meant."""

from __future__ import annotations

import re
from importlib.resources import files

from wasm_link.diagnostics.codes import Code
from wasm_link.diagnostics.nearest import nearest

_NUMBER = re.compile(r"\s*(?:WL)?[\s-]*(\d{1,3})\s*", re.IGNORECASE | re.ASCII)


def explanation(code: Code) -> str:
    """The page about a code, as Markdown."""
    return (files("wasm_link.diagnostics") / "explanations" / f"{code.value}.md").read_text(encoding="utf-8")


def find_code(text: str) -> Code | None:
    """The code that somebody wrote: `WL201`, `wl201` and `201` are the same; None where there is no such code."""
    found = _NUMBER.fullmatch(text)
    return _BY_VALUE.get(f"WL{found[1]:0>3}") if found else None


def nearest_code(text: str) -> Code | None:
    """The code that somebody may have meant by a text which is none; None where nothing is near.

    A number is near to the next lower or higher code of the same hundred; other text to a code spelt like it.
    """
    if found := _NUMBER.fullmatch(text):
        number = int(found[1])
        same_stage = [code for code in Code if int(code.value[2:]) // 100 == number // 100]
        return min(same_stage, key=lambda code: abs(int(code.value[2:]) - number), default=None)
    name = nearest(text.strip().upper(), _BY_VALUE)
    return _BY_VALUE[name] if name is not None else None


_BY_VALUE = {code.value: code for code in Code}
