"""The link check and the plan, on linkfiles with real components; nothing is compiled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.building import APP, STRING, U32, WORK, consumer, fan_out, provider, write_project
from wasm_link.component.types import Case, ListType, OptionType, ResultType, TupleType, ValueType, VariantType
from wasm_link.diagnostics import Code, Diagnostic
from wasm_link.pipeline import Checked, check
from wasm_link.planning.plan import Container, EdgeOrigin, Match, ProviderReason
from wasm_link.planning.render import plan_to_json

RESULT = ResultType(U32, STRING)


def check_files(folder: Path, linkfile: str, files: Mapping[str, str | bytes], *, keep_going: bool = False) -> Checked:
    """Write and check a project."""
    return check(write_project(folder, linkfile, files), keep_going=keep_going)


def only(checked: Checked, code: Code) -> Diagnostic:
    """The one diagnostic there is, which has this code."""
    assert [d.code for d in checked.diagnostics] == [code], checked.diagnostics
    return checked.diagnostics[0]


def marked(diagnostic: Diagnostic, checked: Checked) -> str:
    """The text that a diagnostic points at."""
    span = diagnostic.span
    assert span is not None
    assert span.line == span.end_line
    return checked.text.splitlines()[span.line - 1][span.column - 1 : span.end_column - 1]


def simple(folder: Path, result: ValueType | None = U32, provided: str | None = None, **keys: str) -> Checked:
    """A root `main` whose socket `work` is served by `a`."""
    files = {"main.wat": consumer(result), "a.wat": provided or provider()}
    return check_files(folder, fan_out({"a": keys.get("a", "")}, keys.get("cardinality", "exactly-one")), files)


def test_a_sound_linkfile_gives_a_plan_without_a_word(tmp_path: Path) -> None:
    """Providers come first, and the edge says what answers what, and why."""
    checked = simple(tmp_path)
    assert checked.diagnostics == ()
    assert checked.plan is not None
    assert [(step.plugin, step.level) for step in checked.plan.steps] == [("a", 0), ("main", 1)]
    (edge,) = checked.plan.edges
    assert (edge.consumer, edge.interface, edge.origin) == ("main", "work", EdgeOrigin.DECLARED)
    assert [(p.plugin, p.reason) for p in edge.providers] == [("a", ProviderReason.PLUGS)]
    (link,) = edge.imports
    assert [(m.plugin, m.export, m.match) for m in link.matches] == [("a", WORK, Match.EXACT)]
    (function,) = link.functions
    assert (function.name, function.container) == ("apply", Container.ONE)


def test_sockets_that_are_left_out_are_inferred(tmp_path: Path) -> None:
    """Without the key, a plugin's sockets are the interfaces that its component imports."""
    linkfile = fan_out({"a": ""}).replace(", sockets: [work]", "")
    checked = check_files(tmp_path, linkfile, {"main.wat": consumer(U32), "a.wat": provider()})
    assert checked.plan is not None
    assert [edge.origin for edge in checked.plan.edges] == [EdgeOrigin.INFERRED]


def test_the_same_input_gives_the_same_plan_to_the_byte(tmp_path: Path) -> None:
    """Nothing of the plan depends on the folder or on the run."""
    texts = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        plan = simple(tmp_path / name).plan
        assert plan is not None
        texts.append(json.dumps(plan_to_json(plan)))
    assert texts[0] == texts[1]


def test_an_import_that_nothing_satisfies(tmp_path: Path) -> None:
    """The error names the import and the WIT interface that is nearest."""
    files = {"main.wat": consumer(U32, imported="demo:test/werk@0.1.0"), "a.wat": provider()}
    checked = check_files(tmp_path, fan_out({"a": ""}), files)
    codes = [d.code for d in checked.diagnostics]
    assert codes == [Code.UNSATISFIED_IMPORT, Code.SOCKET_NOT_IMPORTED]
    assert "demo:test/werk@0.1.0" in checked.diagnostics[0].message
    assert WORK in (checked.diagnostics[0].hint or "")


