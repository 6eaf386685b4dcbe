"""`wasm-link run`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.building import TRAP, U32, WORK, consumer, fan_out, provider, write_project
from tests.cli.command_line import run as run_process
from wasm_link.cli.app import app

SAMPLES = Path(__file__).parent.parent.parent / "samples"
HELLO = SAMPLES / "hello"
TRAP_ON_SEVEN = f"(if (i32.eq (local.get 0) (i32.const 7)) (then {TRAP})) (local.get 0)"


@pytest.fixture
def several(tmp_path: Path) -> Path:
    """A linkfile whose root has two plugins, one of which fails for 7."""
    linkfile = f"""linkfile: 1
root: work
interfaces: {{ work: {{ wit: "{WORK}", cardinality: any }} }}
plugins:
  good: {{ source: {{ path: good.wat }}, plug: work }}
  picky: {{ source: {{ path: picky.wat }}, plug: work }}
"""
    return write_project(tmp_path, linkfile, {"good.wat": provider(), "picky.wat": provider(TRAP_ON_SEVEN)})


def run(*words: str | Path) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(app, ["run", *map(str, words)])


def test_a_call_prints_its_answer_in_wave() -> None:
    """One line on standard output, and nothing else."""
    result = run(HELLO, 'greet("world")')
    assert (result.exit_code, result.stdout, result.stderr) == (0, '"Hello, world!"\n', "")


def test_json_in_and_out() -> None:
    """With --json the arguments may be JSON behind the function's name, and the answer is JSON."""
    assert run("--json", HELLO, "greet", '"Zo\\u00eb"').stdout == '"Hello, Zoë!"\n'
    assert run("--json", HELLO, 'greet("Zoë")').stdout == '"Hello, Zoë!"\n'


def test_the_linkfile_here_is_the_default() -> None:
    """With one word, that word is the call."""
    done = run_process("run", 'greet("you")', cwd=HELLO)
    assert (done.returncode, done.stdout) == (0, '"Hello, you!"\n')


def test_a_function_may_be_named_in_full() -> None:
    """The WIT interface stands before a `#`."""
    assert run(HELLO, 'demo:hello/app@0.1.0#greet("x")').stdout == '"Hello, x!"\n'


def test_each_plugin_of_the_root_answers_under_its_id(several: Path) -> None:
    """In linkfile order, as text and as JSON."""
    assert run(several, "apply(3)").stdout == "good: 3\npicky: 3\n"
    assert json.loads(run(several, "apply(3)", "--json").stdout) == {"good": {"ok": 3}, "picky": {"ok": 3}}


def test_one_failure_ends_with_one_and_hides_no_answer(several: Path) -> None:
    """The others' answers are printed, the failure is told, and the exit code is 1."""
    result = run(several, "apply(7)")
    assert result.exit_code == 1
    assert result.stdout == "good: 7\n"
    assert "picky: error: runtime-exception: plugin `picky` stopped" in result.stderr
    shown = json.loads(run(several, "apply(7)", "--json").stdout)
    assert shown["good"] == {"ok": 7}
    assert shown["picky"]["err"]["case"] == "runtime-exception"


def test_a_failing_root_is_an_error(tmp_path: Path) -> None:
    """The message names the chain of plugins; with --json it is data on standard output."""
    path = write_project(tmp_path, fan_out({"a": ""}), {"main.wat": consumer(U32), "a.wat": provider(TRAP)})
    result = run(path, "ask(1)")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "plugin `main` stopped" in result.stderr
    assert json.loads(run(path, "ask(1)", "--json").stdout)["error"]["plugin"] == "main"


@pytest.mark.parametrize(
    ("call", "code", "caret"),
    [
        ("greet(", "WL601", 7),
        ('greet("a" "b")', "WL601", 11),
        ('gret("a")', "WL602", 1),
        ("greet(7)", "WL603", 7),
        ("greet(world)", "WL603", 7),
        ('greet("a", "b")', "WL603", None),
    ],
)
def test_a_wrong_call_points_at_the_place(call: str, code: str, caret: int | None) -> None:
    """A call that does not parse or does not fit gets a diagnostic with a caret under it, before anything is built."""
    result = run(HELLO, call)
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"error[{code}]" in result.stderr
    if caret is not None:
        assert f"--> <call>:1:{caret}\n" in result.stderr


@pytest.mark.parametrize("words", [["greet"], ["greet", "7"], ["greet", "nope"], ["greet", '"a"', '"b"']])
def test_wrong_json_arguments_are_diagnostics(words: list[str]) -> None:
    """Their number, their syntax and their types are checked before anything is built."""
    result = run("--json", HELLO, *words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "error[WL603]" in result.stderr


def test_a_text_without_quotes_is_not_json() -> None:
    """The message says so in words, and shows how the text is quoted for a shell."""
    stderr = run("--json", HELLO, "greet", "world").stderr
    assert "argument `name` is not JSON" in stderr
    assert """'"world"'""" in stderr


def test_a_linkfile_without_a_call_is_wrong_usage() -> None:
    """What is missing is named, and the path is not read as a call."""
    result = run(HELLO)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Missing argument 'CALL'" in result.stderr


def test_json_arguments_need_the_option() -> None:
    """Further words without --json are wrong usage."""
    result = run(HELLO, "greet", '"a"')
    assert result.exit_code == 2
    assert "--json" in result.stderr


def test_arguments_behind_a_whole_call_are_wrong_usage() -> None:
    """Nothing that was written is passed over in silence."""
    assert run(HELLO, "--json", 'greet("x")', "1").exit_code == 2


@pytest.mark.parametrize(("cardinality", "json_text"), [("at-most-one", "null\n"), ("any", "{}\n")])
def test_a_root_without_plugins_answers_nothing(tmp_path: Path, cardinality: str, json_text: str) -> None:
    """Where the cardinality allows it that is no error, and it is said."""
    interface = f'{{ work: {{ wit: "{WORK}", cardinality: {cardinality} }} }}'
    linkfile = f"linkfile: 1\nroot: work\ninterfaces: {interface}\nplugins: {{}}\n"
    path = write_project(tmp_path, linkfile, {})
    result = run(path, "apply(1)")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "no plugin answers: the root `work` has none" in result.stderr
    assert run(path, "apply(1)", "--json").stdout == json_text


def test_a_linkfile_with_errors_is_not_run(several: Path) -> None:
    """Its diagnostics are shown, and the exit code is 1."""
    several.write_text(several.read_text().replace("root: work", "root: wark"))
    result = run(several, "apply(1)")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "error[WL203]" in result.stderr
