"""From a linkfile to a live tree in one call: the library's everyday face."""

from __future__ import annotations

import os
from pathlib import Path

from wasm_link.build import build
from wasm_link.cache import Cache, open_cache
from wasm_link.errors import DiagnosedError
from wasm_link.pipeline import check
from wasm_link.tree import PluginTreeHead


def load(
    path: str | os.PathLike[str],
    *,
    root: str | None = None,
    cache: Cache | None = None,
    jobs: int | None = None,
    keep_going: bool = False,
) -> PluginTreeHead:
    """Check, plan, compile and instantiate what a linkfile describes.

    `path` names the linkfile, or a directory with a `linkfile.yaml` in it. `root` is the id of the interface to enter
    the tree by, instead of the linkfile's own. `cache` is where compiled components are kept, by default the user's.
    `jobs` and `keep_going` are as for `wasm-link build`. Raises DiagnosedError with every reason why there is no tree;
    warnings are in the tree's `diagnostics`. Close the tree, or use it in a `with` block.
    """
    linkfile = Path(path)
    checked = check(linkfile / "linkfile.yaml" if linkfile.is_dir() else linkfile, root=root, keep_going=keep_going)
    if checked.plan is None:
        raise DiagnosedError(checked.diagnostics)
    built = build(checked, cache or open_cache(), jobs=jobs, keep_going=keep_going)
    if built.tree is None:
        raise DiagnosedError([*checked.diagnostics, *built.diagnostics])
    return built.tree
