"""The page about development, held against the Makefile and the house rules."""

from __future__ import annotations

import re

from tests.docs.pages import DOCS, ROOT, rows
from tests.docs.test_diagnostics_index import SWITCH
from tests.test_house_rules import MAY_IMPORT, ONLY_IN

PAGE = DOCS / "development.md"


def test_every_make_target_is_listed() -> None:
    """And none that does not exist."""
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert phony is not None
    assert sorted(row[0].removeprefix("make ") for row in rows(PAGE, "Development")) == sorted(phony[1].split())


def test_every_part_of_the_package_is_listed() -> None:
    """By the names that the house rules have."""
    listed = [name for row in rows(PAGE, "How the code is laid out") for name in re.findall(r"\w+", row[0])]
    assert sorted(listed) == sorted(MAY_IMPORT)


def test_parts_come_after_what_they_import() -> None:
    """The order of the table is that of the layers."""
    groups = [re.findall(r"\w+", row[0]) for row in rows(PAGE, "How the code is laid out")]
    above: set[str] = {"diagnostics"}  # which `errors` names for type checkers alone
    for group in groups:
        for name in group:
            assert MAY_IMPORT[name] <= above | set(group), name
        above.update(group)


def test_libraries_are_listed_with_their_homes() -> None:
    """As the house rules say."""
    assert {row[0]: row[1] for row in rows(PAGE, "How the code is laid out", 1)} == ONLY_IN


def test_the_switch_is_named() -> None:
    """The variable that rewrites the index of codes."""
    assert f"{SWITCH}=1" in PAGE.read_text(encoding="utf-8")
