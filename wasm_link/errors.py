"""Exceptions: what goes wrong outside a linkfile, each with its data in fields and its exit code.

A user's mistake is a `Diagnostic` and is collected, not raised; an operation that cannot give its result because of
diagnostics raises `DiagnosedError` once, with all of them. The failure of a plugin is a `DispatchError`: an outcome
that is returned beside the others, or raised where the caller asked for a plain value.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wasm_link.diagnostics import Diagnostic


class WasmLinkError(Exception):
    """Whatever this package raises on purpose. `exit_code` is what the command line ends with."""

    exit_code = 1


class DiagnosedError(WasmLinkError):
    """A linkfile, or what it names, is wrong: `diagnostics` says where and why (at least one is an error)."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("; ".join(f"{d.code.value}: {d.message}" for d in self.diagnostics))


class DispatchCase(Enum):
    """Why a dispatch had no value, by the names that a consumer's error variant uses (design §5)."""

    LOCK_REJECTED = "lock-rejected"
    INVALID_INTERFACE_PATH = "invalid-interface-path"
    INVALID_FUNCTION = "invalid-function"
    MISSING_RESPONSE = "missing-response"
    RUNTIME_EXCEPTION = "runtime-exception"
    INVALID_ARGUMENT_LIST = "invalid-argument-list"
    UNSUPPORTED_TYPE = "unsupported-type"
    EXECUTOR_UNAVAILABLE = "executor-unavailable"
    RESOURCE_TABLE_FULL = "resource-table-full"
    RESOURCE_HANDLE_CONVERSION_FAILED = "resource-handle-conversion-failed"
    INVALID_RESOURCE_HANDLE = "invalid-resource-handle"


class DispatchError(WasmLinkError):
    """One call that gave no value.

    `case` says what kind of failure it was, `detail` says it in words, and `plugin` names the plugin that failed (None
    where no plugin was called, as for a wrong interface name).
    """

    __match_args__ = ("case", "detail", "plugin")

    def __init__(self, case: DispatchCase, detail: str, plugin: str | None = None) -> None:
        self.case = case
        self.detail = detail
        self.plugin = plugin
        super().__init__(f"{case.value}: {detail}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DispatchError) and (self.case, self.detail, self.plugin) == (
            other.case,
            other.detail,
            other.plugin,
        )

    def __hash__(self) -> int:
        return hash((self.case, self.detail, self.plugin))


class NotAComponentError(WasmLinkError):
    """Bytes that are not a component at all. `found` says what they are: "a core module", "an empty file", …"""

    def __init__(self, found: str, *, is_core_module: bool = False) -> None:
        self.found = found
        self.is_core_module = is_core_module
        super().__init__(f"not a component: {found}")


class MalformedComponentError(WasmLinkError):
    """A component binary that breaks the format, at `offset` (bytes from the start of the file)."""

    def __init__(self, reason: str, offset: int) -> None:
        self.reason = reason
        self.offset = offset
        super().__init__(f"{reason} (at offset 0x{offset:x})")


class UnsupportedComponentError(MalformedComponentError):
    """A component that uses a version or a feature of the format which this release does not know, at `offset`."""


class TextFormatError(WasmLinkError):
    """Text format (WAT) that does not parse; `line` and `column` are 1-based, None where the parser gave none."""

    def __init__(self, reason: str, line: int | None = None, column: int | None = None) -> None:
        self.reason = reason
        self.line = line
        self.column = column
        super().__init__(reason)


class SourceChangedError(WasmLinkError):
    """A source file that no longer holds the bytes that were checked; `path` names it."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"{path} changed while it was being built")


class CompileError(WasmLinkError):
    """The engine refused to compile a component; `reason` is the engine's own text."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class IncompatibleArtifactError(WasmLinkError):
    """An artifact whose bytes are right but that this engine does not accept (another version or configuration)."""


class InstantiateError(WasmLinkError):
    """A component could not be instantiated: an import was refused, or its start code failed; `reason` says why."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class TrapKind(Enum):
    """What ended a call into a component."""

    GUEST = "guest"  # the component's own code trapped
    HOST = "host"  # a host function that it called raised; that exception is the trap's `__cause__`
    FUEL = "fuel"
    TIMEOUT = "timeout"
    EXIT = "exit"  # the component asked WASI to end the process
    STOPPED = "stopped"  # the component had stopped in an earlier call, and was not called


class TrapError(WasmLinkError):
    """A call into a component ended in a trap, and its store is lost. `reason` is one line, without a backtrace."""

    def __init__(self, reason: str, kind: TrapKind = TrapKind.GUEST) -> None:
        self.reason = reason
        self.kind = kind
        super().__init__(reason)


class CacheError(WasmLinkError):
    """The cache cannot be used for this operation. Never raised by a look-up: whatever is wrong there is a miss."""
