"""`python -m bench`: run the measurements, all or some, and write a table or JSON."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TypeAlias

from bench.building import building, side_by_side
from bench.calls import host_calls, payloads, plugin_calls
from bench.checking import checking, large_component
from bench.measure import FULL, TINY, Remark, Row, Sizes
from bench.startup import start_up

JSON_VERSION = 1

Benchmark: TypeAlias = Callable[[Sizes, Path], Iterator[Row] | Iterator[Row | Remark]]
"""Measures in a folder of its own, and gives its results as they come."""

BENCHMARKS: Mapping[str, Benchmark] = {
    "start-up": start_up,
    "checking": checking,
    "large-component": large_component,
    "building": building,
    "side-by-side": side_by_side,
    "host-calls": host_calls,
    "plugin-calls": plugin_calls,
    "payloads": payloads,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the arguments name."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure, as ratios within one run.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"all by default: {', '.join(BENCHMARKS)}")
    parser.add_argument("--json", action="store_true", help="write one JSON document")
    parser.add_argument("--tiny", action="store_true", help="sizes at which only errors show, no times")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark is called {', '.join(unknown)}")
    sizes = TINY if options.tiny else FULL
    names = options.names or list(BENCHMARKS)
    if options.json:
        results = {name: [_json_form(result) for result in _measure(name, sizes)] for name in names}
        print(json.dumps({"version": JSON_VERSION, **_machine(), "benchmarks": results}, indent=2, ensure_ascii=False))
        return 0
    print(", ".join(f"{key} {value}" for key, value in _machine().items()))
    for name in names:
        print(f"\n{name}", flush=True)
        _print(_measure(name, sizes))
    return 0


def _measure(name: str, sizes: Sizes) -> Iterator[Row | Remark]:
    with tempfile.TemporaryDirectory(prefix="wasm-link-bench-") as folder:
        yield from BENCHMARKS[name](sizes, Path(folder))


def _print(results: Iterable[Row | Remark]) -> None:
    """A line a result, as soon as it is there."""
    for result in results:
        if isinstance(result, Remark):
            print(f"  {result.text}")
            continue
        against = f"{result.against} {_duration(result.reference)}"
        print(f"  {result.what:<58} {_duration(result.seconds):>10} {result.ratio:>9.2f} × {against}", flush=True)


def _json_form(result: Row | Remark) -> dict[str, object]:
    if isinstance(result, Remark):
        return {"remark": result.text}
    return {
        "what": result.what,
        "seconds": result.seconds,
        "against": result.against,
        "reference_seconds": result.reference,
        "ratio": result.ratio,
    }


def _machine() -> dict[str, str]:
    return {
        "machine": f"{platform.system()} {platform.machine()}",
        "processors": str(os.cpu_count()),
        "python": platform.python_version(),
        "wasmtime": version("wasmtime"),
        "wasm-link": version("wasm-link"),
    }


def _duration(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.2f} {unit}"
    return f"{seconds * 1e9:.0f} ns"


if __name__ == "__main__":
    sys.exit(main())
