"""An engine profile: the choices that decide which native code a component compiles to. Imports no wasmtime."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """What the engine that runs a component is built for; two components with equal profiles share an engine.

    - `fuel`: code counts its instructions, so that a call can be given a number of them;
    - `epochs`: code looks at a clock, so that a call can be given a time;
    - `concurrency`: the asynchronous part of the component model (`async` functions, streams, futures). It is off by
      default because wasmtime 50 then takes calls with two or more borrowed handles, and refuses them otherwise.
    """

    fuel: bool = False
    epochs: bool = False
    concurrency: bool = False

    def describe(self) -> Mapping[str, str]:
        """The profile as sorted names and values, for the keys of compiled artifacts."""
        choices = {"fuel": self.fuel, "epochs": self.epochs, "concurrency": self.concurrency}
        described = {name: "on" if choice else "off" for name, choice in choices.items()}
        described["proposals"] = ",".join(PROPOSALS)
        return dict(sorted(described.items()))


# Proposals of the component model that wasmtime has, leaves off by default, and that change nothing for a component
# which does not use them.
PROPOSALS = ("accessors", "canonical-names", "implements", "map")

# Bytes of the native stack that guest code may use, wasmtime's own default. It is checked at run time, so the same code
# runs with another value.
MAX_WASM_STACK = 512 * 1024
# Bytes of the stack of its own that an async function runs on: what guest code may use, and room for the host functions
# that it calls.
ASYNC_STACK = 4 * 1024 * 1024
