"""Every sample is built and called as its README says, through the command line."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parent.parent.parent / "samples"
BUILT = SAMPLES / "languages" / "out" / "built.json"
MUST_BE_BUILT = os.environ.get("WASM_LINK_LANGUAGES") == "1"


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


def examples() -> Iterator[Example]:
    """All examples whose components are at hand; `make samples-languages` brings the others."""
    for expected in sorted(SAMPLES.glob("*/expected.json")):
        for entry in json.loads(expected.read_text(encoding="utf-8")):
            if ".full." not in entry["linkfile"] or BUILT.exists() or MUST_BE_BUILT:
                yield Example(expected.parent, entry["linkfile"], entry["call"], entry["json"], entry.get("stderr", ""))


def wasm_link(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command line in a folder."""
    command = [sys.executable, "-m", "wasm_link", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8")


@pytest.mark.parametrize("example", list(examples()), ids=str)
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
    """The `wasm-link run` commands of the samples' READMEs that need nothing to be built first."""
    for readme in sorted(SAMPLES.glob("*/README.md")):
        for command, output in console_blocks(readme):
            if command.startswith("wasm-link run") and (".full." not in command or BUILT.exists() or MUST_BE_BUILT):
                yield readme.parent, command, output


@pytest.mark.parametrize(("folder", "command", "output"), list(readme_commands()), ids=lambda part: str(part)[-60:])
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
