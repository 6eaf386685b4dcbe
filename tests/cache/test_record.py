"""Records: read strictly, from bytes of any origin."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cache.building import key_of
from tests.cache.test_canonical import JSON
from wasm_link.cache import Content, EntryClass, Signature
from wasm_link.cache.canonical import Json, decode, encode
from wasm_link.cache.record import MAX_RECORD_SIZE, Record, parse

RECORD = Record(
    key_of().digest,
    dict(key_of().parts),
    EntryClass.NATIVE,
    Content.of(b"artifact"),
    (Signature("local", "k", "v"), Signature("other", "", "")),
)
_MEMBERS = decode(RECORD.encode())
assert isinstance(_MEMBERS, dict)
MEMBERS: dict[str, Json] = _MEMBERS


def test_a_record_comes_back_as_it_was_written() -> None:
    """Parsing undoes encoding."""
    assert parse(RECORD.encode()) == RECORD


def test_the_statement_covers_everything_but_the_signatures() -> None:
    """Signing a record does not change what is signed; any other change does."""
    assert replace(RECORD, signatures=()).statement == RECORD.statement
    changes = [
        replace(RECORD, key="0" * 64),
        replace(RECORD, parts={**RECORD.parts, "salt": "x"}),
        replace(RECORD, entry_class=EntryClass.SANDBOXED),
        replace(RECORD, content=Content.of(b"other")),
    ]
    assert len({RECORD.statement, *(each.statement for each in changes)}) == 5


@given(st.binary(max_size=300))
def test_random_bytes_are_refused_in_words(data: bytes) -> None:
    """No bytes make the parser do anything but refuse."""
    with pytest.raises(ValueError, match=r"."):
        parse(data)


@given(st.integers(0, len(RECORD.encode()) - 1), st.integers(1, 255))
def test_a_changed_byte_never_gives_the_same_record(position: int, change: int) -> None:
    """A flipped byte is refused or seen in the record that it gives."""
    data = bytearray(RECORD.encode())
    data[position] ^= change
    try:
        assert parse(bytes(data)) != RECORD
    except ValueError:
        return


@given(st.sampled_from(sorted(MEMBERS)), JSON)
def test_a_member_of_any_value_is_refused_or_kept(name: str, value: Json) -> None:
    """Whatever stands in place of a member, the record that comes out, if any, says the same."""
    data = encode({**MEMBERS, name: value})
    try:
        record = parse(data)
    except ValueError:
        return
    assert record.encode() == data


def _with_output(name: str, value: Json) -> dict[str, Json]:
    output = MEMBERS["output"]
    assert isinstance(output, dict)
    return {**MEMBERS, "output": {**output, name: value}}


@pytest.mark.parametrize(
    "members",
    [
        {},
        {**MEMBERS, "schema": 2},
        {**MEMBERS, "schema": True},
        {**MEMBERS, "more": 1},
        {name: value for name, value in MEMBERS.items() if name != "signatures"},
        {**MEMBERS, "key": "../../etc/passwd"},
        {**MEMBERS, "key": "A" * 64},
        {**MEMBERS, "parts": {"../name": "x"}},
        {**MEMBERS, "parts": {"salt": 1}},
        {**MEMBERS, "signatures": {}},
        {**MEMBERS, "signatures": [{"scheme": "local"}]},
        {**MEMBERS, "signatures": [["local"]]},
        _with_output("sha256", "../" * 21 + "x"),
        _with_output("size", -1),
        _with_output("size", True),
        _with_output("size", "8"),
        _with_output("class", "other"),
        _with_output("class", []),
        _with_output("path", "/etc/passwd"),
    ],
)
def test_a_member_of_the_wrong_form_is_refused(members: dict[str, Json]) -> None:
    """Unknown schemas, missing and unknown members, wrong types and names outside the grammar are refused."""
    with pytest.raises(ValueError, match=r"."):
        parse(encode(members))


def test_a_fraction_is_no_size() -> None:
    """A number that JSON would allow and sizes do not is refused."""
    with pytest.raises(ValueError, match="size"):
        parse(RECORD.encode().replace(b'"size":8', b'"size":8.5'))


def test_a_record_has_a_largest_size() -> None:
    """A record of the largest size is read, one byte more is not."""
    room = MAX_RECORD_SIZE - len(replace(RECORD, parts={"salt": ""}).encode())
    largest = replace(RECORD, parts={"salt": "x" * room})
    assert len(largest.encode()) == MAX_RECORD_SIZE
    assert parse(largest.encode()) == largest
    with pytest.raises(ValueError, match="larger"):
        parse(replace(RECORD, parts={"salt": "x" * (room + 1)}).encode())
