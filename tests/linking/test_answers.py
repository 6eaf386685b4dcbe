"""What a consumer gets of a failure, by the error type that it asks for."""

from __future__ import annotations

import pytest

from wasm_link.component.types import Case, PrimitiveType, VariantType
from wasm_link.errors import DispatchCase, DispatchError
from wasm_link.linking.answers import error_value
from wasm_link.planning.shapes import ERROR_CASES, OLDER_NAMES
from wasm_link.values import Variant

STRING = PrimitiveType.STRING


def variant(*names: str) -> VariantType:
    """An error variant with these cases, and the one that every such variant has."""
    cases = (Case(name, STRING if ERROR_CASES[name] else None) for name in names)
    return VariantType((*cases, Case("runtime-exception", STRING)))


@pytest.mark.parametrize("case", DispatchCase)
def test_a_case_arrives_under_its_own_name(case: DispatchCase) -> None:
    """With its text where the case has one."""
    value = error_value(DispatchError(case, "why"), variant(case.value))
    assert value == Variant(case.value, "why" if ERROR_CASES[case.value] else None)


@pytest.mark.parametrize("case", DispatchCase)
def test_a_case_that_the_variant_lacks_is_a_runtime_exception(case: DispatchCase) -> None:
    """The text then says which case it was."""
    detail = "why" if case is DispatchCase.RUNTIME_EXCEPTION else f"{case.value}: why"
    assert error_value(DispatchError(case, "why"), variant()) == Variant("runtime-exception", detail)


@pytest.mark.parametrize(("case", "older"), OLDER_NAMES.items())
def test_an_older_name_is_understood(case: DispatchCase, older: str) -> None:
    """A variant that has only the older name of a case gets that one; the present name wins."""
    assert error_value(DispatchError(case, "why"), variant(older)) == Variant(
        older, "why" if ERROR_CASES[older] else None
    )
    both = error_value(DispatchError(case, "why"), variant(older, case.value))
    assert isinstance(both, Variant)
    assert both.case == case.value


def test_a_string_says_the_case_and_the_reason() -> None:
    """A consumer that wants text gets one line."""
    assert error_value(DispatchError(DispatchCase.LOCK_REJECTED, "busy"), STRING) == "lock-rejected: busy"