def test_an_import_whose_socket_is_not_declared(tmp_path: Path) -> None:
    """The error names the interface of the linkfile that has it, and the hint is the line to write."""
    linkfile = fan_out({"a": ""}).replace("sockets: [work]", "sockets: []")
    checked = check_files(tmp_path, linkfile, {"main.wat": consumer(U32), "a.wat": provider()})
    found = next(d for d in checked.diagnostics if d.code is Code.UNSATISFIED_IMPORT)
    assert found.hint == "add it: `sockets: [work]`"


def test_a_declared_socket_that_is_not_imported_is_a_warning(tmp_path: Path) -> None:
    """Languages drop imports that are not used: the plan is there, and the socket counts for the order."""
    files = {"main.wat": provider(export=APP), "a.wat": provider()}
    checked = check_files(tmp_path, fan_out({"a": ""}), files)
    assert marked(only(checked, Code.SOCKET_NOT_IMPORTED), checked) == "work"
    assert checked.plan is not None
    assert [step.plugin for step in checked.plan.steps] == ["a", "main"]


def test_a_plug_that_is_not_exported(tmp_path: Path) -> None:
    """The error says what the component does export, and how to remap it."""
    checked = simple(tmp_path, provided=provider(export="demo:test/worker@0.1.0"))
    found = only(checked, Code.PLUG_NOT_EXPORTED)
    assert marked(found, checked) == "work"
    assert "demo:test/worker@0.1.0" in (found.expected or "")
    assert 'remap: { "demo:test/work@0.1.0": { as: "demo:test/worker@0.1.0" } }' in (found.hint or "")


def test_a_missing_function(tmp_path: Path) -> None:
    """The error names the function, the plugin that lacks it, and the nearest one that it has."""
    found = only(simple(tmp_path, provided=provider(function="applies")), Code.MISSING_FUNCTION)
    assert found.message == f"plugin `a` has no function `apply` in `{WORK}`"
    assert found.hint == "did you mean `applies`?"


def test_a_parameter_of_another_type(tmp_path: Path) -> None:
    """The error leads to the parameter and shows both types."""
    text = provider().replace('(param "n" u32)', '(param "n" s32)')
    found = only(simple(tmp_path, provided=text), Code.TYPE_MISMATCH)
    assert found.message == f'`{WORK}` · `apply` · parameter "n": `main` needs u32, `a` has s32'


def test_a_result_that_fits_no_form(tmp_path: Path) -> None:
    """The error shows the forms that would fit."""
    found = only(simple(tmp_path, STRING), Code.RESULT_SHAPE)
    assert found.message == f"`{WORK}` · `apply` · result: needs string, has u32"
    assert found.expected == (
        "one of `u32`, `result<u32, string>`, `tuple<string, u32>`, `tuple<string, result<u32, string>>`"
    )


def test_plugins_of_the_root_have_one_type_for_a_function(tmp_path: Path) -> None:
    """One call of the host reaches all of them, and is the same for each."""
    linkfile = f"""
linkfile: 1
root: work
interfaces: {{ work: {{ wit: "{WORK}", cardinality: any }} }}
plugins:
  a: {{ source: {{ path: a.wat }}, plug: work }}
  b: {{ source: {{ path: b.wat }}, plug: work }}
"""
    files = {"a.wat": provider(), "b.wat": provider().replace('(param "n" u32)', '(param "n" s32)')}
    checked = check_files(tmp_path, linkfile, files)
    found = only(checked, Code.TYPE_MISMATCH)
    assert found.message == f'`{WORK}` · `apply` · parameter "n": `a` has u32, `b` has s32'
    assert found.span is not None
    assert found.span.line == 7
    assert check_files(tmp_path, linkfile, dict.fromkeys(("a.wat", "b.wat"), provider())).diagnostics == ()


