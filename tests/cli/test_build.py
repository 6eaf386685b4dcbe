"""`wasm-link build`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.building import TRAP, U32, consumer, fan_out, provider, write_project
from tests.cli.command_line import run
from wasm_link.cli.app import app
from wasm_link.component.types import ListType


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A linkfile with a root and one provider."""
    return write_project(tmp_path, fan_out({"a": ""}), {"main.wat": consumer(U32), "a.wat": provider()})


@pytest.fixture
def half_broken(tmp_path: Path) -> Path:
    """A linkfile with a root, a sound provider and one that traps while it starts."""
    files = {"main.wat": consumer(ListType(U32)), "a.wat": provider(), "bad.wat": provider(start=TRAP)}
    return write_project(tmp_path, fan_out({"a": "", "bad": ""}, "any"), files)


@pytest.fixture(autouse=True)
def _fresh_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WASM_LINK_CACHE_DIR", str(tmp_path / "cache"))


def build(*arguments: str | Path) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(app, ["build", *map(str, arguments)])


def test_a_line_a_plugin_and_a_sum(project: Path) -> None:
    """The status, the time, the size and the reason of each plugin, in linkfile order."""
    result = build(project)
    assert result.exit_code == 0
    assert result.stderr == ""
    main, a, total = result.stdout.splitlines()
    assert re.fullmatch(r"compiled  main +[\d.]+ m?s +[\d.]+ KiB  not in the cache", main)
    assert re.fullmatch(r"compiled  a +[\d.]+ m?s +[\d.]+ KiB  not in the cache", a)
    assert re.fullmatch(r"built the tree: 2 plugins \(2 compiled\) in [\d.]+ m?s", total)
    assert "(2 cached)" in build(project).stdout


def test_json_has_the_same_as_data(project: Path) -> None:
    """Everything that the lines say, with a version."""
    data = json.loads(build(project, "--format", "json").stdout)
    assert (data["version"], data["ok"], data["failed_stage"], data["diagnostics"]) == (1, True, None, [])
    assert [(plugin["plugin"], plugin["status"]) for plugin in data["plugins"]] == [
        ("main", "compiled"),
        ("a", "compiled"),
    ]


def test_a_linkfile_with_errors_builds_nothing(project: Path) -> None:
    """The diagnostics go to standard error, nothing to standard output, and the exit code is 1."""
    project.write_text(project.read_text().replace("plug: app", "plug: ap"))
    result = build(project)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "error[WL202]" in result.stderr
    data = json.loads(build(project, "--format", "json").stdout)
    assert (data["ok"], data["failed_stage"], data["plugins"]) == (False, "check", [])


def test_a_failure_while_building_ends_with_one(half_broken: Path) -> None:
    """Each plugin says what became of it, and the diagnostic says why there is no tree."""
    result = build(half_broken)
    assert result.exit_code == 1
    assert "error[WL502]: plugin `bad` cannot be instantiated" in result.stderr
    assert "failed to build" in result.stdout.splitlines()[-1]
    assert json.loads(build(half_broken, "--format", "json").stdout)["failed_stage"] == "build"


def test_keep_going_builds_the_rest_and_still_ends_with_one(half_broken: Path) -> None:
    """What can be built is built, and the exit code says that something could not."""
    result = build(half_broken, "--keep-going")
    assert result.exit_code == 1
    assert "error[WL502]" in result.stderr
    assert result.stdout.splitlines()[-1].startswith("built the tree: 3 plugins (2 compiled, 1 failed)")


def test_skipped_plugins_are_a_warning(half_broken: Path) -> None:
    """With `on-error: skip` the build is a success."""
    text = half_broken.read_text()
    half_broken.write_text(text.replace("path: bad.wat }, plug: work", "path: bad.wat }, plug: work, on-error: skip"))
    result = build(half_broken)
    assert result.exit_code == 0
    assert "warning[WL503]" in result.stderr


def test_a_real_process_builds(project: Path) -> None:
    """The same as a user starts it, in the linkfile's own folder."""
    done = run("build", cwd=project.parent)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1].startswith("built the tree: 2 plugins")
    assert done.stderr == ""


def test_jobs_is_a_number_from_one(project: Path) -> None:
    """Anything else is wrong usage."""
    assert build(project, "--jobs", "1").exit_code == 0
    assert build(project, "--jobs", "0").exit_code == 2
