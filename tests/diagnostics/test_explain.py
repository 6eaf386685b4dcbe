"""The explanations of diagnostic codes, and their examples."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.diagnostics.example_files import write_example_files
from wasm_link.build import build
from wasm_link.cache import NoCache
from wasm_link.diagnostics import Code, Diagnostic, Severity
from wasm_link.diagnostics.explain import explanation, find_code, nearest_code
from wasm_link.pipeline import check

CODES = [pytest.param(code, id=code.value) for code in Code]

NOT_BY_A_LINKFILE = {Code.BAD_CALL, Code.UNKNOWN_FUNCTION, Code.BAD_ARGUMENT, Code.CACHE_UNUSABLE}
"""Codes that a linkfile alone cannot show: their pages show commands."""


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: its language, and its text."""

    language: str
    text: str


@pytest.fixture(scope="session")
def example_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("examples")
    write_example_files(folder)
    return folder


def blocks(code: Code, heading: str) -> list[Block]:
    """The fenced blocks below one of the two headings of a page."""
    section = re.search(rf"^### {heading}\n(.*?)(?=^### |\Z)", explanation(code), re.MULTILINE | re.DOTALL)
    assert section is not None
    return [Block(*found) for found in re.findall(r"^```(\w+)\n(.*?)^```$", section[1], re.MULTILINE | re.DOTALL)]


def run_example(code: Code, heading: str, files: Path, folder: Path) -> tuple[Diagnostic, ...]:
    """Put the example's linkfile beside the example files, and give what is found in it."""
    shutil.copytree(files, folder, dirs_exist_ok=True)
    for block in blocks(code, heading):
        if block.language == "sh":
            subprocess.run(["sh", "-e", "-c", block.text], cwd=folder, check=True)
        else:
            assert block.language == "yaml"
            (folder / "linkfile.yaml").write_text(block.text, encoding="utf-8")
    return find_all(folder / "linkfile.yaml")


def find_all(linkfile: Path) -> tuple[Diagnostic, ...]:
    """What checking finds, and if there is a plan, what building finds."""
    checked = check(linkfile)
    if checked.plan is None:
        return checked.diagnostics
    built = build(checked, NoCache(), jobs=1)
    if built.tree is not None:
        built.tree.close()
    return (*checked.diagnostics, *built.diagnostics)


def of_severity(diagnostics: tuple[Diagnostic, ...], severity: Severity) -> set[Code]:
    return {diagnostic.code for diagnostic in diagnostics if diagnostic.severity is severity}


@pytest.mark.parametrize("code", CODES)
def test_a_page_begins_with_code_and_title(code: Code) -> None:
    """The title in the page is the title in the table of codes."""
    assert explanation(code).splitlines()[0] == f"## {code.value}: {code.title}"


@pytest.mark.parametrize("code", CODES)
def test_a_page_says_why_and_shows_wrong_and_right(code: Code) -> None:
    """A reason, an example each, and what to do, in this order."""
    parts = re.split(r"^### (?:Wrong|Right)$", explanation(code), flags=re.MULTILINE)
    assert re.findall(r"^### (\w+)$", explanation(code), re.MULTILINE) == ["Wrong", "Right"]
    title, *reason = parts[0].strip().splitlines()
    assert title
    assert "".join(reason).strip()
    assert parts[2].rpartition("```")[2].strip()
    languages = {block.language for heading in ("Wrong", "Right") for block in blocks(code, heading)}
    assert languages <= ({"console"} if code in NOT_BY_A_LINKFILE else {"yaml", "sh"})
    assert languages


@pytest.mark.parametrize("code", [param for param in CODES if param.values[0] not in NOT_BY_A_LINKFILE])
def test_the_wrong_example_gives_exactly_its_code(code: Code, example_files: Path, tmp_path: Path) -> None:
    """No other error beside it; for a warning, no error at all and no other warning."""
    found = run_example(code, "Wrong", example_files, tmp_path)
    errors, warnings = of_severity(found, Severity.ERROR), of_severity(found, Severity.WARNING)
    if code.severity is Severity.ERROR:
        assert errors == {code}
    else:
        assert (errors, warnings) == (set(), {code})


@pytest.mark.parametrize("code", [param for param in CODES if param.values[0] not in NOT_BY_A_LINKFILE])
def test_the_right_example_has_nothing_wrong(code: Code, example_files: Path, tmp_path: Path) -> None:
    """Neither an error nor a warning."""
    assert run_example(code, "Right", example_files, tmp_path) == ()


@pytest.mark.parametrize("text", ["WL201", "wl201", "201", " WL-201 "])
def test_a_code_is_found_however_it_is_written(text: str) -> None:
    """Case, the letters and blanks do not matter."""
    assert find_code(text) is Code.UNKNOWN_SOURCE


@pytest.mark.parametrize("text", ["WL999", "", "WL", "source", "WL2011", "WL٢٠١", "../WL201"])
def test_what_is_no_code_is_not_found(text: str) -> None:
    """Nothing else names a page, and no path leads out of the folder."""
    assert find_code(text) is None


def test_a_number_is_near_to_the_codes_of_its_hundred() -> None:
    """A stage that has no codes has no near one."""
    assert nearest_code("WL299") is [code for code in Code if code.value.startswith("WL2")][-1]
    assert nearest_code("wl200") is Code.UNKNOWN_SOURCE
    assert nearest_code("WL999") is None


def test_a_misspelt_code_is_near_to_the_right_one() -> None:
    """Letters may be wrong too."""
    assert nearest_code("VL206") is Code.CARDINALITY
    assert nearest_code("nonsense") is None
