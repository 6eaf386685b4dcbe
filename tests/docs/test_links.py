"""The links of the documentation, of the samples and of the explanations."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import DOCS, PAGES, ROOT, anchors, links

LINKING = (
    *PAGES,
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "samples").glob("*/README.md")),
    *sorted((ROOT / "wasm_link").rglob("*.md")),
)


@pytest.mark.parametrize("page", LINKING, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    """A relative link names a file or a folder of the checkout, and a heading where it has an anchor."""
    broken = []
    for link in links(page):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_the_readme_leads_to_every_page() -> None:
    """No page is there that a newcomer cannot find."""
    linked = {(ROOT / link.partition("#")[0]).resolve() for page in PAGES[:1] for link in links(page)}
    assert {page.resolve() for page in DOCS.glob("*.md")} <= linked
