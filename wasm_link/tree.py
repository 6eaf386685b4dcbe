"""The instantiated tree: what the host calls, and what it gets back."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

from wasm_link.diagnostics.nearest import did_you_mean
from wasm_link.errors import DispatchCase, DispatchError
from wasm_link.linkfile.model import Cardinality
from wasm_link.linking.isolated import BoundTarget, LivePlugin
from wasm_link.planning.plan import LinkPlan, Target
from wasm_link.socket import Socket, socket_of
from wasm_link.values import Err, Ok, Outcome
from wasm_link.values.check import check_arguments


class PluginTreeHead:
    """A tree of live plugins, entered through its root. Close it, or use it in a `with` block.

    `plan` is the link plan that it was built from; `plugins` are the ids of the live plugins, dependencies first.
    """

    def __init__(self, plan: LinkPlan, live: Mapping[str, LivePlugin]) -> None:
        self.plan = plan
        self.plugins = tuple(live)
        self._live = dict(live)
        self._bound: dict[tuple[str, str, str], BoundTarget] = {}
        self._root_plugins = tuple(id for id in plan.root.plugins if id in live)
        self._closed = False

    @property
    def root(self) -> Root:
        """The functions of the root interface as attributes: `tree.root.greet("world")`."""
        return Root(self)

    def dispatch(self, interface: str, function: str, *arguments: object) -> Socket:
        """Call a function of the root in every plugin that plugs it; an outcome for each.

        `interface` is a WIT name of the root as the linkfile has it, or the root's id. Raises DispatchError, before any
        plugin is called, where the interface or the function does not exist or an argument does not fit its type.
        """
        targets = self.targets(interface, function)
        for target in targets:
            problem = check_arguments(arguments, target.type.params)
            if problem is not None:
                raise DispatchError(DispatchCase.INVALID_ARGUMENT_LIST, f"`{function}`: {problem}", target.plugin)
        by_plugin = {target.plugin: target for target in targets}
        outcomes = {id: self._call(by_plugin.get(id), id, function, arguments) for id in self._root_plugins}
        return socket_of(self.plan.root.cardinality, outcomes)

    def targets(self, interface: str, function: str) -> tuple[Target, ...]:
        """The functions that a dispatch would call, in linkfile order. Raises DispatchError as `dispatch` does."""
        root = self.plan.root
        wit_names = dict.fromkeys(wit for wit, _ in root.functions)
        if interface == root.interface:
            wanted = [wit for wit in wit_names if (wit, function) in root.functions]
            if len(wanted) > 1:
                raise DispatchError(
                    DispatchCase.INVALID_FUNCTION,
                    f"`{function}` is in {' and in '.join(f'`{wit}`' for wit in wanted)}: name the WIT interface",
                )
        elif interface in wit_names or not wit_names:
            wanted = [interface] if (interface, function) in root.functions else []
        else:
            hint = did_you_mean(interface, wit_names) or f"it has {', '.join(f'`{wit}`' for wit in wit_names)}"
            raise DispatchError(
                DispatchCase.INVALID_INTERFACE_PATH, f"the root `{root.interface}` has no interface `{interface}`; {hint}"
            )
        if wanted:
            return tuple(target for target in root.functions[wanted[0], function] if target.plugin in self._live)
        if not self._root_plugins:
            return ()
        names = list(dict.fromkeys(name for _, name in root.functions))
        hint = did_you_mean(function, names) or f"it has {', '.join(f'`{name}`' for name in names) or 'none'}"
        raise DispatchError(DispatchCase.INVALID_FUNCTION, f"the root has no function `{function}`; {hint}")

    def close(self) -> None:
        """Free all stores, consumers first. Calls afterwards raise DispatchError; closing twice is allowed."""
        self._closed = True
        self._bound.clear()
        for plugin in reversed(self._live.values()):
            plugin.instance.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _call(self, target: Target | None, plugin: str, function: str, arguments: Sequence[object]) -> Outcome:
        if self._closed:
            raise DispatchError(DispatchCase.EXECUTOR_UNAVAILABLE, "the tree is closed")
        if target is None:
            return Err(
                DispatchError(DispatchCase.INVALID_FUNCTION, f"plugin `{plugin}` has no function `{function}`", plugin)
            )
        key = (plugin, target.export, target.function)
        bound = self._bound.get(key)
        if bound is None:
            bound = self._bound[key] = self._live[plugin].bind(target)
        return bound.call(arguments)


class Root:
    """The root of a tree: its functions by their WIT names, hyphens written as underscores.

    With cardinality `exactly-one` a call gives the value and raises DispatchError; with `at-most-one` it gives None
    where there is no plugin; with `at-least-one` and `any` it gives a mapping of outcomes by plugin id.
    """

    def __init__(self, tree: PluginTreeHead) -> None:
        self._tree = tree

    def __getattr__(self, attribute: str) -> Callable[..., object]:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        functions = self._functions()
        if attribute not in functions:
            raise AttributeError(
                f"the root has no function `{attribute}`; {did_you_mean(attribute, functions) or 'see dir(tree.root)'}"
            )
        return self[functions[attribute]]

    def __getitem__(self, function: str) -> Callable[..., object]:
        """The function of a WIT name, as it is spelled there."""
        tree = self._tree

        def call(*arguments: object) -> object:
            return _plain(tree.plan.root.cardinality, tree.dispatch(tree.plan.root.interface, function, *arguments))

        call.__name__ = call.__qualname__ = function
        return call

    def __dir__(self) -> list[str]:
        return sorted(self._functions())

    def _functions(self) -> dict[str, str]:
        return {_python_name(name): name for _, name in self._tree.plan.root.functions}


def _python_name(name: str) -> str:
    plain = name.replace("-", "_")
    return f"{plain}_" if keyword.iskeyword(plain) else plain


def _plain(cardinality: Cardinality, socket: Socket) -> object:
    outcomes = dict(socket)
    if cardinality in {Cardinality.AT_LEAST_ONE, Cardinality.ANY}:
        return outcomes
    for outcome in outcomes.values():
        if isinstance(outcome, Ok):
            return outcome.value
        raise outcome.error
    return None
