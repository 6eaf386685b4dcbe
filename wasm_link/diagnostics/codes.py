"""Every diagnostic code, with its title and its severity. A code is never reused for another problem.

What a code means at length, with a wrong and a right example, is in `explanations/<code>.md`; a test runs the examples.
"""

from __future__ import annotations

from enum import Enum

from wasm_link.diagnostics.model import Severity


class Code(Enum):
    """A stable code: WL0 reading, WL1 schema, WL2 names, WL3 sources, WL4 links, WL5 building, WL6 calls, WL7 cache."""

    UNREADABLE_FILE = "WL001", "The linkfile cannot be read"
    FILE_TOO_LARGE = "WL002", "The linkfile is too large"
    NOT_UTF8 = "WL003", "The linkfile is not UTF-8 text"
    YAML_SYNTAX = "WL004", "The linkfile is not valid YAML"
    MULTIPLE_DOCUMENTS = "WL005", "The file holds more than one YAML document"
    DUPLICATE_KEY = "WL006", "A key appears twice in one mapping"
    YAML_TAG = "WL007", "A YAML tag is used"
    TOO_DEEP = "WL008", "The linkfile is nested too deeply"
    TOO_MANY_NODES = "WL009", "The linkfile holds too many values"
    BAD_ALIAS = "WL010", "An alias is undefined, or is part of what it names"
    NOT_A_MAPPING = "WL011", "The linkfile is not a mapping"

    UNKNOWN_KEY = "WL101", "A key is not known here"
    MISSING_KEY = "WL102", "A required key is missing"
    WRONG_TYPE = "WL103", "A value has the wrong type"
    NOT_ALLOWED = "WL104", "A value is not one of those allowed"
    BAD_ID = "WL105", "An id is not in kebab-case"
    UNQUOTED_VERSION = "WL106", "A version must be quoted"
    BAD_WIT_NAME = "WL107", "A WIT interface name is malformed"
    BAD_LIMIT = "WL108", "A limit does not parse"
    LINKFILE_VERSION = "WL109", "The linkfile version is not supported"
    WRONG_COUNT = "WL110", "A list or a mapping has the wrong number of entries"
    BAD_TEXT = "WL111", "A text value is not usable"

    UNKNOWN_SOURCE = "WL201", "A source is not defined"
    UNKNOWN_INTERFACE = "WL202", "An interface is not defined"
    UNKNOWN_ROOT = "WL203", "The root interface is not defined"
    UNKNOWN_PROVIDER = "WL204", "A provider is not a plugin of this linkfile"
    LISTED_TWICE = "WL205", "An id is listed twice"
    CARDINALITY = "WL206", "The cardinality of an interface is not met"
    CYCLE = "WL207", "Plugins depend on each other in a cycle"
    UNREACHED_PLUGIN = "WL208", "A plugin is not reached from the root", Severity.WARNING
    NOT_A_PROVIDER = "WL209", "A provider does not plug the interface"
    SHARED_WIT_NAME = "WL210", "Two interfaces name the same WIT interface"
    UNUSED_SOURCE = "WL211", "A source is not used", Severity.WARNING
    UNUSED_INTERFACE = "WL212", "An interface is not used", Severity.WARNING

    SOURCE_MISSING = "WL301", "A source file does not exist"
    SOURCE_NOT_A_FILE = "WL302", "A source is not a regular file"
    SOURCE_UNREADABLE = "WL303", "A source cannot be read"
    NOT_A_COMPONENT = "WL304", "A source is not a WebAssembly component"
    CORE_MODULE = "WL305", "A source is a core module, not a component"
    MALFORMED_COMPONENT = "WL306", "A component is malformed"
    BAD_TEXT_FORMAT = "WL307", "A component in text format does not parse"
    UNSUPPORTED_COMPONENT = "WL308", "A component uses a format feature that is not supported"
    SOURCE_TOO_LARGE = "WL309", "A source is too large"
    DIRECTORY_MISSING = "WL310", "A granted directory does not exist"

    UNSATISFIED_IMPORT = "WL401", "An import is not satisfied by anything"
    SOCKET_NOT_IMPORTED = "WL402", "A declared socket is not imported", Severity.WARNING
    PLUG_NOT_EXPORTED = "WL403", "A plugin does not export what it plugs"
    MISSING_FUNCTION = "WL404", "A function is missing from the plugin that should provide it"
    TYPE_MISMATCH = "WL405", "The types of an import and an export differ"
    RESULT_SHAPE = "WL406", "A result does not fit the cardinality of its interface"
    WASI_NOT_GRANTED = "WL407", "A component imports WASI without a grant"
    UNUSED_GRANT = "WL408", "A grant is not used", Severity.WARNING
    RESOURCE_ACROSS_PLUGINS = "WL409", "A resource would cross from one plugin to another"
    ASYNC_IMPORT = "WL410", "An async import cannot be answered by a host"
    UNSUPPORTED_TYPE = "WL411", "A type cannot cross from one plugin to another"
    BAD_REMAP = "WL412", "A remap names something that does not exist"

    COMPILE_FAILED = "WL501", "A component does not compile"
    INSTANTIATE_FAILED = "WL502", "A component cannot be instantiated"
    PLUGIN_SKIPPED = "WL503", "A plugin was left out", Severity.WARNING

    BAD_CALL = "WL601", "A call expression does not parse"
    UNKNOWN_FUNCTION = "WL602", "The root has no such function"
    BAD_ARGUMENT = "WL603", "An argument does not fit its type"

    CACHE_UNUSABLE = "WL701", "The cache cannot be used", Severity.WARNING

    title: str
    severity: Severity

    def __new__(cls, value: str, title: str, severity: Severity = Severity.ERROR) -> Code:
        """Make a member whose value is the code itself."""
        member = object.__new__(cls)
        member._value_ = value
        member.title = title
        member.severity = severity
        return member
