"""Keys: every part counts, order and origin do not."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasm_link.cache import Content, EntryClass, Key, StepKind, changed_parts, make_key

_NAMES = st.from_regex(r"[a-z][a-z0-9_.-]{0,8}", fullmatch=True)
_CONTENTS = st.binary(max_size=4).map(Content.of)
_TEXTS = st.text(st.characters(), max_size=6)  # lone surrogates included
_TEXT_MAPS = st.dictionaries(_NAMES, _TEXTS, max_size=4)


@dataclass(frozen=True)
class Ingredients:
    """The arguments of `make_key`."""

    step: StepKind
    inputs: Mapping[str, Content]
    runtime: Mapping[str, str]
    fingerprint: str
    profile: Mapping[str, str]
    salt: str

    @property
    def key(self) -> Key:
        """The key of these."""
        return make_key(
            self.step,
            inputs=self.inputs,
            runtime=self.runtime,
            fingerprint=self.fingerprint,
            profile=self.profile,
            salt=self.salt,
        )


INGREDIENTS = st.builds(
    Ingredients,
    step=st.sampled_from(StepKind),
    inputs=st.dictionaries(_NAMES, _CONTENTS, max_size=3),
    runtime=_TEXT_MAPS,
    fingerprint=_TEXTS,
    profile=_TEXT_MAPS,
    salt=_TEXTS,
)
BASE = Ingredients(
    StepKind.COMPILE, {"component": Content.of(b"c")}, {"wasmtime": "50.0.1"}, "f", {"fuel": "off", "opt": "speed"}, ""
)


@given(INGREDIENTS, INGREDIENTS)
def test_keys_are_equal_exactly_when_all_parts_are(one: Ingredients, other: Ingredients) -> None:
    """Two sets of ingredients have one key only if they are the same."""
    assert (one.key == other.key) == (one == other)


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        (replace(BASE, step=StepKind.DESCRIBE), "step"),
        (replace(BASE, inputs={"component": Content.of(b"d")}), "input.component"),
        (replace(BASE, inputs={"component": Content(Content.of(b"c").sha256, 2)}), "input.component"),
        (replace(BASE, inputs={**BASE.inputs, "wit": Content.of(b"")}), "input.wit"),
        (replace(BASE, runtime={"wasmtime": "50.0.2"}), "runtime.wasmtime"),
        (replace(BASE, runtime={**BASE.runtime, "library": "1"}), "runtime.library"),
        (replace(BASE, fingerprint="g"), "fingerprint"),
        (replace(BASE, profile={"fuel": "on", "opt": "speed"}), "profile.fuel"),
        (replace(BASE, profile={"opt": "speed"}), "profile.fuel"),
        (replace(BASE, salt="s"), "salt"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_one_change_gives_another_key_and_is_named(changed: Ingredients, part: str) -> None:
    """Each part alone changes the key, and comparing the two keys names that part."""
    assert changed.key != BASE.key
    assert changed_parts(BASE.key.parts, changed.key.parts) == (part,)
    assert changed_parts(changed.key.parts, BASE.key.parts) == (part,)


@given(INGREDIENTS)
def test_the_order_of_mappings_does_not_matter(ingredients: Ingredients) -> None:
    """The same parts in another order give the same key."""
    backwards = replace(
        ingredients,
        inputs=dict(reversed(list(ingredients.inputs.items()))),
        runtime=dict(reversed(list(ingredients.runtime.items()))),
        profile=dict(reversed(list(ingredients.profile.items()))),
    )
    assert backwards.key == ingredients.key
    assert changed_parts(backwards.key.parts, ingredients.key.parts) == ()


def test_a_value_moved_to_another_group_changes_the_key() -> None:
    """A knob of the profile is not a knob of the runtime, though name and value are the same."""
    one = replace(BASE, runtime={"a": "1"}, profile={})
    assert one.key != replace(BASE, runtime={}, profile={"a": "1"}).key


def test_two_lone_surrogates_are_not_the_character_they_could_encode() -> None:
    """Text that is not quite Unicode has a key of its own."""
    assert replace(BASE, salt="\ud83d\ude00").key != replace(BASE, salt="\U0001f600").key


def test_a_key_is_the_same_in_every_process() -> None:
    """A key depends on nothing of the process: not its hash seed, not its environment."""
    script = (
        "from wasm_link.cache import Content, StepKind, make_key\n"
        "print(make_key(StepKind.COMPILE, inputs={'component': Content.of(b'c')}, runtime={'wasmtime': '50.0.1'},"
        " fingerprint='f', profile={'fuel': 'off', 'opt': 'speed'}))"
    )
    for seed in ("1", "2"):
        result = subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed, "HOME": f"/{seed}"},
            capture_output=True,
            text=True,
        )
        assert result.stdout.strip() == BASE.key.digest


@pytest.mark.parametrize("name", ["", "a b", "../x", "a/b", "a\n", "ä"])
def test_a_name_outside_the_grammar_is_refused(name: str) -> None:
    """Names of parts are plain, since records show them."""
    with pytest.raises(ValueError, match="name of a key's part"):
        make_key(StepKind.TEXT, inputs={name or " ": Content.of(b"")}, runtime={}, fingerprint="", profile={})


@pytest.mark.parametrize(("digest", "size"), [("x", 0), ("A" * 64, 0), ("a" * 63, 0), ("a" * 64, -1), ("a" * 64, True)])
def test_content_is_a_digest_and_a_size(digest: str, size: int) -> None:
    """A digest in another form or a size that is none is refused."""
    with pytest.raises(ValueError, match="not a"):
        Content(digest, size)


def test_only_compiled_code_is_native() -> None:
    """The class follows from the step."""
    assert [step for step in StepKind if step.entry_class is EntryClass.NATIVE] == [StepKind.COMPILE]
