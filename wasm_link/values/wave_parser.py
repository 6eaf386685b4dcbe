"""WAVE text to values, led by the type: one pass over the tokens, and no tree in between.

The type decides what may stand at each place, so a wrong value is told at its own token. Nesting follows the type and
is bounded like it.
"""

from __future__ import annotations

import math

from wasm_link.component.types import (
    EnumType,
    Field,
    FlagsType,
    ListType,
    MapType,
    OptionType,
    PrimitiveType,
    RecordType,
    ResultType,
    TupleType,
    ValueType,
    VariantType,
)
from wasm_link.values.compounds import is_key_type
from wasm_link.values.floats import fits_f32, round_f32
from wasm_link.values.identity import payload_types
from wasm_link.values.model import Err, Ok, Some, Variant
from wasm_link.values.problem import MAX_DEPTH, near, quote, quote_all, type_text
from wasm_link.values.scalars import INTEGER_RANGES
from wasm_link.values.wave_cursor import Cursor
from wasm_link.values.wave_lexer import KEYWORDS, TokenKind, WaveMismatchError
from wasm_link.values.wave_strings import read_char, read_multiline, read_string

# The longest integer of any type, with its sign; longer ones are out of range, and are not worth converting.
_MOST_DIGITS = 20


class Parser(Cursor):
    """Reads values of given types from `text`, beginning at `start`. Every method raises WaveError."""

    def __init__(self, text: str, start: int = 0) -> None:
        super().__init__(text, start)
        self._depth = 0

    def value(self, type: ValueType) -> object:
        """The value that stands here."""
        if self._depth >= MAX_DEPTH:
            raise self.error(f"values of types that nest deeper than {MAX_DEPTH} cannot be read")
        self._depth += 1
        value = self._value(type)
        self._depth -= 1
        return value

    def arguments(self, params: tuple[Field, ...]) -> tuple[object, ...]:
        """The arguments of a call, in parentheses. Options at the end may be left out, and are then none."""
        open = self.expect("(")

        def argument(index: int) -> object:
            if index == len(params):
                raise self.mismatch(f"the function has {_count(len(params), 'parameter')}, and this is one more")
            return self.value(params[index].type)

        args = self.items(")", argument)
        end = self.last.end
        for param in params[len(args) :]:
            if not isinstance(param.type, OptionType):
                needed = ", ".join(f"{quote(each.name)}: {type_text(each.type)}" for each in params[len(args) :])
                raise WaveMismatchError(f"missing arguments: {needed}", open.start, end)
        return (*args, *(None for _ in params[len(args) :]))

    def finish(self) -> None:
        """Refuse whatever follows."""
        if self.token.kind is not TokenKind.END:
            raise self.error(f"nothing may follow here, and there is {self.token}")

    def _value(self, type: ValueType) -> object:
        match type:
            case PrimitiveType():
                return self._primitive(type)
            case ListType():
                return self._list(type)
            case MapType():
                return self._map(type)
            case RecordType():
                return self._record(type)
            case TupleType():
                return self._tuple(type)
            case VariantType():
                return self._variant(type)
            case EnumType():
                return self._case(type)
            case FlagsType():
                return self._flags(type)
            case OptionType():
                return self._option(type)
            case ResultType():
                return self._result(type)
        raise self.mismatch(f"{type_text(type)} cannot be given by the host yet")

    def _primitive(self, type: PrimitiveType) -> object:
        token = self.token
        match type, token.kind:
            case PrimitiveType.BOOL, TokenKind.LABEL if token.text in ("true", "false"):
                value: object = token.text == "true"
            case ((PrimitiveType.F32 | PrimitiveType.F64), (TokenKind.NUMBER | TokenKind.LABEL)):
                value = self._float(type)
            case PrimitiveType.CHAR, TokenKind.CHAR:
                value = read_char(token)
            case PrimitiveType.STRING, TokenKind.STRING:
                value = read_string(token)
            case PrimitiveType.STRING, TokenKind.MULTILINE_STRING:
                value = read_multiline(token)
            case _, TokenKind.NUMBER if type in INTEGER_RANGES:
                value = self._integer(type)
            case PrimitiveType.STRING, TokenKind.LABEL:
                raise self.wrong(type, " without quotes")
            case _:
                raise self.wrong(type)
        self.advance()
        return value

    def _integer(self, type: PrimitiveType) -> int:
        low, high = INTEGER_RANGES[type]
        text = self.token.text
        if not text.removeprefix("-").isdigit():
            raise self.wrong(type)
        if len(text) > _MOST_DIGITS or not low <= (number := int(text)) <= high:
            raise self.mismatch(f"needs {type.value} ({low} to {high}), got {self.token}")
        return number

    def _float(self, type: PrimitiveType) -> float:
        if self.token.kind is TokenKind.LABEL and self.token.text not in ("nan", "inf"):
            raise self.wrong(type)
        number = float(self.token.text)
        literal = not self.token.text.endswith(("nan", "inf"))
        if literal and (math.isinf(number) or (type is PrimitiveType.F32 and not fits_f32(number))):
            raise self.wrong(type, ", which is too large for it")
        return round_f32(number) if type is PrimitiveType.F32 else number

    def _list(self, type: ListType) -> object:
        start = self.token.start
        if not self.take("["):
            raise self.wrong(type)
        items = self.items("]", lambda _index: self.value(type.element))
        if type.length is not None and len(items) != type.length:
            raise WaveMismatchError(f"needs {type_text(type)}, got {_count(len(items), 'item')}", start, self.last.end)
        if type.element is PrimitiveType.U8 and type.length is None:
            return bytes(items)  # type: ignore[arg-type]  # each is an int of that range
        return items

    def _map(self, type: MapType) -> object:
        """A map as a list of pairs: WAVE has no form of its own for it, and that is what its type stands for."""
        if not is_key_type(type.key):
            raise self.mismatch(f"needs a map whose keys are bools, integers, chars or strings, not {type_text(type)}")
        if not self.take("["):
            raise self.wrong(type)
        entries: dict[object, object] = {}

        def entry(_index: int) -> None:
            if not self.take("("):
                raise self.wrong(type, "; a map is written as a list of pairs")
            start = self.token.start
            key = self.value(type.key)
            if key in entries:
                raise WaveMismatchError("a key may stand only once in a map", start, self.last.end)
            self.expect(",")
            entries[key] = self.value(type.value)
            self.take(",")
            self.expect(")")

        self.items("]", entry)
        return entries

    def _tuple(self, type: TupleType) -> object:
        start = self.token.start
        if not self.take("("):
            raise self.wrong(type)

        def item(index: int) -> object:
            if index == len(type.items):
                raise self.mismatch(f"{type_text(type)} has {_count(index, 'item')}, and this is one more")
            return self.value(type.items[index])

        items = self.items(")", item)
        if len(items) != len(type.items):
            raise WaveMismatchError(f"needs {type_text(type)}, got {_count(len(items), 'item')}", start, self.last.end)
        return tuple(items)

    def _record(self, type: RecordType) -> object:
        start = self.token.start
        if not self.take("{"):
            raise self.wrong(type)
        types = {field.name: field.type for field in type.fields}
        values: dict[str, object] = {}
        if self.take(":"):
            self.expect("}")
        else:
            if self.at("}"):
                raise self.error("a record without fields is written {:}")
            self.items("}", lambda _index: self._field(types, values))
        missing = [name for name, kind in types.items() if name not in values and not isinstance(kind, OptionType)]
        if missing:
            raise WaveMismatchError(f"missing fields: {quote_all(missing)}", start, self.last.end)
        return {name: values.get(name) for name in types}

    def _field(self, types: dict[str, ValueType], values: dict[str, object]) -> None:
        name = self._name("field", types, values)
        self.expect(":")
        values[name] = self.value(types[name])

    def _flags(self, type: FlagsType) -> object:
        if not self.take("{"):
            raise self.wrong(type)
        names = dict.fromkeys(type.names)
        found: set[str] = set()
        self.items("}", lambda _index: found.add(self._name("flag", names, found)))
        return frozenset(found)

    def _name(
        self, noun: str, known: dict[str, ValueType] | dict[str, None], seen: dict[str, object] | set[str]
    ) -> str:
        """A label among `known` that is not in `seen`. Nothing else can stand there, so keywords need no `%`."""
        if self.token.kind is not TokenKind.LABEL:
            raise self.error(f"needs a {noun}, got {self.token}")
        name = self.token.text.removeprefix("%")
        if name not in known:
            raise self.mismatch(f"needs a {noun} of {quote_all(tuple(known))}, got {quote(name)}{near(name, known)}")
        if name in seen:
            raise self.mismatch(f"the {noun} {quote(name)} may stand only once")
        self.advance()
        return name

    def _case(self, type: VariantType | EnumType) -> str:
        token = self.token
        if token.kind is not TokenKind.LABEL:
            raise self.wrong(type)
        if token.text in KEYWORDS:
            raise self.wrong(type, f", a keyword (a case of that name is written %{token.text})")
        name = token.text.removeprefix("%")
        names = payload_types(type)
        if name not in names:
            raise self.mismatch(f"needs a case of {quote_all(tuple(names))}, got {quote(name)}{near(name, names)}")
        self.advance()
        return name

    def _variant(self, type: VariantType) -> Variant:
        name = self._case(type)
        return Variant(name, self._payload(payload_types(type)[name]))

    def _payload(self, type: ValueType | None) -> object:
        """The payload of the case that was just taken, in parentheses; nothing where the type has none."""
        case = self.last.text
        if type is None:
            if self.at("("):
                raise self.mismatch(f"{quote(case)} has no payload")
            return None
        if not self.take("("):
            raise WaveMismatchError(
                f"{quote(case)} needs a payload: {case}({type_text(type)})", self.last.start, self.last.end
            )
        value = self.value(type)
        self.expect(")")
        return value

    def _keyword(self, *words: str) -> str | None:
        """Take one of the keywords if it stands here."""
        if self.token.kind is TokenKind.LABEL and self.token.text in words:
            return self.advance().text
        return None

    def _option(self, type: OptionType) -> object:
        word = self._keyword("some", "none")
        if word == "none":
            return None
        if word == "some":
            value = self._payload(type.payload)
        elif isinstance(type.payload, OptionType | ResultType):
            raise self.wrong(type, " (write some(…) or none)")
        else:
            value = self.value(type.payload)
        return Some(value) if isinstance(type.payload, OptionType) else value

    def _result(self, type: ResultType) -> object:
        word = self._keyword("ok", "err")
        if word == "ok":
            return Ok(self._payload(type.ok))
        if word == "err":
            return Err(self._payload(type.err))
        if type.ok is None or isinstance(type.ok, OptionType | ResultType):
            raise self.wrong(type, " (write ok or err)")
        return Ok(self.value(type.ok))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
