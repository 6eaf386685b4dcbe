"""What of an imported interface cannot be carried from one store to another by isolated linking."""

from __future__ import annotations

from collections.abc import Iterator

from wasm_link.component.types import FuncType, InstanceType, ResourceType, TypeExtern
from wasm_link.component.walk import HandleKind, handles_in
from wasm_link.diagnostics import Code

_RESOURCES = frozenset({HandleKind.OWN, HandleKind.BORROW})


def why_not_across(instance: InstanceType) -> Iterator[tuple[Code, str, str | None]]:
    """Why an imported interface cannot be answered by a plugin in another store: a code, what is in the way, a hint."""
    for name, item in instance.exports.items():
        if isinstance(item, TypeExtern) and isinstance(item.type, ResourceType):
            yield (
                Code.RESOURCE_ACROSS_PLUGINS,
                f"the resource `{name}` would have to cross from one plugin to another",
                "pass values instead: records, lists, or an id that stands for the resource",
            )
        elif isinstance(item, FuncType):
            yield from _function(name, item)


def crosses(function: FuncType) -> bool:
    """Whether all values of a function can be passed between stores, and between a store and the host."""
    return not handles_in(function)


def _function(name: str, function: FuncType) -> Iterator[tuple[Code, str, str | None]]:
    if function.is_async:
        yield (
            Code.ASYNC_IMPORT,
            f"the function `{name}` is imported as `async`, and no host function can answer that",
            "import it without `async`: the plugin that answers may be async all the same",
        )
    for handle in handles_in(function):
        # A resource is reported once where it is imported, and not again for each function that has it.
        if handle.kind not in _RESOURCES:
            yield (
                Code.UNSUPPORTED_TYPE,
                f"the function `{name}` has a type that cannot cross from one plugin to another: {handle}",
                "streams, futures and error contexts stay within one component",
            )
