"""A `try` that covers a function from its very first instruction.

CPython runs signal handlers at a function's first instruction (`RESUME`), which lies before any `try` in its body. That
is where a Ctrl-C lands which was pressed while native code ran: in a callback it would get out past every `except`, and
ctypes would go on with whatever was in the return slot. The cure is one more entry in the exception table of the code
object (CPython, `Objects/exception_handling_notes.txt`): the instructions before the `try` go to its handler too.
"""

from __future__ import annotations

import dis
from types import FunctionType


def guard_from_first_instruction(function: object) -> None:
    """Let the `try` statement that is the whole body of `function` cover the instructions before it as well."""
    assert isinstance(function, FunctionType)
    code = function.__code__
    first = next(step.offset for step in dis.get_instructions(code) if step.opname == "RESUME")
    entry = getattr(dis.Bytecode(code), "exception_entries")[0]  # noqa: B009  # typeshed does not know it
    assert entry.depth == 0, "the try statement is not the whole body"
    if entry.start <= first:
        return
    head = _number(first // 2, begins_entry=True)
    head += b"".join(_number(n) for n in ((entry.start - first) // 2, entry.target // 2, int(entry.lasti)))
    function.__code__ = code.replace(co_exceptiontable=head + code.co_exceptiontable)


def _number(value: int, *, begins_entry: bool = False) -> bytes:
    """A number as the table has it: six bits a byte, the highest first; bit 6 says that more follow."""
    sextets = [value & 63]
    while value := value >> 6:
        sextets.append(value & 63 | 64)
    sextets.reverse()
    if begins_entry:
        sextets[0] |= 128
    return bytes(sextets)
