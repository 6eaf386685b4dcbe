"""WAVE text: what it reads, what it refuses and where, and that what it writes reads back."""

from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.values.strategies import same, typed_values, value_types
from wasm_link.component.types import (
    Case,
    EnumType,
    Field,
    FlagsType,
    FuncType,
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
from wasm_link.values.problem import ValueMismatchError
from wasm_link.values.wave import Invocation, WaveError, format_value, parse_invocation, parse_value

P = PrimitiveType
BASIC = RecordType((Field("required", P.U8), Field("optional", OptionType(P.U8))))
ALL_OPTIONAL = RecordType((Field("a", OptionType(P.U8)), Field("b", OptionType(P.U8))))
KEYWORD_NAMES = ("true", "false", "inf", "nan", "some", "none", "ok", "err")
KEYWORD_RECORD = RecordType(tuple(Field(name, P.U8) for name in KEYWORD_NAMES))
KEYWORDS = EnumType(KEYWORD_NAMES)
SHAPE = VariantType((Case("point", None), Case("circle", P.F64), Case("err", P.STRING), Case("HTTP-2", None)))
COLOUR = EnumType(("red", "green"))
ACCESS = FlagsType(("read", "write", "none"))
NESTED = OptionType(OptionType(P.U8))

READS: list[tuple[ValueType, str, object]] = [
    (P.BOOL, "true", True),
    (P.BOOL, "false", False),
    (P.U8, "255", 255),
    (P.U8, " \t\r\n7\n", 7),
    (P.S8, "-128", -128),
    (P.S8, "-0", 0),
    (P.U64, "18446744073709551615", 2**64 - 1),
    (P.S64, "-9223372036854775808", -(2**63)),
    (P.F64, "3", 3.0),
    (P.F64, "-3.25e+2", -325.0),
    (P.F64, "1E-05", 1e-5),
    (P.F64, "-0", -0.0),
    (P.F64, "nan", math.nan),
    (P.F64, "inf", math.inf),
    (P.F64, "-inf", -math.inf),
    (P.F32, "0.1", 0.10000000149011612),
    (P.F32, "3.4028234664e38", 3.4028234663852886e38),
    (P.F32, "1.4012984643e-46", 0.0),
    (P.CHAR, "'x'", "x"),
    (P.CHAR, "'☃'", "☃"),
    (P.CHAR, "'\"'", '"'),
    (P.CHAR, r"'\''", "'"),
    (P.CHAR, r"'\n'", "\n"),
    (P.CHAR, r"'\u{0}'", "\0"),
    (P.CHAR, r"'\u{01F30a}'", "\U0001f30a"),
    (P.STRING, '""', ""),
    (P.STRING, '"WAVE🌊"', "WAVE🌊"),
    (P.STRING, r'"\\\'\"\t\n\r"', "\\'\"\t\n\r"),
    (P.STRING, r'"it' + "'" + r's \u{2603} // text"', "it's ☃ // text"),
    (P.STRING, '"""\n"""', ""),
    (P.STRING, '"""\n\n"""', ""),
    (P.STRING, '"""\r\nA single line\r\n"""', "A single line"),
    (P.STRING, '"""\n    Two\n      lines\n  """', "  Two\n    lines"),
    (P.STRING, '"""\n\nEmpty lines stay\n\n"""', "\nEmpty lines stay\n"),
    (P.STRING, '"""\nBroken ""\\"" up \\r\n"""', 'Broken """" up \r'),
    (ListType(P.STRING), "[]", []),
    (ListType(P.CHAR), "['a', 'b' , ]", ["a", "b"]),
    (ListType(P.U8), "[1, 2]", b"\x01\x02"),
    (ListType(P.U8), "[]", b""),
    (ListType(P.U8, 2), "[1, 2]", [1, 2]),
    (MapType(P.STRING, P.U8), '[("a", 1), ("b", 2,),]', {"a": 1, "b": 2}),
    (MapType(P.BOOL, P.U8), "[]", {}),
    (TupleType((P.U8, P.STRING)), '(123, "abc")', (123, "abc")),
    (TupleType((P.U8,)), "(1,)", (1,)),
    (BASIC, "{required: 1}", {"required": 1, "optional": None}),
    (BASIC, "{ optional: some(2), required: 1, }", {"required": 1, "optional": 2}),
    (BASIC, "{%required: 1, optional: 2}", {"required": 1, "optional": 2}),
    (ALL_OPTIONAL, "{:}", {"a": None, "b": None}),
    (ALL_OPTIONAL, "{ : }", {"a": None, "b": None}),
    (ALL_OPTIONAL, "{b: none,}", {"a": None, "b": None}),
    (
        KEYWORD_RECORD,
        "{true: 0, false: 1, inf: 2, nan: 3, some: 4, none: 5, ok: 6, err: 7}",
        {name: number for number, name in enumerate(KEYWORD_NAMES)},
    ),
    (SHAPE, "point", Variant("point")),
    (SHAPE, "circle(1.5)", Variant("circle", 1.5)),
    (SHAPE, "circle ( 1.5 )", Variant("circle", 1.5)),
    (SHAPE, '%err("x")', Variant("err", "x")),
    (SHAPE, "HTTP-2", Variant("HTTP-2")),
    (COLOUR, "green", "green"),
    (COLOUR, "%green", "green"),
    (KEYWORDS, "%nan", "nan"),
    (ACCESS, "{}", frozenset()),
    (ACCESS, "{write, read,}", frozenset({"read", "write"})),
    (ACCESS, "{none}", frozenset({"none"})),
    (OptionType(P.U8), "none", None),
    (OptionType(P.U8), "some(1)", 1),
    (OptionType(P.U8), "1", 1),
    (OptionType(KEYWORDS), "%none", "none"),
    (OptionType(P.BOOL), "true", True),
    (NESTED, "none", None),
    (NESTED, "some(none)", Some(None)),
    (NESTED, "some(some(1))", Some(1)),
    (NESTED, "some(1)", Some(1)),
    (OptionType(ResultType(P.U8, None)), "some(ok(1))", Ok(1)),
    (OptionType(ResultType(P.U8, None)), "some(1)", Ok(1)),
    (ResultType(P.U8, P.STRING), "ok(1)", Ok(1)),
    (ResultType(P.U8, P.STRING), "1", Ok(1)),
    (ResultType(P.U8, P.STRING), 'err("no")', Err("no")),
    (ResultType(None, P.STRING), "ok", Ok(None)),
    (ResultType(None, None), "err", Err(None)),
    (ResultType(KEYWORDS, None), "%ok", Ok("ok")),
    (BASIC, "{ // one\n required: // two\n 1 // three\n}// four", {"required": 1, "optional": None}),
]


@pytest.mark.parametrize(("type", "text", "value"), READS)
def test_reads(type: ValueType, text: str, value: object) -> None:
    """Text in one of WAVE's forms reads as the value."""
    assert same(parse_value(text, type), value)


# The place of each mistake is marked with « and ».
REFUSES: list[tuple[ValueType, str, str | None]] = [
    (P.BOOL, "«1»", "needs bool, got the number 1"),
    (P.BOOL, "«True»", '"True" is no label (a label has words of one case each, joined by hyphens)'),
    (P.BOOL, "«»", "needs bool, got the end of the text"),
    (P.BOOL, "true «false»", 'nothing may follow here, and there is "false"'),
    (P.U8, "«256»", "needs u8 (0 to 255), got the number 256"),
    (P.U8, "«-1»", "needs u8 (0 to 255), got the number -1"),
    (P.U8, "«1.0»", "needs u8, got the number 1.0"),
    (P.U8, "«1e2»", "needs u8, got the number 1e2"),
    (P.U8, "«0x1f»", '"0x1f" is no number (numbers are decimal, as in JSON)'),
    (P.U8, "«007»", '"007" is no number (numbers are decimal, as in JSON)'),
    (P.U8, "«+1»", '"+1" is no number (numbers are decimal, as in JSON)'),
    (P.U8, "«-inf»", "needs u8, got the number -inf"),
    (P.U8, "«true»", 'needs u8, got "true"'),
    (P.F64, "«-nan»", '"-nan" is no number (numbers are decimal, as in JSON)'),
    (P.F64, "«NaN»", '"NaN" is no label (a label has words of one case each, joined by hyphens)'),
    (P.F64, "«infinity»", 'needs f64, got "infinity"'),
    (P.F64, "«1.»", '"1." is no number (numbers are decimal, as in JSON)'),
    (P.F64, "«.5»", '".5" is no number (numbers are decimal, as in JSON)'),
    (P.F64, "«1e400»", "needs f64, got the number 1e400, which is too large for it"),
    (P.F32, "«3.5e38»", "needs f32, got the number 3.5e38, which is too large for it"),
    (P.CHAR, "«''»", "a char is one code point, and this has 0"),
    (P.CHAR, "«'ab'»", "a char is one code point, and this has 2"),
    (P.CHAR, "«'»x", "a char needs a closing ' on the same line"),
    (P.CHAR, '«"x"»', 'needs char, got the string "x"'),
    (P.CHAR, r"'«\z»'", r"\z is no escape of a Unicode scalar value"),
    (P.STRING, r'"ab«\x»1f"', r"\x is no escape of a Unicode scalar value"),
    (P.STRING, r'"«\u{d800}»"', r"\u{d800} is no escape of a Unicode scalar value"),
    (P.STRING, r'"«\u{110000}»"', r"\u{110000} is no escape of a Unicode scalar value"),
    (P.STRING, r'"«\u{12345678}»"', r"\u{12345678} is no escape of a Unicode scalar value"),
    (P.STRING, r'"«\u{}»"', r"\u{} is no escape of a Unicode scalar value"),
    (P.STRING, '"é«\ud800»"', '"\\ud800" is no Unicode scalar value'),
    (P.STRING, '«"»a\nb"', 'a string needs a closing " on the same line'),
    (P.STRING, '«"»a\\"', 'a string needs a closing " on the same line'),
    (P.STRING, '«"""»\na', 'a multiline string needs a closing """'),
    (P.STRING, '«"""»a\n"""', 'the opening """ must end its line'),
    (P.STRING, '«"""»"""', 'the opening """ must end its line'),
    (P.STRING, '"""\nextra«"""»', 'only spaces may stand before the closing """ on its line'),
    (P.STRING, '"""\n  a\n« b»\n  """', 'a line must be indented as far as the closing """, by 2 spaces'),
    (P.STRING, '"""\n  a\n  b«\\j»\n  """', r"\j is no escape of a Unicode scalar value"),
    (P.STRING, '"""\n  """\n  «"""»', 'a multiline string needs a closing """'),
    (P.STRING, "«abc»", 'needs string, got "abc" without quotes'),
    (ListType(P.STRING), '["a",«,»]', 'needs string, got ","'),
    (ListType(P.STRING), "[«,»]", 'needs string, got ","'),
    (ListType(P.U8), "[1 «2»]", 'needs "," or "]", got the number 2'),
    (ListType(P.U8), "[1«»", 'needs "," or "]", got the end of the text'),
    (ListType(P.U8), "«(»1)", 'needs list<u8>, got "("'),
    (ListType(P.U8, 2), "«[1]»", "needs list<u8, 2>, got 1 item"),
    (MapType(P.STRING, P.U8), '[("a", 1), («"a"», 2)]', "a key may stand only once in a map"),
    (MapType(P.STRING, P.U8), "[«1»]", "needs map<string, u8>, got the number 1; a map is written as a list of pairs"),
    (MapType(P.STRING, P.U8), "«{»:}", 'needs map<string, u8>, got "{"'),
    (
        MapType(ListType(P.U8), P.U8),
        "«[»([1], 1)]",
        "needs a map whose keys are bools, integers, chars or strings, not map<list<u8>, u8>",
    ),
    (TupleType((P.U8, P.U8)), "«(1)»", "needs tuple<u8, u8>, got 1 item"),
    (TupleType((P.U8, P.U8)), "(1, 2, «3»)", "tuple<u8, u8> has 2 items, and this is one more"),
    (TupleType((P.U8,)), "«[»1]", 'needs tuple<u8>, got "["'),
    (BASIC, "«{optional: none}»", 'missing fields: "required"'),
    (BASIC, "{required: 0, «required»: 0}", 'the field "required" may stand only once'),
    (
        BASIC,
        "{«requird»: 0}",
        'needs a field of "required", "optional", got "requird" (did you mean "required"?)',
    ),
    (BASIC, "{required: 0,«,»}", 'needs a field, got ","'),
    (BASIC, "{required: 0 «optional»: 1}", 'needs "," or "}", got "optional"'),
    (BASIC, "{required «0»}", 'needs ":", got the number 0'),
    (ALL_OPTIONAL, "{«}»", "a record without fields is written {:}"),
    (BASIC, "«[»1]", None),
    (SHAPE, "«circl»(1)", 'needs a case of "point", "circle", "err", "HTTP-2", got "circl" (did you mean "circle"?)'),
    (SHAPE, "«circle»", '"circle" needs a payload: circle(f64)'),
    (SHAPE, "point«(»1)", '"point" has no payload'),
    (SHAPE, "circle(«)»", 'needs f64, got ")"'),
    (SHAPE, "circle(1«,»)", 'needs ")", got ","'),
    (KEYWORDS, "«ok»", None),
    (COLOUR, "«gren»", 'needs a case of "red", "green", got "gren" (did you mean "green"?)'),
    (ACCESS, "{read, «read»}", 'the flag "read" may stand only once'),
    (ACCESS, "{«reed»}", 'needs a flag of "read", "write", "none", got "reed" (did you mean "read"?)'),
    (ACCESS, "{«1»}", "needs a flag, got the number 1"),
    (ACCESS, "{read«:» 1}", 'needs "," or "}", got ":"'),
    (OptionType(P.U8), "«some»", '"some" needs a payload: some(u8)'),
    (OptionType(P.U8), "some(«)»", 'needs u8, got ")"'),
    (OptionType(P.U8), "some(«some»(0))", 'needs u8, got "some"'),
    (OptionType(P.U8), "none«(»)", 'nothing may follow here, and there is "("'),
    (NESTED, "«1»", None),
    (ResultType(P.U8, P.U8), "«ok»", '"ok" needs a payload: ok(u8)'),
    (ResultType(P.U8, P.U8), "ok(«)»", 'needs u8, got ")"'),
    (ResultType(None, None), "err«(»1)", '"err" has no payload'),
    (ResultType(None, None), "«1»", None),
    (OwnType(ResourceType("file")), "«1»", "file cannot be given by the host yet"),
    (P.U8, "«;»", '";" begins no value'),
    (P.U8, "«é»", None),
    (COLOUR, "«%»", None),
    (COLOUR, "«red-»", None),
    (COLOUR, "«red_1»", None),
]


@pytest.mark.parametrize(("type", "marked", "message"), REFUSES)
def test_refuses_at_the_place(type: ValueType, marked: str, message: str | None) -> None:
    """Text that is no value of the type is an error at the very place of the mistake."""
    start = marked.index("«")
    end = marked.index("»") - 1
    with pytest.raises(WaveError) as caught:
        parse_value(marked.replace("«", "").replace("»", ""), type)
    assert (caught.value.offset, caught.value.end) == (start, end)
    if message is not None:
        assert caught.value.message == message
        assert str(caught.value) == message


def test_keyword_as_a_case_says_how_to_write_it() -> None:
    """A bare keyword where a case is needed is refused with the form that works."""
    with pytest.raises(WaveError, match="written %ok"):
        parse_value("ok", KEYWORDS)


WRITES: list[tuple[ValueType, object, str]] = [
    (P.BOOL, True, "true"),
    (P.S64, -(2**63), "-9223372036854775808"),
    (P.F64, 1.0, "1"),
    (P.F64, -0.0, "-0"),
    (P.F64, 1e-5, "1e-5"),
    (P.F64, 1e300, "1e+300"),
    (P.F64, 2, "2"),
    (P.F32, 0.10000000149011612, "0.1"),
    (P.F32, 0.1, "0.1"),
    (P.F64, 0.10000000149011612, "0.10000000149011612"),
    (P.F32, math.nan, "nan"),
    (P.F32, -math.inf, "-inf"),
    (P.CHAR, "'", r"'\''"),
    (P.CHAR, '"', "'\"'"),
    (P.STRING, "a\"b'c\\\n\t\r\0☃\u200b", '"' + r"a\"b'c\\\n\t\r\u{0}☃\u{200b}" + '"'),
    (ListType(P.U8), b"\x01\x02", "[1, 2]"),
    (ListType(P.U8), memoryview(b"\x01\x02").cast("c"), "[1, 2]"),
    (ListType(P.U8), range(2), "[0, 1]"),
    (ListType(P.STRING), [], "[]"),
    (MapType(P.STRING, P.U8), {"b": 1, "a": 2}, '[("b", 1), ("a", 2)]'),
    (BASIC, {"optional": None, "required": 1}, "{required: 1}"),
    (BASIC, {"optional": 2, "required": 1}, "{required: 1, optional: some(2)}"),
    (ALL_OPTIONAL, {"a": None, "b": None}, "{:}"),
    (RecordType((Field("err", NESTED),)), {"err": Some(None)}, "{err: some(none)}"),
    (SHAPE, Variant("err", "x"), '%err("x")'),
    (SHAPE, Variant("point"), "point"),
    (KEYWORDS, "true", "%true"),
    (ACCESS, {"none", "read"}, "{read, none}"),
    (ACCESS, [], "{}"),
    (NESTED, Some(1), "some(some(1))"),
    (ResultType(None, P.U8), Ok(None), "ok"),
    (ResultType(None, P.U8), Err(1), "err(1)"),
    (TupleType((P.U8,)), (1,), "(1)"),
]


@pytest.mark.parametrize(("type", "value", "text"), WRITES)
def test_writes(type: ValueType, value: object, text: str) -> None:
    """A value is written in the form that wasm-wave writes."""
    assert format_value(value, type) == text


def test_a_value_that_does_not_fit_is_not_written() -> None:
    """Writing checks the value first."""
    with pytest.raises(ValueMismatchError) as caught:
        format_value({"required": 300, "optional": None}, BASIC)
    assert caught.value.problem.path == ('field "required"',)


@given(typed_values())
@example((ListType(OptionType(NESTED)), [None, Some(None), Some(Some(None)), Some(Some(3))]))
@example((P.F32, 1.1754943508222875e-38))
@example((P.STRING, "\ufeff\u2028\U000e0001"))
@settings(deadline=None)
def test_what_is_written_reads_back(typed: tuple[ValueType, object]) -> None:
    """Parsing the text of a value gives the same value, on one printable line."""
    type, value = typed
    text = format_value(value, type)
    assert text.isprintable()
    assert same(parse_value(text, type), value)


@given(st.text(st.sampled_from(list("{}()[]:,%\"'\\/\n 019.-eutsomenkr")), max_size=30), value_types(3))
@settings(deadline=None)
def test_any_text_is_a_value_or_an_error_inside_it(text: str, type: ValueType) -> None:
    """Whatever the text, the answer is a value that fits or a WaveError whose place is in the text."""
    with contextlib.suppress(WaveError):
        value = parse_value(text, type)
        assert same(parse_value(format_value(value, type), type), value)
        return
    with pytest.raises(WaveError) as caught:
        parse_value(text, type)
    assert 0 <= caught.value.offset <= caught.value.end <= len(text)


def nested_list(depth: int) -> ValueType:
    type: ValueType = P.U32
    for _ in range(depth - 1):
        type = ListType(type)
    return type


def test_the_deepest_type_reads_back() -> None:
    """A type of depth 100 is read and written."""
    text = "[" * 99 + "1" + "]" * 99
    assert format_value(parse_value(text, nested_list(100)), nested_list(100)) == text


@pytest.mark.parametrize("depth", [101, 5000])
def test_deeper_nesting_is_an_error(depth: int) -> None:
    """Text that nests deeper than any type can is a WaveError, not a RecursionError."""
    with pytest.raises(WaveError, match="deeper than 100") as caught:
        parse_value("[" * depth, nested_list(depth))
    assert caught.value.offset == 100


def test_long_text_is_read_in_one_pass() -> None:
    """A hundred thousand items, digits, escapes or comment lines are no trouble."""
    many = 100_000
    assert parse_value(f"[{'1,' * many}]", ListType(P.U8)) == b"\x01" * many
    assert parse_value('"' + r"\n" * many + '"', P.STRING) == "\n" * many
    assert parse_value("//\n" * many + "1", P.U8) == 1
    with pytest.raises(WaveError):
        parse_value("9" * many, P.U64)


ADD = FuncType((Field("left", P.U32), Field("right", P.U32)), P.U32)
GREET = FuncType((Field("name", P.STRING), Field("title", OptionType(P.STRING)), Field("age", OptionType(P.U8))), None)
FUNCTIONS = {"add": ADD, "greet": GREET, "nothing": FuncType((), None), "demo:math/adder@0.1.0#add": ADD}


@pytest.mark.parametrize(
    ("text", "function", "arguments"),
    [
        ("add(1, 2)", "add", (1, 2)),
        (" add ( 1 , 2 , ) ", "add", (1, 2)),
        ("// sum\nadd(1, // one\n2) // done", "add", (1, 2)),
        ("nothing()", "nothing", ()),
        ("demo:math/adder@0.1.0#add(1, 2)", "demo:math/adder@0.1.0#add", (1, 2)),
        ('greet("(")', "greet", ("(", None, None)),
        ('greet("x", some("y"))', "greet", ("x", "y", None)),
        ('greet("x", none, 3)', "greet", ("x", None, 3)),
    ],
)
def test_reads_a_call(text: str, function: str, arguments: tuple[object, ...]) -> None:
    """A call gives the function's name as written and one argument a parameter."""
    assert parse_invocation(text, FUNCTIONS.get) == Invocation(function, arguments)


@pytest.mark.parametrize(
    ("marked", "message"),
    [
        ("«»", 'a call needs a "(" after the name of the function'),
        ("add«»  ", 'a call needs a "(" after the name of the function'),
        ("«(»1)", 'a call needs the name of a function before the "("'),
        ("  «sub»(1)", 'there is no function "sub"'),
        ("add«(1)»", 'missing arguments: "right": u32'),
        ("add«()»", 'missing arguments: "left": u32, "right": u32'),
        ("add(1, 2, «3»)", "the function has 2 parameters, and this is one more"),
        ("nothing(«1»)", "the function has 0 parameters, and this is one more"),
        ("add(1, «true»)", 'needs u32, got "true"'),
        ("add(1, 2«»", 'needs "," or ")", got the end of the text'),
        ("add(1, 2) «-»> 3", None),
        ("add(1, 2)«;»", '";" begins no value'),
        ("add(1 «2»)", 'needs "," or ")", got the number 2'),
    ],
)
def test_refuses_a_call_at_the_place(marked: str, message: str | None) -> None:
    """A call that does not fit the function is an error at the very place of the mistake."""
    start = marked.index("«")
    end = marked.index("»") - 1
    with pytest.raises(WaveError) as caught:
        parse_invocation(marked.replace("«", "").replace("»", ""), FUNCTIONS.get)
    assert (caught.value.offset, caught.value.end) == (start, end)
    assert message is None or caught.value.message == message
