"""The JSON schema of a linkfile: its text, and a document checked against it."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Protocol

from wasm_link.linkfile.nodes import Mapping, plain_value
from wasm_link.linkfile.violations import describe_violation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from jsonschema import ValidationError

    from wasm_link.diagnostics import Diagnostic

SCHEMA_NAME = "linkfile.schema.json"


@cache
def schema_text() -> str:
    """The schema as it is published: from inside of the installed package, or from the top of a checkout."""
    package = files("wasm_link")
    installed = package.joinpath(SCHEMA_NAME)
    source = installed if installed.is_file() else package.joinpath("..", SCHEMA_NAME)
    return source.read_text(encoding="utf-8")


def check_schema(document: Mapping) -> tuple[Diagnostic, ...]:
    """What in a document breaks the schema, in the order of the schema.

    Texts that do not parse as limits are left to the reader of limits, which knows their ranges too.
    """
    violations = _compiled_schema().iter_errors(plain_value(document))
    return tuple(problem for violation in violations for problem in describe_violation(document, violation))


class _Validator(Protocol):
    def iter_errors(self, instance: Any) -> Iterator[ValidationError]: ...


@cache
def _compiled_schema() -> _Validator:
    """A validator for the schema in which every part of it has a validator of its own, made once.

    jsonschema makes a new one for each value that it descends into, which took most of its time on large files. An
    error's `message` is the key, where it is about a key. `jsonschema` is imported here, because importing it takes
    longer than reading a common linkfile.
    """
    import re

    from jsonschema import Draft7Validator, ValidationError
    from jsonschema.validators import extend

    parts: dict[int, _Validator] = {}

    def part(schema: Any) -> _Validator:
        if id(schema) not in parts:
            parts[id(schema)] = cls(schema)
        return parts[id(schema)]

    def below(instance: Any, schema: Any, step: str | int) -> Iterator[ValidationError]:
        for error in part(schema).iter_errors(instance):
            error.path.appendleft(step)
            yield error

    def properties(_: Any, known: Any, instance: Any, _schema: Any) -> Iterator[ValidationError]:
        if isinstance(instance, dict):
            for key, value in instance.items():
                if key in known:
                    yield from below(value, known[key], key)

    def additional(_: Any, rest: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
        if isinstance(instance, dict):
            known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
            for key, value in instance.items():
                if key in known or any(re.search(pattern, key) for pattern in patterns):
                    continue
                if rest is False:
                    yield ValidationError(key)
                else:
                    yield from below(value, rest, key)

    def names(_: Any, schema: Any, instance: Any, _schema: Any) -> Iterator[ValidationError]:
        if isinstance(instance, dict):
            for key in instance:
                yield from part(schema).iter_errors(key)

    def items(_: Any, schema: Any, instance: Any, _schema: Any) -> Iterator[ValidationError]:
        if isinstance(instance, list):
            for index, value in enumerate(instance):
                yield from below(value, schema, index)

    def required(_: Any, keys: Any, instance: Any, _schema: Any) -> Iterator[ValidationError]:
        if isinstance(instance, dict):
            yield from (ValidationError(key) for key in keys if key not in instance)

    def pattern(_: Any, text: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
        # As ECMA-262 reads it: `$` is the end of the text, where Python's also matches before a last line break.
        if isinstance(instance, str) and not re.search(text.removesuffix("$") + r"\Z", instance):
            yield ValidationError("")

    keywords: dict[str, Callable[[Any, Any, Any, Any], Iterable[ValidationError]] | None] = {
        "properties": properties,
        "patternProperties": lambda *_: (),  # extensions: anything goes
        "additionalProperties": additional,
        "propertyNames": names,
        "items": items,
        "required": required,
        "pattern": pattern,
    }
    cls: Any = extend(Draft7Validator, keywords)  # type: ignore[no-untyped-call]
    return part(json.loads(schema_text()))
