"""Component values in Python: their forms, the check against a type, and their two text forms."""

from wasm_link.values.model import Err, Ok, Some, Variant

__all__ = ["Err", "Ok", "Some", "Variant"]
