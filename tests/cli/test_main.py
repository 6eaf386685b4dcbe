"""The entry point: exit codes, where output goes, what is imported, and what failures look like."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tests.cli.command_line import PACKAGE_PARENT, environment, run, run_python
from wasm_link import __version__
from wasm_link.cli import app as app_module
from wasm_link.cli import main
from wasm_link.cli.app import COMMANDS, Entry, app

HEAVY = ("wasmtime", "jsonschema", "yaml")


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command line with one more command, which fails as it is told."""
    entries = {**COMMANDS, "fail": Entry("tests.cli.failing:fail", "Fail.")}
    monkeypatch.setattr(app_module, "COMMANDS", entries)


def exit_code(*arguments: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert isinstance(end.value.code, int)
    return end.value.code


def command(name: str) -> click.Command:
    module, _, attribute = COMMANDS[name].target.partition(":")
    found = getattr(import_module(module), attribute)
    assert isinstance(found, click.Command)
    return found


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version_goes_to_standard_output(option: str) -> None:
    """One line, and nothing on standard error."""
    done = run(option)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"wasm-link {__version__}\n", "")


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["explain", "WL201"], ["bulid"]])
def test_nothing_heavy_is_imported_for_what_does_not_need_it(arguments: list[str]) -> None:
    """The engine, the schema checker and the YAML reader are left alone."""
    script = (
        "import sys, atexit\n"
        "atexit.register(lambda: print(sorted(sys.modules), file=sys.stderr))\n"
        "from wasm_link.cli import main\n"
        "main(sys.argv[1:])"
    )
    modules = run_python(script, *arguments).stderr.splitlines()[-1]
    assert "'click'" in modules
    assert [name for name in HEAVY if f"'{name}'" in modules] == []


def test_the_help_lists_every_command() -> None:
    """Each with its line, and without importing any."""
    done = run("--help")
    assert done.returncode == 0
    for name, entry in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(entry.summary)}$", done.stdout, re.MULTILINE)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_in_the_help_is_what_the_command_says_of_itself(name: str) -> None:
    """The table of commands repeats it, so that the help need not import them."""
    help = " ".join((command(name).help or "").split())
    assert help.startswith(COMMANDS[name].summary.rstrip("."))


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_the_help_of_a_command_has_an_example(name: str, option: str) -> None:
    """A line that can be copied."""
    result = CliRunner().invoke(app, [name, option])
    assert result.exit_code == 0
    assert re.search(rf"Examples?:\n +wasm-link {name}", result.output)


def test_no_arguments_show_the_help() -> None:
    """And are wrong usage."""
    done = run()
    assert done.returncode == 2
    assert "Commands:" in done.stderr
    assert done.stdout == ""


def test_an_unknown_command_is_answered_with_the_nearest() -> None:
    """Wrong usage, with a suggestion."""
    done = run("bulid")
    assert done.returncode == 2
    assert "No such command 'bulid'. Did you mean 'build'?" in done.stderr


@pytest.mark.parametrize(
    "arguments", [["--nope"], ["validate", "--nope"], ["validate", "--format", "xml"], ["nothing-like-it"]]
)
def test_wrong_usage_ends_with_two(arguments: list[str]) -> None:
    """The message says what is wrong, on standard error."""
    done = run(*arguments)
    assert done.returncode == 2
    assert "Error: " in done.stderr
    assert done.stdout == ""


@pytest.mark.usefixtures("failing")
def test_a_bug_of_ours_ends_with_two_and_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    """Everything that helps to find it, and a line that asks to report it."""
    assert exit_code("fail", "crash") == 2
    captured = capsys.readouterr()
    assert "RuntimeError: a bug" in captured.err
    assert f"This is a bug in wasm-link {__version__}" in captured.err
    assert captured.out == ""


@pytest.mark.usefixtures("failing")
def test_a_failure_of_the_world_is_a_message(capsys: pytest.CaptureFixture[str]) -> None:
    """No traceback, and no escape sequence from outside."""
    assert exit_code("fail", "world") == 1
    assert capsys.readouterr().err == "error: no room\n  for \\x1b[31mthis\n"


