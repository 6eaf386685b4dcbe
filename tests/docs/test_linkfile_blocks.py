"""The `yaml` blocks of the documentation that are whole linkfiles: those with a line `linkfile: 1`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, PAGES, Block, blocks
from tests.docs.standins import write_standins
from wasm_link.linkfile.reader import read_linkfile
from wasm_link.pipeline import check

BLOCKS = [block for page in PAGES for block in blocks(page, "yaml")]
WHOLE = [block for block in BLOCKS if re.search(r"^linkfile: 1$", block.text, re.MULTILINE)]


@pytest.mark.parametrize("block", WHOLE, ids=str)
def test_whole_linkfiles_have_nothing_wrong(block: Block, tmp_path: Path) -> None:
    """With components that stand in for those that they name, there is neither an error nor a warning."""
    path = tmp_path / "linkfile.yaml"
    path.write_text(block.text, encoding="utf-8")
    read = read_linkfile(path)
    assert read.linkfile is not None, read.diagnostics
    write_standins(read.linkfile, tmp_path)
    (tmp_path / "data").mkdir()
    assert check(path).diagnostics == ()


def test_the_reference_has_whole_linkfiles() -> None:
    """The page about the linkfile shows some that run."""
    assert [block for block in WHOLE if block.page == DOCS / "linkfile.md"]
