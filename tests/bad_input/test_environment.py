"""A hostile machine: closed and full streams, missing and broken directories, odd locales, interrupts, rivals."""

from __future__ import annotations

import os
import pty
import select
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.bad_input.attack import PATIENCE, Ended, attack, orderly, refused
from tests.bad_input.test_components import FOREVER, app, one_plugin
from tests.building import write_project
from tests.cli.command_line import environment

COMMAND = shlex.join([sys.executable, "-m", "wasm_link"])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A sound tree of one plugin, whose `ask(n)` is n."""
    write_project(tmp_path, one_plugin(), {"main.wasm": app("(local.get 0)")})
    return tmp_path


def shell(script: str, folder: Path, env: Mapping[str, str] | None = None) -> Ended:
    """Run a line of shell in which $W is the command line."""
    kept = {**environment(), "WASM_LINK_CACHE_DIR": str(folder / "cache"), **(env or {})}
    done = subprocess.run(
        ["/bin/sh", "-c", script.replace("$W", COMMAND)], cwd=folder, env=kept, capture_output=True, timeout=PATIENCE
    )
    return Ended(
        done.returncode, done.stdout.decode("utf-8", "surrogateescape"), done.stderr.decode("utf-8", "surrogateescape")
    )


RUN = "$W run linkfile.yaml 'ask(7)'"


@pytest.mark.parametrize("command", ["$W build", RUN, "$W validate", "$W schema", "$W --help"])
def test_a_full_disk_behind_standard_output_is_an_error(command: str, project: Path) -> None:
    """What could not be written is said on standard error."""
    refused(shell(f"{command} > /dev/full", project), "No space left on device")


@pytest.mark.parametrize("command", ["$W build", RUN])
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-", "> /dev/full 2>&1"])
def test_closed_streams_end_nothing(command: str, closed: str, project: Path) -> None:
    """A stream that is not there takes no output, and is no reason for a traceback."""
    orderly(shell(f"{command} {closed}", project))


@pytest.mark.parametrize("command", ["$W schema", "$W --help", "$W validate --format json"])
def test_a_reader_that_goes_away_gets_no_traceback(command: str, project: Path) -> None:
    """As `head` and `true` do."""
    orderly(shell(f"{command} | true", project))
    orderly(shell(f"{command} | head -c 1", project))


@pytest.mark.parametrize(
    "env",
    [
        {"HOME": None, "XDG_CACHE_HOME": None, "XDG_CONFIG_HOME": None, "WASM_LINK_CACHE_DIR": None},
        {"HOME": "", "WASM_LINK_CACHE_DIR": None},
        {"HOME": "relative", "WASM_LINK_CACHE_DIR": None},
        {"HOME": "/dev/null", "WASM_LINK_CACHE_DIR": None, "XDG_CACHE_HOME": None, "XDG_CONFIG_HOME": None},
        {"WASM_LINK_CACHE_DIR": "linkfile.yaml"},
        {"WASM_LINK_CACHE_DIR": "linkfile.yaml/cache"},
        {"WASM_LINK_CACHE_DIR": "/dev/null"},
        {"WASM_LINK_CACHE_DIR": "/proc/nothing"},
        {"WASM_LINK_CACHE_DIR": "loop"},
        {"WASM_LINK_CACHE_DIR": "a" * 5_000},
        {"WASM_LINK_CACHE_DIR": "\udcff\udcfe"},
        {"WASM_LINK_CACHE_DIR": "\x1b[2J"},
        {"WASM_LINK_CACHE_SECRET_FILE": "/dev/null"},
        {"WASM_LINK_CACHE_SECRET_FILE": "/dev/zero"},
        {"WASM_LINK_CACHE_SECRET_FILE": "/proc/nothing"},
        {"WASM_LINK_CACHE_SECRET_FILE": "."},
        {"TERM": None, "COLUMNS": "-1", "LINES": "x"},
        {"TERM": "\x1b[2J", "COLUMNS": "9" * 5_000},
        {"TMPDIR": "/proc/nothing"},
        {"PATH": None},
    ],
    ids=lambda env: "-".join(f"{name}={str(value)[:14]!a}" for name, value in env.items()),
)
def test_a_build_needs_no_friendly_environment(env: dict[str, str | None], project: Path) -> None:
    """Without a usable cache, home or terminal, the tree is built all the same."""
    (project / "loop").symlink_to("loop")
    ended = attack("run", "linkfile.yaml", "ask(7)", cwd=project, env=env)
    orderly(ended)
    assert (ended.code, ended.out) == (0, "7\n")


@pytest.mark.parametrize(
    "env",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "no_SUCH.locale"},
    ],
    ids=["ascii", "c", "unknown"],
)
def test_a_build_needs_no_friendly_locale(env: dict[str, str], project: Path) -> None:
    """A locale without Unicode, or one that is not there, changes nothing where nothing needs it."""
    ended = shell(RUN, project, env)
    orderly(ended)
    assert (ended.code, ended.out) == (0, "7\n")


def test_a_cache_that_cannot_be_written_is_a_warning(project: Path) -> None:
    """With the reason, and the tree is built."""
    (project / "cache").write_text("in the way")
    ended = shell("$W build", project)
    orderly(ended)
    assert ended.code == 0
    assert "WL701" in ended.err


@pytest.mark.parametrize("command", ["build", "validate", "run 'ask(1)'", "plan", "init"])
def test_a_working_directory_that_is_gone_is_no_crash(command: str, project: Path) -> None:
    """Relative paths then lead nowhere."""
    (project / "gone").mkdir()
    refused(shell(f'cd gone && rmdir "$PWD" && $W {command}', project))


def test_a_working_directory_that_is_gone_does_not_matter_to_absolute_paths(project: Path) -> None:
    """Nothing else needs it."""
    (project / "gone").mkdir()
    ended = shell(f'cd gone && rmdir "$PWD" && $W run {project}/linkfile.yaml "ask(7)"', project)
    assert (ended.code, ended.out) == (0, "7\n")


def test_a_path_that_the_locale_cannot_spell_is_refused(tmp_path: Path) -> None:
    """Where file names are ASCII, one with an umlaut cannot be opened."""
    write_project(tmp_path, one_plugin(source="\u00fcbung.wasm"), {})
    ended = shell("$W validate", tmp_path, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"})
    refused(ended, "WL303")


def test_two_builds_at_once_both_succeed(project: Path) -> None:
    """They share the cache, and one of them may wait for the other."""
    ended = shell("$W build & first=$!; $W build; second=$?; wait $first && exit $second", project)
    orderly(ended)
    assert ended.code == 0
    assert ended.out.count("built the tree: 1 plugin") == 2


def interrupted(*arguments: str, folder: Path, after: bytes) -> Ended:
    """Start a command, wait until it has written `after` to its terminal, send an interrupt, and see how it ends."""
    master, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "wasm_link", *arguments],
        cwd=folder,
        env={**environment(), "TERM": "xterm", "WASM_LINK_CACHE_DIR": str(folder / "cache")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=terminal,
    )
    os.close(terminal)
    with process:
        written = b""
        while after not in written and (chunk := _read(master)):
            written += chunk
        process.send_signal(signal.SIGINT)
        while chunk := _read(master):
            written += chunk
        process.kill()  # does nothing to a process that has ended
        out, _ = process.communicate()
    os.close(master)
    assert after in written
    return Ended(process.returncode, out.decode(), written.decode())


def _read(master: int) -> bytes:
    """What a process wrote to its terminal; nothing where it has ended, or does not end."""
    if not select.select([master], [], [], PATIENCE)[0]:
        return b""
    try:
        return os.read(master, 4096)
    except OSError:  # nobody has the other end open
        return b""


def test_an_interrupt_ends_a_guest_that_never_returns(tmp_path: Path) -> None:
    """Also one without limits, while it is instantiated."""
    write_project(tmp_path, one_plugin(), {"main.wasm": app("(local.get 0)", start=FOREVER)})
    ended = interrupted("build", folder=tmp_path, after=b"compiling 1/1 main")
    assert ended.code == 130
    assert "interrupted" in ended.err
    assert "Traceback" not in ended.err


def test_an_interrupt_ends_a_call_that_never_returns(tmp_path: Path) -> None:
    """The call is made when the progress line is gone."""
    write_project(tmp_path, one_plugin(), {"main.wasm": app(f"{FOREVER} unreachable")})
    ended = interrupted("run", "linkfile.yaml", "ask(1)", folder=tmp_path, after=b"compiling 1/1 main\r\x1b[K")
    assert ended.code == 130
    assert "Traceback" not in ended.err


def large(functions: int) -> str:
    """A component that takes the engine some seconds to compile."""
    lines = "".join(
        f"(local.set 0 (i32.mul (i32.add (local.get 0) (i32.const {i})) (local.get 0)))" for i in range(400)
    )
    body = f"(param i32) (result i32) {lines} (local.get 0)"
    text = app("(local.get 0)")
    return text.replace("(core module $m", "(core module $m" + f"(func {body})" * functions, 1)


def test_an_interrupt_ends_a_compilation_and_leaves_no_entry(tmp_path: Path) -> None:
    """The cache holds whole artifacts or none, and the next build is as good as the first."""
    write_project(tmp_path, one_plugin(), {"main.wasm": large(500)})
    ended = interrupted("build", folder=tmp_path, after=b"compiling 0/1")
    assert ended.code == 130
    assert "Traceback" not in ended.err
    left = [file for file in (tmp_path / "cache").rglob("*") if file.is_file() and file.stat().st_size > 4096]
    assert left == []
    write_project(tmp_path, one_plugin(), {"main.wasm": app("(local.get 0)")})
    assert shell("$W build", tmp_path).code == 0
