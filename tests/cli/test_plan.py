"""`wasm-link plan`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.cli.command_line import run
from wasm_link.cli.app import app
from wasm_link.cli.init import starter_files, write_starter


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    """A directory that holds the starter project."""
    write_starter(tmp_path / "starter", starter_files())
    return tmp_path / "starter"


def plan(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["plan", *map(str, arguments)])


def test_a_table_is_the_default(starter: Path) -> None:
    """The steps, and the edges with their reasons."""
    result = plan(starter)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = [line.split() for line in result.stdout.splitlines()]
    assert lines[0] == ["`hello`:", "2", "plugins,", "root", "`app`"]
    assert [line[:4] for line in lines[3:5]] == [["1", "shout", "voice", "0"], ["2", "greeter", "app", "1"]]
    assert lines[7][:4] == ["greeter", "voice", "exactly-one", "shout"]


def test_a_tree_has_the_root_at_the_top(starter: Path) -> None:
    """And its plugins below."""
    assert plan(starter, "--format", "tree").stdout.splitlines() == [
        "hello: root `app` (exactly-one)",
        "└── greeter",
        "    └── voice (exactly-one, declared in `sockets`)",
        "        └── shout: plugs it",
    ]


def test_json_is_json_without_a_plan_too(tmp_path: Path) -> None:
    """A program that reads the result finds the diagnostics in it, as `validate` gives them."""
    (tmp_path / "linkfile.yaml").write_text("linkfile: 1\nroot: nope\nplugins: {}\ninterfaces: {}\n")
    result = plan(tmp_path, "--format", "json")
    assert (result.exit_code, result.stderr) == (1, "")
    assert json.loads(result.stdout)["diagnostics"][0]["code"] == "WL203"
    missing = plan(tmp_path / "none.yaml", "--format", "json")
    assert json.loads(missing.stdout)["counts"]["errors"] == 1


def test_json_is_the_same_every_time(starter: Path) -> None:
    """Byte for byte, in another process and from another directory."""
    here = run("plan", "--format", "json", cwd=starter)
    there = run("plan", str(starter), "--format", "json", env={"PYTHONHASHSEED": "7"})
    assert here.returncode == 0
    assert here.stdout == there.stdout
    assert json.loads(here.stdout)["version"] == 1


def test_warnings_go_to_standard_error(starter: Path) -> None:
    """Standard output holds the plan alone, so that it can be read by a program."""
    result = plan(starter, "--root", "voice", "--format", "json")
    assert result.exit_code == 0
    assert "warning[WL208]" in result.stderr
    assert json.loads(result.stdout)["unreached"] == ["greeter"]


def test_where_something_is_wrong_there_is_no_plan(starter: Path) -> None:
    """The diagnostics go to standard error, with their lines, and the exit code is 1."""
    linkfile = starter / "linkfile.yaml"
    linkfile.write_text(linkfile.read_text().replace("plug: voice", "plug: vioce"))
    result = plan(linkfile)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "error[WL202]" in result.stderr
    assert "|     plug: vioce" in result.stderr


def test_a_linkfile_that_is_not_there_leads_to_init(tmp_path: Path) -> None:
    """On standard error, for it is no plan."""
    done = run("plan", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "error[WL001]" in done.stderr
    assert "`wasm-link init`" in done.stderr
