"""Watching lines with `sys.settrace`: Python 3.9 to 3.11.

A trace function slows all code down, also where it wants no lines. So there is one only while the flow is stepped
through or paused, while errors are watched, and for the few breakpoints that cannot be put into the code itself
(`instrument.py`). The main thread gets its trace function through a pending call, which Python runs between two
instructions of whatever the thread is doing; how other threads get it is in `reach.py`.
"""

from __future__ import annotations

import ctypes
import sys
import threading

from ..places import is_user_code
from .beginnings import Beginnings
from .instrument import Instrumentation
from .reach import Reach
from .stepping import gives_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any, Callable

    from .session import Debugger

    Local = Callable[[FrameType, str, Any], Any]
    #: What hears of a frame, and whether of its lines or only of errors.
    Plan = tuple[Local, bool]

_UNKNOWN: Any = object()
_PendingCall = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)


class SetTrace:
    def __init__(self, debugger: Debugger) -> None:
        self._debugger = debugger
        #: By identity, since comparing code takes long; None where nothing is wanted.
        self._plans: dict[int, Plan | None] = {}
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
        self._errors = self._watch_errors
        self._library = self._watch_library
        self._pending = _PendingCall(self._switch)
        #: What other threads than the main one do.
        self._others_switched = False
        self._reach = Reach(self._arrived)
        self._beginnings = Beginnings()

    def start(self) -> None:
        """Call it before anything is watched; more than once where debuggers come and go."""
        _watch_modules(self)

    def update(self) -> None:
        """What is watched has changed. To be called from any thread, before the stopped one goes on."""
        debugger = self._debugger
        self._instrumentation.apply()
        self._plans = {}
        self._needed = debugger.watching or debugger.errors.watches_raises or self._instrumentation.needs_trace()
        # For threads that begin from now on.
        threading.settrace(self._trace if self._needed else None)  # type: ignore[arg-type]
        running = {thread: frame for thread, frame in sys._current_frames().items() if not debugger.is_own(thread)}
        for frame in running.values():
            self._mark(frame)
        if self._needed != self._others_switched:
            self._others_switched = self._needed
            if len(running) > 1:
                self._switch_all()
                return
        if threading.get_ident() == self._main:
            self._switch(None)
        elif self._needed != self._switched and not self._scheduled:
            # One is enough: it decides by what is needed when it runs. Python takes few, and none while many wait.
            # Said before, since it may run before the next instruction here.
            self._scheduled = True
            if ctypes.pythonapi.Py_AddPendingCall(self._pending, None) != 0:
                self._scheduled = False

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
                self._begin(sys._getframe())

    def _switch(self, _argument: object) -> int:
        """In the main thread: begins or ends to trace it."""
        self._scheduled = False
        self._switched = self._needed
        if self._needed:
            self._begin(sys._getframe())
        else:
            sys.settrace(None)
            self._beginnings.clear()
        return 0

    def _begin(self, frame: FrameType) -> None:
        """Traces this thread, if that is not so already; ``frame`` is any of ours or the innermost one that is there."""
        if sys.gettrace() is None:
            self._beginnings.note(frame)
        sys.settrace(self._trace)

    def _switch_all(self) -> None:
        self._switched = self._needed
        if self._needed:
            self._reach.begin()
        else:
            self._reach.end()
            self._beginnings.clear()

    def _arrived(self) -> None:
        """In a thread that is reached."""
        if not self._needed or self._debugger.is_own(threading.get_ident()):
            sys.settrace(None)
            return
        # Python has called through two functions of ours.
        frame = sys._getframe(2)
        self._mark(frame)
        self._begin(frame)

    def _mark(self, frame: FrameType | None) -> None:
        """Frames that are there already; later ones are asked for by Python when they are entered."""
        step = self._debugger.halting.step
        while frame is not None:
            leads_back = step is not None and step.leads_back(frame)
            follows = step is not None and step.follows(frame) and is_user_code(frame.f_code.co_filename)
            local, lines = self._plan(frame.f_code) or (None, False)
            if follows or (leads_back and is_user_code(frame.f_code.co_filename)):
                local, lines = self._watch(frame.f_code), lines or follows
            elif leads_back:
                local = self._library
            if local is not None or frame.f_trace is not None:
                frame.f_trace = local
                frame.f_trace_lines = lines
            frame = frame.f_back

    def _enter(self, frame: FrameType, event: str, argument: Any) -> Local | None:
        # Each call of the flow comes here while a trace function is needed.
        plans = self._plans
        known = plans.get(id(frame.f_code), _UNKNOWN)
        if known is None:
            return None
        if known is _UNKNOWN:
            if not self._needed:
                sys.settrace(None)
                return None
            code = frame.f_code
            self._codes[id(code)] = code
            known = plans[id(code)] = self._plan(code)
            if known is None:
                return None
        local, lines = known
        if lines is not frame.f_trace_lines:
            # A generator that goes on has kept what held when it last ran.
            frame.f_trace_lines = lines
        return local

    def _plan(self, code: CodeType) -> Plan | None:
        debugger = self._debugger
        if not is_user_code(code.co_filename):
            return None
        lines = debugger.everywhere or bool(self._instrumentation.traced_lines(code))
        # What a module defines can be instrumented when it returns.
        is_module = code.co_name == '<module>' and bool(debugger.breakpoint_lines(code.co_filename))
        if lines or is_module:
            return self._watch(code), lines
        return (self._errors, False) if debugger.errors.watches_raises else None

    def _watch_errors(self, frame: FrameType, event: str, argument: Any) -> Any:
        """Where no line is of interest; it has to be quick, since it hears of each return too."""
        if event == 'exception':
            self._debugger.encounters.raised(frame, argument[1])
            # What is watched may have changed while the flow was stopped.
            return frame.f_trace
        return self._errors

    def _watch_library(self, frame: FrameType, event: str, argument: Any) -> Any:
        """Where a library that the user's code has called gives the control back."""
        if event == 'return':
            self._returns(frame, argument)
        return frame.f_trace

    def _returns(self, frame: FrameType, value: Any) -> None:
        step = self._debugger.halting.step
        if step is not None and step.leads_back(frame) and gives_value(frame):
            self._debugger.encounters.returns(frame, value)

    def _watch(self, code: CodeType) -> Local:
        debugger, encounters = self._debugger, self._debugger.encounters
        traced = self._instrumentation.traced_lines(code)
        instrumented = self._instrumentation.is_instrumented(code)
        leaves = code.co_name == '<module>' or bool(traced)

        def local(frame: FrameType, event: str, argument: Any) -> Any:
            if event == 'line':
                if self._beginnings.arrives(frame) and (debugger.watching or frame.f_lineno in traced):
                    if instrumented:
                        self._met[threading.get_ident()] = (frame, frame.f_lineno)
                    encounters.line(frame)
            elif event == 'exception':
                encounters.raised(frame, argument[1])
            elif event == 'return':
                self._returns(frame, argument)
                if leaves:
                    # Perhaps it was the last that had to be traced.
                    self._instrumentation.again()
                    encounters.left(frame)
            # It may have been exchanged while the flow was stopped.
            return frame.f_trace

        return local

    def _reached(self, frame: FrameType) -> None:
        """Instrumented code has come to a breakpoint."""
        met = self._met.pop(threading.get_ident(), None)
        if met is None or met[0] is not frame or met[1] != frame.f_lineno:
            self._debugger.encounters.line(frame, arrived=True)


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
