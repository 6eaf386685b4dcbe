"""What the README shows beside the blocks that are run as they stand."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.docs.pages import README, ROOT, blocks, code_spans, read
from wasm_link.cli.app import COMMANDS, app

(LINKFILE,) = blocks(README, "yaml")


def test_the_linkfile_is_that_of_the_sample(checkout: Path) -> None:
    """The sample's answer is the one that is shown."""
    Path("samples/hello/linkfile.yaml").write_text(LINKFILE.text, encoding="utf-8")
    done = CliRunner().invoke(app, ["run", "samples/hello", 'greet("world")'])
    assert done.stdout == blocks(README, "text")[0].text


def test_the_mistake_gives_the_message_that_is_shown(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A letter less in the linkfile above."""
    monkeypatch.chdir("samples/hello")
    Path("linkfile.yaml").write_text(LINKFILE.text.replace("plug: greeting }", "plug: greting }"), encoding="utf-8")
    shown = next(block.text for block in blocks(README, "text") if "error[" in block.text)
    assert CliRunner().invoke(app, ["validate"]).stdout.startswith(shown)


def test_every_command_is_shown() -> None:
    """The table has a line for each, with arguments that it takes."""
    shown = {span.split()[1]: span.split()[2:] for span in code_spans(README) if span.startswith("wasm-link ")}
    assert set(COMMANDS) == set(shown)


def test_the_make_targets_that_are_named_exist() -> None:
    """`make demo` and `make test` are all that a newcomer needs."""
    targets = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "\ndemo:" in targets
    assert "\ntest:" in targets
    assert "make demo" in read(README)
    assert "make test" in read(README)
