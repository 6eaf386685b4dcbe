"""What a component gets of WASI 0.2: nothing but what is granted here, and never a network."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from wasm_link.engine import capi
from wasm_link.errors import InstantiateError


class Stream(Enum):
    """Where a standard stream goes."""

    NULL = "null"
    INHERIT = "inherit"


@dataclass(frozen=True, slots=True)
class PreopenedDir:
    """The directory `host`, which the component sees as `guest`, and may write to only if `writable`."""

    host: Path
    guest: str
    writable: bool = False


@dataclass(frozen=True, slots=True)
class WasiSettings:
    """The default is an empty sandbox: no directories, no environment, no arguments, null streams."""

    stdin: Stream = Stream.NULL
    stdout: Stream = Stream.NULL
    stderr: Stream = Stream.NULL
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict, hash=False)
    dirs: tuple[PreopenedDir, ...] = ()


def set_wasi(context: int, settings: WasiSettings) -> None:
    """Give a store its WASI. Without this, a WASI call ends the process. Raises `InstantiateError`."""
    config = capi.wasi_config_new()
    try:
        _configure(config, settings)
    except BaseException:
        capi.wasi_config_delete(config)
        raise
    try:
        capi.check(capi.context_set_wasi(context, config))  # takes the configuration, whatever comes of it
    except capi.NativeError as error:
        raise InstantiateError(f"WASI could not be set up: {error.text}") from None


def _configure(config: int, settings: WasiSettings) -> None:
    for stream, inherit in (
        (settings.stdin, capi.wasi_config_inherit_stdin),
        (settings.stdout, capi.wasi_config_inherit_stdout),
        (settings.stderr, capi.wasi_config_inherit_stderr),
    ):
        if stream is Stream.INHERIT:
            inherit(config)
    args = capi.text_array(tuple(_c_text(argument, "an argument") for argument in settings.args))
    names = capi.text_array(tuple(_c_text(name, "the environment") for name in settings.env))
    values = capi.text_array(tuple(_c_text(value, "the environment") for value in settings.env.values()))
    if not capi.wasi_config_set_argv(config, len(args), ctypes.addressof(args)):
        raise InstantiateError("the arguments are not usable")
    if not capi.wasi_config_set_env(config, len(names), ctypes.addressof(names), ctypes.addressof(values)):
        raise InstantiateError("the environment is not usable")
    for directory in settings.dirs:
        _preopen(config, directory)


def _preopen(config: int, directory: PreopenedDir) -> None:
    host = str(directory.host)
    if not os.path.isdir(host):  # `Path.is_dir` raises for a name that is too long, or that may not be seen
        problem = "is not a directory" if os.path.exists(host) else "does not exist"
        raise InstantiateError(f"the directory {host}, given as {directory.guest}, {problem}")
    host_text, guest = _c_text(host, "a directory"), _c_text(directory.guest, "a directory")
    if not capi.wasi_config_preopen_dir(config, host_text, guest, directory.writable):
        raise InstantiateError(f"the directory {host}, given as {directory.guest}, cannot be opened")


def _c_text(text: str, where: str) -> bytes:
    """UTF-8 without NUL, which would cut the text short."""
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        raise InstantiateError(f"{where} of WASI is not valid Unicode: {text!r}") from None
    if b"\0" in encoded:
        raise InstantiateError(f"{where} of WASI holds a NUL: {text!r}")
    return encoded
