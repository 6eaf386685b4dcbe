"""Names of WIT interfaces: `namespace:package/interface@version`, and when one version may stand for another.

Grammar: component-model design/mvp/Explainer.md, "Import and export names"; versions: semver 2.0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

# A label is kebab-case: words of letters and digits that begin with a letter, each all lower or all upper case.
_WORD = r"(?:[a-z][0-9a-z]*|[A-Z][0-9A-Z]*)"
_LABEL = rf"{_WORD}(?:-{_WORD})*"
_PACKAGE_LABEL = r"[a-z][0-9a-z]*(?:-[a-z0-9]+)*"
_SEMVER = (
    r"(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)"
    r"(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)
LABEL_PATTERN = rf"^{_LABEL}$"
WIT_NAME_PATTERN = rf"^{_PACKAGE_LABEL}:{_PACKAGE_LABEL}/{_LABEL}(?:@{_SEMVER})?$"

_WIT_NAME = re.compile(
    rf"(?P<namespace>{_PACKAGE_LABEL}):(?P<package>{_PACKAGE_LABEL})/(?P<interface>{_LABEL})"
    rf"(?:@(?P<version>{_SEMVER}))?",
    re.ASCII,
)


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


@lru_cache(maxsize=65536)
def parse_wit_name(text: str) -> WitName | None:
    """The parts of a WIT interface name, or None where the text is not one."""
    match = _WIT_NAME.fullmatch(text)
    return WitName(match["namespace"], match["package"], match["interface"], match["version"]) if match else None


def compatible(needed: WitName, provided: WitName) -> bool:
    """Whether an import of `needed` may be answered by an export named `provided`.

    The component model's rule for canonical versions: the same major version, or for 0.x the same minor, or for 0.0.x
    the same patch. A pre-release, and a name without a version, match only themselves.
    """
    return needed.track == provided.track


def _track(version: str | None) -> str | None:
    """The "compatibility track" of a version: `1`, `0.2` or `0.0.3`; a pre-release is a track of its own."""
    if version is None:
        return None
    core, _, _build = version.partition("+")
    if "-" in core:
        return core
    major, minor, patch = core.split(".")
    if major != "0":
        return major
    return f"0.{minor}" if minor != "0" else f"0.0.{patch}"
