"""Names of imports and exports, WIT interface names among them, and when one version may stand for another.

Grammar: component-model design/mvp/Explainer.md, "Import and Export Definitions" and "Canonical Interface Name", with
the dependency, URL and hash names that wasmparser still reads; versions: Semantic Versioning 2.0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

# A label is kebab-case: fragments of letters and digits, each in one case of letters; the first begins with a letter.
# The alternatives of a fragment exclude each other, so that matching takes linear time.
_FRAGMENT = r"(?:[a-z][0-9a-z]*|[A-Z][0-9A-Z]*)"
_LABEL = rf"{_FRAGMENT}(?:-(?:{_FRAGMENT}|[0-9]+{_FRAGMENT}?))*"
_PACKAGE_LABEL = r"[a-z][0-9a-z]*(?:-[0-9a-z]+)*"
_NUMBER = r"(?:0|[1-9][0-9]*)"
_PRERELEASE_PART = rf"(?:{_NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_SEMVER = (
    rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}"
    rf"(?:-{_PRERELEASE_PART}(?:\.{_PRERELEASE_PART})*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)
# The part of a version that compatible versions share; 0.0.x is a semantic version already.
_CANONICAL_VERSION = r"(?:[1-9][0-9]*|0\.[1-9][0-9]*)"
_SHA = r"sha(?:256|384|512)-[A-Za-z0-9+/]+={0,2}(?:\?[!-=?-~]*)?"
_INTEGRITY = rf"integrity=<\s*{_SHA}(?:\s+{_SHA})*\s*>"
_PACKAGE_PATH = rf"{_PACKAGE_LABEL}(?::{_PACKAGE_LABEL})+(?:/{_LABEL})*"
LABEL_PATTERN = rf"^{_LABEL}$"
WIT_NAME_PATTERN = rf"^{_PACKAGE_LABEL}:{_PACKAGE_LABEL}/{_LABEL}(?:@{_SEMVER})?$"

_LABEL_NAME = re.compile(_LABEL)
_WIT_NAME = re.compile(
    rf"(?P<namespace>{_PACKAGE_LABEL}):(?P<package>{_PACKAGE_LABEL})/(?P<interface>{_LABEL})"
    rf"(?:@(?P<version>{_SEMVER}|{_CANONICAL_VERSION}))?"
)


class Accessor(Enum):
    """What the function of a property does, by the annotation in its name."""

    GET = "get"
    SET = "set"


class NameKind(Enum):
    """The forms that the name of an import or an export can have; a property's function is one of the first four."""

    LABEL = "label"
    CONSTRUCTOR = "constructor"
    METHOD = "method"
    STATIC = "static"
    INTERFACE = "interface"
    DEPENDENCY = "dependency"
    URL = "url"
    HASH = "hash"


_ACCESSOR = r"(?:\[(?P<accessor>get|set)\])?"
_EXTERN_NAMES = (
    (NameKind.LABEL, rf"{_ACCESSOR}{_LABEL}"),
    (
        NameKind.INTERFACE,
        rf"(?:{_PACKAGE_LABEL}:)+{_PACKAGE_LABEL}(?:/{_LABEL})+(?:@(?:{_SEMVER}|{_CANONICAL_VERSION}))?",
    ),
    (NameKind.CONSTRUCTOR, rf"\[constructor\](?P<resource>{_LABEL})"),
    (NameKind.METHOD, rf"\[method\]{_ACCESSOR}(?P<resource>{_LABEL})\.(?P<function>{_LABEL})"),
    (NameKind.STATIC, rf"\[static\]{_ACCESSOR}(?P<resource>{_LABEL})\.(?P<function>{_LABEL})"),
    (
        NameKind.DEPENDENCY,
        rf"locked-dep=<{_PACKAGE_PATH}(?:@{_SEMVER})?>(?:,{_INTEGRITY})?"
        rf"|unlocked-dep=<{_PACKAGE_PATH}"
        rf"(?:@\*|@\{{(?:>={_SEMVER}(?: <{_SEMVER})?|<{_SEMVER}|\*)\}})?>",
    ),
    (NameKind.URL, rf"url=<[^<>]*>(?:,{_INTEGRITY})?"),
    (NameKind.HASH, _INTEGRITY),
)

