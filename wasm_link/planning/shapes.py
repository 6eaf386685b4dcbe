"""Result shapes: in which form a consumer wants the answers of a socket, read from its own import type (design §5).

With `T` the provider's result, the result of the consumer's import may be `T`, `result<T, E>`, one of these in a
`tuple<string, …>` with the plugin's id, and any of that in the container which the cardinality asks for.
"""

from __future__ import annotations

from collections.abc import Iterator

from wasm_link.component.show import show_type
from wasm_link.component.subtype import explain_value_mismatch
from wasm_link.component.types import (
    ListType,
    MapType,
    OptionType,
    PrimitiveType,
    ResultType,
    TupleType,
    ValueType,
    VariantType,
)
from wasm_link.errors import DispatchCase
from wasm_link.linkfile.model import Cardinality
from wasm_link.planning.plan import AnswerForm, Container

_STRING = PrimitiveType.STRING

# The cases that a consumer's error variant may have, and whether they carry a text. The last three are older names.
ERROR_CASES = {
    DispatchCase.LOCK_REJECTED.value: False,
    DispatchCase.INVALID_INTERFACE_PATH.value: True,
    DispatchCase.INVALID_FUNCTION.value: True,
    DispatchCase.MISSING_RESPONSE.value: False,
    DispatchCase.RUNTIME_EXCEPTION.value: True,
    DispatchCase.INVALID_ARGUMENT_LIST.value: False,
    DispatchCase.UNSUPPORTED_TYPE.value: True,
    DispatchCase.EXECUTOR_UNAVAILABLE.value: False,
    DispatchCase.RESOURCE_TABLE_FULL.value: False,
    DispatchCase.RESOURCE_HANDLE_CONVERSION_FAILED.value: False,
    DispatchCase.INVALID_RESOURCE_HANDLE.value: False,
    "deadlock": False,
    "invalid-interface": True,
    "wit-parser-error": True,
}
OLDER_NAMES = {DispatchCase.LOCK_REJECTED: "deadlock", DispatchCase.INVALID_INTERFACE_PATH: "invalid-interface"}
"""What older consumers call a case; used where their variant lacks the present name."""


def container_of(result: ValueType | None, cardinality: Cardinality) -> tuple[Container, ValueType | None] | None:
    """The container that an import's result has under a cardinality, and the type of one answer in it.

    None where the result has not the container that the cardinality asks for.
    """
    if cardinality is Cardinality.EXACTLY_ONE:
        return Container.ONE, result
    if cardinality is Cardinality.AT_MOST_ONE:
        return (Container.OPTION, result.payload) if isinstance(result, OptionType) else None
    if isinstance(result, ListType) and result.length is None:
        return Container.LIST, result.element
    if isinstance(result, MapType) and result.key is _STRING:
        return Container.MAP, result.value
    return None


def fit_answer(wanted: ValueType | None, given: ValueType | None, container: Container) -> AnswerForm | str:
    """The form in which an answer `given` can be handed over as `wanted`, or why there is none.

    An exact fit wins over every form, as `T` may look like one itself.
    """
    if _same(wanted, given):
        return AnswerForm()
    caught = _caught(wanted, given)
    if caught is not None:
        return caught
    named = wanted.items if isinstance(wanted, TupleType) and container is not Container.MAP else ()
    if len(named) == 2 and named[0] is _STRING:
        if _same(named[1], given):
            return AnswerForm(named=True)
        caught = _caught(named[1], given)
        if isinstance(caught, AnswerForm):
            return AnswerForm(named=True, caught=True, error=caught.error)
        if caught is not None:
            return caught
    return f"needs {_show(wanted)}, has {_show(given)}"


def forms_for(given: ValueType | None, cardinality: Cardinality) -> tuple[str, ...]:
    """The result types that an import may have under a cardinality when the provider's result is `given`."""
    inner = tuple(_inner_forms(given))
    if cardinality is Cardinality.EXACTLY_ONE:
        return inner
    if cardinality is Cardinality.AT_MOST_ONE:
        return tuple(f"option<{form}>" for form in inner if form != "nothing")
    unnamed = [form for form in inner if not form.startswith("tuple<string, ") and form != "nothing"]
    return tuple(f"list<{form}>" for form in inner if form != "nothing") + tuple(
        f"map<string, {form}>" for form in unnamed
    )


def _inner_forms(given: ValueType | None) -> Iterator[str]:
    ok = "_" if given is None else show_type(given)
    yield "nothing" if given is None else ok
    yield f"result<{ok}, string>"
    if given is not None:
        yield f"tuple<string, {ok}>"
    yield f"tuple<string, result<{ok}, string>>"


def _caught(wanted: ValueType | None, given: ValueType | None) -> AnswerForm | str | None:
    """The form of `result<T, E>`; a reason where only `E` is wrong; None where it is not of that form at all."""
    if not (isinstance(wanted, ResultType) and _same(wanted.ok, given)):
        return None
    problem = _error_problem(wanted.err)
    return problem if problem is not None else AnswerForm(caught=True, error=wanted.err)


def _error_problem(error: ValueType | None) -> str | None:
    """Why a type cannot hold a dispatch error, or None where it can."""
    if error is _STRING:
        return None
    if not isinstance(error, VariantType):
        return f"the error type is {_show(error)}, and a failure needs `string` or a variant to be told in"
    for case in error.cases:
        text = ERROR_CASES.get(case.name)
        if text is None or (case.type is _STRING if text else case.type is None):
            continue
        wanted = f"`{case.name}(string)`" if text else f"`{case.name}` without a payload"
        return f"the case `{case.name}` of the error variant has the wrong payload: it must be {wanted}"
    if not any(case.name == DispatchCase.RUNTIME_EXCEPTION.value for case in error.cases):
        return "the error variant lacks the case `runtime-exception(string)`, which tells any failure"
    return None


def _same(wanted: ValueType | None, given: ValueType | None) -> bool:
    if wanted is None or given is None:
        return wanted is given
    return explain_value_mismatch(wanted, given) is None


def _show(type: ValueType | None) -> str:
    return "nothing" if type is None else show_type(type)
