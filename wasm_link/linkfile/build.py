"""A document → the typed linkfile, and an outline of its names that exists even where the linkfile does not.

Whatever does not have the shape that the schema asks for was reported by the schema, and is left out here in silence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from wasm_link.component.names import parse_wit_name
from wasm_link.diagnostics import Code, Diagnostic, Note
from wasm_link.linkfile.limits import LimitError, parse_fuel, parse_memory, parse_timeout
from wasm_link.linkfile.model import (
    Access,
    Cardinality,
    Directory,
    Interface,
    Limits,
    Linkfile,
    OnError,
    PathSource,
    Plugin,
    Ref,
    Remap,
    SocketSpec,
    Source,
    Stdio,
    WasiGrant,
    WitRef,
)
from wasm_link.linkfile.nodes import Entry, Mapping, Node, Scalar, Sequence
from wasm_link.linkfile.outline import InterfaceOutline, Outline, PluginOutline
from wasm_link.linkfile.wording import quoted

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Built:
    """What came of a document. `linkfile` is None where any part of it could not be built."""

    linkfile: Linkfile | None
    outline: Outline
    diagnostics: tuple[Diagnostic, ...]


def build(document: Mapping, path: Path, text: str, *, valid: bool) -> Built:
    """Build the linkfile that `document` describes. `valid` says that nothing wrong with it was found before."""
    builder = _Builder()
    sources = {e.key.text: builder.source(e) for e in _entries(document.get("sources"))}
    interfaces = {e.key.text: builder.interface(e) for e in _entries(document.get("interfaces"))}
    plugins = {e.key.text: builder.plugin(e) for e in _entries(document.get("plugins"))}
    root = _ref(document.get("root"))
    outline = Outline(
        root,
        {e.key.text: Ref(e.key.text, e.key.span) for e in _entries(document.get("sources"))},
        {id: outline for id, (outline, _) in interfaces.items()},
        {id: outline for id, (outline, _) in plugins.items()},
        document.whole and all(_is_whole(document.get(key)) for key in ("sources", "interfaces", "plugins")),
    )
    linkfile = None
    if valid and not builder.problems:
        assert root is not None
        linkfile = Linkfile(
            path,
            text,
            _text(document.get("name")),
            root,
            {id: _built(source) for id, source in sources.items()},
            {id: _built(interface) for id, (_, interface) in interfaces.items()},
            {id: _built(plugin) for id, (_, plugin) in plugins.items()},
        )
    return Built(linkfile, outline, tuple(builder.problems))


class _Builder:
    """Builds the entries, and collects what only shows when a text is parsed."""

    def __init__(self) -> None:
        self.problems: list[Diagnostic] = []

    def source(self, entry: Entry) -> Source | None:
        spec = _source_spec(entry.value)
        return Source(entry.key.text, spec, entry.key.span) if spec is not None else None

    def interface(self, entry: Entry) -> tuple[InterfaceOutline, Interface | None]:
        id, body = Ref(entry.key.text, entry.key.span), entry.value
        if not isinstance(body, Mapping):
            return InterfaceOutline(id, (), None), None
        written = _one_or_many(body.get("wit"), _wit_ref)
        cardinality = _choice(Cardinality, body.get("cardinality"), Cardinality.EXACTLY_ONE)
        outline = InterfaceOutline(id, written or (), cardinality)
        if not written or cardinality is None:
            return outline, None
        return outline, Interface(id.id, written, cardinality, id.span)

    def plugin(self, entry: Entry) -> tuple[PluginOutline, Plugin | None]:
        id, body = Ref(entry.key.text, entry.key.span), entry.value
        if not isinstance(body, Mapping):
            return PluginOutline(id, None, None, None), None
        source_node = body.get("source")
        source = _ref(source_node) or _source_spec(source_node)
        plugs = _one_or_many(body.get("plug"), _ref)
        sockets = _list(body.get("sockets"), _socket)
        outline = PluginOutline(id, source, plugs or None, sockets)
        limits = self.limits(id.id, body.entries.get("limits"))
        wasi = self.wasi(id.id, body.entries.get("wasi"))
        remap = tuple(filter(None, map(_remap, _entries(body.get("remap")))))
        on_error = _choice(OnError, body.get("on-error"), OnError.FAIL)
        if source is None or not plugs or on_error is None:
            return outline, None
        return outline, Plugin(id.id, source, plugs, sockets, limits, wasi, remap, on_error, id.span)

    def limits(self, plugin: str, entry: Entry | None) -> Limits | None:
        if entry is None or not isinstance(entry.value, Mapping):
            return None
        body = entry.value

        def limit(key: str, parse: Callable[..., _T], *kinds: type) -> _T | None:
            node = body.get(key)
            if not isinstance(node, Scalar) or isinstance(node.value, bool) or not isinstance(node.value, kinds):
                return None
            if isinstance(node.value, float) and not node.value.is_integer():
                return None
            try:
                return parse(node.value)
            except LimitError as error:
                message = f"`limits.{key}` of plugin {quoted(plugin)} {error.problem}"
                self.problems.append(Diagnostic(Code.BAD_LIMIT, message, node.span, error.expected, error.hint))
                return None

        fuel = limit("fuel", parse_fuel, int, float)
        memory = limit("memory", parse_memory, int, float, str)
        timeout = limit("timeout", parse_timeout, str)
        return Limits(fuel, memory, timeout, entry.key.span)

    def wasi(self, plugin: str, entry: Entry | None) -> WasiGrant | None:
        if entry is None or not isinstance(entry.value, Mapping):
            return None
        body = entry.value
        stdin, stdout, stderr = (_choice(Stdio, body.get(key), Stdio.NULL) for key in ("stdin", "stdout", "stderr"))
        args = _list(body.get("args"), _text) or ()
        env = {e.key.text: text for e in _entries(body.get("env")) if (text := _text(e.value)) is not None}
        dirs = _list(body.get("dirs"), _directory) or ()
        self.check_guests(plugin, dirs)
        if stdin is None or stdout is None or stderr is None:
            return None
        return WasiGrant(stdin, stdout, stderr, args, env, dirs, entry.key.span)

    def check_guests(self, plugin: str, dirs: tuple[Directory, ...]) -> None:
        first: dict[str, Directory] = {}
        for directory in dirs:
            other = first.setdefault(directory.guest, directory)
            if other is not directory:
                message = f"plugin {quoted(plugin)} is given two directories as {quoted(directory.guest)}"
                notes = (Note("the first one is here", other.span),)
                self.problems.append(Diagnostic(Code.LISTED_TWICE, message, directory.span, notes=notes))


def _built(part: _T | None) -> _T:
    """A part of a valid document: the schema is at least as strict as this module, so that none is missing."""
    assert part is not None, "the schema accepted what cannot be built"
    return part


def _entries(node: Node | None) -> tuple[Entry, ...]:
    return tuple(node.entries.values()) if isinstance(node, Mapping) else ()


def _is_whole(node: Node | None) -> bool:
    return node is None or (isinstance(node, Mapping) and node.whole)


def _text(node: Node | None) -> str | None:
    return node.value if isinstance(node, Scalar) and isinstance(node.value, str) else None


def _ref(node: Node | None) -> Ref | None:
    text = _text(node)
    return Ref(text, node.span) if node is not None and text is not None else None


def _wit_ref(node: Node) -> WitRef | None:
    name = parse_wit_name(_text(node) or "")
    return WitRef(name, node.span) if name is not None else None


def _list(node: Node | None, read: Callable[[Node], _T | None]) -> tuple[_T, ...] | None:
    """The items of a list; None where it is no list, or where an item does not read."""
    if not isinstance(node, Sequence):
        return None
    items = [read(item) for item in node.items]
    kept = tuple(item for item in items if item is not None)
    return kept if len(kept) == len(items) else None


def _one_or_many(node: Node | None, read: Callable[[Node], _T | None]) -> tuple[_T, ...] | None:
    if isinstance(node, Sequence):
        return _list(node, read)
    item = read(node) if node is not None else None
    return (item,) if item is not None else None


def _choice(kind: type[_T], node: Node | None, default: _T) -> _T | None:
    """A member of an enum by its value, the default where nothing is written; `null` is also a name."""
    if node is None:
        return default
    if not isinstance(node, Scalar):
        return None
    text = "null" if node.value is None else node.value
    return next((member for member in kind if member.value == text), None)  # type: ignore[attr-defined]


def _source_spec(node: Node | None) -> PathSource | None:
    entry = node.entries.get("path") if isinstance(node, Mapping) else None
    path = _text(entry.value) if entry is not None else None
    return PathSource(path, entry.value.span) if entry is not None and path is not None else None


def _socket(node: Node) -> SocketSpec | None:
    if not isinstance(node, Mapping):
        interface = _ref(node)
        return SocketSpec(interface, None) if interface is not None else None
    interface, written = _ref(node.get("interface")), node.get("from")
    providers = _list(written, _ref)
    if interface is None or (written is not None and providers is None):
        return None
    return SocketSpec(interface, providers)


def _directory(node: Node) -> Directory | None:
    if not isinstance(node, Mapping):
        return None
    host, guest = _text(node.get("host")), _text(node.get("guest"))
    access = _choice(Access, node.get("access"), Access.READ)
    if host is None or guest is None or access is None:
        return None
    return Directory(host, guest, access, node.span)


def _remap(entry: Entry) -> Remap | None:
    requested = _wit_ref(entry.key)
    if requested is None or not isinstance(entry.value, Mapping):
        return None
    items = {e.key.text: text for e in _entries(entry.value.get("items")) if (text := _text(e.value)) is not None}
    exported = _text(entry.value.get("as")) or entry.key.text
    return Remap(requested, exported, items, entry.key.span)
