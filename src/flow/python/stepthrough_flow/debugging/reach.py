"""Reaches into threads that run already: Python 3.9 to 3.11, where a thread can only begin to trace itself.

What the interpreter itself uses to trace a thread takes any thread. It is given a function of ours, and Python calls
that in each thread at the next line or call that the thread comes to.
"""

from __future__ import annotations

import ctypes
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Iterator

_python = ctypes.pythonapi
_interpreter = _python.PyInterpreterState_Get
_interpreter.restype = ctypes.c_void_p
_first = _python.PyInterpreterState_ThreadHead
_first.argtypes, _first.restype = [ctypes.c_void_p], ctypes.c_void_p
_next = _python.PyThreadState_Next
_next.argtypes, _next.restype = [ctypes.c_void_p], ctypes.c_void_p
_set_trace = _python._PyEval_SetTrace
_set_trace.argtypes, _set_trace.restype = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p], ctypes.c_int

_Arrived = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)

#: Seconds in which no other thread gets its turn, and the longest that one must be waited for which computes.
_TURN = 0.02


class Reach:
    def __init__(self, arrived: Callable[[], None]) -> None:
        """``arrived`` is called once in each thread that `begin` reached; it may trace the thread from there on."""

        def call(_self: int, _frame: int, _event: int, _argument: int) -> int:
            arrived()
            return 0

        self._call = _Arrived(call)

    def begin(self) -> None:
        """Every thread comes to `arrived`, and is traced by nothing else until then."""
        function = ctypes.cast(self._call, ctypes.c_void_p)
        # Any object will do; one that is always there.
        self._set(function, id(None))

    def end(self) -> None:
        """No thread is traced any more."""
        self._set(None, None)

    def _set(self, function: ctypes.c_void_p | None, argument: int | None) -> None:
        interval = sys.getswitchinterval()
        sys.setswitchinterval(_TURN)
        try:
            # Who waits for its turn asks for it when the interval is over that held when it began to wait, and only
            # where none has had a turn since. So after this nobody asks for a while, and no thread comes or goes.
            time.sleep(0.0001)
            for thread in _threads():
                _set_trace(thread, function, argument)
        finally:
            sys.setswitchinterval(interval)


def _threads() -> Iterator[int]:
    thread = _first(_interpreter())
    while thread:
        yield thread
        thread = _next(thread)
