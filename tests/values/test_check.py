"""The check of Python values against types: each rule where it holds and where it is broken."""

from __future__ import annotations

import array
import collections
import enum
import math
import mmap
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.values.strategies import typed_values, value_types
from wasm_link.component.types import (
    BorrowType,
    Case,
    EnumType,
    Field,
    FlagsType,
    FutureType,
    ListType,
    MapType,
    OptionType,
    OwnType,
    PrimitiveType,
    RecordType,
    ResourceType,
    ResultType,
    StreamType,
    TupleType,
    ValueType,
    VariantType,
)
from wasm_link.values import Err, Ok, Some, Variant
from wasm_link.values.check import ValueProblem, check_arguments, check_value

P = PrimitiveType
PERSON = RecordType((Field("name", P.STRING), Field("age", P.U8)))
SHAPE = VariantType((Case("point", None), Case("circle", P.F64), Case("near", OptionType(P.U8))))
COLOUR = EnumType(("red", "green", "blue"))
ACCESS = FlagsType(("read", "write", "exec"))


class Level(enum.IntEnum):
    """Integers that are no plain ints."""

    LOW = 3
    HIGH = 300


class Word(enum.StrEnum):
    """Text that is no plain str."""

    RED = "red"


GOOD: list[tuple[ValueType, object]] = [
    (P.BOOL, True),
    (P.BOOL, False),
    (P.U8, 0),
    (P.U8, 255),
    (P.S8, -128),
    (P.S8, 127),
    (P.U16, 65535),
    (P.S16, -32768),
    (P.U32, 2**32 - 1),
    (P.S32, -(2**31)),
    (P.U64, 2**64 - 1),
    (P.S64, -(2**63)),
    (P.U8, Level.LOW),
    (P.F64, 1.5),
    (P.F64, 2**53),
    (P.F64, math.nan),
    (P.F64, -math.inf),
    (P.F32, 0.1),
    (P.F32, 3.4028234663852886e38),
    (P.F32, 3.4028235677973362e38),
    (P.F32, math.inf),
    (P.F32, math.nan),
    (P.F32, 2**24),
    (P.CHAR, "x"),
    (P.CHAR, "\U0001f30a"),
    (P.CHAR, "\0"),
    (P.STRING, ""),
    (P.STRING, "héllo \U0001f30a"),
    (P.STRING, Word.RED),
    (ListType(P.U8), b"abc"),
    (ListType(P.U8), bytearray(b"abc")),
    (ListType(P.U8), memoryview(b"abc")),
    (ListType(P.U8), memoryview(b"abcdef")[2:4]),
    (ListType(P.U8), [0, 255]),
    (ListType(P.U8), (1, 2)),
    (ListType(P.U8), range(4)),
    (ListType(P.U8), array.array("B", [1, 2])),
    (ListType(P.U8), array.array("I", [1, 2])),
    (ListType(P.U8), []),
    (ListType(P.U32), [1, 2**32 - 1]),
    (ListType(P.U32), collections.deque([1, 2])),
    (ListType(P.U32), [Level.LOW, 1]),
    (ListType(P.STRING), ("a", "b")),
    (ListType(P.U8, 2), [1, 2]),
    (ListType(ListType(P.U8)), [b"", [1]]),
    (MapType(P.STRING, P.U8), {"a": 1}),
    (MapType(P.U8, P.STRING), {}),
    (PERSON, {"name": "Ada", "age": 36}),
    (PERSON, {"age": 36, "name": "Ada"}),
    (PERSON, MappingProxyType({"name": "Ada", "age": 36})),
    (PERSON, collections.OrderedDict(name="Ada", age=36)),
    (TupleType((P.U8, P.STRING)), (1, "a")),
    (TupleType((P.U8, P.STRING)), [1, "a"]),
    (SHAPE, Variant("point")),
    (SHAPE, Variant("circle", 1.5)),
    (SHAPE, Variant("near")),
    (SHAPE, Variant("near", 3)),
    (COLOUR, "green"),
    (COLOUR, Word.RED),
    (ACCESS, frozenset()),
    (ACCESS, {"read", "exec"}),
    (ACCESS, ["read", "write"]),
    (ACCESS, ("exec",)),
    (ACCESS, {"read": 1}.keys()),
    (OptionType(P.U8), None),
    (OptionType(P.U8), 3),
    (OptionType(OptionType(P.U8)), None),
    (OptionType(OptionType(P.U8)), Some(None)),
    (OptionType(OptionType(P.U8)), Some(3)),
    (OptionType(OptionType(OptionType(P.U8))), Some(Some(3))),
    (OptionType(ResultType(P.U8, None)), Err(None)),
    (ResultType(P.U8, P.STRING), Ok(3)),
    (ResultType(P.U8, P.STRING), Err("no")),
    (ResultType(None, None), Ok(None)),
    (ResultType(None, None), Err(None)),
    (ResultType(OptionType(P.U8), None), Ok(None)),
]


