"""The index of diagnostic codes, which is made from the table of codes."""

from __future__ import annotations

import os

from tests.docs.pages import DOCS
from wasm_link.diagnostics import Code

PAGE = DOCS / "diagnostics.md"
SWITCH = "WASM_LINK_REWRITE"

HEAD = """\
# Diagnostics

Every problem that `wasm-link` finds has a code, which keeps its meaning for ever.
`wasm-link explain CODE` prints the page about one: why it is a problem, a wrong and a right example, and what to do.
An error stops the work, and the exit code is 1; a warning does not.

This page is made from [codes.py](../wasm_link/diagnostics/codes.py): see [development.md](development.md#diagnostics).
"""

STAGES = {
    "0": "Reading the file",
    "1": "The shape of the linkfile",
    "2": "Names in the linkfile",
    "3": "Sources",
    "4": "Links",
    "5": "Building",
    "6": "Calls",
    "7": "The cache",
}


def index() -> str:
    """The page as it must be: a table for each stage, in the order of the codes."""
    parts = [HEAD]
    for digit, title in STAGES.items():
        codes = [code for code in Code if code.value[2] == digit]
        lines = [
            f"| [{code.value}](../wasm_link/diagnostics/explanations/{code.value}.md) "
            f"| {code.severity.value} | {code.title} |"
            for code in codes
        ]
        parts.append("\n".join([f"## {title}", "", "| code | severity | problem |", "|---|---|---|", *lines, ""]))
    return "\n".join(parts)


def test_every_code_is_of_a_known_stage() -> None:
    """A new hundred of codes needs a title."""
    assert {code.value[2] for code in Code} == set(STAGES)


def test_the_index_of_codes_is_up_to_date() -> None:
    """It holds every code with its title and severity, and nothing else."""
    if os.environ.get(SWITCH) == "1":
        PAGE.write_text(index(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == index(), (
        f"{PAGE.name} is out of date: run this test with {SWITCH}=1 to rewrite it"
    )
