"""A link plan as table, as tree and as JSON."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping

from wasm_link.component.types import FuncType, PrimitiveType
from wasm_link.linkfile.model import Cardinality
from wasm_link.planning.plan import (
    AnswerForm,
    Container,
    Edge,
    EdgeOrigin,
    ExportMatch,
    FunctionLink,
    ImportLink,
    LinkPlan,
    Match,
    Provider,
    ProviderReason,
    RootLink,
    Step,
    Target,
)
from wasm_link.planning.render import in_bytes, plan_as_table, plan_as_tree, plan_to_json

TEXT = FuncType((), PrimitiveType.STRING)
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def step(plugin: str, level: int = 0, size: int = 1536) -> Step:
    return Step(plugin, f"{plugin}.wasm", DIGEST, size, level, (f"i-{plugin}",))


def graph(needs: Mapping[str, Iterable[str]], root: str) -> LinkPlan:
    """A plan in which every plugin plugs an interface of its own; `needs` comes dependencies first."""
    edges = (
        Edge(
            consumer,
            f"i-{provider}",
            Cardinality.EXACTLY_ONE,
            EdgeOrigin.DECLARED,
            (Provider(provider, ProviderReason.PLUGS),),
            (ImportLink(f"t:t/{provider}", (ExportMatch(provider, f"t:t/{provider}", Match.EXACT),), ()),),
        )
        for consumer, providers in needs.items()
        for provider in providers
    )
    link = RootLink(f"i-{root}", Cardinality.EXACTLY_ONE, (root,), {}, ())
    return LinkPlan(None, link, tuple(map(step, needs)), tuple(edges), ())


def pipeline() -> LinkPlan:
    """A root with a list socket, a middleware with `from`, an empty optional socket, versions and names that differ."""
    wit = "demo:text/transform@0.1.0"
    targets = (
        Target("shout", wit, "apply", TEXT, AnswerForm(named=True)),
        Target("count", "legacy:text/transform", "run", TEXT, AnswerForm(named=True)),
    )
    matches = (
        ExportMatch("shout", wit, Match.EXACT),
        ExportMatch("count", "legacy:text/transform", Match.REMAPPED),
    )
    transform = Edge(
        "main",
        "transform",
        Cardinality.AT_LEAST_ONE,
        EdgeOrigin.DECLARED,
        (Provider("shout", ProviderReason.PLUGS), Provider("count", ProviderReason.PLUGS)),
        (ImportLink(wit, matches, (FunctionLink("apply", TEXT, Container.LIST, targets),)),),
    )
    logger = Edge("main", "logger", Cardinality.AT_MOST_ONE, EdgeOrigin.DECLARED, (), ())
    upper = ImportLink("demo:text/upper@1.0.0", (ExportMatch("case", "demo:text/upper@1.2.0", Match.COMPATIBLE),), ())
    case = Edge(
        "shout",
        "upper",
        Cardinality.EXACTLY_ONE,
        EdgeOrigin.INFERRED,
        (Provider("case", ProviderReason.NAMED),),
        (upper,),
    )
    root = RootLink(
        "app",
        Cardinality.EXACTLY_ONE,
        ("main",),
        {("demo:text/app@0.1.0", "run"): (Target("main", "a", "run", TEXT),)},
        ("demo:text/app@0.1.0",),
    )
    steps = (step("case", size=900), step("count"), step("shout", 1), step("main", 2, 19 * 2**20))
    return LinkPlan("text-pipeline", root, steps, (case, transform, logger), ("old",))


def test_the_table_shows_steps_edges_and_reasons() -> None:
    """Two tables: what is built in which order, and what is wired to what and why."""
    assert plan_as_table(pipeline()).split("\n") == [
        "`text-pipeline`: 4 plugins, root `app`",
        "",
        "step  plugin  plugs    level      size  source      digest",
        "   1  case    i-case       0     900 B  case.wasm   9f86d081884c",
        "   2  count   i-count      0   1.5 KiB  count.wasm  9f86d081884c",
        "   3  shout   i-shout      1   1.5 KiB  shout.wasm  9f86d081884c",
        "   4  main    i-main       2  19.0 MiB  main.wasm   9f86d081884c",
        "",
        "consumer  socket     cardinality   provider  why",
        "shout     upper      exactly-one   case      inferred from the component's imports; named in `from`; "
        "`demo:text/upper@1.2.0` answers `demo:text/upper@1.0.0`, a compatible version",
        "main      transform  at-least-one  shout     declared in `sockets`; plugs it",
        "main      transform  at-least-one  count     declared in `sockets`; plugs it; "
        "`legacy:text/transform` answers `demo:text/transform@0.1.0`, as its `remap` says",
        "main      logger     at-most-one   none      declared in `sockets`, but not imported; "
        "no plugin plugs it, and `at-most-one` allows that",
        "",
        "not reached from the root, and not built: old",
    ]


def test_the_tree_shows_the_same_reasons() -> None:
    """The root at the top, sockets below plugins, providers below sockets."""
    assert plan_as_tree(pipeline()).split("\n") == [
        "text-pipeline: root `app` (exactly-one)",
        "└── main",
        "    ├── transform (at-least-one, declared in `sockets`)",
        "    │   ├── shout: plugs it",
        "    │   │   └── upper (exactly-one, inferred from the component's imports)",
        "    │   │       └── case: named in `from`; "
        "`demo:text/upper@1.2.0` answers `demo:text/upper@1.0.0`, a compatible version",
        "    │   └── count: plugs it; `legacy:text/transform` answers `demo:text/transform@0.1.0`, as its `remap` says",
        "    └── logger (at-most-one, declared in `sockets`, but not imported)",
        "        └── none: no plugin plugs it, and `at-most-one` allows that",
        "",
        "not reached from the root, and not built: old",
    ]


def test_a_shared_plugin_is_expanded_once() -> None:
    """The second time it is named and marked; a plugin without sockets needs no mark."""
    plan = graph({"leaf": [], "shared": ["leaf"], "a": ["shared"], "b": ["shared", "leaf"], "root": ["a", "b"]}, "root")
    tree = plan_as_tree(plan)
    assert tree.count("shared: plugs it\n") == 1
    assert tree.count("shared: plugs it (shown above)") == 1
    assert tree.count("leaf: plugs it") == 2


def test_a_long_chain_is_shown_in_bounded_width() -> None:
    """Ten thousand plugins below each other go on at the margin again and again."""
    names = [f"p{n}" for n in range(10_000)]
    needs = {name: names[n - 1 : n] for n, name in enumerate(names)}
    lines = plan_as_tree(graph(needs, names[-1])).split("\n")
    assert max(map(len, lines)) < 200
    assert {f"p{n}" for n in range(10_000)} <= {
        line.strip("│├└─ ").partition(":")[0].partition(" ")[0] for line in lines
    }


def test_stacked_diamonds_are_shown_in_bounded_length() -> None:
    """The tree grows with the edges, not with the 2**200 paths."""
    layers = 200
    needs: dict[str, list[str]] = {"l0-a": [], "l0-b": []}
    for n in range(1, layers):
        needs[f"l{n}-a"] = needs[f"l{n}-b"] = [f"l{n - 1}-a", f"l{n - 1}-b"]
    needs["root"] = [f"l{layers - 1}-a", f"l{layers - 1}-b"]
    assert len(plan_as_tree(graph(needs, "root")).split("\n")) < 10 * layers


def test_every_edge_is_in_the_tree_whatever_the_graph() -> None:
    """Each plugin's sockets are shown exactly once in graphs drawn at random."""
    choose = random.Random(7)
    for _ in range(50):
        names = [f"p{n}" for n in range(choose.randrange(2, 60))]
        needs = {name: choose.sample(names[:n], min(n, choose.randrange(4))) for n, name in enumerate(names)}
        needs["root"] = names
        tree = plan_as_tree(graph(needs, "root"))
        assert tree.count(" (exactly-one, ") == sum(map(len, needs.values()))


