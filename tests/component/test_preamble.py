"""What a file is that is not a component, by its first bytes."""

from __future__ import annotations

import gzip
import sys

import pytest

from wasm_link.component.reader import read_component
from wasm_link.errors import MalformedComponentError, NotAComponentError, UnsupportedComponentError


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "an empty file"),
        (b"(component)", "WebAssembly text"),
        (b"\xef\xbb\xbf  ;; a comment\n(component)", "WebAssembly text"),
        (b"  (module)", "WebAssembly text"),
        (b"<!DOCTYPE html><html>", "an HTML page"),
        (b"<?xml version='1.0'?>", "an XML document"),
        (b"package demo:text;\ninterface app {}", "WIT text"),
        (b"hello", "text"),
        (("ä" * 600).encode()[:1023], "text"),
        (b"PK\x03\x04rest", "a zip archive"),
        (gzip.compress(b"x", mtime=0), "a gzip archive"),
        (b"\x7fELF\x02\x01", "an ELF binary (native code)"),
        (b"\0asx", "an unknown format (it begins with 00 61 73 78)"),
        (b"\0as", "3 bytes that break off within the WebAssembly magic number"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer (the file itself was not fetched)"),
    ],
)
def test_other_files_are_called_what_they_are(data: bytes, found: str) -> None:
    """The error says what the bytes are, so that a wrong path is seen at once."""
    with pytest.raises(NotAComponentError) as caught:
        read_component(data)
    assert caught.value.found == found
    assert not caught.value.is_core_module


def test_a_core_module_is_told_apart() -> None:
    """A core module is WebAssembly, and one step away from a component: there is a hint for it."""
    with pytest.raises(NotAComponentError) as caught:
        read_component(b"\0asm\x01\0\0\0")
    assert caught.value.is_core_module
    assert caught.value.found == "a core module"


def test_the_running_interpreter_is_native_code() -> None:
    """A real executable is recognised."""
    with open(sys.executable, "rb") as file, pytest.raises(NotAComponentError, match=r"ELF|Mach-O"):
        read_component(file.read(4096))


@pytest.mark.parametrize("header", [b"\0asm\x0e\0\x01\0", b"\0asm\x0d\0\x02\0", b"\0asm\x02\0\0\0"])
def test_another_version_or_layer_is_unsupported(header: bytes) -> None:
    """A version of the format that is not known is said to be that, at the offset of the version."""
    with pytest.raises(UnsupportedComponentError) as caught:
        read_component(header)
    assert caught.value.offset == 4


def test_a_file_that_ends_in_the_preamble_is_malformed() -> None:
    """The magic number alone is WebAssembly of some kind, and cut short."""
    with pytest.raises(MalformedComponentError, match="first 8 bytes"):
        read_component(b"\0asm\x0d\0")
