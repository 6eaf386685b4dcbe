"""Random valid WIT packages: interfaces with types, resources and functions, and a world that uses them."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

PRIMITIVES = ("bool", "s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "f32", "f64", "char", "string")
_MAP_KEYS = ("bool", "s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "char", "string")
_WORDS = ("a", "text", "URL", "x2", "very-long-name", "is-XML", "m1x3d-4CR0NYMS", "%list", "%record", "%from")
_VERSIONS = ("", "@0.1.0", "@0.0.3", "@1.2.3", "@1.0.0-rc.1", "@2.0.0+build.5")


@dataclass
class _Names:
    """What an interface can refer to so far: value types and resources, each under a name of its own."""

    types: list[str] = field(default_factory=list)
    resources: list[str] = field(default_factory=list)
    taken: int = 0

    def new(self, word: str) -> str:
        """A label that the interface does not have yet."""
        self.taken += 1
        bare = word.removeprefix("%")
        return f"{bare}-{'N' if bare.isupper() else 'n'}{self.taken}"


def _labels(draw: st.DrawFn, most: int, least: int = 1) -> list[str]:
    return draw(st.lists(st.sampled_from(_WORDS), min_size=least, max_size=most, unique_by=lambda word: word.lower()))


def _value_type(draw: st.DrawFn, names: _Names, depth: int = 3) -> str:
    """A type expression for any place; it holds no borrow."""

    def inner() -> str:
        return _value_type(draw, names, depth - 1)

    leaves = ["primitive"] + (["named"] * 3 if names.types else []) + (["own"] if names.resources else [])
    branches = ["list", "option", "result", "tuple", "map", "stream", "future"] if depth else []
    match draw(st.sampled_from(leaves + branches)):
        case "primitive":
            return draw(st.sampled_from(PRIMITIVES))
        case "named":
            return draw(st.sampled_from(names.types))
        case "own":
            return draw(st.sampled_from(names.resources))
        case "list":
            return f"list<{inner()}>"
        case "fixed":
            return f"list<{inner()}, {draw(st.integers(1, 5))}>"
        case "option":
            return f"option<{inner()}>"
        case "tuple":
            return f"tuple<{', '.join(inner() for _ in range(draw(st.integers(1, 3))))}>"
        case "map":
            return f"map<{draw(st.sampled_from(_MAP_KEYS))}, {inner()}>"
        case "result":
            form = draw(st.sampled_from(("result", "result<{}>", "result<_, {}>", "result<{}, {}>")))
            return form.format(*[inner() for _ in range(form.count("{}"))])
        case "stream":
            element = inner()  # (stream char) is not allowed yet
            return draw(st.sampled_from(("stream", "stream<u8>" if element == "char" else f"stream<{element}>")))
    return draw(st.sampled_from(("future", f"future<{inner()}>")))


def _function(draw: st.DrawFn, names: _Names) -> str:
    """Everything of a function after its name."""
    params: list[str] = []
    for label in _labels(draw, 3, 0):
        kind = _value_type(draw, names)
        if names.resources and draw(st.integers(0, 3)) == 0:
            resource = draw(st.sampled_from(names.resources))
            kind = draw(st.sampled_from(("borrow<{}>", "list<borrow<{}>>", "option<borrow<{}>>"))).format(resource)
        params.append(f"{label}: {kind}")
    result = f" -> {_value_type(draw, names)}" if draw(st.booleans()) else ""
    return f"{draw(st.sampled_from(('', '', '', 'async ')))}func({', '.join(params)}){result};"


def _type_definition(draw: st.DrawFn, names: _Names) -> str:
    name = names.new(draw(st.sampled_from(_WORDS)))
    match draw(st.sampled_from(("record", "variant", "enum", "flags", "alias", "resource"))):
        case "record":
            text = (
                f"record {name} {{ {' '.join(f'{label}: {_value_type(draw, names)},' for label in _labels(draw, 4))} }}"
            )
        case "variant":
            cases = [
                f"{label}({_value_type(draw, names)})" if draw(st.booleans()) else label for label in _labels(draw, 4)
            ]
            text = f"variant {name} {{ {', '.join(cases)} }}"
        case "enum":
            text = f"enum {name} {{ {', '.join(_labels(draw, 4))} }}"
        case "flags":
            text = f"flags {name} {{ {', '.join(_labels(draw, 4))} }}"
        case "alias":
            text = f"type {name} = {_value_type(draw, names)};"
        case _:
            names.resources.append(name)
            return f"resource {name} {{ {_resource_body(draw, names)} }}"
    names.types.append(name)
    return text


def _resource_body(draw: st.DrawFn, names: _Names) -> str:
    body: list[str] = []
    if draw(st.booleans()):
        params = [f"{label}: {_value_type(draw, names)}" for label in _labels(draw, 2, 0)]
        body.append(f"constructor({', '.join(params)});")
    for _ in range(draw(st.integers(0, 2))):
        # A method has a parameter of its own, called self.
        name, signature = names.new("method"), _function(draw, names)
        body.append(f"{name}: {draw(st.sampled_from(('', 'static ')))}{signature}")
    return " ".join(body)


@st.composite
def wit_packages(draw: st.DrawFn) -> str:
    """The text of a WIT package with the world `w`."""
    version = draw(st.sampled_from(_VERSIONS))
    interfaces: list[tuple[str, _Names]] = []
    text = [f"package demo:random{version};"]
    for index in range(draw(st.integers(1, 3))):
        names = _Names()
        body: list[str] = []
        for other, theirs in interfaces:
            for item in draw(
                st.lists(st.sampled_from(theirs.types + theirs.resources or [""]), max_size=2, unique=True)
            ):
                if item:
                    renamed = names.new("used")
                    body.append(f"use {other}.{{{item} as {renamed}}};")
                    (names.types if item in theirs.types else names.resources).append(renamed)
        body += [_type_definition(draw, names) for _ in range(draw(st.integers(0, 4)))]
        body += [f"{names.new('run')}: {_function(draw, names)}" for _ in range(draw(st.integers(0, 3)))]
        interfaces.append((f"i{index}", names))
        text.append(f"interface i{index} {{\n  " + "\n  ".join(body) + "\n}")
    world = [f"import {name};" for name, _ in interfaces if draw(st.booleans())]
    # A run of them: an exported interface must not use another exported one by way of one that is imported.
    first = draw(st.integers(0, len(interfaces)))
    world += [f"export {name};" for name, _ in interfaces[first : draw(st.integers(first, len(interfaces)))]]
    plain = _Names()
    for direction in ("import", "export"):
        for _ in range(draw(st.integers(0, 2))):
            world.append(f"{direction} {plain.new('plain')}: {_function(draw, plain)}")
        if draw(st.integers(0, 2)) == 0:
            inline = _Names()
            items = [_type_definition(draw, inline) for _ in range(draw(st.integers(0, 2)))]
            items.append(f"{inline.new('run')}: {_function(draw, inline)}")
            world.append(f"{direction} {plain.new('inline')}: interface {{ {' '.join(items)} }}")
    text.append("world w {\n  " + "\n  ".join(world) + "\n}")
    return "\n".join(text) + "\n"
