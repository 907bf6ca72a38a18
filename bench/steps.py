"""How many steps of the interpreter a piece of work takes: a count, which no other process and no cache changes.

A step is one bytecode of Python. What runs in C (sorting, copying, a look into a dict) is one step however long it is,
so the count stands beside a timing and not in its place.
"""

import gc
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def counted(work: Callable[[], object]) -> int:
    """Bytecodes that the work executes, in every function it calls."""
    steps = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal steps
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        steps += event == "opcode"
        return trace

    before, collected = sys.gettrace(), gc.isenabled()
    gc.disable()  # what others have hung on to the collector would be counted with it
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
        if collected:
            gc.enable()
    return steps
