"""Every sample is built and called as its README says, through the command line."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parent.parent.parent / "samples"


@dataclass(frozen=True, slots=True)
class Example:
    """A call of a sample, its answer as JSON, and what it says on the standard error stream."""

    folder: Path
    linkfile: str
    call: str
    answer: object
    said: str

    def __str__(self) -> str:
        return f"{self.folder.name}/{self.linkfile}:{self.call}"


def marks(linkfile: str) -> tuple[pytest.MarkDecorator, ...]:
    """Linkfiles named `….full.yaml` need components that `make samples-languages` builds."""
    return (pytest.mark.toolchain,) if ".full." in linkfile else ()


def examples() -> Iterator[Example]:
    """The examples of all samples."""
    for expected in sorted(SAMPLES.glob("*/expected.json")):
        for entry in json.loads(expected.read_text(encoding="utf-8")):
            yield Example(expected.parent, entry["linkfile"], entry["call"], entry["json"], entry.get("stderr", ""))


def wasm_link(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command line in a folder."""
    command = [sys.executable, "-m", "wasm_link", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8")


@pytest.mark.parametrize(
    "example", [pytest.param(example, id=str(example), marks=marks(example.linkfile)) for example in examples()]
)
def test_a_sample_answers_as_it_says(example: Example) -> None:
    """The call gives the answer that the sample's `expected.json` has, without a warning of ours."""
    done = wasm_link("run", example.linkfile, example.call, "--json", folder=example.folder)
    assert done.stderr.strip() == example.said
    assert done.returncode == 0
    assert json.loads(done.stdout) == example.answer


def console_blocks(readme: Path) -> Iterator[tuple[str, str]]:
    """The commands of a README's `console` blocks, each with the output that is shown below it."""
    for block in re.findall(r"```console\n(.*?)```", readme.read_text(encoding="utf-8"), re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output.strip()


def readme_commands() -> Iterator[tuple[Path, str, str]]:
    """The `wasm-link run` commands of the samples' READMEs, each with its folder and what it prints."""
    for readme in sorted(SAMPLES.glob("*/README.md")):
        for command, output in console_blocks(readme):
            if command.startswith("wasm-link run"):
                yield readme.parent, command, output


@pytest.mark.parametrize(
    ("folder", "command", "output"),
    [pytest.param(*row, id=f"{row[0].name}:{row[1]}", marks=marks(row[1])) for row in readme_commands()],
)
def test_a_readme_shows_what_its_commands_print(folder: Path, command: str, output: str) -> None:
    """What stands below a command in a sample's README is what the command prints."""
    done = wasm_link(*shlex.split(command)[1:], folder=folder)
    assert (done.stderr + done.stdout).strip() == output


def test_every_sample_has_examples() -> None:
    """A sample without a call that is run shows nothing."""
    folders = {path.parent.name for path in SAMPLES.glob("*/linkfile.yaml")}
    assert folders == {example.folder.name for example in examples()}


def test_samples_are_small() -> None:
    """The components that are kept in git are below 200 kB each."""
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "samples"], cwd=SAMPLES.parent, capture_output=True, text=True
    ).stdout.split("\0")
    files = [SAMPLES.parent / name for name in tracked if name]
    assert all(path.stat().st_size < 200_000 for path in files if path.exists())
