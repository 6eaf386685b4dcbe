"""Whole trees of real components: cardinalities, result shapes, and what a failure leaves alive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

import wasm_link
from tests.building import APP, BOOL, STRING, TRAP, U32, WORK, consumer, fan_out, provider, write_project
from wasm_link.cache import NoCache
from wasm_link.component.types import Case, ListType, MapType, OptionType, ResultType, TupleType, ValueType, VariantType
from wasm_link.errors import DispatchError
from wasm_link.tree import PluginTreeHead
from wasm_link.values import Err, Ok, Variant

RESULT = ResultType(U32, STRING)
DOUBLE = "(i32.mul (local.get 0) (i32.const 2))"
Load = Callable[..., PluginTreeHead]


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Load]:
    """Loads a root `main` with one socket of the given result type; providers are core code by plugin id."""
    trees: list[PluginTreeHead] = []

    def make(
        result: ValueType | None, providers: Mapping[str, str], cardinality: str = "exactly-one", **keys: str
    ) -> PluginTreeHead:
        files = {f"{id}.wat": provider(body) for id, body in providers.items()}
        linkfile = fan_out({id: keys.get(id, "") for id in providers}, cardinality)
        path = write_project(tmp_path, linkfile, {**files, "main.wat": consumer(result)})
        trees.append(wasm_link.load(path, cache=NoCache()))
        return trees[-1]

    yield make
    for tree in trees:
        tree.close()


def test_an_exact_result_is_the_value_itself(load: Load) -> None:
    """The consumer imports what the provider exports, and gets the bare value."""
    assert load(U32, {"a": DOUBLE}).root.ask(21) == 42


def test_a_result_with_an_error_holds_the_value(load: Load) -> None:
    """A consumer that imports `result<T, string>` gets the provider's value as `ok`."""
    assert load(RESULT, {"a": DOUBLE}).root.ask(21) == Ok(42)


def test_a_trap_arrives_as_an_error_value(load: Load) -> None:
    """The failure of a provider is a value for a consumer that asks for one, and names the plugin."""
    answer = load(RESULT, {"a": TRAP}).root.ask(1)
    assert isinstance(answer, Err)
    assert answer.error.startswith("runtime-exception: plugin `a` stopped: wasm trap: wasm `unreachable`")


def test_a_trap_stops_a_consumer_that_wants_the_bare_value(load: Load) -> None:
    """Where the import has no place for a failure, the consumer traps too, and the reason names both plugins."""
    tree = load(U32, {"a": TRAP})
    with pytest.raises(wasm_link.DispatchError, match=r"plugin `main` stopped.*plugin `a`.*unreachable") as caught:
        tree.root.ask(1)
    assert caught.value.case is wasm_link.DispatchCase.RUNTIME_EXCEPTION
    assert caught.value.plugin == "main"


def test_a_chain_of_failures_tells_the_first(tmp_path: Path) -> None:
    """Through several plugins the reason stays one sentence: who was called, and what failed in the first place."""
    linkfile = f"""
linkfile: 1
root: app
interfaces:
  app: {{ wit: "{APP}" }}
  mid: {{ wit: "demo:test/mid@0.1.0" }}
  work: {{ wit: "{WORK}" }}
plugins:
  main: {{ source: {{ path: main.wat }}, plug: app, sockets: [mid] }}
  mid: {{ source: {{ path: mid.wat }}, plug: mid, sockets: [work] }}
  a: {{ source: {{ path: a.wat }}, plug: work }}
"""
    files = {
        "main.wat": consumer(U32, imported="demo:test/mid@0.1.0"),
        "mid.wat": consumer(U32, export="demo:test/mid@0.1.0", asking="apply"),
        "a.wat": provider(TRAP),
    }
    trap = "plugin `a` stopped: wasm trap: wasm `unreachable` instruction executed"
    with wasm_link.load(write_project(tmp_path, linkfile, files), cache=NoCache()) as tree:
        with pytest.raises(wasm_link.DispatchError) as first:
            tree.root.ask(1)
        assert first.value.detail == f"plugin `main` stopped, because {trap}"
        with pytest.raises(wasm_link.DispatchError) as later:
            tree.root.ask(1)
        assert trap in later.value.detail
        assert "host function" not in later.value.detail