def test_a_result_that_fits_no_provider_is_told_once(tmp_path: Path) -> None:
    """The mistake is the consumer's, however many plugins it would call."""
    files = {"main.wat": consumer(ListType(STRING)), **{f"{id}.wat": provider() for id in "abcde"}}
    checked = check_files(tmp_path, fan_out(dict.fromkeys("abcde", ""), "any"), files)
    found = only(checked, Code.RESULT_SHAPE)
    assert [note.message for note in found.notes][-2:] == ["plugin `c` provides it", "and 2 more"]


@pytest.mark.parametrize(
    ("cardinality", "result"),
    [("at-most-one", U32), ("at-least-one", U32), ("any", OptionType(U32)), ("any", TupleType((STRING, U32)))],
)
def test_a_result_that_cannot_hold_the_answers(tmp_path: Path, cardinality: str, result: ValueType) -> None:
    """Each cardinality asks for its container."""
    checked = simple(tmp_path, result, cardinality=cardinality)
    assert "cardinality" in only(checked, Code.RESULT_SHAPE).message


def test_an_error_variant_that_cannot_tell_a_failure(tmp_path: Path) -> None:
    """A consumer's error variant needs the case that tells any failure."""
    error = VariantType((Case("lock-rejected", None),))
    found = only(simple(tmp_path, ResultType(U32, error)), Code.RESULT_SHAPE)
    assert "lacks the case `runtime-exception(string)`" in found.message


def test_wasi_without_a_grant(tmp_path: Path) -> None:
    """The hint is the empty sandbox."""
    wasi = """(component
      (import "wasi:cli/environment@0.2.3" (instance (export "get-arguments" (func (result (list string))))))
      (core module $m (func (export "f") (param i32) (result i32) local.get 0))
      (core instance $i (instantiate $m))
      (func $f (param "n" u32) (result u32) (canon lift (core func $i "f")))
      (instance $out (export "apply" (func $f))) (export "demo:test/work@0.1.0" (instance $out)))"""
    found = only(simple(tmp_path, provided=wasi), Code.WASI_NOT_GRANTED)
    assert (found.hint or "").startswith("`wasi: {}`")
    assert simple(tmp_path, provided=wasi, a="wasi: {}").diagnostics == ()


def test_a_granted_directory_that_is_not_there(tmp_path: Path) -> None:
    """It is told before anything is compiled, at the directory, beside whatever else is wrong."""
    checked = simple(tmp_path, a="wasi: { dirs: [ { host: ./dota, guest: /data } ] }")
    found = next(d for d in checked.diagnostics if d.code is Code.DIRECTORY_MISSING)
    assert "`./dota` does not exist" in found.message
    (tmp_path / "data").mkdir()
    again = next(d for d in check(tmp_path / "linkfile.yaml").diagnostics if d.code is Code.DIRECTORY_MISSING)
    assert again.hint == "did you mean `data`?"


def test_exchanged_sources_are_not_told_as_a_cycle(tmp_path: Path) -> None:
    """Two plugins that have each other's component are two errors at their plugs, which say so."""
    linkfile = fan_out({"a": ""}).replace(", sockets: [work]", "")
    files = {"main.wat": provider(), "a.wat": consumer(U32)}
    checked = check_files(tmp_path, linkfile, files)
    assert [d.code for d in checked.diagnostics] == [Code.PLUG_NOT_EXPORTED, Code.PLUG_NOT_EXPORTED]
    assert checked.diagnostics[0].hint == "the component plugs `work`: is this the source that you mean?"


def test_a_grant_that_is_not_used_is_a_warning(tmp_path: Path) -> None:
    """A `wasi` key on a component that imports nothing of WASI does nothing."""
    checked = simple(tmp_path, a="wasi: {}")
    only(checked, Code.UNUSED_GRANT)
    assert checked.plan is not None


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ('(export "blob" (type $b (sub resource))) (export "apply" (func (param "n" u32) (result u32)))', "WL409"),
        ('(export "apply" (func async (param "n" u32) (result u32)))', "WL410"),
        ('(export "apply" (func (param "n" (stream u8)) (result u32)))', "WL411"),
    ],
)
def test_what_cannot_cross_between_stores(tmp_path: Path, declared: str, code: str) -> None:
    """Resources, async imports and streams are refused by name before anything is compiled."""
    text = f'(component (import "{WORK}" (instance {declared})) (instance $out) (export "{APP}" (instance $out)))'
    checked = check_files(tmp_path, fan_out({"a": ""}), {"main.wat": text, "a.wat": provider()})
    assert code in {d.code.value for d in checked.diagnostics}
    assert checked.plan is None


