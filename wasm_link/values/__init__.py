"""Component values in Python: their forms, the check against a type, and their two text forms."""

from wasm_link.values.model import Err, Ok, Outcome, Some, Variant

__all__ = ["Err", "Ok", "Outcome", "Some", "Variant"]
