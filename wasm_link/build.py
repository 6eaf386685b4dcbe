"""The second half of the pipeline: from a link plan to a live tree. Compiles what changed, side by side, and links."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from time import perf_counter
from typing import Protocol

from wasm_link.cache.port import Cache
from wasm_link.diagnostics import Code, Diagnostic, Note, has_errors, in_order
from wasm_link.engine.artifacts import Artifact, obtain_artifact
from wasm_link.engine.limits import NO_LIMITS, StoreLimits
from wasm_link.engine.profile import Profile
from wasm_link.engine.text import text_to_binary
from wasm_link.engine.wasi import PreopenedDir, Stream, WasiSettings
from wasm_link.errors import CompileError, InstantiateError, SourceChangedError
from wasm_link.linkfile.model import Access, Linkfile, OnError, Plugin, Stdio, WasiGrant
from wasm_link.linking.isolated import LivePlugin, link_plugin
from wasm_link.pipeline import Checked
from wasm_link.planning.plan import Edge, LinkPlan
from wasm_link.planning.planner import as_skipped
from wasm_link.sources.read import SourceComponent, load_binary
from wasm_link.tree import PluginTreeHead

_STREAMS = {Stdio.NULL: Stream.NULL, Stdio.INHERIT: Stream.INHERIT}


class Status(Enum):
    """What became of a plugin in a build."""

    COMPILED = "compiled"
    CACHED = "cached"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PluginReport:
    """What became of one plugin, and why: `seconds` to load or compile it, `size` of its native code in bytes."""

    plugin: str
    status: Status
    reason: str
    seconds: float
    size: int | None


@dataclass(frozen=True, slots=True)
class BuildReport:
    """A build as data: the plugins in linkfile order, and the whole time in seconds."""

    plugins: tuple[PluginReport, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Built:
    """A build. `tree` is None where it failed, and `diagnostics` then say why; close the tree when it is not needed."""

    tree: PluginTreeHead | None
    report: BuildReport
    diagnostics: tuple[Diagnostic, ...]


class Observer(Protocol):
    """Who wants to know how a build goes on. Called from the thread that builds, one call at a time."""

    def compiling(self, total: int) -> None:
        """So many plugins are about to be loaded or compiled."""

    def ready(self, report: PluginReport) -> None:
        """One of them is done."""


def build(
    checked: Checked,
    cache: Cache,
    *,
    jobs: int | None = None,
    keep_going: bool = False,
    observer: Observer | None = None,
) -> Built:
    """Compile the components of a plan and instantiate the whole tree.

    `jobs` is how many components are compiled side by side, by default as many as there are processors. With
    `keep_going`, and for plugins with `on-error: skip`, a plugin that fails is left out where the cardinality allows
    it.
    """
    if jobs is not None and jobs < 1:
        raise ValueError(f"jobs is a number from 1, not {jobs}")
    assert checked.linkfile is not None
    assert checked.plan is not None
    state = _Build(checked.linkfile, checked.plan, checked.components, checked.diagnostics, cache, keep_going)
    return state.run(jobs, observer)


def profile_of(plugin: Plugin, component: SourceComponent) -> Profile:
    """The engine profile that a plugin's limits and its component ask for."""
    limits = plugin.limits
    return Profile(
        fuel=limits is not None and limits.fuel is not None,
        epochs=limits is not None and limits.timeout is not None,
        concurrency=component.is_concurrent,
    )