def test_a_cycle_of_inferred_sockets(tmp_path: Path) -> None:
    """A cycle that only the components show is found too, with the plugins that close it."""
    linkfile = f"""
linkfile: 1
root: work
interfaces:
  work: {{ wit: "{WORK}" }}
  back: {{ wit: "demo:test/back@0.1.0" }}
plugins:
  one: {{ source: {{ path: one.wat }}, plug: work }}
  two: {{ source: {{ path: two.wat }}, plug: back }}
"""
    files = {
        "one.wat": consumer(U32, imported="demo:test/back@0.1.0", export=WORK, asking="apply"),
        "two.wat": consumer(U32, imported=WORK, export="demo:test/back@0.1.0", asking="apply"),
    }
    found = only(check_files(tmp_path, linkfile, files), Code.CYCLE)
    assert found.message == "plugins depend on each other in a cycle: one → two → one"
    assert len(found.notes) == 1


def test_a_plugin_that_nothing_reaches_is_a_warning(tmp_path: Path) -> None:
    """It is checked, and not part of the plan."""
    linkfile = fan_out({"a": ""}).replace(", sockets: [work]", "")
    checked = check_files(tmp_path, linkfile, {"main.wat": provider(export=APP), "a.wat": provider()})
    assert marked(only(checked, Code.UNREACHED_PLUGIN), checked) == "a"
    assert checked.plan is not None
    assert checked.plan.unreached == ("a",)
    assert [step.plugin for step in checked.plan.steps] == ["main"]


@pytest.mark.parametrize(
    "remap", ["other:x/y: { as: z }", f'"{WORK}": {{ as: nope }}', f'"{WORK}": {{ items: {{ apply: nope }} }}']
)
def test_a_remap_of_what_does_not_exist(tmp_path: Path, remap: str) -> None:
    """The interface, its other name and the items of a remap must be there."""
    checked = simple(tmp_path, a=f"remap: {{ {remap} }}")
    assert Code.BAD_REMAP in {d.code for d in checked.diagnostics}


@pytest.mark.parametrize(
    ("items", "hint"),
    [("apply: aply", "did you mean `apply`?"), ("run: zzz", None), ("apply: aply, x: apply", "did you mean `apply`?")],
)
def test_a_wrong_item_of_a_remap_is_told_once(tmp_path: Path, items: str, hint: str | None) -> None:
    """That the consumer's import lacks the function too is not said a second time."""
    checked = simple(tmp_path, a=f'remap: {{ "{WORK}": {{ items: {{ {items} }} }} }}')
    assert [(d.code, d.hint) for d in checked.diagnostics] == [(Code.BAD_REMAP, hint)]


def test_an_item_of_a_remap_the_wrong_way_round(tmp_path: Path) -> None:
    """The name in the component on the left, and what is asked for on the right: the hint turns them round."""
    text = provider().replace('(export "apply" (func $f))', '(export "run" (func $f))')
    found = only(
        simple(tmp_path, provided=text, a=f'remap: {{ "{WORK}": {{ items: {{ run: apply }} }} }}'), Code.BAD_REMAP
    )
    assert found.hint == "turn it round: `apply: run`"