def test_a_stopped_plugin_says_why_on_later_calls(load: Load) -> None:
    """The store of a plugin that trapped is lost: every later call gets the first reason."""
    tree = load(RESULT, {"a": f"(if (i32.eq (local.get 0) (i32.const 7)) (then {TRAP})) (local.get 0)"})
    assert tree.root.ask(6) == Ok(6)
    assert isinstance(tree.root.ask(7), Err)
    later = tree.root.ask(6)
    assert isinstance(later, Err)
    assert "unreachable" in later.error


def test_the_id_of_the_plugin_comes_with_its_answer(load: Load) -> None:
    """`tuple<string, T>` names the plugin that answered."""
    assert load(TupleType((STRING, U32)), {"worker": DOUBLE}).root.ask(4) == ("worker", 8)


def test_the_id_comes_with_a_failure_too(load: Load) -> None:
    """`tuple<string, result<T, E>>` names the plugin that failed."""
    plugin, answer = load(TupleType((STRING, RESULT)), {"worker": TRAP}).root.ask(4)
    assert plugin == "worker"
    assert isinstance(answer, Err)


def test_an_empty_socket_is_none(load: Load) -> None:
    """With `at-most-one` and no plugin, the consumer gets `none`."""
    assert load(OptionType(U32), {}, "at-most-one").root.ask(1) is None


@pytest.mark.parametrize(
    ("result", "expected"),
    [(OptionType(U32), 2), (OptionType(RESULT), Ok(2)), (OptionType(TupleType((STRING, U32))), ("a", 2))],
)
def test_a_filled_socket_is_the_value(load: Load, result: ValueType, expected: object) -> None:
    """With `at-most-one` and a plugin, the option holds its answer in any of the inner forms."""
    assert load(result, {"a": DOUBLE}, "at-most-one").root.ask(1) == expected


def test_a_list_has_one_answer_a_plugin_in_linkfile_order(load: Load) -> None:
    """`list<T>` holds the answers in the order in which the linkfile has the plugins."""
    providers = {"zeta": DOUBLE, "alpha": "(local.get 0)", "mid": "(i32.const 9)"}
    assert load(ListType(U32), providers, "at-least-one").root.ask(5) == [10, 5, 9]


def test_one_failing_plugin_leaves_the_answers_of_the_others(load: Load) -> None:
    """`list<tuple<string, result<T, E>>>` holds a failure beside the values, call after call."""
    tree = load(ListType(TupleType((STRING, RESULT))), {"a": DOUBLE, "bad": TRAP, "c": "(local.get 0)"}, "any")
    for number in (3, 4):
        answers = dict(tree.root.ask(number))
        assert answers["a"] == Ok(2 * number)
        assert answers["c"] == Ok(number)
        assert isinstance(answers["bad"], Err)


def test_a_list_of_bare_values_stops_the_consumer_when_one_fails(load: Load) -> None:
    """`list<T>` has no place for a failure."""
    tree = load(ListType(U32), {"a": DOUBLE, "bad": TRAP}, "any")
    with pytest.raises(wasm_link.DispatchError, match="plugin `main` stopped"):
        tree.root.ask(1)


def test_an_empty_list_for_no_plugins(load: Load) -> None:
    """With `any` and no plugin, the list is empty."""
    assert load(ListType(U32), {}, "any").root.ask(1) == []


def test_a_map_is_keyed_by_plugin(load: Load) -> None:
    """`map<string, T>` has the plugins' ids as keys."""
    assert load(MapType(STRING, U32), {"a": DOUBLE, "b": "(local.get 0)"}, "any").root.ask(2) == {"a": 4, "b": 2}


