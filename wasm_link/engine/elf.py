"""One section of a 64-bit ELF file, which is the form of a compiled artifact (System V ABI, "Object Files")."""

from __future__ import annotations

import struct

_HEADER = struct.Struct("16sHHIQQQIHHHHHH")
_SECTION = struct.Struct("IIQQQQIIQQ")


def section(image: bytes, name: bytes) -> bytes | None:
    """The bytes of the section called `name`, or None where the image has none or is not such a file."""
    if len(image) < _HEADER.size or image[:5] != b"\x7fELF\x02" or image[5] not in (1, 2):
        return None
    order = "<" if image[5] == 1 else ">"
    header = struct.unpack_from(order + _HEADER.format, image)
    offset, entry_size, count, names_index = header[6], header[11], header[12], header[13]
    if entry_size != _SECTION.size or offset + count * entry_size > len(image) or names_index >= count:
        return None
    sections = [struct.unpack_from(order + _SECTION.format, image, offset + i * entry_size) for i in range(count)]
    names_at, names_size = sections[names_index][4:6]
    names = image[names_at : names_at + names_size]
    for entry in sections:
        start = entry[0]
        if names[start : start + len(name) + 1] == name + b"\0":
            return image[entry[4] : entry[4] + entry[5]]
    return None
