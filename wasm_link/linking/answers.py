"""From the outcomes of a socket's plugins to the one value that the consumer's import returns (design §5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from wasm_link.component.types import PrimitiveType, ValueType, VariantType
from wasm_link.errors import DispatchCase, DispatchError
from wasm_link.planning.plan import AnswerForm, Container
from wasm_link.planning.shapes import ERROR_CASES, OLDER_NAMES
from wasm_link.values import Err, Ok, Outcome, Some, Variant

Answer: TypeAlias = tuple[str, AnswerForm, Outcome]
"""The id of a plugin, the form in which the consumer wants its answer, and its outcome."""


def shape_answers(container: Container, answers: Sequence[Answer], *, nested_option: bool) -> object:
    """The value that the consumer gets. Raises DispatchError where a failure cannot be a value in it.

    `nested_option` says that the consumer's `option<…>` holds another option, so that a present value needs a `Some`.
    """
    if container is Container.MAP:
        return {plugin: _answer(plugin, form, outcome) for plugin, form, outcome in answers}
    values = [_answer(*answer) for answer in answers]
    if container is Container.LIST:
        return values
    if container is Container.ONE:
        return values[0]
    if not values:
        return None
    return Some(values[0]) if nested_option else values[0]


def error_value(error: DispatchError, type: ValueType | None) -> object:
    """A dispatch error as a value of the consumer's error type, a string or a variant (see `planning.shapes`)."""
    if type is PrimitiveType.STRING:
        return str(error)
    assert isinstance(type, VariantType)
    names = {case.name for case in type.cases}
    for name in (error.case.value, OLDER_NAMES.get(error.case)):
        if name in names:
            return Variant(name, error.detail if ERROR_CASES[name] else None)
    return Variant(DispatchCase.RUNTIME_EXCEPTION.value, str(error))


def _answer(plugin: str, form: AnswerForm, outcome: Outcome) -> object:
    if form.caught:
        value: object = outcome if isinstance(outcome, Ok) else Err(error_value(outcome.error, form.error))
    elif isinstance(outcome, Ok):
        value = outcome.value
    else:
        raise outcome.error
    return (plugin, value) if form.named else value