@pytest.mark.usefixtures("failing")
def test_diagnostics_that_were_raised_are_shown_with_their_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file is read again for the line."""
    file = tmp_path / "linkfile.yaml"
    file.write_text("first\nsecond\n")
    assert exit_code("fail", "diagnosed", str(file)) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "error[WL105]: wrong" in captured.err
    assert "2 | second\n  | ^^\n" in captured.err


@pytest.mark.usefixtures("failing")
@pytest.mark.parametrize("kind", ["missing", "directory", "fifo"])
def test_a_line_that_cannot_be_read_again_is_left_out(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The diagnostic is shown all the same, and nothing waits for a pipe."""
    file = tmp_path / "linkfile.yaml"
    if kind == "directory":
        file.mkdir()
    if kind == "fifo":
        os.mkfifo(file)
    assert exit_code("fail", "diagnosed", str(file)) == 1
    assert f"{file}:2:1" in capsys.readouterr().err


@pytest.mark.usefixtures("failing")
def test_an_interrupt_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 130, as shells have it."""
    assert exit_code("fail", "interrupt") == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_a_real_signal_interrupts() -> None:
    """SIGINT to a process that waits for input."""
    script = (
        "from wasm_link.cli import app, main\n"
        "app.COMMANDS = {'fail': app.Entry('tests.cli.failing:fail', '')}\n"
        "main(['fail', 'wait'])"
    )
    env = environment({"PYTHONPATH": os.pathsep.join([str(PACKAGE_PARENT), str(Path(__file__).parents[2])])})
    with subprocess.Popen(
        [sys.executable, "-c", script],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    assert (process.returncode, err) == (130, "interrupted\n")


def test_a_reader_that_went_away_is_no_traceback() -> None:
    """`wasm-link explain | head -0`: quiet, and not a success."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(
        [sys.executable, "-m", "wasm_link", "explain"],
        env=environment(),
        stdout=write_end,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(write_end)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_a_message() -> None:
    """Standard output that takes nothing more."""
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "wasm_link", "schema"],
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 1
    assert done.stderr == "error: the output cannot be written: No space left on device\n"


@pytest.mark.parametrize("closed", ["stdout", "stderr"])
def test_a_closed_stream_is_no_traceback(closed: str) -> None:
    """`wasm-link explain >&-` has nowhere to write to, and says nothing of it."""
    number = {"stdout": 1, "stderr": 2}[closed]
    done = subprocess.run(
        ["sh", "-c", f'exec "$0" -m wasm_link explain {number}>&-', sys.executable],
        env=environment(),
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_an_encoding_that_lacks_a_character_gets_an_escape(tmp_path: Path) -> None:
    """Neither an error nor a lost line."""
    (tmp_path / "linkfile.yaml").write_text("linkfile: \u0142\n", encoding="utf-8")
    done = run("validate", cwd=tmp_path, env={"PYTHONUTF8": "0", "PYTHONIOENCODING": "latin-1"})
    assert done.returncode == 1
    assert r"1 | linkfile: \u0142" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "env", "colored"),
    [
        ([], {}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--no-color"], {"FORCE_COLOR": "1"}, False),
        (["validate", "--no-color"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_color_is_decided_once_for_everything(
    arguments: list[str], env: dict[str, str], colored: bool, tmp_path: Path
) -> None:
    """A pipe has none unless it is forced; `--no-color` works on both sides of a command's name."""
    (tmp_path / "linkfile.yaml").write_text("[]")
    command_line = arguments if "validate" in arguments else [*arguments, "validate"]
    done = run(*command_line, cwd=tmp_path, env=env)
    assert done.returncode == 1
    assert ("\x1b[" in done.stdout) is colored


def test_json_is_never_colored(tmp_path: Path) -> None:
    """Whatever the environment says."""
    (tmp_path / "linkfile.yaml").write_text("[]")
    done = run("validate", "--format", "json", cwd=tmp_path, env={"FORCE_COLOR": "1"})
    assert json.loads(done.stdout)["counts"] == {"errors": 1, "warnings": 0}
