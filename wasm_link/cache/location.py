"""Where the cache and its secret live: environment and platform in, absolute paths out. Nothing is created here."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

CACHE_DIRECTORY_VARIABLE = "WASM_LINK_CACHE_DIR"
SECRET_FILE_VARIABLE = "WASM_LINK_CACHE_SECRET_FILE"  # noqa: S105 - the name of a variable, no secret

_FOLDER = "wasm-link"


def cache_directory(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> str | None:
    """`$WASM_LINK_CACHE_DIR`, else `wasm-link` in the user's cache directory; None where the user has no home."""
    if chosen := environ.get(CACHE_DIRECTORY_VARIABLE):
        return os.path.abspath(chosen)
    if platform == "win32":
        base = _absolute(environ, "LOCALAPPDATA") or _in_home(environ, "AppData", "Local")
    elif platform == "darwin":
        base = _absolute(environ, "XDG_CACHE_HOME") or _in_home(environ, "Library", "Caches")
    else:
        base = _absolute(environ, "XDG_CACHE_HOME") or _in_home(environ, ".cache")
    return os.path.join(base, _FOLDER) if base else None


def secret_file(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> str | None:
    """`$WASM_LINK_CACHE_SECRET_FILE`, else `wasm-link/cache-secret` among the user's settings; None without a home."""
    if chosen := environ.get(SECRET_FILE_VARIABLE):
        return os.path.abspath(chosen)
    if platform == "win32":
        base = _absolute(environ, "APPDATA") or _in_home(environ, "AppData", "Roaming")
    elif platform == "darwin":
        base = _absolute(environ, "XDG_CONFIG_HOME") or _in_home(environ, "Library", "Application Support")
    else:
        base = _absolute(environ, "XDG_CONFIG_HOME") or _in_home(environ, ".config")
    return os.path.join(base, _FOLDER, "cache-secret") if base else None


def _absolute(environ: Mapping[str, str], variable: str) -> str | None:
    # The XDG base directory specification says to ignore relative paths in these variables.
    value = environ.get(variable, "")
    return value if os.path.isabs(value) else None


def _in_home(environ: Mapping[str, str], *parts: str) -> str | None:
    home = environ.get("HOME") or os.path.expanduser("~")
    return os.path.join(home, *parts) if os.path.isabs(home) else None
