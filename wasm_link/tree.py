"""The instantiated tree: what the host calls, and what it gets back."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

from wasm_link.component.walk import handles_in
from wasm_link.diagnostics import Diagnostic
from wasm_link.diagnostics.nearest import did_you_mean
from wasm_link.errors import DispatchCase, DispatchError
from wasm_link.linkfile.model import Cardinality
from wasm_link.linking.isolated import BoundTarget, LivePlugin
from wasm_link.planning.crossing import crosses
from wasm_link.planning.entry import find_targets
from wasm_link.planning.plan import LinkPlan, Target
from wasm_link.socket import Socket, socket_of
from wasm_link.values import Err, Ok, Outcome
from wasm_link.values.check import check_arguments


class PluginTreeHead:
    """A tree of live plugins, entered through its root. Close it, or use it in a `with` block.

    `plan` is the link plan that it was built from; `plugins` are the ids of the live plugins, dependencies first;
    `diagnostics` are the warnings of the build, and the errors that it went on in spite of.
    """

    def __init__(
        self, plan: LinkPlan, live: Mapping[str, LivePlugin], diagnostics: tuple[Diagnostic, ...] = ()
    ) -> None:
        self.plan = plan
        self.diagnostics = diagnostics
        self.plugins = tuple(live)
        self._live = dict(live)
        self._functions = {_python_name(name): name for _, name in plan.root.functions}
        self._bound: dict[tuple[str, str], Mapping[str, BoundTarget | Err[DispatchError]]] = {}
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
        if self._closed:
            raise DispatchError(DispatchCase.EXECUTOR_UNAVAILABLE, "the tree is closed")
        bound = self._bound.get((interface, function))
        if bound is None:
            bound = self._bound[interface, function] = self._bind(interface, function)
        for target in bound.values():
            if isinstance(target, BoundTarget):
                problem = check_arguments(arguments, target.params)
                if problem is not None:
                    raise DispatchError(DispatchCase.INVALID_ARGUMENT_LIST, f"`{function}`: {problem}", target.plugin)
        outcomes: dict[str, Outcome] = {
            id: target.call(arguments) if isinstance(target, BoundTarget) else target for id, target in bound.items()
        }
        return socket_of(self.plan.root.cardinality, outcomes)

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

    def _bind(self, interface: str, function: str) -> Mapping[str, BoundTarget | Err[DispatchError]]:
        """For each live plugin of the root, in linkfile order: the function to call, or why it cannot be called."""
        targets = {target.plugin: target for target in find_targets(self.plan.root, interface, function)}
        return {id: self._bind_one(id, targets.get(id), function) for id in self._root_plugins}

    def _bind_one(self, plugin: str, target: Target | None, function: str) -> BoundTarget | Err[DispatchError]:
        if target is None:
            detail = f"plugin `{plugin}` has no function `{function}`"
            return Err(DispatchError(DispatchCase.INVALID_FUNCTION, detail, plugin))
        if not crosses(target.type):
            detail = f"`{function}` has {handles_in(target.type)[0]}, which the host cannot hold"
            return Err(DispatchError(DispatchCase.UNSUPPORTED_TYPE, detail, plugin))
        return self._live[plugin].bind(target)


class Root:
    """The root of a tree: its functions by their WIT names, hyphens written as underscores.

    With cardinality `exactly-one` a call gives the value and raises DispatchError; with `at-most-one` it gives None
    where there is no plugin; with `at-least-one` and `any` it gives a mapping of outcomes by plugin id.
    """

    def __init__(self, tree: PluginTreeHead) -> None:
        self._tree = tree

    def __getattr__(self, attribute: str) -> Callable[..., Any]:
        if attribute.startswith("_"):
            raise AttributeError(attribute)
        if not self._tree.plan.root.plugins:
            return self[attribute.replace("_", "-")]  # nobody says which functions there are
        functions = self._tree._functions
        if attribute not in functions:
            raise AttributeError(
                f"the root has no function `{attribute}`; {did_you_mean(attribute, functions) or 'see dir(tree.root)'}"
            )
        return self[functions[attribute]]

    def __getitem__(self, function: str) -> Callable[..., Any]:
        """The function of a WIT name, as it is spelled there."""
        tree = self._tree

        def call(*arguments: object) -> object:
            return _plain(tree.plan.root.cardinality, tree.dispatch(tree.plan.root.interface, function, *arguments))

        call.__name__ = call.__qualname__ = function
        return call

    def __dir__(self) -> list[str]:
        return sorted(self._tree._functions)


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