@pytest.mark.parametrize(("type", "value"), GOOD)
def test_accepts(type: ValueType, value: object) -> None:
    """A value in one of the forms of the model fits."""
    assert check_value(value, type) is None


BAD: list[tuple[ValueType, object, str]] = [
    (P.BOOL, 1, "needs bool, got 1 (int)"),
    (P.BOOL, None, "needs bool, got None"),
    (P.U8, 256, "needs u8 (0 to 255), got 256 (int)"),
    (P.U8, -1, "needs u8 (0 to 255), got -1 (int)"),
    (P.S8, 128, "needs s8 (-128 to 127), got 128 (int)"),
    (P.S32, 2**31, "needs s32 (-2147483648 to 2147483647), got 2147483648 (int)"),
    (P.U64, 2**64, "needs u64 (0 to 18446744073709551615), got 18446744073709551616 (int)"),
    (P.S64, 2**1000, "needs s64 (-9223372036854775808 to 9223372036854775807), got a number of 1001 bits (int)"),
    (P.U8, True, "needs u8 (0 to 255), got True (bool)"),
    (P.U8, 1.0, "needs u8 (0 to 255), got 1.0 (float)"),
    (P.U8, "1", 'needs u8 (0 to 255), got "1" (str)'),
    (P.U8, Level.HIGH, "needs u8 (0 to 255), got 300 (Level)"),
    (P.F64, True, "needs f64, got True (bool)"),
    (P.F64, "1", 'needs f64, got "1" (str)'),
    (P.F64, 2**53 + 1, "needs f64 (an int only where it is held exactly), got 9007199254740993 (int)"),
    (P.F64, 10**400, "needs f64 (an int only where it is held exactly), got a number of 1329 bits (int)"),
    (P.F32, 2**24 + 1, "needs f32 (an int only where it is held exactly), got 16777217 (int)"),
    (P.F32, 2**200, "needs f32 (an int only where it is held exactly), got a number of 201 bits (int)"),
    (P.F32, 3.402823567797337e38, "needs f32 (finite up to 3.4028235e38), got 3.402823567797337e+38 (float)"),
    (P.F32, -1e300, "needs f32 (finite up to 3.4028235e38), got -1e+300 (float)"),
    (P.CHAR, "", 'needs char (text of one code point), got "", which has 0'),
    (P.CHAR, "ab", 'needs char (text of one code point), got "ab", which has 2'),
    (P.CHAR, "\ud800", "needs char (no surrogate), got U+D800"),
    (P.CHAR, 97, "needs char, got 97 (int)"),
    (P.STRING, b"abc", "needs string, got 3 bytes (bytes)"),
    (P.STRING, "ab\udfff", "needs string (Unicode text without surrogates), got a surrogate, U+DFFF, at index 2"),
    (ListType(P.U8), "abc", 'needs list<u8>, got "abc" (str)'),
    (ListType(P.U8), [1, 256], "item 1: needs u8 (0 to 255), got 256 (int)"),
    (ListType(P.U8), [True], "item 0: needs u8 (0 to 255), got True (bool)"),
    (ListType(P.U8), array.array("I", [1, 256]), "item 1: needs u8 (0 to 255), got 256 (int)"),
    (ListType(P.U8), array.array("b", [-1]), "item 0: needs u8 (0 to 255), got -1 (int)"),
    (
        ListType(P.U8),
        memoryview(array.array("b", [1])),
        'needs list<u8> (contiguous unsigned bytes), got a buffer of format "b" (memoryview)',
    ),
    (
        ListType(P.U8),
        memoryview(b"abcdef")[::2],
        'needs list<u8> (contiguous unsigned bytes), got a buffer of format "B" (memoryview)',
    ),
    (ListType(P.U8), {1, 2}, "needs list<u8>, got 2 items (set)"),
    (ListType(P.U32), b"abc", "needs list<u32>, got 3 bytes (bytes)"),
    (ListType(P.U32), [1, None], "item 1: needs u32 (0 to 4294967295), got None"),
    (ListType(P.STRING), "abc", 'needs list<string>, got "abc" (str)'),
    (ListType(P.STRING), iter(["a"]), "needs list<string>, got an object of class list_iterator"),
    (ListType(P.U8, 2), [1], "needs list<u8, 2>, got 1 item (list)"),
    (ListType(P.U8, 2), [1, 2, 3], "needs list<u8, 2>, got 3 items (list)"),
    (ListType(P.U8, 2), b"ab", "needs list<u8, 2>, got 2 bytes (bytes)"),
    (ListType(P.STRING), range(2**40), "needs list<string>, got 1099511627776 items (range)"),
    (MapType(P.STRING, P.U8), [("a", 1)], "needs map<string, u8>, got 1 item (list)"),
    (MapType(P.STRING, P.U8), {1: 1}, "key 1 (int): needs string, got 1 (int)"),
    (MapType(P.U8, P.U8), {True: 1}, "key True (bool): needs u8 (0 to 255), got True (bool)"),
    (MapType(P.STRING, P.U8), {"a": 256}, 'value of key "a" (str): needs u8 (0 to 255), got 256 (int)'),
    (MapType(P.F64, P.U8), {}, "needs a map whose keys are bools, integers, chars or strings, got map<f64, u8>"),
    (PERSON, {"name": "Ada"}, 'needs exactly the fields "name", "age", got no "age"'),
    (
        PERSON,
        {"name": "Ada", "agee": 36},
        'needs exactly the fields "name", "age", got unknown "agee" (did you mean "age"?) and no "age"',
    ),
    (PERSON, {"name": "Ada", "age": 36, "zip": 1}, 'needs exactly the fields "name", "age", got unknown "zip"'),
    (PERSON, {"name": "Ada", 1: 36}, 'needs exactly the fields "name", "age", got unknown 1 (int) and no "age"'),
    (PERSON, {"name": "Ada", "age": 300}, 'field "age": needs u8 (0 to 255), got 300 (int)'),
    (TupleType((P.U8, P.STRING)), (1,), "needs tuple<u8, string>, got 1 item (tuple)"),
    (TupleType((P.U8, P.STRING)), (1, 2), "item 1: needs string, got 2 (int)"),
    (TupleType((P.U8,)), "a", 'needs tuple<u8>, got "a" (str)'),
    (
        SHAPE,
        Variant("cirle", 1.0),
        'needs a case of "point", "circle", "near", got "cirle" (str) (did you mean "circle"?)',
    ),
    (SHAPE, Variant("point", 1), 'case "point": needs no payload (None), got 1 (int)'),
    (SHAPE, Variant("circle"), 'case "circle": needs f64, got None'),
    (COLOUR, "gren", 'needs a case of "red", "green", "blue", got "gren" (str) (did you mean "green"?)'),
    (COLOUR, 1, 'needs a case of "red", "green", "blue", got 1 (int)'),
    (ACCESS, {"read", "wrote"}, 'needs a flag of "read", "write", "exec", got "wrote" (str) (did you mean "write"?)'),
    (ACCESS, ["read", "read"], 'needs each flag at most once, got "read" twice'),
    (ACCESS, {1}, 'needs a flag of "read", "write", "exec", got 1 (int)'),
    (OptionType(P.U8), 256, "needs u8 (0 to 255), got 256 (int)"),
    (OptionType(P.U8), Some(1), "needs u8 (0 to 255), got Some(1 (int))"),
    (OptionType(OptionType(P.U8)), Some(Some(1)), "some: needs u8 (0 to 255), got Some(1 (int))"),
    (ResultType(P.U8, P.STRING), Ok("a"), 'ok: needs u8 (0 to 255), got "a" (str)'),
    (ResultType(P.U8, P.STRING), Err(1), "err: needs string, got 1 (int)"),
    (ResultType(None, None), Ok(1), "ok: needs no payload (None), got 1 (int)"),
    (ResultType(None, None), Err(1), "err: needs no payload (None), got 1 (int)"),
]