@pytest.mark.parametrize("exported", [("apply", "run"), ("run", "apply")])
@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ("apply: run", {"apply": "run"}),
        ("apply: run, other: run", {"apply": "run", "other": "run"}),
        ("apply: run, run: apply", {"apply": "run", "run": "apply"}),
    ],
)
def test_the_root_has_functions_under_the_names_that_a_remap_gives(
    tmp_path: Path, exported: tuple[str, ...], items: str, expected: dict[str, str]
) -> None:
    """An item hides the export of its own name, and several may lead to one export; the binary's order is nothing."""
    functions = "".join(f'(export "{name}" (func $f))' for name in exported)
    text = provider().replace('(export "apply" (func $f))', functions)
    linkfile = fan_out({"a": f'remap: {{ "{WORK}": {{ items: {{ {items} }} }} }}'}).replace("root: app", "root: work")
    plan = check_files(tmp_path, linkfile, {"main.wat": consumer(U32), "a.wat": text}).plan
    assert plan is not None
    found = {name: [target.function for target in targets] for (_, name), targets in plan.root.functions.items()}
    assert found == {name: [target] for name, target in expected.items()}


def test_all_problems_of_all_plugins_are_told_at_once(tmp_path: Path) -> None:
    """A missing file, a core module and a wrong type are in one list, sorted by position."""
    files: dict[str, str | bytes] = {
        "main.wat": consumer(ListType(RESULT)),
        "b.wat": "(module)",
        "c.wat": provider().replace('(param "n" u32)', '(param "n" s32)'),
        "d.wat": b"\x7fELF",
        "e.wat": "(component",
    }
    checked = check_files(tmp_path, fan_out(dict.fromkeys("abcde", ""), "any"), files)
    assert sorted(d.code.value for d in checked.diagnostics) == ["WL301", "WL304", "WL305", "WL307", "WL405"]
    lines = [d.span.line for d in checked.diagnostics if d.span is not None]
    assert lines == sorted(lines)


def test_keep_going_plans_around_what_is_broken(tmp_path: Path) -> None:
    """The error stays in the list, and the plan does without the plugin."""
    files = {"main.wat": consumer(ListType(U32)), "b.wat": provider()}
    checked = check_files(tmp_path, fan_out({"a": "", "b": ""}, "any"), files, keep_going=True)
    assert [d.code for d in checked.diagnostics] == [Code.SOURCE_MISSING]
    assert checked.plan is not None
    assert [step.plugin for step in checked.plan.steps] == ["b", "main"]


def test_keep_going_needs_the_cardinality(tmp_path: Path) -> None:
    """When the only plugin of `at-least-one` is left out, so is its consumer, and the root is empty: no plan."""
    checked = check_files(
        tmp_path, fan_out({"a": ""}, "at-least-one"), {"main.wat": consumer(ListType(U32))}, keep_going=True
    )
    assert [d.code for d in checked.diagnostics].count(Code.CARDINALITY) == 2
    assert checked.plan is None


def test_on_error_skip_makes_a_warning_of_an_error(tmp_path: Path) -> None:
    """A plugin that may be missing is left out with a warning that says why."""
    files = {"main.wat": consumer(ListType(U32)), "b.wat": provider()}
    checked = check_files(tmp_path, fan_out({"a": "on-error: skip", "b": ""}, "any"), files)
    assert "does not exist" in only(checked, Code.PLUGIN_SKIPPED).message
    assert checked.plan is not None


def test_another_root_can_be_chosen(tmp_path: Path) -> None:
    """The option enters the tree by another interface; an unknown one is refused with the nearest."""
    path = write_project(tmp_path, fan_out({"a": ""}), {"main.wat": consumer(U32), "a.wat": provider()})
    checked = check(path, root="work")
    assert checked.plan is not None
    assert [step.plugin for step in checked.plan.steps] == ["a"]
    (unknown,) = check(path, root="wark").diagnostics
    assert (unknown.code, unknown.hint) == (Code.UNKNOWN_ROOT, "did you mean `work`?")


NO_PLUGIN = """
linkfile: 1
root: app
interfaces:
  app: { wit: "demo:test/app@0.1.0" }
  work: { wit: "demo:test/work@0.1.0" }
plugins:
  a: { source: { path: a.wat }, plug: work, sockets: [] }
"""


