"""From the shell's prompt to an answer: whole processes, against Python that does nothing or imports wasmtime."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from bench.measure import Remark, Row, Sizes, least_times
from wasm_link.cache.location import CACHE_DIRECTORY_VARIABLE, SECRET_FILE_VARIABLE

HELLO = Path(__file__).parent.parent / "samples" / "hello"

# What the script of an installed package does.
COMMAND = (sys.executable, "-c", "from wasm_link.cli import main; main()")

_LIBRARIES = "import click, jsonschema, wasmtime, wasmtime.component, yaml"
_LIST_MODULES = "import sys; print(*sorted(sys.modules))"
_VERSION_MODULES = """
import sys
from wasm_link.cli import main
try:
    main(["--version"])
except SystemExit:
    print(*sorted(sys.modules))
"""
_NEVER_NEEDED = ("wasmtime", "yaml", "jsonschema", "ctypes", "concurrent", "asyncio", "difflib", "json", "hashlib")


def start_up(sizes: Sizes, folder: Path) -> Iterator[Row | Remark]:
    """Commands on samples/hello, its components in the cache."""
    environ = environment(folder / "cache")

    def start(*command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, env=environ)

    commands = {
        "--version": ["--version"],
        "validate samples/hello": ["validate", str(HELLO)],
        "build samples/hello, warm": ["build", str(HELLO)],
        "run samples/hello, warm": ["run", str(HELLO), 'greet("world")'],
    }
    works: dict[str, Callable[[], object]] = {
        "python -c pass": lambda: start(sys.executable, "-c", "pass"),
        "python, import click": lambda: start(sys.executable, "-c", "import click"),
        "python, import wasmtime": lambda: start(sys.executable, "-c", "import wasmtime, wasmtime.component"),
        "python, import all libraries": lambda: start(sys.executable, "-c", _LIBRARIES),
        **{name: partial(start, *COMMAND, *words) for name, words in commands.items()},
    }
    least_times(works, 1)  # fills the caches, ours and that of compiled Python
    best = least_times(works, sizes.starts)
    for name in commands:
        needed = "python, import click" if name == "--version" else "python, import all libraries"
        for reference in ("python -c pass", "python, import wasmtime", needed):
            yield Row(name, best[name], reference, best[reference])
    yield Remark(_modules())


def environment(cache_directory: Path) -> dict[str, str]:
    """The environment of a measured process: caches of its own, of artifacts and of Python's own compiled modules.

    Whatever the caller's environment says of the latter, an installed command has them.
    """
    environ = {
        **os.environ,
        CACHE_DIRECTORY_VARIABLE: str(cache_directory),
        SECRET_FILE_VARIABLE: str(cache_directory.parent / "secret"),
        "PYTHONPYCACHEPREFIX": str(cache_directory.parent / "pycache"),
    }
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    return environ


def _modules() -> str:
    """Which modules `--version` imports that do nothing for it."""
    ours = _listed(_VERSION_MODULES)
    alone = _listed(f"import click; {_LIST_MODULES}")
    beyond = [name for name in ours if name not in alone and name.partition(".")[0] != "wasm_link"]
    heavy = [name for name in ours if name.partition(".")[0] in _NEVER_NEEDED and name not in alone]
    own = sum(name.startswith("wasm_link") for name in ours)
    return (
        f"`--version` imports {own} modules of wasm-link and, beyond those of click, {len(beyond)} others"
        f"{': ' + ', '.join(beyond) if beyond else ''}; not needed: {', '.join(heavy) or 'none'}"
    )


def _listed(code: str) -> Sequence[str]:
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return done.stdout.splitlines()[-1].split()