@pytest.mark.parametrize(("type", "value", "message"), BAD)
def test_refuses(type: ValueType, value: object, message: str) -> None:
    """A value that does not fit gets a problem that says what was needed and what was found."""
    problem = check_value(value, type)
    assert problem is not None
    assert problem.message() == message


@pytest.mark.parametrize(
    ("type", "value"),
    [
        (SHAPE, "point"),
        (SHAPE, ("circle", 1.0)),
        (SHAPE, Variant(["point"])),  # type: ignore[arg-type]
        (ACCESS, "read"),
        (ACCESS, {"read": True}),
        (PERSON, ["Ada", 36]),
        (ResultType(P.U8, P.STRING), 1),
        (ResultType(P.U8, P.STRING), None),
        (OptionType(OptionType(P.U8)), 1),
        (OptionType(ResultType(P.U8, None)), 1),
        (MapType(ListType(P.U8), P.U8), {b"a": 1}),
    ],
)
def test_refuses_another_kind(type: ValueType, value: object) -> None:
    """A value of another kind than the type's is refused, however near it looks."""
    assert check_value(value, type) is not None


@pytest.mark.parametrize(
    "type",
    [
        P.ERROR_CONTEXT,
        OwnType(ResourceType("file")),
        BorrowType(ResourceType("file")),
        StreamType(P.U8),
        FutureType(None),
    ],
)
@pytest.mark.parametrize("value", [None, 1, "a"])
def test_refuses_what_the_host_cannot_give(type: ValueType, value: object) -> None:
    """Handles, streams, futures and error contexts are refused with the reason."""
    problem = check_value(value, ListType(type))
    assert problem is not None
    problem = check_value([value], ListType(type))
    assert problem is not None
    assert "which cannot be given by the host yet" in problem.message()