def test_an_error_variant_gets_the_case_that_fits(load: Load) -> None:
    """A consumer's own variant is filled by the names of its cases; what it lacks arrives as `runtime-exception`."""
    error = VariantType((Case("lock-rejected", None), Case("runtime-exception", STRING)))
    answer = load(ResultType(U32, error), {"a": TRAP}).root.ask(1)
    assert isinstance(answer, Err)
    assert isinstance(answer.error, Variant)
    assert answer.error.case == "runtime-exception"
    assert "unreachable" in answer.error.value


def test_two_plugins_of_one_component_do_not_share_state(tmp_path: Path) -> None:
    """One component under two ids is two instances: when one traps, the other answers."""
    trap_on_seven = provider(f"(if (i32.eq (local.get 0) (i32.const 7)) (then {TRAP})) (local.get 0)")
    linkfile = f"""
linkfile: 1
root: work
interfaces: {{ work: {{ wit: "{WORK}", cardinality: any }} }}
plugins:
  one: {{ source: {{ path: w.wat }}, plug: work }}
  two: {{ source: {{ path: w.wat }}, plug: work }}
"""
    with wasm_link.load(write_project(tmp_path, linkfile, {"w.wat": trap_on_seven}), cache=NoCache()) as tree:
        outcomes = tree.root.apply(7)
        assert {id: type(outcome) for id, outcome in outcomes.items()} == {"one": Err, "two": Err}
    with wasm_link.load(tmp_path, cache=NoCache()) as tree:
        assert tree.root.apply(6) == {"one": Ok(6), "two": Ok(6)}


def test_a_diamond_has_one_shared_plugin(tmp_path: Path) -> None:
    """A plugin that two others use is instantiated once: its counter is seen by both."""
    base = """(component (core module $m (global $n (mut i32) (i32.const 0))
      (func (export "f") (param i32) (result i32)
        (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n)))
      (core instance $i (instantiate $m))
      (func $f (param "n" u32) (result u32) (canon lift (core func $i "f")))
      (instance $out (export "apply" (func $f))) (export "demo:test/base@0.1.0" (instance $out)))"""
    linkfile = f"""
linkfile: 1
root: app
interfaces:
  app: {{ wit: "{APP}" }}
  work: {{ wit: "{WORK}", cardinality: any }}
  base: {{ wit: "demo:test/base@0.1.0" }}
plugins:
  main: {{ source: {{ path: main.wat }}, plug: app, sockets: [work] }}
  left: {{ source: {{ path: side.wat }}, plug: work, sockets: [base] }}
  right: {{ source: {{ path: side.wat }}, plug: work, sockets: [base] }}
  base: {{ source: {{ path: base.wat }}, plug: base }}
"""
    side = consumer(U32, imported="demo:test/base@0.1.0", export=WORK, asking="apply")
    path = write_project(tmp_path, linkfile, {"base.wat": base, "side.wat": side, "main.wat": consumer(ListType(U32))})
    with wasm_link.load(path, cache=NoCache()) as tree:
        assert tree.root.ask(0) == [1, 2]
        assert tree.plugins == ("base", "left", "right", "main")


def test_a_middleware_sits_in_a_chain(tmp_path: Path) -> None:
    """A plugin that plugs and uses one interface names its provider in `from`."""
    linkfile = f"""
linkfile: 1
root: app
interfaces:
  app: {{ wit: "{APP}" }}
  work: {{ wit: "{WORK}", cardinality: exactly-one }}
plugins:
  main: {{ source: {{ path: main.wat }}, plug: app, sockets: [ {{ interface: work, from: [twice] }} ] }}
  twice: {{ source: {{ path: twice.wat }}, plug: work, sockets: [ {{ interface: work, from: [plain] }} ] }}
  plain: {{ source: {{ path: plain.wat }}, plug: work }}
"""
    files = {
        "main.wat": consumer(U32),
        "twice.wat": consumer(U32, export=WORK, asking="apply"),
        "plain.wat": provider(DOUBLE),
    }
    with wasm_link.load(write_project(tmp_path, linkfile, files), cache=NoCache()) as tree:
        assert tree.root.ask(4) == 8


