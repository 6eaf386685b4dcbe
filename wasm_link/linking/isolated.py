"""Isolated linking: one store a plugin, and calls between plugins through the host.

Whatever fails inside one plugin comes back to its caller as an outcome and leaves the other plugins alive.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wasm_link.component.types import Field, OptionType
from wasm_link.engine.engine import LoadedComponent
from wasm_link.engine.instance import BoundFunction, Instance, instantiate
from wasm_link.engine.limits import StoreLimits
from wasm_link.engine.trampoline import HostFunction
from wasm_link.engine.wasi import WasiSettings
from wasm_link.errors import DispatchCase, DispatchError, TrapError
from wasm_link.linking.answers import Answer, shape_answers
from wasm_link.planning.plan import AnswerForm, Edge, FunctionLink, Target
from wasm_link.values import Err, Ok, Outcome


@dataclass(frozen=True, slots=True)
class LivePlugin:
    """One instantiated plugin, in a store of its own."""

    id: str
    instance: Instance

    def bind(self, target: Target) -> BoundTarget:
        """Look up an exported function once, for all calls."""
        function = self.instance.function(target.export, target.function, target.type)
        return BoundTarget(self.id, target.type.params, target.form, function)


@dataclass(frozen=True, slots=True)
class BoundTarget:
    """A function of a live plugin, ready to be called."""

    plugin: str
    params: tuple[Field, ...]
    form: AnswerForm
    function: BoundFunction

    def call(self, arguments: Sequence[object]) -> Outcome:
        """Call the plugin. Whatever goes wrong in it is an outcome; only KeyboardInterrupt and its like are raised."""
        try:
            return Ok(self.function(*arguments))
        except DispatchError as error:
            return Err(DispatchError(error.case, error.detail, error.plugin or self.plugin))
        except TrapError as error:
            return Err(self._stopped(error))

    def _stopped(self, error: TrapError) -> DispatchError:
        """The trap of a plugin as its caller sees it: of a chain of failures it tells the first, not every link."""
        cause = error.__cause__
        if not isinstance(cause, DispatchError):
            detail = f"plugin `{self.plugin}` stopped: {error.reason}"
            return DispatchError(DispatchCase.RUNTIME_EXCEPTION, detail, self.plugin)
        first = cause
        while isinstance(first.__cause__, DispatchError):
            first = first.__cause__
        stopped = DispatchError(
            DispatchCase.RUNTIME_EXCEPTION, f"plugin `{self.plugin}` stopped, because {first.detail}", self.plugin
        )
        stopped.__cause__ = first
        return stopped


def link_plugin(
    id: str,
    component: LoadedComponent,
    edges: Sequence[Edge],
    live: Mapping[str, LivePlugin],
    wasi: WasiSettings | None,
    limits: StoreLimits,
) -> LivePlugin:
    """Instantiate a component with its sockets wired to the plugins that live already.

    Raises InstantiateError. Providers that are not alive are passed over: whether enough are left was decided before.
    """
    imports = {
        link.name: {function.name: _host_function(function, live) for function in link.functions}
        for edge in edges
        for link in edge.imports
    }
    return LivePlugin(id, instantiate(component, imports, wasi=wasi, limits=limits))


def _host_function(link: FunctionLink, live: Mapping[str, LivePlugin]) -> HostFunction:
    targets = [live[target.plugin].bind(target) for target in link.targets if target.plugin in live]
    container = link.container
    result = link.type.result
    nested = isinstance(result, OptionType) and isinstance(result.payload, OptionType)

    def call(arguments: tuple[object, ...]) -> object:
        answers: list[Answer] = [(target.plugin, target.form, target.call(arguments)) for target in targets]
        return shape_answers(container, answers, nested_option=nested)

    return HostFunction(link.type, call)
