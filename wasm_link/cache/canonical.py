"""JSON as the cache writes it: one value has one encoding, so that it can be hashed, signed and compared byte for byte.

Keys are sorted by code point, there is no white space, text is UTF-8. Lone surrogates (an environment variable that was
not UTF-8) are kept, each as three bytes, so that two different texts never share an encoding.
"""

from __future__ import annotations

import json
from typing import TypeAlias

Json: TypeAlias = "str | int | list[Json] | dict[str, Json] | None"

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def encode(value: Json) -> bytes:
    """The one encoding of a value made of text, whole numbers, None, lists and mappings with text keys."""
    return _ENCODER.encode(value).encode("utf-8", "surrogatepass")


def decode(data: bytes) -> Json:
    """The value that `encode` turns into exactly these bytes; ValueError for all other bytes.

    Comparing with the encoding refuses at once whatever JSON leaves open: duplicate keys, white space, escapes that
    could be written otherwise. Fractions can pass (`1.5`): whoever reads the value checks its types.
    """
    try:
        value: Json = json.loads(data.decode("utf-8", "surrogatepass"))
        canonical = encode(value)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at character {error.pos}") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 at byte {error.start}") from None
    if canonical != data:
        raise ValueError("not in canonical form")
    return value
