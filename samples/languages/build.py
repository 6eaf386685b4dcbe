"""Build the WebAssembly components of the samples from their sources.

    python samples/languages/build.py           the large ones, of Python and JavaScript, into out/ (not in git)
    python samples/languages/build.py --small   the small ones, of C and AssemblyScript, in place (in git)
    python samples/languages/build.py --check   the same in a temporary folder, compared with what is in git

Compilers are installed into out/tools, in the versions that requirements.txt and package.json pin. Only clang comes
from the system. What was built from the same inputs before is not built again. Uses the standard library alone.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

LANGUAGES = Path(__file__).resolve().parent
SAMPLES = LANGUAGES.parent
OUT = LANGUAGES / "out"
TOOLS = OUT / "tools"
RECORD = OUT / "built.json"  # what was made of which inputs: {path: {"inputs": digest, "output": digest}}

REQUIREMENTS = LANGUAGES / "requirements.txt"
PACKAGE = LANGUAGES / "package.json"
CANONICAL_H = SAMPLES / "include" / "canonical.h"

PATIENCE = 900  # seconds for one command, downloads included
LAST_LINES = 30  # of a failed command's output are shown


class BuildError(Exception):
    """What stops the build, said to the user as it is."""


@dataclass(frozen=True)
class Recipe:
    """How one component is made: `make` writes it to the path that it is given."""

    output: Path
    inputs: tuple[Path, ...]
    make: Callable[[Path], None]

    @property
    def name(self) -> str:
        """The output as it is shown, relative to `samples`."""
        return str(self.output.relative_to(SAMPLES))


# --- Tools -----------------------------------------------------------------------------------------------------------


def run(*command: str | Path, cwd: Path | None = None) -> None:
    """Run a command without showing its output, unless it fails."""
    # componentize-py would look for the sample's modules in an active virtual environment too
    environment = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE,
            check=False,
        )
    except OSError as error:
        raise BuildError(f"cannot run {command[0]}: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise BuildError(f"{command[0]} was still running after {PATIENCE} s") from error
    if done.returncode:
        shown = " ".join(str(part) for part in command)
        lines = done.stdout.decode(errors="replace").splitlines()[-LAST_LINES:]
        raise BuildError("\n    ".join([f"this command failed with exit code {done.returncode}:", shown, *lines]))


def system_tool(name: str, needed_for: str, package: str) -> str:
    """Find a program that we do not install."""
    found = shutil.which(name)
    if found is None:
        raise BuildError(f"{name} is missing, and {needed_for} needs it: install {package}")
    return found


def installed(folder: Path, pins: Sequence[Path], install: Callable[[], None]) -> Path:
    """Fill a folder of tools, unless it was filled from the same pins before."""
    stamp = folder / "pins.sha256"
    pinned = digest_of(pins, sys.version)
    if not stamp.is_file() or stamp.read_text() != pinned:
        say(f"installing the tools of {', '.join(pin.name for pin in pins)}")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        install()
        stamp.write_text(pinned)
    return folder


def python_tool(name: str) -> Path:
    """A program of a package in requirements.txt."""
    folder = TOOLS / "python"

    def install() -> None:
        try:
            venv.create(folder, symlinks=True, with_pip=True)
        except subprocess.CalledProcessError as error:  # ensurepip: Debian keeps it in a package of its own
            raise BuildError("python cannot make a virtual environment: install python3-venv") from error
        run(folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--requirement", REQUIREMENTS)

    return installed(folder, [REQUIREMENTS], install) / "bin" / name


def node_tool(name: str) -> Path:
    """A program of a package in package.json."""
    folder = TOOLS / "node"

    def install() -> None:
        npm = system_tool("npm", "JavaScript or AssemblyScript", "Node.js 20 or newer")
        shutil.copy(PACKAGE, folder)
        run(npm, "install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund", cwd=folder)

    return installed(folder, [PACKAGE], install) / "node_modules" / ".bin" / name


# --- Languages -------------------------------------------------------------------------------------------------------


def componentize(core: Path, wit: Path, world: str, output: Path, *embed_options: str) -> None:
    """Make a component of a core module: say what its exports are in WIT, and wrap it."""
    wasm_tools = python_tool("wasm-tools")
    embedded = core.with_suffix(".embedded.wasm")
    wrapped = core.with_suffix(".wrapped.wasm")
    run(wasm_tools, "component", "embed", wit, core, "--world", world, *embed_options, "-o", embedded)
    run(wasm_tools, "component", "new", embedded, "-o", wrapped)
    # Without the names and versions of the tools, and with the names of functions: they appear in backtraces.
    run(wasm_tools, "strip", "--delete", "producers|target_features", wrapped, "-o", output)


def c_plugin(source: Path, wit: Path, world: str) -> Recipe:
    """A component of one C file without libc."""

    def make(output: Path) -> None:
        clang = system_tool("clang-19", "C", "clang-19 and lld-19 (apt-get install clang-19 lld-19)")
        system_tool("wasm-ld-19", "C", "lld-19 (apt-get install lld-19)")
        core = output.with_suffix(".core.wasm")
        run(
            clang,
            *("--target=wasm32-unknown-unknown", "-mbulk-memory", "-ffreestanding", "-Os"),
            *("-Wall", "-Wextra", "-Werror", "-I", CANONICAL_H.parent),
            # The stack comes first, so that a stack that overflows traps instead of changing data.
            *("-nostdlib", "-fuse-ld=lld", "-Wl,--no-entry", "-Wl,--stack-first", "-Wl,-z,stack-size=8192"),
            *("-o", core, source),
        )
        componentize(core, wit, world, output)

    return Recipe(source.with_suffix(".wasm"), (source, CANONICAL_H, wit), make)


def assemblyscript_plugin(source: Path, wit: Path, world: str, exports: dict[str, str]) -> Recipe:
    """A component of one AssemblyScript file; `exports` maps its names to those of the canonical ABI."""

    def make(output: Path) -> None:
        wasm_tools = python_tool("wasm-tools")
        text, core = output.with_suffix(".wat"), output.with_suffix(".core.wasm")
        # The collector runs when the plugin calls it. No `abort` is imported: a failure traps.
        options = ("-Oz", "--runtime", "minimal", "--use", "abort=")
        run(node_tool("asc"), source.name, *options, "--textFile", text, cwd=source.parent)
        renamed = text.read_text()
        for name, canonical in exports.items():
            renamed = renamed.replace(f'(export "{name}" ', f'(export "{canonical}" ')
        text.write_text(renamed)
        run(wasm_tools, "parse", text, "-o", core)
        componentize(core, wit, world, output, "--encoding", "utf16")

    return Recipe(source.with_suffix(".wasm"), (source, wit, PACKAGE, REQUIREMENTS), make)


def python_plugin(output: str, module: Path, wit: Path, world: str, *options: str) -> Recipe:
    """A component of one Python module, with CPython in it."""

    def make(path: Path) -> None:
        componentize_py = python_tool("componentize-py")
        world_of = (componentize_py, "--quiet", "--wit-path", wit, "--world", world)
        run(*world_of, "componentize", "--python-path", module.parent, module.stem, *options, "--output", path)

    return Recipe(OUT / output, (module, wit, REQUIREMENTS), make)


def javascript_plugin(output: str, source: Path, wit: Path, world: str) -> Recipe:
    """A component of one JavaScript module, with QuickJS in it."""

    def make(path: Path) -> None:
        # Without the option, the component uses the async part of the component model, which no function of ours needs.
        engine = ("--backend", "qjs", "--backend-qjs-disable-async")
        run(node_tool("jco"), "componentize", source, *engine, "-w", wit, "-n", world, "-o", path)

    return Recipe(OUT / output, (source, wit, PACKAGE), make)


# --- What there is to build ------------------------------------------------------------------------------------------

TEXT = SAMPLES / "text-pipeline"
WIT = LANGUAGES / "wit"

SMALL = (
    c_plugin(TEXT / "main.c", TEXT / "main.wit", "main"),
    c_plugin(TEXT / "reverse.c", TEXT / "transform.wit", "plugin"),
    c_plugin(TEXT / "average.c", TEXT / "transform.wit", "plugin"),
    c_plugin(TEXT / "log.c", TEXT / "log.wit", "logger"),
    c_plugin(LANGUAGES / "c" / "report.c", WIT / "report.wit", "reporter"),
    c_plugin(LANGUAGES / "c" / "analyse.c", WIT / "analyse.wit", "analyser"),
    c_plugin(LANGUAGES / "c" / "tokenize.c", WIT / "tokenize.wit", "tokenizer"),
    assemblyscript_plugin(
        LANGUAGES / "assemblyscript" / "tokenize.ts",
        WIT / "tokenize.wit",
        "tokenizer",
        {
            "tokenize": "demo:words/tokenize@0.1.0#tokenize",
            "tokenizeDone": "cabi_post_demo:words/tokenize@0.1.0#tokenize",
        },
    ),
)

PYTHON = LANGUAGES / "python"

LARGE = (
    javascript_plugin(
        "tokenize-javascript.wasm", LANGUAGES / "javascript" / "tokenize.js", WIT / "tokenize.wit", "tokenizer"
    ),
    # What --stub-wasi leaves out is all of WASI: the component imports none, and a call of it traps.
    python_plugin(
        "tokenize-python.wasm", PYTHON / "tokenize_words.py", WIT / "tokenize.wit", "tokenizer", "--stub-wasi"
    ),
    python_plugin("analyse-python.wasm", PYTHON / "analyse_words.py", WIT / "analyse.wit", "analyser"),
)


# --- The three ways to build -----------------------------------------------------------------------------------------


def build_large() -> None:
    """Build the large components whose inputs, or whose outputs, are not those of the last build."""
    record = read_record()
    for recipe in LARGE:
        inputs = digest_of([*recipe.inputs, Path(__file__)])
        if recipe.output.is_file() and record.get(recipe.name) == {
            "inputs": inputs,
            "output": digest_of([recipe.output]),
        }:
            say(f"{recipe.name} is up to date")
            continue
        build(recipe)
        record[recipe.name] = {"inputs": inputs, "output": digest_of([recipe.output])}
        RECORD.write_text(json.dumps(record, indent=2) + "\n")


def build_small() -> None:
    """Build the small components in place. It takes seconds: nothing is skipped."""
    for recipe in SMALL:
        build(recipe)


def check_small() -> None:
    """Build the small components elsewhere, and compare them byte by byte."""
    different = []
    with tempfile.TemporaryDirectory() as folder:
        for recipe in SMALL:
            made = Path(folder) / recipe.output.name
            recipe.make(made)
            same = recipe.output.is_file() and made.read_bytes() == recipe.output.read_bytes()
            say(f"{recipe.name} is {'the same' if same else 'different'}")
            if not same:
                different.append(recipe.name)
    if different:
        raise BuildError(
            f"the sources give other bytes than {', '.join(different)}: "
            "build with --small and commit the result, or look whether clang has another version"
        )


def build(recipe: Recipe) -> None:
    """Make one component; its file changes in one step, when everything has gone well."""
    say(f"building {recipe.name}")
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=OUT) as folder:
        made = Path(folder) / recipe.output.name
        recipe.make(made)
        made.replace(recipe.output)


def read_record() -> dict[str, dict[str, str]]:
    """What the last build made; nothing where that cannot be read, so that everything is built."""
    try:
        record = json.loads(RECORD.read_text())
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def digest_of(files: Iterable[Path], *texts: str) -> str:
    """The sha256 of some files, each with its name, and of some texts."""
    digest = hashlib.sha256()
    for part in [part for file in files for part in (file.name.encode(), file.read_bytes())]:
        digest.update(hashlib.sha256(part).digest())
    for text in texts:
        digest.update(hashlib.sha256(text.encode()).digest())
    return digest.hexdigest()


def say(line: str) -> None:
    """Tell how far the build is."""
    print(line, flush=True)


def main() -> int:
    """Build what the command line asks for; the exit code is 1 where that failed."""
    parser = argparse.ArgumentParser(description="Build the WebAssembly components of the samples.")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--small", action="store_true", help="build the small components, which are in git, in place")
    which.add_argument(
        "--check", action="store_true", help="build the small components and compare them with those in git"
    )
    chosen = parser.parse_args()
    try:
        if chosen.check:
            check_small()
        elif chosen.small:
            build_small()
        else:
            build_large()
    except (BuildError, OSError) as error:
        print(f"build.py: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
