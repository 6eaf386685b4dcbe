"""A process that has imported everything and forks for each command line it is told, to save the time of importing.

Reads one request a line, as JSON, and answers each with the exit code of the process, negative for a signal.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys

import jsonschema.validators
import wasmtime.component
import yaml.cyaml

import wasm_link.build
import wasm_link.cli.build
import wasm_link.cli.plan
import wasm_link.cli.run
import wasm_link.cli.validate
from wasm_link.cli import main

WARM = (jsonschema.validators, wasmtime.component, yaml.cyaml, wasm_link.build, wasm_link.cli)
"""What a command imports when it is used is here already."""


def serve() -> None:
    """Fork for each request; only the children get out of this."""
    answers = os.fdopen(os.dup(1), "w")
    gc.freeze()  # otherwise every child walks, and so copies, all of this at its end
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(request)
            main(request["arguments"])
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), file=answers, flush=True)


def _become(request: dict[str, object]) -> None:
    """Make this process what a shell would have started."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for descriptor, path in enumerate((os.devnull, request["out"], request["err"])):
        opened = os.open(str(path), os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        os.dup2(opened, descriptor)
        os.close(opened)
    os.chdir(str(request["folder"]))
    assert isinstance(request["environment"], dict)
    for name, value in request["environment"].items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    bound = request["memory"]
    assert isinstance(bound, int)
    resource.setrlimit(resource.RLIMIT_DATA, (bound, bound))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    serve()
