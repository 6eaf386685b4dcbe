"""The benchmarks run, and say what they measured. How fast anything is, is not tested."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.__main__ import BENCHMARKS, main
from bench.components import custom_section, heavy, member, numbered, padded
from bench.measure import TINY, Remark, least_times
from wasm_link.component.reader import read_component


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_runs_at_a_tiny_size(name: str, tmp_path: Path) -> None:
    """Every benchmark gives results, and the times of things that were really done."""
    results = list(BENCHMARKS[name](TINY, tmp_path))
    rows = [result for result in results if not isinstance(result, Remark)]
    assert rows
    assert all(row.seconds > 0 and row.reference > 0 for row in rows)


def test_results_are_written_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """With `--json` the results are one document, and each has its ratio."""
    assert main(["--json", "--tiny", "large-component"]) == 0
    document = json.loads(capsys.readouterr().out)
    (row,) = document["benchmarks"]["large-component"]
    assert row["ratio"] == row["seconds"] / row["reference_seconds"]


def test_results_are_written_as_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    """Without, they are lines that name what was measured against what."""
    assert main(["--tiny", "large-component"]) == 0
    assert "reading and hashing it" in capsys.readouterr().out


def test_an_unknown_benchmark_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A name that no benchmark has is wrong usage."""
    with pytest.raises(SystemExit, match="2"):
        main(["speed"])
    assert "no benchmark is called speed" in capsys.readouterr().err


def test_works_take_turns() -> None:
    """Every round does each thing once, in order, so that noise falls on all of them alike."""
    done: list[str] = []
    best = least_times({"a": lambda: done.append("a"), "b": lambda: done.append("b")}, 3)
    assert done == ["a", "b", "a", "b", "a", "b"]
    assert set(best) == {"a", "b"}


@pytest.mark.parametrize("size", [0, 1, 127, 128, 20_000])
def test_a_custom_section_says_its_length(size: int) -> None:
    """Whatever its size, a custom section leaves the component around it readable."""
    component = member(0, None) + custom_section(b"x", bytes(size))
    assert read_component(component) == read_component(member(0, None))


def test_generated_components_are_what_they_should_be() -> None:
    """A member exports its own group and imports the one below; padding and numbers change no type."""
    inner = read_component(member(1, 2))
    assert list(inner.exports) == ["bench:tree/g00001@0.1.0"]
    assert list(inner.imports) == ["bench:tree/g00002@0.1.0"]
    leaf = read_component(member(0, None))
    assert list(leaf.exports) == ["bench:tree/g00000@0.1.0"]
    assert read_component(padded(5000)) == leaf
    assert read_component(heavy(2, 1)) == leaf
    assert numbered(member(0, None), 1) != numbered(member(0, None), 2)
