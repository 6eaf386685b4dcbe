"""`wasm-link build`: compile what changed, instantiate the whole tree, say what happened."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from wasm_link.build import BuildReport, Built, PluginReport, Status
from wasm_link.build import build as build_tree
from wasm_link.cache import open_cache
from wasm_link.cli.options import find_linkfile, format_option, linkfile_argument, no_color_option, root_option
from wasm_link.cli.output import write_diagnostics, write_message, write_result
from wasm_link.cli.progress import Progress
from wasm_link.cli.terminal import Console
from wasm_link.cli.worker import run_interruptibly
from wasm_link.diagnostics import Diagnostic, has_errors
from wasm_link.diagnostics.display import columns, escaped
from wasm_link.diagnostics.json_form import json_form
from wasm_link.diagnostics.render import Format
from wasm_link.pipeline import Checked, check
from wasm_link.planning.render import in_bytes

JSON_VERSION = 1
_COLORS = {Status.COMPILED: "green", Status.CACHED: "cyan", Status.FAILED: "red"}


@click.command()
@linkfile_argument
@format_option
@root_option
@click.option("-j", "--jobs", type=click.IntRange(1), metavar="N", help="Compile so many components side by side.")
@click.option("--keep-going", is_flag=True, help="Build what can be built, and list the rest.")
@no_color_option
@click.pass_obj
def build(console: Console, linkfile: Path, form: Format, root: str | None, jobs: int | None, keep_going: bool) -> None:
    """Compile and link everything that LINKFILE names, and say what happened.

    Components are compiled once and kept in a cache; what has not changed is loaded from there.

    \b
    Example:
      wasm-link build samples/hello
    """
    found = find_linkfile(linkfile)
    if isinstance(found, Diagnostic):
        _report(console, form, None, None, [found])
        raise click.exceptions.Exit(1)
    checked = run_interruptibly(lambda: check(found, root=root, keep_going=keep_going))
    if checked.plan is None:
        _report(console, form, checked, None, checked.diagnostics)
        raise click.exceptions.Exit(1)
    with Progress(console.err) as progress:
        built = run_interruptibly(
            lambda: build_tree(checked, open_cache(), jobs=jobs, keep_going=keep_going, observer=progress)
        )
    _report(console, form, checked, built, [*checked.diagnostics, *built.diagnostics])
    if built.tree is not None:
        built.tree.close()
    if built.tree is None or has_errors([*checked.diagnostics, *built.diagnostics]):
        raise click.exceptions.Exit(1)


def _report(
    console: Console, form: Format, checked: Checked | None, built: Built | None, diagnostics: Sequence[Diagnostic]
) -> None:
    if form is Format.JSON:
        write_result(console, json.dumps(_as_json(built, diagnostics), indent=2, ensure_ascii=False))
        return
    texts = {} if checked is None else {checked.path.as_posix(): checked.text}
    write_diagnostics(console, diagnostics, texts, form)
    if built is None:
        write_message(console, "nothing was built")
        return
    name = checked.linkfile.name if checked is not None and checked.linkfile is not None else None
    write_result(console, _as_text(name, built))


def _as_text(name: str | None, built: Built) -> str:
    """One line a plugin, and a sum."""
    width = max((columns(report.plugin) for report in built.report.plugins), default=0)
    lines = [_line(report, width) for report in built.report.plugins]
    return "\n".join([*lines, _sum(name, built)])


def _line(report: PluginReport, width: int) -> str:
    status = click.style(f"{report.status.value:>8}", fg=_COLORS[report.status])
    size = "" if report.size is None else f"{in_bytes(report.size):>8}"
    return f"{status}  {report.plugin:<{width}}  {_duration(report.seconds):>7}  {size:>8}  {escaped(report.reason)}"


def _sum(name: str | None, built: Built) -> str:
    report: BuildReport = built.report
    counts = Counter(plugin.status for plugin in report.plugins)
    parts = [f"{counts[status]} {status.value}" for status in Status if counts[status]]
    count = len(report.plugins)
    what = f"{count} plugin{'' if count == 1 else 's'}"
    verdict = "built" if built.tree is not None else "failed to build"
    listed = f" ({', '.join(parts)})" if parts else ""
    return f"{verdict} {escaped(name) if name else 'the tree'}: {what}{listed} in {_duration(report.seconds)}"


def _as_json(built: Built | None, diagnostics: Sequence[Diagnostic]) -> dict[str, object]:
    report = built.report if built is not None else None
    failed = built is None or built.tree is None
    return {
        "version": JSON_VERSION,
        "ok": not failed and not has_errors(diagnostics),
        "failed_stage": ("check" if built is None else "build") if failed else None,
        "seconds": report.seconds if report is not None else None,
        "plugins": [
            {
                "plugin": plugin.plugin,
                "status": plugin.status.value,
                "reason": plugin.reason,
                "seconds": plugin.seconds,
                "artifact_bytes": plugin.size,
            }
            for plugin in (report.plugins if report is not None else ())
        ],
        "diagnostics": json_form(diagnostics)["diagnostics"],
    }


def _duration(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"