def test_json_has_everything_but_types() -> None:
    """Steps, edges, matches, functions with their containers, and the forms of the answers."""
    form = json.loads(json.dumps(plan_to_json(pipeline())))
    assert list(form) == ["version", "name", "root", "steps", "edges", "unreached"]
    assert form["version"] == 1
    assert form["root"] == {
        "interface": "app",
        "cardinality": "exactly-one",
        "plugins": ["main"],
        "functions": [{"interface": "demo:text/app@0.1.0", "function": "run", "plugins": ["main"]}],
    }
    assert form["steps"][0] == {
        "plugin": "case",
        "source": "case.wasm",
        "digest": DIGEST,
        "size": 900,
        "level": 0,
        "plugs": ["i-case"],
    }
    assert form["edges"][1] == {
        "consumer": "main",
        "interface": "transform",
        "cardinality": "at-least-one",
        "origin": "declared",
        "providers": [{"plugin": "shout", "reason": "plugs"}, {"plugin": "count", "reason": "plugs"}],
        "imports": [
            {
                "name": "demo:text/transform@0.1.0",
                "matches": [
                    {"plugin": "shout", "export": "demo:text/transform@0.1.0", "match": "exact"},
                    {"plugin": "count", "export": "legacy:text/transform", "match": "remapped"},
                ],
                "functions": [
                    {
                        "name": "apply",
                        "container": "list",
                        "targets": [
                            {
                                "plugin": "shout",
                                "export": "demo:text/transform@0.1.0",
                                "function": "apply",
                                "named": True,
                                "caught": False,
                            },
                            {
                                "plugin": "count",
                                "export": "legacy:text/transform",
                                "function": "run",
                                "named": True,
                                "caught": False,
                            },
                        ],
                    }
                ],
            }
        ],
    }
    assert form["unreached"] == ["old"]


def test_names_of_outside_origin_are_escaped() -> None:
    """A plan's name and a source's path may hold anything."""
    evil = "\x1b[2J"
    root = RootLink("app", Cardinality.ANY, ("main",), {}, ())
    plan = LinkPlan(evil, root, (Step("main", evil, DIGEST, 1, 0, ("app",)),), (), ())
    assert "\x1b" not in plan_as_table(plan) + plan_as_tree(plan)


def test_sizes_are_in_binary_units() -> None:
    """Each unit up to its 1024."""
    sizes = [0, 1023, 1024, 1536, 2**20, 18 * 2**20, 5 * 2**30, 2**42]
    assert list(map(in_bytes, sizes)) == [
        "0 B",
        "1023 B",
        "1.0 KiB",
        "1.5 KiB",
        "1.0 MiB",
        "18.0 MiB",
        "5.0 GiB",
        "4096.0 GiB",
    ]
