"""Names of imports and exports, WIT names, and compatible versions."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.component.oracle import is_valid, parse_wat
from wasm_link.component.names import (
    LABEL_PATTERN,
    WIT_NAME_PATTERN,
    Accessor,
    NameKind,
    WitName,
    compatible,
    is_label,
    parse_extern_name,
    parse_wit_name,
    uniqueness_key,
)

_WORDS = st.from_regex(r"[a-z][0-9a-z]{0,5}", fullmatch=True)
_FRAGMENTS = st.from_regex(r"[0-9a-z]{1,5}", fullmatch=True)
_PACKAGE_LABELS = st.builds(lambda first, rest: "-".join([first, *rest]), _WORDS, st.lists(_FRAGMENTS, max_size=2))
_LABELS = st.builds(
    lambda first, rest: "-".join([first, *rest]),
    _WORDS | _WORDS.map(str.upper),
    st.lists(_FRAGMENTS | _FRAGMENTS.map(str.upper), max_size=3),
)
_NUMBERS = st.integers(0, 30)
_IDENTIFIERS = st.one_of(st.integers(0, 99).map(str), st.from_regex(r"[a-z-][0-9a-z-]{0,3}", fullmatch=True))
_VERSIONS = st.builds(
    lambda core, pre, build: (
        ".".join(map(str, core)) + ("-" + ".".join(pre) if pre else "") + ("+" + build if build else "")
    ),
    st.tuples(_NUMBERS, _NUMBERS, _NUMBERS),
    st.lists(_IDENTIFIERS, max_size=2),
    st.sampled_from(("", "build", "001.x-")),
)
_WIT_NAMES = st.builds(WitName, _PACKAGE_LABELS, _PACKAGE_LABELS, _LABELS, st.none() | _VERSIONS)


@given(_WIT_NAMES)
def test_wit_names_are_read_back(name: WitName) -> None:
    """A name that is put together from its parts is taken apart into them."""
    assert parse_wit_name(str(name)) == name


@given(st.text(alphabet="aZ09-:/@.+[] =", max_size=24))
def test_the_grammars_agree_with_each_other(text: str) -> None:
    """The patterns for a JSON schema say what the parsers say, but for canonical versions, which WIT cannot write."""
    name = parse_wit_name(text)
    if name is not None:
        assert str(name) == text
        extern = parse_extern_name(text)
        assert extern is not None
        assert extern.kind is NameKind.INTERFACE
    matched = re.search(WIT_NAME_PATTERN, text) is not None
    assert matched == (name is not None and (name.version is None or name.version.count(".") >= 2))
    assert (re.search(LABEL_PATTERN, text) is not None) == is_label(text)


@settings(settings.get_profile("component"), max_examples=60)
@given(
    st.one_of(
        _WIT_NAMES.map(str),
        st.text(alphabet="aB0-", min_size=1, max_size=8),
        st.builds("a:b/{}".format, st.text(alphabet="aB0-/:@.1", max_size=6)),
        st.builds("a:b/c@{}".format, st.text(alphabet="012.-+ab", max_size=8)),
    )
)
def test_interface_names_and_labels_are_those_of_wasm_tools(text: str) -> None:
    """A name has a form that we know exactly if wasm-tools accepts a component that imports an instance under it."""
    ours = parse_extern_name(text)
    theirs = is_valid(parse_wat(f'(component (import "{text}" (instance)))'))
    # With every proposal on, wasm-tools wants the rest of a version beside a canonical one, and takes nested names.
    if ours is not None and re.search(r"@(0\.)?[1-9][0-9]*$", text):
        return
    assert (ours is not None) == theirs


@pytest.mark.parametrize(
    ("text", "kind", "resource", "function", "accessor"),
    [
        ("run", NameKind.LABEL, None, None, None),
        ("a1-2-3", NameKind.LABEL, None, None, None),
        ("m1x3d-4CR0NYMS", NameKind.LABEL, None, None, None),
        ("[get]size", NameKind.LABEL, None, None, Accessor.GET),
        ("[constructor]blob", NameKind.CONSTRUCTOR, "blob", None, None),
        ("[method]blob.read-all", NameKind.METHOD, "blob", "read-all", None),
        ("[static]blob.open", NameKind.STATIC, "blob", "open", None),
        ("[method][set]blob.size", NameKind.METHOD, "blob", "size", Accessor.SET),
        ("a:b:c/d/e@1.0.0", NameKind.INTERFACE, None, None, None),
        ("wasi:cli/exit@0.2", NameKind.INTERFACE, None, None, None),
        ("url=<https://example.org/x.wasm>", NameKind.URL, None, None, None),
        ("integrity=<sha256-abcd sha512-ef==>", NameKind.HASH, None, None, None),
        ("locked-dep=<a:b/c@1.2.3>,integrity=<sha384-x>", NameKind.DEPENDENCY, None, None, None),
        ("unlocked-dep=<a:b@*>", NameKind.DEPENDENCY, None, None, None),
    ],
)
def test_forms_of_names_are_told_apart(
    text: str, kind: NameKind, resource: str | None, function: str | None, accessor: Accessor | None
) -> None:
    """Annotated names give the resource and the function that they are about."""
    name = parse_extern_name(text)
    assert name is not None
    assert (name.kind, name.resource, name.function, name.accessor) == (kind, resource, function, accessor)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1-a",
        "a--b",
        "a-",
        "aB",
        "a_b",
        "a:b",
        "a:b/c@1.0",
        "a:b/c@01.0.0",
        "A:b/c",
        "a:b/c@1.0.0-01",
        "[method]a",
        "x\n",
    ],
)
def test_what_is_no_name_is_refused(text: str) -> None:
    """Near misses of the grammar are no names, a trailing line break included."""
    assert parse_extern_name(text) is None


def test_a_label_of_many_fragments_is_matched_in_linear_time() -> None:
    """A fragment of digits could be a word or an acronym: that must not be tried both ways for each of them."""
    assert not is_label("a" + "-1" * 5000 + "!")
    assert parse_extern_name("a:b/c@1.0.0-" + "1." * 5000) is None


@pytest.mark.parametrize(
    ("needed", "provided", "expected"),
    [
        ("1.2.3", "1.9.0", True),
        ("1.2.3", "2.2.3", False),
        ("0.2.0", "0.2.9", True),
        ("0.2.0", "0.3.0", False),
        ("0.0.1", "0.0.1+build", True),
        ("0.0.1", "0.0.2", False),
        ("1.0.0-rc.1", "1.0.0-rc.1", True),
        ("1.0.0-rc.1", "1.0.0-rc.2", False),
        ("1.0.0-rc.1", "1.0.0", False),
        (None, None, True),
        (None, "1.0.0", False),
        ("1", "1.4.0", True),
        ("0.2.6", "0.2", True),
        ("0.2", "0.3.0", False),
    ],
)
def test_versions_are_compatible_within_their_track(
    needed: str | None, provided: str | None, *, expected: bool
) -> None:
    """The same major version, or below 1 the same minor, or below 0.1 the same patch; pre-releases stand alone."""
    names = [WitName("a", "b", "c", version) for version in (needed, provided)]
    assert compatible(names[0], names[1]) is expected
    assert compatible(names[1], names[0]) is expected


@given(_WIT_NAMES, _WIT_NAMES)
def test_names_of_other_interfaces_are_never_compatible(left: WitName, right: WitName) -> None:
    """Compatibility is about versions only."""
    if left.path != right.path:
        assert not compatible(left, right)


@pytest.mark.parametrize(
    ("left", "right", "clash"),
    [
        ("foo", "FOO", True),
        ("foo", "[method]foo.foo", True),
        ("[method]foo.bar", "[static]foo.BAR", True),
        ("foo", "[constructor]foo", False),
        ("foo", "[method]foo.bar", False),
        ("foo", "foo-bar", False),
    ],
)
def test_names_are_strongly_unique(left: str, right: str, *, clash: bool) -> None:
    """The examples of the specification ("Name Uniqueness")."""
    assert (uniqueness_key(left) == uniqueness_key(right)) is clash
