"""A loaded component and its imports → an instance in a store of its own, and calls of its functions."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping

from wasm_link.component.types import FuncType
from wasm_link.engine import capi
from wasm_link.engine.engine import LoadedComponent
from wasm_link.engine.lift import lifting
from wasm_link.engine.limits import NO_LIMITS, StoreLimits, clock
from wasm_link.engine.linker import link
from wasm_link.engine.lower import Lower, UnfitValueError, UnsupportedTypeError, is_scalar, lowering
from wasm_link.engine.messages import one_line, shortened
from wasm_link.engine.nesting import ThreadState, check_calls, check_stack, thread_state
from wasm_link.engine.trampoline import HostEntry, HostFunction
from wasm_link.engine.turn import Turn
from wasm_link.engine.wasi import WasiSettings, set_wasi
from wasm_link.errors import DispatchCase, DispatchError, InstantiateError, TrapError, TrapKind
from wasm_link.values.check import check_arguments

_UNLIMITED_FUEL = 2**64 - 1
_NO_DEADLINE = 2**60
_EMPTY_VALUE = bytes(capi.VALUE_SIZE)


def instantiate(
    component: LoadedComponent,
    imports: Mapping[str, Mapping[str, HostFunction]],
    *,
    wasi: WasiSettings | None = None,
    limits: StoreLimits = NO_LIMITS,
) -> Instance:
    """An instance of a component, in a new store.

    `imports` maps the names of imported instances, as the component spells them, to their functions; functions that are
    imported by themselves are under "". WASI is there only if `wasi` is given. Raises `InstantiateError`, whose
    `__cause__` is the `TrapError` where the component's start code trapped.
    """
    instance = Instance(component, limits)
    try:
        instance._start(imports, wasi)
    except BaseException:
        instance.close()
        raise
    return instance


class Instance:
    """A component instance and its store.

    One call runs at a time: a call from another thread waits, and one from the chain of calls that is inside already is
    refused. `stopped` says why the instance takes no more calls, None while it does.
    """

    def __init__(self, component: LoadedComponent, limits: StoreLimits) -> None:
        self.stopped: str | None = None
        self._component = component
        self._limits = limits
        self._entries: list[HostEntry] = []
        self._calls_back = False
        self._closing = False
        self._turn = Turn()
        self._handle = capi.buffer(capi.INSTANCE_SIZE)
        self._store: int | None = None
        profile = component.engine.profile
        if (limits.fuel is not None and not profile.fuel) or (limits.timeout is not None and not profile.epochs):
            raise ValueError("the engine's profile does not carry these limits")
        self._store = store = capi.store_new(component.engine.pointer)
        self._context: int = capi.store_context(store)
        if limits.memory is not None:
            capi.store_limiter(store, limits.memory, -1, -1, -1, -1)
        if profile.fuel:
            capi.check(capi.context_set_fuel(self._context, _UNLIMITED_FUEL))
        if profile.epochs:
            capi.context_set_epoch_deadline(self._context, _NO_DEADLINE)

    def function(self, export: str | None, name: str, type_: FuncType) -> BoundFunction:
        """The function `name` of the exported instance `export`, or of the component itself where that is None.

        `type_` is its type, with which arguments and results are converted. Raises `DispatchError` where there is no
        such function, or where a value of its type cannot be passed.
        """
        self._turn.take(thread_state().ident)
        try:
            self._check_open()
            handle = self._find(export, name)
            return BoundFunction(self, handle, f"{export}#{name}" if export else name, type_)
        except UnsupportedTypeError as error:
            raise DispatchError(DispatchCase.UNSUPPORTED_TYPE, f"{name}: {error}") from None
        finally:
            self._give_turn()

    def close(self) -> None:
        """Free the store; later calls are refused.

        A call that is under way ends first: in another thread it is waited for, in this one the store is freed when the
        call returns.
        """
        state = thread_state()
        if self._turn.owner == state.ident:
            self.stopped = "it was closed"  # the outermost call sees to the rest
            self._closing = True
            return
        self._turn.take(state.ident)
        self.stopped = self.stopped or "it was closed"
        self._closing = True
        self._give_turn()

    def __del__(self) -> None:
        self._free()

    def _free(self) -> None:
        store, self._store = self._store, None
        if store is not None:
            capi.store_delete(store)
            self._entries = []

    def _give_turn(self) -> None:
        if self._closing:
            self._free()
        self._turn.give()

    def _check_open(self) -> None:
        if self.stopped is not None:
            raise TrapError(f"the component has stopped earlier: {self.stopped}", TrapKind.STOPPED)

    def _start(self, imports: Mapping[str, Mapping[str, HostFunction]], wasi: WasiSettings | None) -> None:
        self._calls_back = any(imports.values())
        if wasi is not None:
            set_wasi(self._context, wasi)
        engine = self._component.engine
        linker, self._entries = link(engine.pointer, imports, with_wasi=wasi is not None)
        state = thread_state()
        self._turn.take(state.ident)
        try:
            component, handle = self._component.pointer, ctypes.addressof(self._handle)
            self._enter(state, capi.linker_instantiate, linker, self._context, component, handle)
        except TrapError as error:
            raise InstantiateError(error.reason) from error
        finally:
            self._give_turn()
            capi.linker_delete(linker)

    def _find(self, export: str | None, name: str) -> ctypes.Array[ctypes.c_uint8]:
        instance, handle = ctypes.addressof(self._handle), capi.buffer(capi.FUNCTION_SIZE)
        parent = index = None
        try:
            if export is not None:
                parent = capi.instance_get_export_index(instance, self._context, None, *_sized(export))
                if not parent:
                    raise DispatchError(DispatchCase.INVALID_INTERFACE_PATH, f"nothing is exported as {export}")
            index = capi.instance_get_export_index(instance, self._context, parent, *_sized(name))
            found = index and capi.instance_get_func(instance, self._context, index, ctypes.addressof(handle))
            if not found:
                place = export or "the component"
                raise DispatchError(DispatchCase.INVALID_FUNCTION, f"{place} exports no function {name}")
        finally:
            for pointer in (parent, index):
                if pointer:
                    capi.export_index_delete(pointer)
        return handle

    def _enter(self, state: ThreadState, native: Callable[..., int | None], *arguments: int) -> None:
        """Make a native call that may run guest code; the turn is ours. An error that it returns ends the instance."""
        check_stack(state)
        if self._calls_back:
            check_calls(state)
        limits = self._limits
        if limits.fuel is not None:
            capi.check(capi.context_set_fuel(self._context, limits.fuel))
        if limits.timeout is not None:
            ticks = clock.watch(self._component.engine, limits.timeout)
            capi.context_set_epoch_deadline(self._context, ticks)
        outer, state.failure = state.failure, None
        state.depth += 1
        try:
            error = native(*arguments)
        finally:
            state.depth -= 1
            failure, state.failure = state.failure, outer
            if limits.timeout is not None:
                clock.leave(self._component.engine)
        if error or failure is not None:
            self._stop(error, failure)

    def _stop(self, error: int | None, failure: BaseException | None) -> None:
        """Raise what ended a call, and keep the reason: the store of a component that trapped is of no more use."""
        found = capi.take_error(error) if error else None
        if failure is None:
            assert found is not None
            trap = self._trap(found)
        else:
            trap = TrapError(_reason_of(failure), TrapKind.HOST)
        self.stopped = self.stopped or trap.reason
        if failure is not None and not isinstance(failure, Exception):
            raise failure
        raise trap from failure

    def _trap(self, error: capi.NativeError) -> TrapError:
        reason, limits = one_line(error.text), self._limits
        if error.exit_status is not None:
            return TrapError(f"the component ended itself with exit status {error.exit_status}", TrapKind.EXIT)
        if limits.fuel is not None and reason.endswith("all fuel consumed by WebAssembly"):
            return TrapError(f"the call used up its {limits.fuel} units of fuel", TrapKind.FUEL)
        if limits.timeout is not None and reason.endswith("wasm trap: interrupt"):
            return TrapError(f"the call took longer than {limits.timeout:g} s", TrapKind.TIMEOUT)
        if limits.memory is not None:
            reason += f" (memory is limited to {limits.memory} bytes)"
        return TrapError(reason)


class BoundFunction:
    """An exported function of an instance, looked up once. Call it with one argument for each parameter."""

    __slots__ = ("_address", "_handle", "_instance", "_is_scalar", "_lift", "_lowers", "_name", "_native", "_type")

    def __init__(self, instance: Instance, handle: ctypes.Array[ctypes.c_uint8], name: str, type_: FuncType) -> None:
        self._instance = instance
        self._handle = handle
        self._address = ctypes.addressof(handle)
        self._name = name
        self._type = type_
        self._lowers: list[Lower] = [lowering(parameter.type) for parameter in type_.params]
        self._is_scalar = is_scalar(type_.result)
        self._native = capi.func_call_async if type_.is_async else capi.func_call
        self._lift = None if type_.result is None else lifting(type_.result)

    def __call__(self, *arguments: object) -> object:
        """The function's result, None where it has none.

        Raises `TrapError`; `DispatchError` for arguments that do not fit, for calls that are nested too deeply, and for
        a call from inside a call of the same instance.
        """
        lowers, lift, instance = self._lowers, self._lift, self._instance
        if len(arguments) != len(lowers):
            raise self._misfit(f"expected {len(lowers)} arguments, found {len(arguments)}")
        state = thread_state()
        arena = state.arena
        mark = arena.mark()
        try:
            data = b"".join([lower(value, arena) for lower, value in zip(lowers, arguments, strict=True)])
            result = arena.place(_EMPTY_VALUE + data)
            parameters = result + capi.VALUE_SIZE
            instance._turn.take(state.ident)
            try:
                instance._check_open()
                instance._enter(
                    state,
                    self._native,
                    self._address,
                    instance._context,
                    parameters,
                    len(lowers),
                    result,
                    0 if lift is None else 1,
                )
                if lift is None:
                    return None
                try:
                    return lift(capi.read(result, capi.VALUE_SIZE), 0)
                finally:
                    if not self._is_scalar:
                        capi.val_delete(result)
            finally:
                instance._give_turn()
        except UnfitValueError as error:
            problem = check_arguments(arguments, self._type.params)  # its words say where in an argument it is
            raise self._misfit(str(error) if problem is None else problem.message()) from None
        finally:
            arena.release(mark)

    def _misfit(self, problem: str) -> DispatchError:
        return DispatchError(DispatchCase.INVALID_ARGUMENT_LIST, f"{self._name}: {problem}")


def _sized(name: str) -> tuple[bytes, int]:
    encoded = name.encode()
    return encoded, len(encoded)


def _reason_of(failure: BaseException) -> str:
    """Why a call ended in which a host function raised, in one line, whatever the exception's text is.

    In a chain of instances the reason stays that of the innermost failure: it does not grow on its way out.
    """
    if isinstance(failure, TrapError) and failure.kind is TrapKind.HOST:
        return failure.reason
    if isinstance(failure, DispatchError):
        return failure.detail
    try:
        text = " ".join(str(failure).split())
    except Exception:
        text = "its text cannot be read"
    return shortened(f"a host function raised {type(failure).__name__}: {text}")
