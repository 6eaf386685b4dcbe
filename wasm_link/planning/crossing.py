"""Which functions can be called across stores: what of a signature the isolated mode cannot carry yet or at all."""

from __future__ import annotations

from wasm_link.component.types import FuncType
from wasm_link.diagnostics import Code


def why_not_across(name: str, function: FuncType) -> tuple[Code, str] | None:
    """Why an import cannot be answered by a plugin in another store, as a code and the end of a sentence, or None."""
    raise NotImplementedError(name, function)
