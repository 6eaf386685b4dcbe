"""`wasm-link run`: call a function of the root, with arguments and result in WAVE or JSON."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from wasm_link.build import build as build_tree
from wasm_link.cache import open_cache
from wasm_link.cli.options import find_linkfile, no_color_option, root_option
from wasm_link.cli.output import write_diagnostics, write_message, write_result
from wasm_link.cli.progress import Progress
from wasm_link.cli.terminal import Console
from wasm_link.cli.worker import run_interruptibly
from wasm_link.component.types import FuncType
from wasm_link.diagnostics import Code, Diagnostic, Span
from wasm_link.diagnostics.display import escaped
from wasm_link.errors import DiagnosedError, DispatchError
from wasm_link.linkfile.model import Cardinality
from wasm_link.pipeline import Checked, check
from wasm_link.planning.entry import find_targets
from wasm_link.planning.plan import RootLink
from wasm_link.tree import PluginTreeHead
from wasm_link.values import Ok, Outcome
from wasm_link.values.json_form import JsonValueError, from_json, to_json
from wasm_link.values.wave import WaveError, WaveMismatchError, format_value, parse_invocation

_CALL = "<call>"


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the root, checked against its types; `interface` is a WIT name or the root's id."""

    interface: str
    function: str
    arguments: tuple[object, ...]


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="[LINKFILE] CALL [JSON]...")
@click.option("--json", "as_json", is_flag=True, help="Take arguments and give the result as JSON.")
@root_option
@no_color_option
@click.pass_obj
def run(console: Console, words: tuple[str, ...], as_json: bool, root: str | None) -> None:
    """Call a function of the root of LINKFILE, `linkfile.yaml` by default.

    CALL is written in WAVE, the value syntax of the component ecosystem. With --json the result is JSON, and CALL may
    be a function's name with each argument as JSON behind it. Where the root has a function of that name in several
    WIT interfaces, write `namespace:package/interface@version#function`. With several plugins on the root, each outcome
    is shown with its plugin's id.

    \b
    Examples:
      wasm-link run samples/hello 'greet("world")'
      wasm-link run samples/hello --json greet '"world"'
    """
    path, expression, rest = _split(words)
    if not rest and "(" not in expression and not {".", "/"}.isdisjoint(expression) and _is_linkfile(expression):
        raise click.UsageError("Missing argument 'CALL': which function of the root?")
    found = find_linkfile(path)
    if isinstance(found, Diagnostic):
        raise DiagnosedError([found])
    checked = run_interruptibly(lambda: check(found, root=root))
    texts = {checked.path.as_posix(): checked.text, _CALL: expression}
    write_diagnostics(console, checked.diagnostics, texts)
    if checked.plan is None:
        raise click.exceptions.Exit(1)
    takes_json = as_json and "(" not in expression
    if rest and not takes_json:
        hint = "they go into the parentheses" if "(" in expression else "add --json to give them as JSON"
        raise click.UsageError(f"unexpected argument {rest[0]!r}: {hint}")
    root_link = checked.plan.root
    if not root_link.plugins:
        _show_nothing(console, root_link, as_json=as_json)
        return
    try:
        call = _json_call(root_link, expression, rest) if takes_json else _wave_call(root_link, expression)
    except DiagnosedError as error:
        write_diagnostics(console, error.diagnostics, texts)
        raise click.exceptions.Exit(1) from None
    if not _run(console, checked, call, as_json=as_json):
        raise click.exceptions.Exit(1)


def _run(console: Console, checked: Checked, call: Call, *, as_json: bool) -> bool:
    """Build the tree, make the call and show its outcomes; whether all of them are values."""
    assert checked.plan is not None
    with Progress(console.err) as progress:
        built = run_interruptibly(lambda: build_tree(checked, open_cache(), observer=progress))
    write_diagnostics(console, built.diagnostics, {checked.path.as_posix(): checked.text})
    tree = built.tree
    if tree is None:
        return False
    with tree:
        try:
            socket = run_interruptibly(lambda: tree.dispatch(call.interface, call.function, *call.arguments))
        except DispatchError as error:
            write_message(console, f"error: {escaped(str(error))}")
            return False
        types = {target.plugin: target.type for target in find_targets(tree.plan.root, call.interface, call.function)}
        outcomes = dict(socket)
        show = _show_json if as_json else _show_wave
        show(console, tree, types, outcomes)
    return all(isinstance(outcome, Ok) for outcome in outcomes.values())


def _show_nothing(console: Console, root: RootLink, *, as_json: bool) -> None:
    """What a root without plugins answers to any call."""
    write_message(console, f"no plugin answers: the root `{root.interface}` has none")
    if as_json:
        write_result(console, "null" if root.cardinality is Cardinality.AT_MOST_ONE else "{}")


