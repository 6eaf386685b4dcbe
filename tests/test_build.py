"""Building: what is compiled, what is cached, what is left out, and what a failure says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.building import TRAP, U32, consumer, fan_out, provider, write_project
from wasm_link.build import Built, PluginReport, Status, build
from wasm_link.cache import Cache, Key, NoCache, NotPublished, Published, open_cache
from wasm_link.component.types import ListType
from wasm_link.diagnostics import Code
from wasm_link.pipeline import check

Build = Callable[..., Built]

# Reads well, and is refused by the engine: core code that leaves nothing where a result is wanted.
UNSOUND = provider("(i32.const 1) (drop)").replace("(module $m", "(module $m (func (result i32) (nop))")


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    """A cache of the test's own."""
    return open_cache({"WASM_LINK_CACHE_DIR": str(tmp_path / "cache"), "XDG_CONFIG_HOME": str(tmp_path / "config")})


@pytest.fixture
def built(tmp_path: Path) -> Iterator[Build]:
    """Builds a project, and closes its tree at the end."""
    trees = []

    def make(
        linkfile: str, files: Mapping[str, str | bytes], cache: Cache | None = None, *, keep_going: bool = False
    ) -> Built:
        checked = check(write_project(tmp_path, linkfile, files), keep_going=keep_going)
        assert checked.plan is not None, checked.diagnostics
        result = build(checked, cache or NoCache(), keep_going=keep_going)
        if result.tree is not None:
            trees.append(result.tree)
        return result

    yield make
    for tree in trees:
        tree.close()


def statuses(built: Built) -> dict[str, Status]:
    """What became of each plugin."""
    return {report.plugin: report.status for report in built.report.plugins}


PAIR = {"main.wat": consumer(U32), "a.wat": provider()}


def test_the_second_build_takes_everything_from_the_cache(built: Build, cache: Cache) -> None:
    """Nothing is compiled twice, and each plugin says why."""
    first = built(fan_out({"a": ""}), PAIR, cache)
    assert statuses(first) == {"main": Status.COMPILED, "a": Status.COMPILED}
    assert {report.reason for report in first.report.plugins} == {"not in the cache"}
    second = built(fan_out({"a": ""}), PAIR, cache)
    assert statuses(second) == {"main": Status.CACHED, "a": Status.CACHED}
    assert {report.reason for report in second.report.plugins} == {"unchanged"}
    assert second.tree is not None
    assert second.tree.root.ask(3) == 3


def test_only_the_plugin_that_changed_is_compiled(built: Build, cache: Cache) -> None:
    """A change of one component leaves the artifacts of the others as they are."""
    built(fan_out({"a": ""}), PAIR, cache)
    again = built(fan_out({"a": ""}), {**PAIR, "a.wat": provider("(i32.const 9)")}, cache)
    assert statuses(again) == {"main": Status.CACHED, "a": Status.COMPILED}


def test_another_limit_is_another_artifact(built: Build, cache: Cache) -> None:
    """Code that counts fuel is other code: it does not come from the entry without."""
    built(fan_out({"a": ""}), PAIR, cache)
    again = built(fan_out({"a": "limits: { fuel: 1000000 }"}), PAIR, cache)
    assert statuses(again) == {"main": Status.CACHED, "a": Status.COMPILED}


def test_a_damaged_entry_is_compiled_again(built: Build, cache: Cache, tmp_path: Path) -> None:
    """Whatever is wrong with the cache is a reason to compile, and the next build hits again."""
    built(fan_out({"a": ""}), PAIR, cache)
    for blob in (tmp_path / "cache").glob("v1/cas/*/*"):
        blob.chmod(0o600)
        blob.write_bytes(blob.read_bytes()[:-1] + b"!")
        blob.chmod(0o444)
    healed = built(fan_out({"a": ""}), PAIR, cache)
    assert statuses(healed) == {"main": Status.COMPILED, "a": Status.COMPILED}
    assert statuses(built(fan_out({"a": ""}), PAIR, cache)) == {"main": Status.CACHED, "a": Status.CACHED}


def test_one_component_under_many_ids_is_compiled_once(built: Build) -> None:
    """Plugins that share bytes and profile share the artifact."""

    class Counting(NoCache):
        def __init__(self) -> None:
            self.stored = 0

        def publish(self, key: Key, data: bytes, *, refused: str | None = None) -> Published | NotPublished:
            self.stored += 1
            return super().publish(key, data, refused=refused)

    counting = Counting()
    files = {"main.wat": consumer(ListType(U32)), **{f"{id}.wat": provider() for id in "abcd"}}
    result = built(fan_out(dict.fromkeys("abcd", ""), "any"), files, counting)
    assert len(result.report.plugins) == 5
    assert counting.stored == 2