def test_another_root_must_have_its_plugins(tmp_path: Path) -> None:
    """Without a plugin for it there is no plan, and the error points at the interface."""
    linkfile = NO_PLUGIN.replace("root: app", "root: work")
    checked = check(write_project(tmp_path, linkfile, {"a.wat": provider()}), root="app")
    assert checked.plan is None
    found = next(d for d in checked.diagnostics if d.code is Code.CARDINALITY)
    assert marked(found, checked) == "app"


def test_another_root_stands_for_the_one_of_the_linkfile(tmp_path: Path) -> None:
    """What the linkfile's own root lacks is no matter, and what it does not reach is no warning."""
    linkfile = f"{NO_PLUGIN.strip()}\n  b: {{ source: {{ path: b.wat }}, plug: app, sockets: [] }}\n"
    files = {"a.wat": provider(), "b.wat": provider(export=APP)}
    checked = check(write_project(tmp_path, linkfile, files), root="work")
    assert marked(only(checked, Code.UNREACHED_PLUGIN), checked) == "b"
    checked = check(write_project(tmp_path, NO_PLUGIN, files), root="work")
    assert checked.plan is not None
    assert Code.CARDINALITY not in {d.code for d in checked.diagnostics}


def test_what_the_linkfile_alone_shows_is_told_once(tmp_path: Path) -> None:
    """A cycle of declared sockets, and a plugin that is not reached, are found by the planner too, and not repeated."""
    back = consumer(U32, imported=APP, function="ask", export=WORK, asking="apply")
    linkfile = fan_out({"a": "sockets: [app]"})
    only(check_files(tmp_path, linkfile, {"main.wat": consumer(U32), "a.wat": back}), Code.CYCLE)
    linkfile = fan_out({"a": "sockets: []"}).replace("sockets: [work]", "sockets: []")
    only(
        check_files(tmp_path, linkfile, {"main.wat": provider(export=APP), "a.wat": provider()}), Code.UNREACHED_PLUGIN
    )


def test_a_long_cycle_is_shortened(tmp_path: Path) -> None:
    """Of a cycle of many plugins the first are named, and the others counted."""
    count = 20
    interfaces = "".join(f'  i{i}: {{ wit: "demo:chain/i{i}@0.1.0" }}\n' for i in range(count))
    plugins = "".join(f"  p{i}: {{ source: {{ path: p{i}.wat }}, plug: i{i} }}\n" for i in range(count))
    files = {
        f"p{i}.wat": consumer(
            U32, imported=f"demo:chain/i{(i + 1) % count}@0.1.0", export=f"demo:chain/i{i}@0.1.0", asking="apply"
        )
        for i in range(count)
    }
    linkfile = f"linkfile: 1\nroot: i0\ninterfaces:\n{interfaces}plugins:\n{plugins}"
    found = only(check_files(tmp_path, linkfile, files), Code.CYCLE)
    assert found.message.endswith("p0 → p1 → p2 → p3 → p4 → p5 → p6 → p7 → … 12 more … → p0")
    assert len(found.notes) == 7


def test_a_chain_of_many_plugins_is_planned(tmp_path: Path) -> None:
    """Each plugin of a long chain is one level above the next; nothing recurses."""
    count = 2_000
    interfaces = "".join(f'  i{i}: {{ wit: "demo:chain/i{i}@0.1.0" }}\n' for i in range(count))
    plugins = "".join(
        f"  p{i}: {{ source: {{ path: none.wasm }}, plug: i{i}, sockets: [{f'i{i + 1}' if i + 1 < count else ''}] }}\n"
        for i in range(count)
    )
    linkfile = f"linkfile: 1\nroot: i0\ninterfaces:\n{interfaces}plugins:\n{plugins}"
    empty = b"\0asm\x0d\0\x01\0"
    checked = check_files(tmp_path, linkfile, {"none.wasm": empty})
    assert {d.code for d in checked.diagnostics} == {Code.PLUG_NOT_EXPORTED, Code.SOCKET_NOT_IMPORTED}
    assert len(checked.diagnostics) == 2 * count - 1