@pytest.mark.parametrize("cardinality", ["at-least-one", "any"])
def test_a_middleware_stands_before_one_of_many(tmp_path: Path, cardinality: str) -> None:
    """A socket that names one plugin takes its bare answer, though the interface may have many."""
    linkfile = f"""
linkfile: 1
root: app
interfaces:
  app: {{ wit: "{APP}" }}
  work: {{ wit: "{WORK}", cardinality: {cardinality} }}
plugins:
  main: {{ source: {{ path: main.wat }}, plug: app, sockets: [ {{ interface: work, from: [twice, other] }} ] }}
  twice: {{ source: {{ path: twice.wat }}, plug: work, sockets: [ {{ interface: work, from: [plain] }} ] }}
  plain: {{ source: {{ path: plain.wat }}, plug: work }}
  other: {{ source: {{ path: other.wat }}, plug: work }}
"""
    files = {
        "main.wat": consumer(ListType(U32)),
        "twice.wat": consumer(U32, export=WORK, asking="apply"),
        "plain.wat": provider(DOUBLE),
        "other.wat": provider(),
    }
    with wasm_link.load(write_project(tmp_path, linkfile, files), cache=NoCache()) as tree:
        assert tree.root.ask(4) == [8, 4]


def test_a_list_of_one_named_plugin_is_a_list(tmp_path: Path) -> None:
    """Where the consumer asks for a list, it gets one also from a socket that names one plugin."""
    linkfile = fan_out({"a": "", "b": ""}, "any").replace("[work]", "[ { interface: work, from: [b] } ]")
    files = {"main.wat": consumer(ListType(U32)), "a.wat": provider(), "b.wat": provider(DOUBLE)}
    with wasm_link.load(write_project(tmp_path, linkfile, files), cache=NoCache()) as tree:
        assert tree.root.ask(4) == [8]


def test_a_middleware_fails_without_the_one_that_it_names(tmp_path: Path) -> None:
    """Though the interface may be empty, a bare answer needs somebody to give it."""
    linkfile = fan_out({"a": "on-error: skip"}, "any").replace("[work]", "[ { interface: work, from: [a] } ]")
    files = {"main.wat": consumer(U32), "a.wat": provider(start=TRAP)}
    with pytest.raises(wasm_link.DiagnosedError, match="wants exactly-one plugin, and 0 can serve it"):
        wasm_link.load(write_project(tmp_path, linkfile, files), cache=NoCache())


def test_a_compatible_version_is_linked(tmp_path: Path) -> None:
    """An import of 0.1.0 is answered by an export of 0.1.3."""
    linkfile = fan_out({"a": ""}).replace("work@0.1.0", "work@0.1.3")
    files = {"main.wat": consumer(U32), "a.wat": provider(DOUBLE, export="demo:test/work@0.1.3")}
    with wasm_link.load(write_project(tmp_path, linkfile, files), cache=NoCache()) as tree:
        assert tree.root.ask(4) == 8


def test_a_remap_gives_other_names(tmp_path: Path) -> None:
    """A provider that has the function under another name, in another interface, is linked by `remap`."""
    linkfile = fan_out({"a": f'remap: {{ "{WORK}": {{ as: "old:lib/thing", items: {{ apply: run-it }} }} }}'})
    files = {"main.wat": consumer(U32), "a.wat": provider(DOUBLE, export="old:lib/thing", function="run-it")}
    with wasm_link.load(write_project(tmp_path, linkfile, files), cache=NoCache()) as tree:
        assert tree.root.ask(4) == 8