@dataclass(slots=True)
class _Build:
    """The state of one build."""

    linkfile: Linkfile
    plan: LinkPlan
    components: Mapping[str, SourceComponent]
    earlier: tuple[Diagnostic, ...]
    cache: Cache
    keep_going: bool
    diagnostics: list[Diagnostic] = field(default_factory=list)
    reports: dict[str, PluginReport] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)

    def run(self, jobs: int | None, observer: Observer | None) -> Built:
        start = perf_counter()
        artifacts = self._obtain(jobs or os.cpu_count() or 1, observer)
        live: dict[str, LivePlugin] = {}
        tree = None
        try:
            if not self._fatal():
                self._link(artifacts, live)
            self.diagnostics.extend(Diagnostic(Code.CACHE_UNUSABLE, text) for text in self.cache.warnings)
            if not self._fatal() and self._root_holds(live):
                tree = PluginTreeHead(self.plan, live, in_order([*self.earlier, *self.diagnostics]))
        finally:
            if tree is None:
                for plugin in reversed(live.values()):
                    plugin.instance.close()
        in_file_order = tuple(self.reports[id] for id in self.linkfile.plugins if id in self.reports)
        return Built(tree, BuildReport(in_file_order, perf_counter() - start), in_order(self.diagnostics))

    def _fatal(self) -> bool:
        return has_errors(self.diagnostics) and not self.keep_going

    def _obtain(self, jobs: int, observer: Observer | None) -> dict[str, Artifact]:
        """Load or compile every plugin's component; plugins that share component and profile share the work."""
        steps = [(step.plugin, self.linkfile.plugins[step.plugin]) for step in self.plan.steps]
        if observer is not None:
            observer.compiling(len(steps))
        artifacts: dict[str, Artifact] = {}
        pool = ThreadPoolExecutor(max_workers=jobs, thread_name_prefix="wasm-link-compile")
        try:
            futures: dict[tuple[str, Profile], Future[Artifact]] = {}
            waiting: dict[Future[Artifact], list[Plugin]] = {}
            for id, plugin in steps:
                component = self.components[id]
                profile = profile_of(plugin, component)
                key = (component.digest, profile)
                if key not in futures:
                    futures[key] = pool.submit(self._obtain_one, component, profile)
                waiting.setdefault(futures[key], []).append(plugin)
            for future in as_completed(waiting):
                for plugin in waiting[future]:
                    self._settle(plugin, future, artifacts, observer)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        return artifacts

    def _obtain_one(self, component: SourceComponent, profile: Profile) -> Artifact:
        return obtain_artifact(
            component.digest, component.size, profile, lambda: load_binary(component, text_to_binary), self.cache
        )

    def _settle(
        self, plugin: Plugin, future: Future[Artifact], artifacts: dict[str, Artifact], observer: Observer | None
    ) -> None:
        try:
            artifact = future.result()
        except (CompileError, SourceChangedError) as error:
            self._fail(plugin, Code.COMPILE_FAILED, f"plugin `{plugin.id}` does not compile: {error}")
        else:
            artifacts[plugin.id] = artifact
            status = Status.COMPILED if artifact.compiled else Status.CACHED
            self.reports[plugin.id] = PluginReport(plugin.id, status, artifact.reason, artifact.seconds, artifact.size)
        if observer is not None:
            observer.ready(self.reports[plugin.id])

    def _link(self, artifacts: Mapping[str, Artifact], live: dict[str, LivePlugin]) -> None:
        """Instantiate the plugins in the plan's order, as long as their providers live."""
        edges: dict[str, list[Edge]] = {}
        for edge in self.plan.edges:
            edges.setdefault(edge.consumer, []).append(edge)
        for step in self.plan.steps:
            plugin = self.linkfile.plugins[step.plugin]
            own = edges.get(plugin.id, [])
            if plugin.id in self.failed or not self._sockets_hold(plugin, own, live):
                continue
            try:
                live[plugin.id] = link_plugin(
                    plugin.id,
                    artifacts[plugin.id].component,
                    own,
                    live,
                    _wasi_settings(plugin.wasi, self.linkfile.directory),
                    _store_limits(plugin),
                )
            except InstantiateError as error:
                self._fail(
                    plugin, Code.INSTANTIATE_FAILED, f"plugin `{plugin.id}` cannot be instantiated: {error.reason}"
                )

    def _sockets_hold(self, plugin: Plugin, edges: Iterable[Edge], live: Mapping[str, LivePlugin]) -> bool:
        """Whether the sockets of a plugin have as many live providers as they want. Reports those that have not."""
        sound = True
        for edge in edges:
            gone = [p.plugin for p in edge.providers if p.plugin in self.failed]
            left = sum(p.plugin in live for p in edge.providers)
            if edge.cardinality.allows(left):
                continue
            sound = False
            message = (
                f"the socket `{edge.interface}` of plugin `{plugin.id}` wants {edge.cardinality.value} plugin, "
                f"and {left} can serve it"
            )
            if all(self._tolerates(self.linkfile.plugins[id]) for id in gone):
                self._fail(plugin, Code.CARDINALITY, message, gone)
            else:
                self._mark_failed(plugin, message)  # the build has failed, and the reason for it is told already
        return sound

    def _root_holds(self, live: Mapping[str, LivePlugin]) -> bool:
        root = self.plan.root
        left = sum(id in live for id in root.plugins)
        if root.cardinality.allows(left):
            return True
        # Only plugins that may be missing can be gone here: any other failure has ended the build before.
        self.diagnostics.append(
            Diagnostic(
                Code.CARDINALITY,
                f"the root `{root.interface}` wants {root.cardinality.value} plugin, and {left} can serve it",
                self.linkfile.root.span,
                notes=self._gone(id for id in root.plugins if id in self.failed),
            )
        )
        return False

    def _tolerates(self, plugin: Plugin) -> bool:
        return self.keep_going or plugin.on_error is OnError.SKIP

    def _fail(self, plugin: Plugin, code: Code, message: str, gone: Iterable[str] = ()) -> None:
        self._mark_failed(plugin, message)
        diagnostic = Diagnostic(code, message, plugin.span, notes=self._gone(gone))
        self.diagnostics.append(as_skipped(plugin, diagnostic) if plugin.on_error is OnError.SKIP else diagnostic)

    def _mark_failed(self, plugin: Plugin, reason: str) -> None:
        self.failed.add(plugin.id)
        before = self.reports.get(plugin.id)
        self.reports[plugin.id] = PluginReport(
            plugin.id, Status.FAILED, reason, before.seconds if before else 0.0, before.size if before else None
        )

    def _gone(self, plugins: Iterable[str]) -> tuple[Note, ...]:
        return tuple(Note(f"plugin `{id}` was left out", self.linkfile.plugins[id].span) for id in plugins)


def _wasi_settings(grant: WasiGrant | None, directory: Path) -> WasiSettings | None:
    if grant is None:
        return None
    return WasiSettings(
        stdin=_STREAMS[grant.stdin],
        stdout=_STREAMS[grant.stdout],
        stderr=_STREAMS[grant.stderr],
        args=grant.args,
        env=grant.env,
        dirs=tuple(
            PreopenedDir(directory / given.host, given.guest, writable=given.access is Access.WRITE)
            for given in grant.dirs
        ),
    )


def _store_limits(plugin: Plugin) -> StoreLimits:
    limits = plugin.limits
    return NO_LIMITS if limits is None else StoreLimits(limits.fuel, limits.memory, limits.timeout)