def test_path_leads_to_the_part() -> None:
    """A problem inside nested values says the way to it, outermost step first."""
    type = RecordType((Field("rows", ListType(TupleType((P.U8, OptionType(SHAPE))))),))
    problem = check_value({"rows": [(1, None), (2, Variant("circle", "x"))]}, type)
    assert problem == ValueProblem(('field "rows"', "item 1", "item 1", 'case "circle"'), "f64", '"x" (str)')


PARAMS = (Field("count", P.U32), Field("text", P.STRING))


def test_arguments_that_fit() -> None:
    """Arguments that all fit give no problem, in a tuple or a list."""
    assert check_arguments((1, "a"), PARAMS) is None
    assert check_arguments([1, "a"], PARAMS) is None
    assert check_arguments((), ()) is None


def test_argument_that_does_not_fit_is_named() -> None:
    """A wrong argument is told by its position from 1 and its name."""
    problem = check_arguments((1, 300), PARAMS)
    assert problem is not None
    assert problem.message() == 'argument 2 "text": needs string, got 300 (int)'


@pytest.mark.parametrize(
    ("args", "params", "message"),
    [
        ((1,), PARAMS, "needs 2 arguments (count: u32, text: string), got 1"),
        ((1, "a", 2), PARAMS, "needs 2 arguments (count: u32, text: string), got 3"),
        ((), PARAMS[:1], "needs 1 argument (count: u32), got 0"),
        ((1,), (), "needs no arguments, got 1"),
    ],
)
def test_wrong_number_of_arguments(args: Sequence[object], params: tuple[Field, ...], message: str) -> None:
    """Too few and too many arguments are a problem that lists the parameters."""
    problem = check_arguments(args, params)
    assert problem is not None
    assert problem.message() == message