def test_fuel_ends_a_call(load: Load) -> None:
    """A plugin that runs out of fuel fails, and says which limit it was."""
    tree = load(RESULT, {"a": "(loop $l (br $l)) (unreachable)"}, a="limits: { fuel: 10000 }")
    answer = tree.root.ask(1)
    assert isinstance(answer, Err)
    assert "fuel" in answer.error
    assert "10000" in answer.error


def test_a_timeout_ends_a_call(load: Load) -> None:
    """A plugin that runs too long fails, and says which limit it was."""
    tree = load(RESULT, {"a": "(loop $l (br $l)) (unreachable)"}, a="limits: { timeout: 50ms }")
    answer = tree.root.ask(1)
    assert isinstance(answer, Err)
    assert "took longer than 0.05 s" in answer.error


def test_the_closed_tree_refuses_calls(load: Load) -> None:
    """A call after `close` is an error in words."""
    tree = load(U32, {"a": DOUBLE})
    tree.root.ask(1)
    tree.close()
    with pytest.raises(wasm_link.DispatchError, match="closed"):
        tree.root.ask(1)


def test_an_argument_that_does_not_fit_is_refused_before_any_call(load: Load) -> None:
    """The error names the argument, its type and what was given; the tree stays whole."""
    tree = load(U32, {"a": DOUBLE})
    for wrong in (-1, 2**32, True, "1", 1.5, None):
        with pytest.raises(wasm_link.DispatchError, match=r'"n".*u32') as caught:
            tree.root.ask(wrong)
        assert caught.value.case is wasm_link.DispatchCase.INVALID_ARGUMENT_LIST
    assert tree.root.ask(1) == 2


def test_a_wrong_name_is_one_error_with_the_nearest(load: Load) -> None:
    """An unknown function or interface is refused for the whole call, with what was probably meant."""
    tree = load(U32, {"a": DOUBLE})
    with pytest.raises(wasm_link.DispatchError, match="did you mean `ask`") as caught:
        tree.dispatch(APP, "asks", 1)
    assert caught.value.case is wasm_link.DispatchCase.INVALID_FUNCTION
    with pytest.raises(wasm_link.DispatchError, match=r"did you mean `demo:test/app@0\.1\.0`") as caught:
        tree.dispatch("demo:test/ap@0.1.0", "ask", 1)
    assert caught.value.case is wasm_link.DispatchCase.INVALID_INTERFACE_PATH
    with pytest.raises(AttributeError, match="did you mean `ask`"):
        tree.root.asks(1)


def test_dispatch_matches_by_cardinality(load: Load) -> None:
    """A dispatch gives a socket that a `match` statement takes apart."""
    match load(U32, {"a": DOUBLE}).dispatch(APP, "ask", 21):
        case wasm_link.ExactlyOne(plugin, Ok(value)):
            assert (plugin, value) == ("main", 42)
        case other:
            pytest.fail(f"not an ExactlyOne: {other!r}")


def test_a_boolean_is_not_the_value_of_a_number(load: Load) -> None:
    """Exactness of types: a consumer that wants `bool` does not get a `u32`."""
    with pytest.raises(wasm_link.DiagnosedError, match="WL406"):
        load(BOOL, {"a": DOUBLE})


@pytest.mark.parametrize(("cardinality", "answer"), [("at-most-one", None), ("any", {})])
def test_a_root_without_plugins_answers_any_function_of_its_interfaces(
    tmp_path: Path, cardinality: str, answer: object
) -> None:
    """Nobody says which functions there are, but the names of the interfaces are known, and the rest is refused."""
    linkfile = f"""
linkfile: 1
root: work
interfaces:
  work: {{ wit: "{WORK}", cardinality: {cardinality} }}
plugins: {{}}
"""
    with wasm_link.load(write_project(tmp_path, linkfile, {})) as tree:
        assert tree.root.apply(1) == answer
        assert dict(tree.dispatch(WORK, "some-function")) == {}
        with pytest.raises(DispatchError, match="the root `work` has no interface `wark`; it has"):
            tree.dispatch("wark", "apply", 1)
