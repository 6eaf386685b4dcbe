"""The first eight bytes of a file: is it a component, and if not, what is it?

Format: component-model design/mvp/Binary.md, "Component Definitions".
"""

from __future__ import annotations

from wasm_link.errors import MalformedComponentError, NotAComponentError, UnsupportedComponentError

PREAMBLE_SIZE = 8

_MAGIC = b"\0asm"
_COMPONENT = b"\x0d\0\x01\0"
_CORE_MODULE = b"\x01\0\0\0"
_COMPONENT_LAYER = b"\x01\0"

# What else people point a source at, by the first bytes.
_OTHER_FORMATS: tuple[tuple[bytes, str], ...] = (
    (b"\x7fELF", "an ELF binary (native code)"),
    (b"MZ", "a Windows executable"),
    (b"\xfe\xed\xfa\xce", "a Mach-O binary (native code)"),
    (b"\xfe\xed\xfa\xcf", "a Mach-O binary (native code)"),
    (b"\xce\xfa\xed\xfe", "a Mach-O binary (native code)"),
    (b"\xcf\xfa\xed\xfe", "a Mach-O binary (native code)"),
    (b"\xca\xfe\xba\xbe", "a Mach-O universal binary or a Java class"),
    (b"!<arch>\n", "a static library"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"BC\xc0\xde", "LLVM bitcode"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG image"),
    (b"version https://git-lfs.github.com/", "a Git LFS pointer (the file itself was not fetched)"),
    (b"#!", "a script"),
)
_SNIFFED_BYTES = 1024


def check_preamble(data: memoryview) -> None:
    """Raise unless the bytes begin as a component does.

    Raises NotAComponentError for anything else than WebAssembly, and for a core module; UnsupportedComponentError for
    another version or layer; MalformedComponentError for a file that ends within the preamble.
    """
    head = bytes(data[:PREAMBLE_SIZE])
    if head[: len(_MAGIC)] != _MAGIC:
        raise NotAComponentError(_describe(bytes(data[:_SNIFFED_BYTES])))
    rest = head[len(_MAGIC) :]
    if rest == _COMPONENT:
        return
    if rest == _CORE_MODULE:
        raise NotAComponentError("a core module", is_core_module=True)
    if len(rest) < PREAMBLE_SIZE - len(_MAGIC):
        raise MalformedComponentError("the file ends within its first 8 bytes", len(head))
    if rest[2:] == _COMPONENT_LAYER:
        version = int.from_bytes(rest[:2], "little")
        raise UnsupportedComponentError(f"version 0x{version:x} of the component format (0x0d is known)", 4)
    raise UnsupportedComponentError(f"unknown WebAssembly version and layer {rest.hex(' ')}", 4)


def _describe(head: bytes) -> str:
    """What a file is, from its first bytes, as a phrase with its article."""
    if not head:
        return "an empty file"
    for magic, phrase in _OTHER_FORMATS:
        if head.startswith(magic):
            return phrase
    if _MAGIC.startswith(head):
        return f"{len(head)} bytes that break off within the WebAssembly magic number"
    return _describe_text(head) or f"an unknown format (it begins with {head[:8].hex(' ')})"


def _describe_text(head: bytes) -> str | None:
    """The same for text, or None for binary data."""
    # The head may be cut within a character: drop up to three bytes of it.
    for cut in range(min(4, len(head))):
        try:
            text = head[: len(head) - cut].decode("utf-8-sig")
            break
        except UnicodeDecodeError:
            continue
    else:
        return None
    if any(ord(char) < 0x20 and char not in "\t\n\r\f" for char in text):
        return None
    start = text.lstrip().lower()
    if start.startswith(("(component", "(module", "(;", ";;")):
        return "WebAssembly text"
    if start.startswith(("<!doctype html", "<html")):
        return "an HTML page"
    if start.startswith("<?xml"):
        return "an XML document"
    if start.startswith("package ") and ";" in start:
        return "WIT text"
    return "text"