def nested_list(depth: int) -> ValueType:
    type: ValueType = P.U32
    for _ in range(depth - 1):
        type = ListType(type)
    return type


def test_deepest_type_is_checked() -> None:
    """A type of depth 100 is checked to its end."""
    value: object = "wrong"
    for _ in range(99):
        value = [value]
    problem = check_value(value, nested_list(100))
    assert problem is not None
    assert problem.path == ("item 0",) * 99
    assert problem.found == '"wrong" (str)'


@pytest.mark.parametrize("depth", [101, 5000])
def test_deeper_type_is_refused(depth: int) -> None:
    """A type beyond the engine's depth is a problem, never a RecursionError."""
    problem = check_value([], nested_list(depth))
    assert problem is not None
    assert problem.expected == "a type that nests at most 100 deep"


def test_depth_counts_through_a_shared_part() -> None:
    """A part that is first met near the top still counts with its full depth further down."""
    shared = nested_list(60)
    deep = shared
    for _ in range(50):
        deep = OptionType(deep)
    assert check_value(([], None), TupleType((shared, deep))) is not None
    assert check_value([], shared) is None


def test_shared_parts_are_compiled_once() -> None:
    """A type of 80 levels that uses each level twice, with 2**80 paths through it, is checked at once."""
    type: ValueType = P.U8
    for _ in range(80):
        type = VariantType((Case("left", type), Case("right", type)))
    problem = check_value(Variant("left", Variant("right", 1)), type)
    assert problem is not None
    assert problem.path == ('case "left"', 'case "right"')


def test_cyclic_list_is_refused() -> None:
    """A list that holds itself ends where the type ends."""
    cycle: list[object] = []
    cycle.append(cycle)
    problem = check_value(cycle, ListType(ListType(P.U8)))
    assert problem is not None
    assert problem.path == ("item 0", "item 0")


class Raising:
    """An object each of whose methods raises."""

    def _raise(self, *_args: object) -> object:
        raise RuntimeError("hostile")

    __eq__ = __len__ = __iter__ = __getitem__ = __contains__ = __repr__ = __str__ = _raise  # type: ignore[assignment]
    __bool__ = __int__ = __index__ = __float__ = __lt__ = __le__ = _raise
    __hash__ = _raise  # type: ignore[assignment]
    __class__ = property(_raise)


class RaisingList(list):  # type: ignore[type-arg]
    """A list whose items cannot be read."""

    def __iter__(self) -> Iterator[object]:
        raise RuntimeError("hostile")


class RaisingMapping(dict):  # type: ignore[type-arg]
    """A dict whose entries cannot be read."""

    def __getitem__(self, key: object) -> object:
        raise KeyError(key)


class Endless(Sequence):  # type: ignore[type-arg]
    """A sequence that says it has one item and gives items for ever."""

    def __len__(self) -> int:
        return 1

    def __getitem__(self, index: object) -> Any:
        return 1


class RaisingText(str):
    """Text whose methods raise."""

    __slots__ = ()

    def _raise(self, *_args: object) -> object:
        raise RuntimeError("hostile")

    __eq__ = __len__ = __repr__ = __str__ = isascii = encode = _raise  # type: ignore[assignment]
    __hash__ = _raise  # type: ignore[assignment]


class Liar:
    """An object that says it is of another class."""

    def __init__(self, claimed: type) -> None:
        self.claimed = claimed

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return self.claimed


def released_view() -> memoryview:
    view = memoryview(b"abc")
    view.release()
    return view


