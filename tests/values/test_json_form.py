"""The JSON form of values: each row of its table both ways, what it refuses, and the round trip."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.values.strategies import same, typed_values, value_types
from wasm_link.component.types import (
    Case,
    EnumType,
    Field,
    FlagsType,
    ListType,
    MapType,
    OptionType,
    OwnType,
    PrimitiveType,
    RecordType,
    ResourceType,
    ResultType,
    TupleType,
    ValueType,
    VariantType,
)
from wasm_link.values import Err, Ok, Some, Variant
from wasm_link.values.check import check_value
from wasm_link.values.json_form import JsonValueError, from_json, to_json
from wasm_link.values.problem import ValueMismatchError

P = PrimitiveType
PERSON = RecordType((Field("name", P.STRING), Field("age", OptionType(P.U8))))
SHAPE = VariantType((Case("point", None), Case("circle", P.F64), Case("near", OptionType(P.U8))))
COLOUR = EnumType(("red", "green"))
ACCESS = FlagsType(("read", "write", "exec"))
NESTED = OptionType(OptionType(P.U8))

BOTH_WAYS: list[tuple[ValueType, object, str]] = [
    (P.BOOL, True, "true"),
    (P.U64, 2**64 - 1, "18446744073709551615"),
    (P.S64, -(2**63), "-9223372036854775808"),
    (P.F64, 0.1, "0.1"),
    (P.F64, -0.0, "-0.0"),
    (P.F64, 1e300, "1e+300"),
    (P.F64, math.nan, '"nan"'),
    (P.F64, math.inf, '"inf"'),
    (P.F32, -math.inf, '"-inf"'),
    (P.F32, 0.10000000149011612, "0.1"),
    (P.CHAR, "☃", '"☃"'),
    (P.STRING, 'a"\n\0', r'"a\"\n\u0000"'),
    (ListType(P.U8), b"\x00\xff", "[0, 255]"),
    (ListType(P.U8), b"", "[]"),
    (ListType(P.U8, 2), [0, 255], "[0, 255]"),
    (ListType(P.F32), [1.0, math.nan], '[1.0, "nan"]'),
    (ListType(ListType(P.U8)), [b"", b"\x01"], "[[], [1]]"),
    (MapType(P.STRING, P.U8), {"b": 1, "a": 2}, '{"b": 1, "a": 2}'),
    (MapType(P.U8, P.STRING), {2: "b", 1: "a"}, '[[2, "b"], [1, "a"]]'),
    (MapType(P.CHAR, P.BOOL), {"x": True}, '[["x", true]]'),
    (MapType(P.BOOL, P.U8), {}, "[]"),
    (PERSON, {"name": "Ada", "age": 36}, '{"name": "Ada", "age": 36}'),
    (PERSON, {"name": "Ada", "age": None}, '{"name": "Ada", "age": null}'),
    (TupleType((P.U8, P.STRING)), (1, "a"), '[1, "a"]'),
    (SHAPE, Variant("point"), '"point"'),
    (SHAPE, Variant("circle", 1.5), '{"circle": 1.5}'),
    (SHAPE, Variant("near"), '{"near": null}'),
    (COLOUR, "green", '"green"'),
    (ACCESS, frozenset({"exec", "read"}), '["read", "exec"]'),
    (ACCESS, frozenset(), "[]"),
    (OptionType(P.U8), None, "null"),
    (OptionType(P.U8), 1, "1"),
    (NESTED, None, "null"),
    (NESTED, Some(None), '{"some": null}'),
    (NESTED, Some(1), '{"some": 1}'),
    (OptionType(NESTED), Some(Some(1)), '{"some": {"some": 1}}'),
    (OptionType(ResultType(P.U8, None)), Ok(1), '{"ok": 1}'),
    (ResultType(P.U8, P.STRING), Ok(1), '{"ok": 1}'),
    (ResultType(P.U8, P.STRING), Err("no"), '{"err": "no"}'),
    (ResultType(None, None), Ok(None), '{"ok": null}'),
    (ResultType(None, None), Err(None), '{"err": null}'),
    (ResultType(OptionType(P.U8), None), Ok(None), '{"ok": null}'),
]


@pytest.mark.parametrize(("type", "value", "text"), BOTH_WAYS)
def test_table_of_forms(type: ValueType, value: object, text: str) -> None:
    """Each kind of value has one JSON form, which reads back as the value."""
    assert json.dumps(to_json(value, type), ensure_ascii=False, allow_nan=False) == text
    assert same(from_json(json.loads(text), type), value)


ONE_WAY: list[tuple[ValueType, object, object]] = [
    (ListType(P.U8), memoryview(b"ab"), [97, 98]),
    (ListType(P.U8), memoryview(b"ab").cast("c"), [97, 98]),
    (ListType(P.U8), (97, 98), [97, 98]),
    (ListType(P.U32), range(2), [0, 1]),
    (ACCESS, ["exec", "read"], ["read", "exec"]),
    (TupleType((P.U8,)), [1], [1]),
    (P.F64, 2, 2.0),
]


@pytest.mark.parametrize(("type", "value", "data"), ONE_WAY)
def test_every_accepted_form_is_written(type: ValueType, value: object, data: object) -> None:
    """Whatever form of a value a call accepts has the same JSON form as the one that a call gives."""
    assert same(to_json(value, type), data)


def test_integers_are_read_as_floats_where_exact() -> None:
    """A float may be written without a fraction, and an f32 is rounded to one."""
    assert same(from_json(2, P.F64), 2.0)
    assert same(from_json(0.1, P.F32), 0.10000000149011612)


REFUSED: list[tuple[ValueType, object, str]] = [
    (P.BOOL, 1, "needs bool, got 1 (int)"),
    (P.U8, 256, "needs u8 (0 to 255), got 256 (int)"),
    (P.U8, 1.0, "needs u8 (0 to 255), got 1.0 (float)"),
    (P.U8, True, "needs u8 (0 to 255), got True (bool)"),
    (P.U64, "1", 'needs u64 (0 to 18446744073709551615), got "1" (str)'),
    (P.F64, "1", 'needs f64, got "1" (str)'),
    (P.F64, "NaN", 'needs f64, got "NaN" (str)'),
    (P.F64, True, "needs f64, got True (bool)"),
    (P.F64, math.nan, 'needs f64 (a finite number, "nan", "inf" or "-inf"), got nan (float)'),
    (P.F64, math.inf, 'needs f64 (a finite number, "nan", "inf" or "-inf"), got inf (float)'),
    (P.F64, 2**53 + 1, "needs f64 (an int only where it is held exactly), got 9007199254740993 (int)"),
    (P.F32, 1e39, "needs f32 (finite up to 3.4028235e38), got 1e+39 (float)"),
    (P.CHAR, "ab", 'needs char (text of one code point), got "ab", which has 2'),
    (P.STRING, None, "needs string, got None"),
    (P.STRING, "\ud800", "needs string (Unicode text without surrogates), got a surrogate, U+D800, at index 0"),
    (ListType(P.U8), "abc", 'needs an array, for list<u8>, got "abc" (str)'),
    (ListType(P.U8), [1, 256], "item 1: needs u8 (0 to 255), got 256 (int)"),
    (ListType(P.U8, 2), [1], "needs list<u8, 2>, got 1 item (list)"),
    (ListType(P.F64, 2), [1], "needs list<f64, 2>, got 1 item (list)"),
    (ListType(P.F64), [1, "x"], 'item 1: needs f64, got "x" (str)'),
    (MapType(P.STRING, P.U8), [["a", 1]], "needs an object, for map<string, u8>, got 1 item (list)"),
    (MapType(P.STRING, P.U8), {"a": 256}, 'key "a": needs u8 (0 to 255), got 256 (int)'),
    (MapType(P.U8, P.U8), {"1": 1}, "needs an array, for map<u8, u8>, got 1 item (dict)"),
    (MapType(P.U8, P.U8), [[1]], "item 0: needs a [key, value] array, got 1 item (list)"),
    (MapType(P.U8, P.U8), ["ab"], 'item 0: needs a [key, value] array, got "ab" (str)'),
    (MapType(P.U8, P.U8), [[1, 1], [1, 2]], "item 1: needs a key only once, got 1 (int) again"),
    (MapType(P.U8, P.U8), [[True, 1]], "key of item 0: needs u8 (0 to 255), got True (bool)"),
    (MapType(P.U8, P.U8), [[1, None]], "value of item 0: needs u8 (0 to 255), got None"),
    (
        MapType(ListType(P.U8), P.U8),
        [[[1], 1]],
        "needs a map whose keys are bools, integers, chars or strings, got map<list<u8>, u8>",
    ),
    (PERSON, [], "needs an object, for record { name: string, age: option<u8> }, got 0 items (list)"),
    (PERSON, {"name": "Ada"}, 'needs exactly the fields "name", "age", got no "age"'),
    (
        PERSON,
        {"name": "Ada", "agee": 1},
        'needs exactly the fields "name", "age", got unknown "agee" (did you mean "age"?) and no "age"',
    ),
    (PERSON, {"name": "Ada", "age": 256}, 'field "age": needs u8 (0 to 255), got 256 (int)'),
    (TupleType((P.U8, P.U8)), [1], "needs tuple<u8, u8>, got 1 item (list)"),
    (TupleType((P.U8, P.U8)), [1, "a"], 'item 1: needs u8 (0 to 255), got "a" (str)'),
    (SHAPE, "circl", 'needs a case of "point", "circle", "near", got "circl" (str) (did you mean "circle"?)'),
    (SHAPE, "circle", 'needs an object with the key "circle", since that case has a payload, got "circle" (str)'),
    (SHAPE, {"point": None}, 'needs "point", since that case has no payload, got an object'),
    (SHAPE, {"circle": "x"}, 'case "circle": needs f64, got "x" (str)'),
    (
        SHAPE,
        {"circle": 1, "point": 1},
        "needs an object with one key, for variant { point, circle(f64), near(option<u8>) }, got 2 items (dict)",
    ),
    (
        SHAPE,
        {},
        "needs an object with one key, for variant { point, circle(f64), near(option<u8>) }, got 0 items (dict)",
    ),
    (SHAPE, None, "needs an object, for variant { point, circle(f64), near(option<u8>) }, got None"),
    (COLOUR, "gren", 'needs a case of "red", "green", got "gren" (str) (did you mean "green"?)'),
    (COLOUR, 0, 'needs a case of "red", "green", got 0 (int)'),
    (ACCESS, "read", 'needs an array, for flags { read, write, exec }, got "read" (str)'),
    (ACCESS, ["reed"], 'needs a flag of "read", "write", "exec", got "reed" (str) (did you mean "read"?)'),
    (ACCESS, ["read", "read"], 'needs each flag at most once, got "read" twice'),
    (ACCESS, [[]], 'needs a flag of "read", "write", "exec", got 0 items (list)'),
    (OptionType(P.U8), 256, "needs u8 (0 to 255), got 256 (int)"),
    (OptionType(P.U8), {"some": 1}, "needs u8 (0 to 255), got 1 item (dict)"),
    (NESTED, 1, "needs an object, for option<option<u8>>, got 1 (int)"),
    (NESTED, {"none": 1}, "needs option<option<u8>>, got 1 item (dict)"),
    (NESTED, {"some": "a"}, 'some: needs u8 (0 to 255), got "a" (str)'),
    (ResultType(P.U8, P.U8), 1, "needs an object, for result<u8, u8>, got 1 (int)"),
    (ResultType(P.U8, P.U8), {"ook": 1}, 'needs a key of "ok", "err", got "ook" (str) (did you mean "ok"?)'),
    (
        ResultType(P.U8, P.U8),
        {"ok": 1, "err": 1},
        "needs an object with one key, for result<u8, u8>, got 2 items (dict)",
    ),
    (ResultType(P.U8, P.U8), {"ok": None}, "ok: needs u8 (0 to 255), got None"),
    (ResultType(None, None), {"err": 1}, "err: needs null, since there is no payload, got 1 (int)"),
    (OwnType(ResourceType("file")), 1, "needs file, which cannot be given by the host yet, got 1 (int)"),
]


@pytest.mark.parametrize(("type", "data", "message"), REFUSED)
def test_refuses(type: ValueType, data: object, message: str) -> None:
    """Data that is no form of a value of the type is an error that says what was needed and what was found."""
    with pytest.raises(JsonValueError) as caught:
        from_json(data, type)
    assert str(caught.value) == caught.value.problem.message() == message


def test_path_leads_to_the_part() -> None:
    """A problem inside nested data says the way to it, outermost step first."""
    type = RecordType((Field("rows", ListType(TupleType((P.U8, OptionType(SHAPE))))),))
    with pytest.raises(JsonValueError) as caught:
        from_json({"rows": [[1, None], [2, {"circle": "x"}]]}, type)
    assert caught.value.problem.path == ('field "rows"', "item 1", "item 1", 'case "circle"')


def test_a_value_that_does_not_fit_is_not_written() -> None:
    """Writing checks the value first."""
    with pytest.raises(ValueMismatchError) as caught:
        to_json({"name": "Ada", "age": 256}, PERSON)
    assert caught.value.problem.path == ('field "age"',)


@pytest.mark.parametrize("depth", [101, 5000])
def test_deeper_nesting_is_an_error(depth: int) -> None:
    """Data and types that nest deeper than 100 are refused, never a RecursionError."""
    type: ValueType = P.F64
    data: object = 1.0
    for _ in range(depth - 1):
        type = ListType(type)
        data = [data]
    with pytest.raises(JsonValueError, match="at most 100 deep"):
        from_json(data, type)
    with pytest.raises(ValueMismatchError, match="at most 100 deep"):
        to_json(data, type)


@given(typed_values())
@settings(deadline=None)
def test_what_is_written_reads_back(typed: tuple[ValueType, object]) -> None:
    """The JSON text of a value reads back as the same value."""
    type, value = typed
    text = json.dumps(to_json(value, type), allow_nan=False)
    assert same(from_json(json.loads(text), type), value)


_DATA = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=3)
    | st.sampled_from(["ok", "a", "word"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["ok", "err", "some", "a"]), inner, max_size=2)
    ),
    max_leaves=6,
)


@given(_DATA, value_types(3))
@settings(deadline=None)
def test_any_data_is_a_value_or_refused(data: object, type: ValueType) -> None:
    """Whatever the data, the answer is a value that fits its type or a JsonValueError."""
    try:
        value = from_json(data, type)
    except JsonValueError as error:
        message = str(error)
        assert message
    else:
        assert check_value(value, type) is None
