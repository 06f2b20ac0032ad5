"""Watching lines with `sys.settrace`: Python 3.9 to 3.11.

A trace function slows all code down, also where it wants no lines. So there is one only while the flow is stepped
through or paused, while errors are watched, and for the few breakpoints that cannot be put into the code itself
(`instrument.py`). The main thread gets its trace function through a pending call, which Python runs between two
instructions of whatever the thread is doing. Other threads cannot be reached that way; they have one from their
beginning.
"""

from __future__ import annotations

import ctypes
import sys
import threading

from ..places import is_user_code
from .instrument import Instrumentation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any, Callable

    from .session import Debugger

    Local = Callable[[FrameType, str, Any], Any]

_PendingCall = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)


class SetTrace:
    def __init__(self, debugger: Debugger) -> None:
        self._debugger = debugger
        #: By identity, since comparing code takes long. Whether lines are wanted, or only errors, comes with it.
        self._plans: dict[int, tuple[Local | None, bool]] = {}
        #: Keeps what the identities mean.
        self._codes: dict[int, CodeType] = {}
        self._main = threading.main_thread().ident
        self._instrumentation = Instrumentation(debugger, self._reached)
        #: By thread: the line that the trace function has just met, whose call in the code must not count again.
        self._met: dict[int, tuple[FrameType, int]] = {}
        self._needed = False
        self._switched = False
        self._scheduled = False
        self._trace = self._enter
        self._pending = _PendingCall(self._switch)

    def start(self) -> None:
        """Call it in the main thread."""
        threading.settrace(self._trace)
        _watch_modules(self)

    def update(self) -> None:
        """What is watched has changed. To be called from any thread, before the stopped one goes on."""
        debugger = self._debugger
        self._instrumentation.apply()
        self._plans = {}
        self._needed = debugger.watching or debugger.errors.watches_raises or self._instrumentation.needs_trace()
        for thread, frame in sys._current_frames().items():
            if not debugger.is_own(thread):
                self._mark(frame)
        if threading.get_ident() == self._main:
            self._switch(None)
        elif self._needed != self._switched and not self._scheduled:
            # One is enough: it decides by what is needed when it runs. Python takes few, and none while many wait.
            self._scheduled = ctypes.pythonapi.Py_AddPendingCall(self._pending, None) == 0

    def settle(self) -> None:
        """A stopped thread goes on: what was decided meanwhile holds from its next line."""
        if threading.get_ident() == self._main:
            self._switch(None)

    def module(self, code: CodeType) -> None:
        """The code of a module is about to run in this thread; its functions can be instrumented when it has."""
        if code.co_name == '<module>' and is_user_code(code.co_filename):
            self._debugger.loaded(code.co_filename)
            if not self._needed and self._debugger.breakpoint_lines(code.co_filename):
                self._needed = True
                if threading.get_ident() == self._main:
                    self._switch(None)

    def _switch(self, _argument: object) -> int:
        """In the main thread: begins or ends to trace it."""
        self._scheduled = False
        self._switched = self._needed
        sys.settrace(self._trace if self._needed else None)
        return 0

    def _mark(self, frame: FrameType | None) -> None:
        """Frames that are there already; later ones are asked for by Python when they are entered."""
        step = self._debugger.step
        while frame is not None:
            if is_user_code(frame.f_code.co_filename):
                local, lines = self._plan(frame.f_code)
                if step is not None and step.follows(frame):
                    local, lines = local or self._watch(frame.f_code), True
                frame.f_trace = local
                frame.f_trace_lines = lines
            frame = frame.f_back

    def _enter(self, frame: FrameType, event: str, argument: Any) -> Local | None:
        code = frame.f_code
        known = self._plans.get(id(code))
        if known is None:
            self._codes[id(code)] = code
            known = self._plans[id(code)] = self._plan(code)
        local, lines = known
        if not lines and local is not None:
            frame.f_trace_lines = False
        return local

    def _plan(self, code: CodeType) -> tuple[Local | None, bool]:
        debugger = self._debugger
        if not is_user_code(code.co_filename):
            return None, False
        lines = debugger.everywhere or bool(self._instrumentation.traced_lines(code))
        # What a module defines can be instrumented when it returns.
        is_module = code.co_name == '<module>' and bool(debugger.breakpoint_lines(code.co_filename))
        return (self._watch(code), lines) if lines or is_module or debugger.errors.watches_raises else (None, False)

    def _watch(self, code: CodeType) -> Local:
        debugger = self._debugger
        traced = self._instrumentation.traced_lines(code)
        instrumented = self._instrumentation.is_instrumented(code)
        leaves = code.co_name == '<module>' or bool(traced)

        def local(frame: FrameType, event: str, argument: Any) -> Any:
            if event == 'line':
                if debugger.watching or frame.f_lineno in traced:
                    if instrumented:
                        self._met[threading.get_ident()] = (frame, frame.f_lineno)
                    debugger.line(frame)
            elif event == 'exception':
                debugger.raised(frame, argument[1])
            elif event == 'return' and leaves:
                # Perhaps it was the last that had to be traced.
                self._instrumentation.again()
                debugger.left(frame)
            # It may have been exchanged while the flow was stopped.
            return frame.f_trace

        return local

    def _reached(self, frame: FrameType) -> None:
        """Instrumented code has come to a breakpoint."""
        met = self._met.pop(threading.get_ident(), None)
        if met is None or met[0] is not frame or met[1] != frame.f_lineno:
            self._debugger.line(frame, arrived=True)


_watching: list[SetTrace] = []


def _watch_modules(tracer: SetTrace) -> None:
    """Python tells of each module that it executes; such a hook stays for the life of the process."""
    first = not _watching
    _watching[:] = [tracer]
    if first:
        sys.addaudithook(_audit)


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event == 'exec':
        _watching[0].module(arguments[0])
