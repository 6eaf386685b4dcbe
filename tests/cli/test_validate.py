"""`wasm-link validate`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.cli.command_line import run, run_python
from wasm_link.cli.app import app
from wasm_link.cli.init import starter_files, write_starter

WRONG = "linkfile: 1\nroot: ap\ninterfaces:\n  app: { wit: 'a:b/c' }\nplugins: {}\n"


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    """A directory that holds the starter project, in which nothing is wrong."""
    write_starter(tmp_path / "starter", starter_files())
    return tmp_path / "starter"


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A linkfile whose root is not defined."""
    file = tmp_path / "wrong.yaml"
    file.write_text(WRONG)
    return file


def validate(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["validate", *map(str, arguments)])


def test_a_misspelt_linkfile_gets_the_nearest_name(starter: Path) -> None:
    """The name of a YAML file beside it is suggested."""
    result = validate(starter / "linkfile.yml")
    assert result.exit_code == 1
    assert "help: did you mean `linkfile.yaml`?" in result.stdout


def test_a_sound_linkfile_is_said_to_be_ok(starter: Path) -> None:
    """One line, exit code 0."""
    result = validate(starter / "linkfile.yaml")
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{starter}/linkfile.yaml: ok, 2 plugins\n", "")


def test_a_directory_means_the_linkfile_inside(starter: Path) -> None:
    """By its usual name."""
    assert validate(starter).stdout == f"{starter}/linkfile.yaml: ok, 2 plugins\n"


def test_without_a_linkfile_it_is_the_one_here(starter: Path) -> None:
    """Named without a directory, as one would."""
    done = run("validate", cwd=starter)
    assert (done.returncode, done.stdout) == (0, "linkfile.yaml: ok, 2 plugins\n")


def test_diagnostics_are_the_result(wrong: Path) -> None:
    """They go to standard output, and the exit code is 1."""
    result = validate(wrong)
    assert result.exit_code == 1
    assert result.stderr == ""
    assert f"error[WL203]: the root names the interface `ap`, which is not defined\n --> {wrong}:2:7\n" in result.stdout
    assert "2 | root: ap\n  |       ^^\n" in result.stdout


def test_a_warning_alone_is_no_failure(starter: Path) -> None:
    """It is shown, and the linkfile is ok all the same."""
    result = validate(starter, "--root", "voice")
    assert result.exit_code == 0
    assert "warning[WL208]" in result.stdout
    assert result.stdout.endswith("linkfile.yaml: ok, 2 plugins\n")


def test_several_linkfiles_are_all_checked(starter: Path, wrong: Path, tmp_path: Path) -> None:
    """What is wrong with one does not hide the others, and a linkfile that is named twice is checked once."""
    result = validate(wrong, tmp_path / "absent.yaml", wrong, starter)
    assert result.exit_code == 1
    assert result.stdout.count("error[WL203]") == 1
    assert result.stdout.count("error[WL001]") == 1
    assert result.stdout.endswith("starter/linkfile.yaml: ok, 2 plugins\n")


@pytest.mark.parametrize("name", ["", "absent.yaml"])
def test_a_linkfile_that_is_not_there_leads_to_init(name: str, tmp_path: Path) -> None:
    """A diagnostic as any other, with the command that makes one."""
    result = validate(tmp_path / name)
    assert result.exit_code == 1
    assert "error[WL001]" in result.stdout
    assert "`wasm-link init`" in result.stdout


def test_concise_is_one_line_a_diagnostic(wrong: Path, starter: Path) -> None:
    """And nothing about what is right."""
    result = validate(wrong, starter, "--format", "concise")
    assert [line.split(": ")[:2] for line in result.stdout.splitlines()] == [[f"{wrong}:2:7", "error[WL203]"]]
    assert "ok" not in result.stdout


def test_json_is_one_object_for_all_linkfiles(wrong: Path, starter: Path) -> None:
    """With a version, for programs."""
    result = validate(wrong, starter, "--format", "json")
    form = json.loads(result.stdout)
    assert result.exit_code == 1
    assert form["version"] == 1
    assert form["diagnostics"][0]["code"] == "WL203"
    assert form["diagnostics"][0]["file"] == str(wrong)
    assert form["counts"]["errors"] == 1


def test_json_of_nothing_wrong_is_an_object_too(starter: Path) -> None:
    """A program need not look at the exit code first."""
    result = validate(starter, "--format", "json")
    assert json.loads(result.stdout) == {"version": 1, "diagnostics": [], "counts": {"errors": 0, "warnings": 0}}


def test_a_root_that_is_not_defined_is_a_diagnostic(starter: Path) -> None:
    """With the nearest id."""
    result = validate(starter, "--root", "vioce")
    assert result.exit_code == 1
    assert "error[WL203]" in result.stdout
    assert "did you mean `voice`?" in result.stdout


def test_the_engine_is_not_imported_for_binary_components(tmp_path: Path) -> None:
    """Checking reads types in Python; only text format needs the engine."""
    (tmp_path / "empty.wasm").write_bytes(b"\0asm\x0d\0\x01\0")
    (tmp_path / "linkfile.yaml").write_text(
        "linkfile: 1\nroot: app\ninterfaces:\n  app: { wit: 'a:b/c' }\n"
        "plugins:\n  main: { source: { path: empty.wasm }, plug: app }\n"
    )
    script = (
        "import sys, atexit\n"
        "atexit.register(lambda: print('wasmtime' in sys.modules, file=sys.stderr))\n"
        "from wasm_link.cli import main\n"
        "main(['validate', '--format', 'concise'])"
    )
    done = run_python(script, cwd=tmp_path)
    assert "error[WL403]" in done.stdout
    assert done.stderr.splitlines() == ["False"]
