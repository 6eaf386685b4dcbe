"""`wasm-link plan`: the link plan of a linkfile as table, tree or JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import NoReturn, assert_never

import click

from wasm_link.cli.options import EXAMPLE, find_linkfile, linkfile_argument, no_color_option, root_option
from wasm_link.cli.output import write_diagnostics, write_result
from wasm_link.cli.terminal import Console
from wasm_link.diagnostics import Diagnostic, has_errors
from wasm_link.diagnostics.render import Format
from wasm_link.pipeline import check
from wasm_link.planning.plan import LinkPlan
from wasm_link.planning.render import plan_as_table, plan_as_tree, plan_to_json


class PlanForm(Enum):
    """The forms of a plan, by the names that `--format` takes."""

    TABLE = "table"
    TREE = "tree"
    JSON = "json"


@click.command(epilog=EXAMPLE + "wasm-link plan samples/hello --format tree")
@linkfile_argument
@root_option
@click.option(
    "--format",
    "form",
    type=click.Choice([form.value for form in PlanForm]),
    default=PlanForm.TABLE.value,
    show_default=True,
    callback=lambda _ctx, _param, value: PlanForm(value),
    help="How to write the plan.",
)
@no_color_option
@click.pass_context
def plan(ctx: click.Context, linkfile: Path, root: str | None, form: PlanForm) -> None:
    """Show what is linked to what, in which order, and why.

    LINKFILE is a linkfile, or a directory with a linkfile.yaml; by default, linkfile.yaml in this directory. Nothing is
    compiled. Diagnostics go to standard error; with an error among them there is no plan, and the exit code is 1. With
    --format json the result is then the diagnostics as JSON, as `validate` gives them.
    """
    console: Console = ctx.obj
    found = find_linkfile(linkfile)
    if isinstance(found, Diagnostic):
        _refuse(ctx, form, [found], {})
    checked = check(found, root=root)
    texts = {found.as_posix(): checked.text}
    if checked.plan is None or has_errors(checked.diagnostics):
        _refuse(ctx, form, checked.diagnostics, texts)
    write_diagnostics(console, checked.diagnostics, texts)
    write_result(console, render_plan(checked.plan, form))


def _refuse(
    ctx: click.Context, form: PlanForm, diagnostics: Sequence[Diagnostic], texts: Mapping[str, str]
) -> NoReturn:
    """Say why there is no plan, and end the command. A program that reads the result gets JSON in any case."""
    if form is PlanForm.JSON:
        write_diagnostics(ctx.obj, diagnostics, texts, Format.JSON, are_result=True)
    else:
        write_diagnostics(ctx.obj, diagnostics, texts)
    ctx.exit(1)


def render_plan(plan: LinkPlan, form: PlanForm) -> str:
    """The plan's text in one of the forms, without a final line break."""
    match form:
        case PlanForm.TABLE:
            return plan_as_table(plan)
        case PlanForm.TREE:
            return plan_as_tree(plan)
        case PlanForm.JSON:
            return json.dumps(plan_to_json(plan), indent=2)
        case _:
            assert_never(form)