# Compiled when a name first gets as far: few need the last ones, which would cost each start some 10 ms.
_compiled = lru_cache(maxsize=None)(re.compile)


@dataclass(frozen=True, slots=True)
class ExternName:
    """The name of an import or an export, taken apart.

    `resource` is set for constructors, methods and static functions, `function` for the latter two, and `accessor` for
    the functions of a property.
    """

    text: str
    kind: NameKind
    resource: str | None = None
    function: str | None = None
    accessor: Accessor | None = None


@dataclass(frozen=True, slots=True)
class WitName:
    """A fully qualified WIT interface name; `version` is None where none was written."""

    namespace: str
    package: str
    interface: str
    version: str | None

    def __str__(self) -> str:
        suffix = f"@{self.version}" if self.version is not None else ""
        return f"{self.path}{suffix}"

    @property
    def path(self) -> str:
        """The name without its version."""
        return f"{self.namespace}:{self.package}/{self.interface}"

    @property
    def track(self) -> tuple[str, str | None]:
        """The path and the part of the version within which versions are compatible (see `compatible`)."""
        return self.path, _track(self.version)


def is_label(text: str) -> bool:
    """Whether the text is a label: kebab-case, as the names of fields, cases and parameters are."""
    return _LABEL_NAME.fullmatch(text) is not None


@lru_cache(maxsize=4096)
def parse_wit_name(text: str) -> WitName | None:
    """The parts of a WIT interface name, or None where the text is not one.

    A version is a semantic version or, as binaries may have it, the canonical part of one: `1` or `0.2`.
    """
    match = _WIT_NAME.fullmatch(text)
    return WitName(match["namespace"], match["package"], match["interface"], match["version"]) if match else None


def parse_extern_name(text: str) -> ExternName | None:
    """The parts of an import's or an export's name, or None where it has none of the forms.

    Interface names may be nested (`a:b:c/d/e`) here; `parse_wit_name` takes only those that WIT can name today.
    """
    for kind, pattern in _EXTERN_NAMES:
        match = _compiled(pattern).fullmatch(text)
        if match is not None:
            parts = match.groupdict()
            accessor = Accessor(parts["accessor"]) if parts.get("accessor") else None
            return ExternName(text, kind, parts.get("resource"), parts.get("function"), accessor)
    return None


def compatible(needed: WitName, provided: WitName) -> bool:
    """Whether an import of `needed` may be answered by an export named `provided`.

    The component model's rule for canonical versions: the same major version, or for 0.x the same minor, or for 0.0.x
    the same patch. A pre-release, and a name without a version, match only themselves.
    """
    return needed.track == provided.track


def uniqueness_key(name: str) -> str:
    """What two names in one scope must not share ("strongly-unique", Explainer.md, "Name Uniqueness")."""
    if ":" in name or "=" in name:  # wasmparser compares names that are not plain as they are written
        return name
    folded = name.lower().replace("[get]", "")
    for prefix in ("[method]", "[static]"):
        if folded.startswith(prefix):
            resource, _, function = folded[len(prefix) :].partition(".")
            return resource if resource == function else f"{resource}.{function}"
    return folded


def _track(version: str | None) -> str | None:
    """The "compatibility track" of a version: `1`, `0.2` or `0.0.3`; a pre-release is a track of its own."""
    if version is None:
        return None
    release, _, _build = version.partition("+")
    if "-" in release:
        return version
    # A canonical version holds only the numbers that decide: `1` and `0.2` are their own tracks.
    major, *rest = release.split(".")
    if major != "0":
        return major
    return f"0.{rest[0]}" if rest[0] != "0" else f"0.0.{rest[1]}"