def _show_wave(
    console: Console, tree: PluginTreeHead, types: dict[str, FuncType], outcomes: dict[str, Outcome]
) -> None:
    several = tree.plan.root.cardinality in {Cardinality.AT_LEAST_ONE, Cardinality.ANY}
    for plugin, outcome in outcomes.items():
        prefix = f"{plugin}: " if several else ""
        if isinstance(outcome, Ok):
            result = types[plugin].result
            write_result(console, prefix + ("()" if result is None else format_value(outcome.value, result)))
        else:
            write_message(console, f"{prefix}error: {escaped(str(outcome.error))}")


def _show_json(
    console: Console, tree: PluginTreeHead, types: dict[str, FuncType], outcomes: dict[str, Outcome]
) -> None:
    """One plugin's value as it is, or its error as `{"error": …}`; several as `{plugin: {"ok": …} or {"err": …}}`."""
    shown: dict[str, Any] = {}
    for plugin, outcome in outcomes.items():
        if isinstance(outcome, Ok):
            result = types[plugin].result
            shown[plugin] = {"ok": None if result is None else to_json(outcome.value, result)}
        else:
            error = outcome.error
            shown[plugin] = {"err": {"case": error.case.value, "detail": error.detail, "plugin": error.plugin}}
    if tree.plan.root.cardinality in {Cardinality.AT_LEAST_ONE, Cardinality.ANY}:
        write_result(console, json.dumps(shown, ensure_ascii=False))
        return
    only: dict[str, Any] = next(iter(shown.values()), {"ok": None})
    write_result(console, json.dumps({"error": only["err"]} if "err" in only else only["ok"], ensure_ascii=False))


def _split(words: tuple[str, ...]) -> tuple[Path, str, tuple[str, ...]]:
    """The linkfile, the call, and what follows it: the first word is a linkfile if it is a path or ends like one."""
    first, *others = words
    if others and _is_linkfile(first):
        return Path(first), others[0], tuple(others[1:])
    return Path("."), first, tuple(others)


def _is_linkfile(word: str) -> bool:
    return word.endswith((".yaml", ".yml")) or os.path.exists(word)


def _wave_call(root: RootLink, expression: str) -> Call:
    interfaces: list[str] = []

    def resolve(name: str) -> FuncType | None:
        interface, function = _interface_and_function(root, name)
        interfaces.append(interface)
        targets = find_targets(root, interface, function)
        return targets[0].type if targets else None

    try:
        invocation = parse_invocation(expression, resolve)
    except WaveError as error:
        code = Code.BAD_ARGUMENT if isinstance(error, WaveMismatchError) else Code.BAD_CALL
        raise _bad_call(code, error.message, expression, error.offset, error.end) from None
    except DispatchError as error:
        raise _bad_call(Code.UNKNOWN_FUNCTION, error.detail, expression, 0, expression.find("(")) from None
    return Call(interfaces[0], _interface_and_function(root, invocation.function)[1], invocation.arguments)


def _json_call(root: RootLink, name: str, words: Sequence[str]) -> Call:
    interface, function = _interface_and_function(root, name)
    try:
        targets = find_targets(root, interface, function)
    except DispatchError as error:
        raise _bad_call(Code.UNKNOWN_FUNCTION, error.detail, name, 0, len(name)) from None
    params = targets[0].type.params if targets else ()
    if len(words) != len(params):
        raise DiagnosedError(
            [
                Diagnostic(
                    Code.BAD_ARGUMENT,
                    f"`{function}` wants {len(params)} argument{'' if len(params) == 1 else 's'}, has {len(words)}",
                    expected="one JSON value for each of " + (", ".join(f"`{p.name}`" for p in params) or "none"),
                )
            ]
        )
    arguments = []
    problems = []
    for param, word in zip(params, words, strict=True):
        try:
            arguments.append(from_json(json.loads(word), param.type))
        except json.JSONDecodeError as error:
            message = f"argument `{param.name}` is not JSON: {error.msg}, at character {error.pos + 1}"
            problems.append(Diagnostic(Code.BAD_ARGUMENT, message, hint=_json_hint(word)))
        except (ValueError, RecursionError, JsonValueError) as error:
            problems.append(Diagnostic(Code.BAD_ARGUMENT, f"argument `{param.name}`: {error}"))
    if problems:
        raise DiagnosedError(problems)
    return Call(interface, function, tuple(arguments))


def _json_hint(word: str) -> str | None:
    """What a text was to be, of which a shell may have taken the quotes."""
    return f"a text has double quotes, inside single ones for the shell: '\"{word}\"'" if word.isalnum() else None


def _interface_and_function(root: RootLink, name: str) -> tuple[str, str]:
    interface, found, function = name.rpartition("#")
    return (interface, function) if found else (root.interface, name)


def _bad_call(code: Code, message: str, text: str, start: int, end: int) -> DiagnosedError:
    """A diagnostic that points into the call; offsets are in code points."""
    end = len(text) if end < 0 else max(end, start)
    line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
    end_line, end_column = text.count("\n", 0, end) + 1, end - text.rfind("\n", 0, end)
    return DiagnosedError([Diagnostic(code, message, Span(_CALL, line, column, end_line, end_column))])