# Made in the test itself: pytest would call their methods to name the test.
HOSTILE: dict[str, Callable[[], object]] = {
    "raising": Raising,
    "raising list": lambda: RaisingList([1]),
    "raising mapping": lambda: RaisingMapping(name="Ada", age=36),
    "endless": Endless,
    "raising text": lambda: RaisingText("abc"),
    "released view": released_view,
    "class": lambda: type,
    "function": lambda: len,
    "complex": lambda: 1j,
    "variant of a list": lambda: Variant(["case"]),  # type: ignore[arg-type]
}
CLAIMS: list[type] = [bool, int, float, str, bytes, list, tuple, dict, Variant, Ok, Err, Some]
HOSTILE |= {f"claims {claimed.__name__}": partial(Liar, claimed) for claimed in CLAIMS}


@pytest.mark.parametrize("name", HOSTILE)
@settings(max_examples=10, deadline=None)
@given(type=value_types(2))
def test_hostile_objects_are_problems(name: str, type: ValueType) -> None:
    """An object whose methods raise or lie never gets an exception out of the check."""
    value = HOSTILE[name]()
    problem = check_value(value, type)
    assert problem is None or problem.message()
    nested = check_value([value], ListType(type))
    assert nested is None or nested.message()


@pytest.mark.parametrize("claimed", CLAIMS)
@pytest.mark.parametrize(
    "type", [P.BOOL, P.U8, P.F32, P.F64, P.CHAR, P.STRING, ListType(P.U8), ListType(P.U32), PERSON, ACCESS]
)
def test_a_lie_about_the_class_does_not_help(type: ValueType, claimed: type) -> None:
    """What an object says of its class is not believed."""
    assert check_value(Liar(claimed), type) is not None


def test_sequence_longer_than_its_length_is_refused() -> None:
    """A sequence that gives more items than its length ends in a problem, not in a hang."""
    problem = check_value(Endless(), ListType(P.STRING))
    assert problem is not None
    problem = check_value(Endless(), ListType(P.U32))
    assert problem is not None
    assert "more items than its length" in problem.message()


def test_interrupt_passes_through() -> None:
    """Only errors become problems: an interrupt while a value is read is raised."""

    class Interrupting(RaisingList):
        def __len__(self) -> int:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_value(Interrupting(), ListType(P.U32))


def test_a_mapped_file_is_bytes() -> None:
    """Any object with a buffer of bytes is a `list<u8>`, without being a sequence."""
    with mmap.mmap(-1, 16) as mapped:
        assert check_value(mapped, ListType(P.U8)) is None
        assert check_value(mapped, ListType(P.U16)) is not None


def test_messages_stay_short() -> None:
    """A huge value or type gives a message that still fits a few lines."""
    record = RecordType(tuple(Field(f"field-{number}", P.U8) for number in range(1000)))
    for value in ("x" * 10**6, {f"other-{number}": 1 for number in range(1000)}, list(range(1000)), 10**100000):
        problem = check_value(value, record)
        assert problem is not None
        assert len(problem.message()) < 1000


def test_control_characters_are_escaped_in_messages() -> None:
    """A message is one line of printable text, whatever the value."""
    problem = check_value("a\n\x1b[31m\ud800", COLOUR)
    assert problem is not None
    assert problem.message().isprintable()


@given(typed_values())
@settings(deadline=None)
def test_values_of_a_type_fit_it(typed: tuple[ValueType, object]) -> None:
    """Whatever the strategies draw for a type fits it."""
    type, value = typed
    assert check_value(value, type) is None


@given(typed_values(), st.sampled_from([object(), b"x" * 3, {"zzz": 1}, Variant("zzz"), -(2**70), "\ud800"]))
@settings(deadline=None)
def test_an_equal_type_gives_an_equal_answer(typed: tuple[ValueType, object], other: object) -> None:
    """The cache is by identity and changes no answer: a second check says what the first said."""
    type, value = typed
    assert check_value(value, type) == check_value(value, type)
    assert check_value(other, type) == check_value(other, type)
