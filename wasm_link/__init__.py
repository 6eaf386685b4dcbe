"""Link WebAssembly components into a plugin tree from one declarative linkfile.

```python
import wasm_link

with wasm_link.load("linkfile.yaml") as tree:
    print(tree.root.greet("world"))
```

Names are imported when they are first used, so that `import wasm_link` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wasm_link.diagnostics import Diagnostic, Note, Severity, Span
    from wasm_link.errors import DiagnosedError, DispatchCase, DispatchError, WasmLinkError
    from wasm_link.linkfile.model import Cardinality
    from wasm_link.loading import load
    from wasm_link.pipeline import Checked, check
    from wasm_link.planning.plan import LinkPlan
    from wasm_link.socket import Any, AtLeastOne, AtMostOne, ExactlyOne, Socket
    from wasm_link.tree import PluginTreeHead
    from wasm_link.values import Err, Ok, Some, Variant

__version__ = "0.1.0"

__all__ = [
    "Any",
    "AtLeastOne",
    "AtMostOne",
    "Cardinality",
    "Checked",
    "DiagnosedError",
    "Diagnostic",
    "DispatchCase",
    "DispatchError",
    "Err",
    "ExactlyOne",
    "LinkPlan",
    "Note",
    "Ok",
    "PluginTreeHead",
    "Severity",
    "Socket",
    "Some",
    "Span",
    "Variant",
    "WasmLinkError",
    "check",
    "load",
]

_HOMES = {
    "wasm_link.diagnostics": ("Diagnostic", "Note", "Severity", "Span"),
    "wasm_link.errors": ("DiagnosedError", "DispatchCase", "DispatchError", "WasmLinkError"),
    "wasm_link.linkfile.model": ("Cardinality",),
    "wasm_link.loading": ("load",),
    "wasm_link.pipeline": ("Checked", "check"),
    "wasm_link.planning.plan": ("LinkPlan",),
    "wasm_link.socket": ("Any", "AtLeastOne", "AtMostOne", "ExactlyOne", "Socket"),
    "wasm_link.tree": ("PluginTreeHead",),
    "wasm_link.values": ("Err", "Ok", "Some", "Variant"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
