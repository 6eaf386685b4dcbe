"""The functions of the root by name: what the host may call."""

from __future__ import annotations

from wasm_link.diagnostics.nearest import did_you_mean
from wasm_link.errors import DispatchCase, DispatchError
from wasm_link.planning.plan import RootLink, Target


def find_targets(root: RootLink, interface: str, function: str) -> tuple[Target, ...]:
    """The exports that a call of the root reaches, in linkfile order; none where the root has no plugins.

    `interface` is a WIT name of the root as the linkfile has it, or the root's id, which stands for whichever of its
    WIT interfaces has the function. Raises DispatchError for a name that does not exist, and for one in several.
    """
    wit_names = list(root.wit)
    if interface != root.interface and interface not in wit_names:
        raise DispatchError(
            DispatchCase.INVALID_INTERFACE_PATH,
            f"the root `{root.interface}` has no interface `{interface}`; {_hint(interface, wit_names)}",
        )
    if not root.plugins:
        return ()
    within = wit_names if interface == root.interface else [interface]
    found = [wit for wit in within if (wit, function) in root.functions]
    if not found:
        names = list(dict.fromkeys(name for wit, name in root.functions if wit in within))
        raise DispatchError(
            DispatchCase.INVALID_FUNCTION, f"the root has no function `{function}`; {_hint(function, names)}"
        )
    if len(found) > 1:
        raise DispatchError(
            DispatchCase.INVALID_FUNCTION,
            f"`{function}` is in {' and in '.join(f'`{wit}`' for wit in found)}: name the WIT interface",
        )
    return root.functions[found[0], function]


def _hint(name: str, names: list[str], most: int = 8) -> str:
    shown = ", ".join(f"`{known}`" for known in names[:most]) + (" and others" if len(names) > most else "")
    return did_you_mean(name, names) or (f"it has {shown}" if names else "it has none")
