"""`wasm-link init`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.cli.command_line import run
from wasm_link.cli.app import app
from wasm_link.pipeline import check

FILES = {"linkfile.yaml", "linkfile.schema.json", "greeter.wat", "shout.wat"}


def test_the_starter_has_nothing_wrong(tmp_path: Path) -> None:
    """Neither an error nor a warning."""
    assert run("init", str(tmp_path)).returncode == 0
    checked = check(tmp_path / "linkfile.yaml")
    assert checked.diagnostics == ()
    assert checked.plan is not None
    assert [step.plugin for step in checked.plan.steps] == ["shout", "greeter"]


def test_the_commands_that_it_names_work(tmp_path: Path) -> None:
    """They are copied from the output and run by a shell."""
    done = run("init", "my project", cwd=tmp_path)
    heading, *commands = done.stdout.splitlines()
    assert heading == "Next:"
    assert commands == [
        "  wasm-link build 'my project'",
        "  wasm-link run 'my project' 'greet(\"world\")'",
    ]
    cache = {"WASM_LINK_CACHE_DIR": str(tmp_path / "cache")}
    assert run("build", "my project", cwd=tmp_path, env=cache).returncode == 0
    answer = run("run", "my project", 'greet("world")', cwd=tmp_path, env=cache)
    assert (answer.returncode, answer.stdout) == (0, '"HELLO, WORLD"\n')


def test_the_directory_is_made(tmp_path: Path) -> None:
    """With those above it."""
    result = CliRunner().invoke(app, ["init", str(tmp_path / "a" / "b")])
    assert result.exit_code == 0
    assert set(os.listdir(tmp_path / "a" / "b")) == FILES


def test_other_files_in_the_directory_do_not_matter(tmp_path: Path) -> None:
    """A project may begin in a directory that holds things."""
    (tmp_path / "README.md").write_text("mine")
    assert CliRunner().invoke(app, ["init", str(tmp_path)]).exit_code == 0
    assert set(os.listdir(tmp_path)) == {*FILES, "README.md"}


@pytest.mark.parametrize("name", sorted(FILES))
def test_nothing_is_overwritten(name: str, tmp_path: Path) -> None:
    """If any of the files is there, none is written, and the message names it."""
    (tmp_path / name).write_text("mine")
    done = run("init", str(tmp_path))
    assert done.returncode == 1
    assert f"{name} is there already" in done.stderr
    assert done.stdout == ""
    assert os.listdir(tmp_path) == [name]
    assert (tmp_path / name).read_text() == "mine"


def test_a_link_to_nowhere_is_in_the_way_too(tmp_path: Path) -> None:
    """Writing through it would make a file somewhere else."""
    (tmp_path / "shout.wat").symlink_to(tmp_path / "elsewhere")
    assert run("init", str(tmp_path)).returncode == 1
    assert not (tmp_path / "elsewhere").exists()


def test_a_directory_that_cannot_be_made_is_a_failure(tmp_path: Path) -> None:
    """One sentence, no traceback."""
    (tmp_path / "file").write_text("")
    done = run("init", str(tmp_path / "file" / "project"))
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr
