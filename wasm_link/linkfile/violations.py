"""Violations of the schema → diagnostics: which rule was broken decides the words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from wasm_link.diagnostics import Code, Diagnostic, Span
from wasm_link.linkfile.nodes import Mapping, Node, Scalar, Sequence, node_at
from wasm_link.linkfile.wording import Nearest, describe, did_you_mean, one_of, quoted, shown

if TYPE_CHECKING:
    from jsonschema import ValidationError

Path = tuple[str | int, ...]

_SECTIONS = {"sources": "source", "interfaces": "interface", "plugins": "plugin"}
_TYPES = {
    "string": "a text",
    "array": "a list",
    "object": "a mapping",
    "integer": "a whole number",
    "null": "null",
}
_MISSING_HINTS = {
    "linkfile": "begin the file with `linkfile: 1`, the version of the format",
    "root": "add `root: ID`, with the id of the interface that the host calls",
}
_DECIMAL = re.compile(r"[0-9]+\.[0-9]+", re.ASCII)
_REQUIRED = frozenset({"root", "interfaces", "plugins", "wit", "source", "plug", "interface", "host", "guest"})
_GROUPED = re.compile(r"[0-9]{1,3}(?:[_, ][0-9]{3}){1,6}", re.ASCII)
_LIMIT_RULES = frozenset({"pattern", "minimum", "maximum"})


def describe_violation(document: Mapping, violation: ValidationError) -> Iterator[Diagnostic]:
    """The diagnostic for one violation; none where another one says the same."""
    path = tuple(violation.absolute_path)
    schema: Any = violation.schema
    rule = violation.validator
    if rule in _LIMIT_RULES and path[2:3] == ("limits",):
        return
    node = node_at(document, path)
    match rule:
        case "additionalProperties":
            yield _unknown_key(document, path, violation.message, schema)
        case "required":
            if not _is_misspelt(node, violation.message, schema):
                yield _missing_key(document, path, violation.message)
        case "type":
            yield _wrong_type(path, node, schema)
        case "const":
            yield _wrong_version(node)
        case "enum":
            if isinstance(node, Scalar) and (node.value is None or isinstance(node.value, str)):
                yield _not_allowed(path, node, schema["enum"])
        case "minItems" | "minProperties":
            yield _empty(path, node)
        case "maxProperties":
            assert isinstance(node, Mapping)
            if set(node.entries) <= set(schema["properties"]):  # otherwise there is an unknown key
                yield _too_many(path, node)
        case "pattern":
            yield _malformed(path, node, violation)
        case _:
            raise AssertionError(f"the schema has a rule without words: {rule}")


def place(path: Path) -> str:
    """A path in words: `limits.memory` of plugin `count`."""
    if len(path) < 2 or path[0] not in _SECTIONS:
        return f"`{_dotted(path)}`" if path else "the linkfile"
    owner = f"{_SECTIONS[str(path[0])]} {quoted(str(path[1]))}"
    return f"`{_dotted(path[2:])}` of {owner}" if len(path) > 2 else owner


def _is_required(path: Path) -> bool:
    """Whether a key of the file itself, of an interface or of a plugin must be there."""
    return path[-1] in _REQUIRED and "env" not in path


def _dotted(path: Path) -> str:
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            key = shown(step)
            text += f".{key}" if text else key
    return text


def _unknown_key(document: Mapping, path: Path, key: str, schema: Any) -> Diagnostic:
    mapping = node_at(document, path)
    assert isinstance(mapping, Mapping)
    known = [name for name in schema["properties"] if name != "$schema"]
    hint = did_you_mean(Nearest(known).to(key))
    if key == "<<":
        hint = "merge keys belong to YAML 1.1, and a linkfile is YAML 1.2: write the keys out"
    if schema["title"] == "Source":
        message = f"{quoted(key)} is not a known kind of source"
    else:
        message = f"{quoted(key)} is not a known key of {place(path)}"
    return Diagnostic(Code.UNKNOWN_KEY, message, mapping.entries[key].key.span, one_of(known), hint)


def _is_misspelt(mapping: Node, key: str, schema: Any) -> bool:
    """Whether a missing key is there under a wrong name: that is then told of the wrong name, once."""
    assert isinstance(mapping, Mapping)
    known = list(schema["properties"])
    nearest = Nearest(known)
    unknown = (name for name in mapping.entries if name not in known and not name.startswith("x-"))
    return any(nearest.to(name) == key for name in unknown)


def _missing_key(document: Mapping, path: Path, key: str) -> Diagnostic:
    message = f"{place(path)} has no `{key}`"
    hint = _MISSING_HINTS.get(key)
    return Diagnostic(Code.MISSING_KEY, message, _header(document, path), f"a key `{key}`", hint)


def _header(document: Mapping, path: Path) -> Span:
    """Where a mapping is named: its key, or else its beginning."""
    if path and isinstance(path[-1], str):
        parent = node_at(document, path[:-1])
        assert isinstance(parent, Mapping)
        return parent.entries[path[-1]].key.span
    span = node_at(document, path).span
    return Span(span.file, span.line, span.column, span.line, span.column + 1)


def _wrong_type(path: Path, node: Node, schema: Any) -> Diagnostic:
    allowed = schema["type"]
    types = [allowed] if isinstance(allowed, str) else allowed
    expected = " or ".join(_TYPES[name] for name in types)
    if "enum" in schema:
        return _not_allowed(path, node, schema["enum"])
    if "string" in types and _is_unquoted_version(path, node):
        assert isinstance(node, Scalar)
        message = f"{place(path)} is read as a number, because {quoted(node.text)} is not quoted"
        hint = f'quote it: "{shown(node.text)}"'
        if _names_wit(path):
            hint = 'write the whole name, and quote it: "namespace:package/interface@1.2.3"'
        return Diagnostic(Code.UNQUOTED_VERSION, message, node.span, expected, hint)
    message = f"{place(path)} must be {expected}, and this is {describe(node)}"
    return Diagnostic(Code.WRONG_TYPE, message, node.span, expected, _type_hint(path, node, types))


def _is_unquoted_version(path: Path, node: Node) -> bool:
    if not isinstance(node, Scalar) or not node.plain or isinstance(node.value, bool | str) or node.value is None:
        return False
    return _names_wit(path) or _DECIMAL.fullmatch(node.text) is not None


def _names_wit(path: Path) -> bool:
    return path[0] == "interfaces" and path[2:3] == ("wit",)


def _type_hint(path: Path, node: Node, types: list[str]) -> str | None:
    if isinstance(node, Scalar) and node.value is None and not node.text:
        if len(path) == 2:
            return "write its keys under it, indented, or remove it"
        if path[2:3] == ("remap",) and len(path) == 4:
            return "write `{ as: NAME }`, or leave the key out"
        if _is_required(path):
            return "write a value" if "string" in types else "write its entries under it, indented"
        return "write `{}`, or leave the key out" if types == ["object"] else "write a value, or leave the key out"
    if path[2:] == ("limits", "timeout"):
        return "write a number and a unit: `250ms`, `2s` or `1m`"
    if isinstance(node, Scalar) and node.plain and node.text and "string" in types:
        return f'quote it: "{shown(node.text)}"'
    if isinstance(node, Scalar) and isinstance(node.value, str) and "array" in types:
        return f"write it as a list: [{shown(node.text)}]"
    if isinstance(node, Scalar) and isinstance(node.value, str) and types == ["integer"] and node.text.isdecimal():
        return "remove the quotes" if not node.plain else None
    if types == ["integer"] and isinstance(node, Scalar) and _GROUPED.fullmatch(node.text):
        return f"write `{re.sub('[_, ]', '', node.text)}`"
    return None


def _wrong_version(node: Node) -> Diagnostic:
    expected = "the number 1"
    if isinstance(node, Scalar) and isinstance(node.value, str) and node.value.strip() in {"1", "1.0"}:
        message = f"the linkfile version must be a number, and this is {describe(node)}"
        return Diagnostic(Code.LINKFILE_VERSION, message, node.span, expected, "write `linkfile: 1`, without quotes")
    message = f"this release does not know a linkfile version that is {describe(node)}"
    return Diagnostic(Code.LINKFILE_VERSION, message, node.span, expected, "write `linkfile: 1`")


def _not_allowed(path: Path, node: Node, allowed: list[str | None]) -> Diagnostic:
    names = [name for name in allowed if name is not None]
    message = f"{place(path)} cannot be {describe(node)}"
    if isinstance(node, Scalar) and node.text:
        hint = did_you_mean(Nearest(names).to(node.text))
    else:
        hint = "write one of them, or leave the key out"
    return Diagnostic(Code.NOT_ALLOWED, message, node.span, one_of(names), hint)


def _empty(path: Path, node: Node) -> Diagnostic:
    if isinstance(node, Sequence):
        return Diagnostic(Code.WRONG_COUNT, f"{place(path)} is an empty list", node.span, "at least one entry")
    hint = "write `{ path: FILE }`" if path[0] == "sources" or path[2:] == ("source",) else "leave the key out"
    return Diagnostic(Code.WRONG_COUNT, f"{place(path)} is an empty mapping", node.span, "at least one key", hint)


def _too_many(path: Path, node: Node) -> Diagnostic:
    return Diagnostic(Code.WRONG_COUNT, f"{place(path)} has more than one kind", node.span, "exactly one key")


def _malformed(path: Path, node: Node, violation: ValidationError) -> Diagnostic:
    """A text, or the key of a mapping, that does not have the form that it must have."""
    text = violation.instance
    assert isinstance(text, str)
    is_key = "propertyNames" in violation.absolute_schema_path
    span = node.span
    if is_key:
        assert isinstance(node, Mapping)
        span = node.entries[text].key.span
    if is_key and len(path) == 1:
        return _bad_id(text, _SECTIONS[str(path[0])], span)
    if path[0] == "interfaces" or path[2:] == ("remap",):
        return _bad_wit_name(text, span)
    if path[2:3] == ("remap",):
        return _bad_export_name(text, path, span)
    if "\0" in text:
        problem = "holds a NUL character"
    elif not text:
        problem = "is empty"
    else:
        problem = "holds a `=`" if is_key else "holds a control character"
    subject = f"a name in {place(path)}" if is_key else place(path)
    return Diagnostic(Code.BAD_TEXT, f"{subject} {problem}", span)


def _bad_id(text: str, what: str, span: Span) -> Diagnostic:
    kebab = re.sub(r"[^a-z0-9]+", "-", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", text[:100]).lower()).strip("-")
    hint = f"write `{kebab}`" if kebab[:1].isalpha() and len(text) <= 100 else None
    if text == "<<":
        hint = "merge keys belong to YAML 1.1, and a linkfile is YAML 1.2: write the entries out"
    message = f"{quoted(text)} cannot be the id of {_article(what)}: it is not in kebab-case"
    return Diagnostic(Code.BAD_ID, message, span, "small letters and digits in words joined by `-`", hint)


def _article(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


def _bad_wit_name(text: str, span: Span) -> Diagnostic:
    name, _, version = text.partition("@")
    hint = None
    if ":" not in name or "/" not in name:
        hint = "name the package too: `namespace:package/interface@version`"
    elif re.fullmatch(r"v?[0-9]+(\.[0-9]+)?", version, re.ASCII):
        full = ".".join([*version.removeprefix("v").split("."), "0", "0"][:3])
        hint = f"write the whole version: `{shown(name)}@{full}`"
    elif any(c.isupper() or c == "_" for c in name):
        hint = "names are in kebab-case: small letters, with `-` between words"
    message = f"{quoted(text)} is not a WIT interface name"
    return Diagnostic(Code.BAD_WIT_NAME, message, span, "namespace:package/interface@1.2.3", hint)


def _bad_export_name(text: str, path: Path, span: Span) -> Diagnostic:
    what, expected = "an item", "a function name in kebab-case"
    if path[-1] == "as":
        what, expected = "an export", "a WIT interface name, or a name in kebab-case"
    return Diagnostic(Code.BAD_WIT_NAME, f"{quoted(text)} is not the name of {what}", span, expected)