def test_a_component_that_does_not_compile(built: Build) -> None:
    """The diagnostic is at the plugin and has the engine's reason; there is no tree."""
    result = built(fan_out({"a": ""}), {**PAIR, "a.wat": UNSOUND})
    assert result.tree is None
    (found,) = result.diagnostics
    assert found.code is Code.COMPILE_FAILED
    assert found.span is not None
    assert "`a` does not compile" in found.message
    assert statuses(result) == {"main": Status.COMPILED, "a": Status.FAILED}


def test_every_component_that_does_not_compile_is_told(built: Build) -> None:
    """The build does not stop at the first failure."""
    files = {"main.wat": consumer(ListType(U32)), "a.wat": UNSOUND, "b.wat": provider(), "c.wat": UNSOUND}
    result = built(fan_out(dict.fromkeys("abc", ""), "any"), files)
    assert [d.message.split("`")[1] for d in result.diagnostics] == ["a", "c"]


def test_a_plugin_that_traps_while_it_starts(built: Build) -> None:
    """One diagnostic says which plugin and why; its consumer is not blamed."""
    result = built(fan_out({"a": ""}), {**PAIR, "a.wat": provider(start=TRAP)})
    assert result.tree is None
    (found,) = result.diagnostics
    assert found.code is Code.INSTANTIATE_FAILED
    assert "`a` cannot be instantiated" in found.message
    assert "unreachable" in found.message


def test_keep_going_builds_what_can_be_built(built: Build) -> None:
    """The plugin that fails is listed, and the others answer."""
    files = {"main.wat": consumer(ListType(U32)), "a.wat": provider(start=TRAP), "b.wat": provider()}
    result = built(fan_out({"a": "", "b": ""}, "any"), files, keep_going=True)
    assert [d.code for d in result.diagnostics] == [Code.INSTANTIATE_FAILED]
    assert result.tree is not None
    assert result.tree.root.ask(4) == [4]


def test_keep_going_stops_where_the_cardinality_is_not_met(built: Build) -> None:
    """Without its only provider the root cannot be built, and each step of that is told."""
    result = built(fan_out({"a": ""}), {**PAIR, "a.wat": provider(start=TRAP)}, keep_going=True)
    assert result.tree is None
    assert sorted(d.code.value for d in result.diagnostics) == ["WL206", "WL206", "WL502"]


def test_a_plugin_that_may_be_missing_is_left_out_with_a_warning(built: Build) -> None:
    """`on-error: skip` makes a warning of the failure."""
    files = {"main.wat": consumer(ListType(U32)), "a.wat": provider(start=TRAP), "b.wat": provider()}
    result = built(fan_out({"a": "on-error: skip", "b": ""}, "any"), files)
    assert [d.code for d in result.diagnostics] == [Code.PLUGIN_SKIPPED]
    assert result.tree is not None
    assert result.tree.root.ask(4) == [4]


def test_a_source_that_changes_under_the_build_is_refused(tmp_path: Path) -> None:
    """What is compiled are the bytes that were checked, or nothing."""
    checked = check(write_project(tmp_path, fan_out({"a": ""}), PAIR))
    (tmp_path / "a.wat").write_text(provider("(i32.const 1)"), encoding="utf-8")
    result = build(checked, NoCache())
    assert result.tree is None
    assert "a.wat changed while it was being built" in result.diagnostics[0].message


def test_jobs_is_a_number_from_one(tmp_path: Path) -> None:
    """Anything else is a mistake of the caller."""
    checked = check(write_project(tmp_path, fan_out({"a": ""}), PAIR))
    with pytest.raises(ValueError, match="number from 1"):
        build(checked, NoCache(), jobs=0)


def test_an_observer_hears_of_every_plugin(tmp_path: Path) -> None:
    """The number of plugins comes first, then each as it is ready."""

    class Listening:
        def __init__(self) -> None:
            self.total = 0
            self.heard: list[str] = []

        def compiling(self, total: int) -> None:
            self.total = total

        def ready(self, report: PluginReport) -> None:
            self.heard.append(report.plugin)

    observer = Listening()
    result = build(check(write_project(tmp_path, fan_out({"a": ""}), PAIR)), NoCache(), observer=observer)
    assert result.tree is not None
    result.tree.close()
    assert observer.total == 2
    assert sorted(observer.heard) == ["a", "main"]


def test_a_cache_that_cannot_be_used_is_one_warning(tmp_path: Path) -> None:
    """The build goes on, and says once that nothing is kept."""
    (tmp_path / "file").write_text("in the way")
    cache = open_cache({"WASM_LINK_CACHE_DIR": str(tmp_path / "file"), "XDG_CONFIG_HOME": str(tmp_path / "config")})
    result = build(check(write_project(tmp_path, fan_out({"a": ""}), PAIR)), cache)
    assert result.tree is not None
    result.tree.close()
    assert [d.code for d in result.diagnostics] == [Code.CACHE_UNUSABLE]
