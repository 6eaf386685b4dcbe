"""Whether a component needs the asynchronous part of the component model, against the engine's own opinion."""

from __future__ import annotations

import pytest

from wasm_link.component.reader import describe_component
from wasm_link.engine.engine import engine_for
from wasm_link.engine.profile import Profile
from wasm_link.engine.text import text_to_binary
from wasm_link.errors import CompileError


@pytest.mark.parametrize(
    ("text", "is_concurrent"),
    [
        ("(component)", False),
        ('(component (import "a" (func (param "x" u32))))', False),
        ("(component (type $r (resource (rep i32))) (core func (canon resource.drop $r)))", False),
        ("(component (core func (canon task.cancel)))", True),
        ("(component (core func (canon context.get i32 0)))", True),
        ("(component (component (core func (canon thread.yield))))", True),
        ('(component (import "a" (func async (param "x" u32))))', True),
        ('(component (import "a" (func (param "x" (stream u8)))))', True),
        ("(component (type (future)))", True),
    ],
)
def test_a_description_says_what_needs_an_engine_with_concurrency(text: str, is_concurrent: bool) -> None:
    """An engine without concurrency compiles a component exactly where the description says that it needs none."""
    binary = text_to_binary(text.encode())
    assert describe_component(binary).is_concurrent is is_concurrent
    if is_concurrent:
        with pytest.raises(CompileError, match="async"):
            engine_for(Profile()).compile(binary)
    else:
        engine_for(Profile()).compile(binary)
    engine_for(Profile(concurrency=True)).compile(binary)
