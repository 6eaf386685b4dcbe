"""The page about the cache, held against its code."""

from __future__ import annotations

import re
from pathlib import Path

from tests.docs.pages import DOCS, code_spans, rows
from wasm_link.build import Status, build
from wasm_link.cache import MissReason, cache_directory, open_cache, secret_file
from wasm_link.cache.layout import Layout
from wasm_link.engine.artifacts import artifact_key
from wasm_link.engine.profile import Profile
from wasm_link.pipeline import check

PAGE = DOCS / "cache.md"


def names(cell: str) -> list[str]:
    """The names that a cell has, in backticks but for the first one, whose backticks are gone."""
    return re.findall(r"[^`, ]+", cell)


def test_the_parts_of_a_key_are_those_there_are() -> None:
    """No part is missing, and none is there that a key has not."""
    listed = [name for row in rows(PAGE, "What is in a key") for name in names(row[0])]
    assert sorted(listed) == sorted(artifact_key("0" * 64, 1, Profile()).parts)


def test_every_reason_of_a_miss_is_listed() -> None:
    """By the names that output shows."""
    below = "The reasons of a miss are the members of `MissReason` in `wasm_link.cache`:"
    listed = [name for row in rows(PAGE, below) for name in names(row[0])]
    assert sorted(listed) == sorted(reason.value for reason in MissReason)


def test_the_places_are_those_of_the_table() -> None:
    """For both platforms, with and without the XDG variables."""
    home = {"HOME": "/h"}
    xdg = {"HOME": "/h", "XDG_CACHE_HOME": "/c", "XDG_CONFIG_HOME": "/s"}
    for platform, row in zip(("linux", "darwin"), rows(PAGE, "Where it is")[1:], strict=True):
        cache, secret = (re.findall(r"`([^`]+)`", f"`{cell}`".replace("``", "`")) for cell in row[1:])
        assert cache_directory(home, platform) == f"{cache[2].replace('~', '/h')}/{cache[0]}"
        assert secret_file(home, platform) == f"{secret[2].replace('~', '/h')}/{secret[0]}"
        assert (cache_directory(xdg, platform), secret_file(xdg, platform)) == (f"/c/{cache[0]}", f"/s/{secret[0]}")


def test_the_files_are_where_the_table_says() -> None:
    """Records, bytes, and the folders beside them."""
    layout = Layout("/x")
    key = "ab" + "c" * 62
    folders = (layout.temporary, layout.locks, layout.quarantined("file").removesuffix("/file"))
    assert layout.record(key) == f"/x/v1/ac/ab/{key}.json"
    assert layout.blob(key) == f"/x/v1/cas/ab/{key}"
    assert {"v1/ac/<ab>/<key>.json", "v1/cas/<ab>/<digest>"} <= code_spans(PAGE)
    assert {folder.removeprefix("/x/") for folder in folders} <= code_spans(PAGE)


def test_the_values_of_limits_are_not_in_a_key(checkout: Path) -> None:
    """Only whether there is a limit is: one more of another size finds the code in the cache."""
    linkfile = Path("samples/text-pipeline/linkfile.yaml")
    text = linkfile.read_text(encoding="utf-8")
    built = []
    for fuel in ("10000000", "20000000"):
        assert "fuel: 10000000" in text
        linkfile.write_text(text.replace("fuel: 10000000", f"fuel: {fuel}"), encoding="utf-8")
        checked = check(linkfile)
        done = build(checked, open_cache())
        assert done.tree is not None
        done.tree.close()
        built.append({plugin.status for plugin in done.report.plugins})
    assert built == [{Status.COMPILED}, {Status.CACHED}]
