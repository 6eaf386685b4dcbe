"""The first half of the pipeline: from the path of a linkfile to a link plan. Nothing is compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wasm_link.diagnostics import Code, Diagnostic, has_errors, in_order
from wasm_link.linkfile.model import Linkfile
from wasm_link.linkfile.reader import read_linkfile
from wasm_link.planning.plan import LinkPlan
from wasm_link.planning.planner import check_links, plan_links
from wasm_link.sources.read import SourceComponent, read_sources


@dataclass(frozen=True, slots=True)
class Checked:
    """A linkfile after all checks. `plan` is None where there is no plan; `diagnostics` then hold at least one error.

    `components` are the sources by plugin id; `text` is the linkfile as it was read, for showing lines of it.
    """

    path: Path
    text: str
    linkfile: Linkfile | None
    plan: LinkPlan | None
    components: Mapping[str, SourceComponent] = field(repr=False)
    diagnostics: tuple[Diagnostic, ...]


def check(path: Path, *, root: str | None = None, keep_going: bool = False) -> Checked:
    """Read a linkfile and its components, check everything that can be checked without compiling, and plan the links.

    `root` is the id of another interface to enter the tree by; `keep_going` plans around plugins that are not sound.
    """
    read = read_linkfile(path, root=root)
    if read.linkfile is None:
        return Checked(path, read.text, None, None, {}, read.diagnostics)
    linkfile = read.linkfile
    sources = read_sources(linkfile, _text_to_binary)
    found = list(read.diagnostics)
    if has_errors(found):
        found.extend(check_links(linkfile, sources))
        return Checked(path, read.text, linkfile, None, sources.components, _sorted(found))
    planned = plan_links(linkfile, sources, keep_going=keep_going)
    found.extend(planned.diagnostics)
    return Checked(path, read.text, linkfile, planned.plan, sources.components, _sorted(found))


def _sorted(diagnostics: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Each problem once, by position: the plan may see once more that a plugin is not reached."""
    unreached = {d.span: d for d in reversed(diagnostics) if d.code is Code.UNREACHED_PLUGIN}
    kept = (unreached.get(d.span, d) if d.code is Code.UNREACHED_PLUGIN else d for d in diagnostics)
    return in_order(dict.fromkeys(kept))


def _text_to_binary(text: bytes) -> bytes:
    """Component text to binary. The engine is imported when the first text is met, and not before."""
    from wasm_link.engine.text import text_to_binary

    return text_to_binary(text)
