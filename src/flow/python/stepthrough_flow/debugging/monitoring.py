"""Watching lines with `sys.monitoring` (PEP 669): Python 3.12 and newer.

Functions are found when they are first entered, and only those that have a breakpoint or are stepped through have
events of their own; a line that nobody wants is switched off where it is. So code that is not looked at runs as fast
as without a debugger.
"""

from __future__ import annotations

import sys

from ..places import is_user_code
from .running import running_codes
from .source_text import code_objects, line_starts
from .stepping import GENERATOR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

    from .session import Debugger


class Monitoring:
    def __init__(self, debugger: Debugger) -> None:
        self._debugger = debugger
        self._monitoring: Any = sys.monitoring  # type: ignore[attr-defined]
        self._tool = next(tool for tool in (self._monitoring.DEBUGGER_ID, 3, 4, 1) if self._monitoring.get_tool(tool) is None)
        #: The user's, by identity: equal code is not the same code.
        self._codes: dict[int, CodeType] = {}
        #: What is told of a code object, which may be a library's.
        self._told: dict[int, tuple[CodeType, int]] = {}
        self._lines: dict[int, frozenset[int]] = {}

        events = self._monitoring.events
        self._monitoring.use_tool_id(self._tool, 'stepthrough')
        self._monitoring.register_callback(self._tool, events.PY_START, self._enter)
        self._monitoring.register_callback(self._tool, events.LINE, self._line)
        self._monitoring.register_callback(self._tool, events.PY_RETURN, self._return)
        self._monitoring.register_callback(self._tool, events.PY_YIELD, self._yield)
        self._monitoring.register_callback(self._tool, events.RAISE, self._raise)

    def start(self) -> None:
        """Call it before anything is watched; more than once where debuggers come and go."""
        self.update()
        # Python tells of functions that are entered from now on.
        for code in running_codes():
            self._know(code)

    def update(self) -> None:
        """What is watched has changed. To be called from any thread, before the stopped one goes on."""
        events = self._monitoring.events
        entered = 0 if self._debugger.gone else events.PY_START
        self._monitoring.set_events(self._tool, entered | (events.RAISE if self._debugger.errors.watches_raises else 0))
        step = self._debugger.halting.step
        leading_back = {} if step is None else {id(code): code for code in step.codes_leading_back()}
        libraries = [code for code, _ in list(self._told.values()) if id(code) not in self._codes]
        for code in [*self._codes.values(), *libraries, *leading_back.values()]:
            self._watch(code, id(code) in leading_back)
        self._monitoring.restart_events()

    def settle(self) -> None:
        """A stopped thread goes on; events hold for all threads at once."""

    def _watch(self, code: CodeType, leads_back: bool) -> None:
        events = self._monitoring.events
        wanted = (events.LINE if self._wants_lines(code) else 0) | (events.PY_RETURN | events.PY_YIELD if leads_back else 0)
        told = self._told.get(id(code))
        if wanted != (0 if told is None else told[1]):
            self._monitoring.set_local_events(self._tool, code, wanted)
            if wanted:
                self._told[id(code)] = code, wanted
            else:
                del self._told[id(code)]

    def _wants_lines(self, code: CodeType) -> bool:
        debugger = self._debugger
        step = debugger.halting.step
        return id(code) in self._codes and (debugger.everywhere or (step is not None and step.watches(code)) or bool(self._breakpoint_lines(code)))

    def _breakpoint_lines(self, code: CodeType) -> frozenset[int]:
        return self._lines[id(code)] & self._debugger.breakpoint_lines(code.co_filename)

    def _enter(self, code: CodeType, _offset: int) -> Any:
        self._know(code)
        return self._monitoring.DISABLE

    def _know(self, code: CodeType) -> None:
        if id(code) in self._codes or not is_user_code(code.co_filename):
            return
        for inner in code_objects(code):
            self._codes[id(inner)] = inner
            self._lines[id(inner)] = frozenset(line for _, line in line_starts(inner))
        self._debugger.loaded(code.co_filename)
        for inner in code_objects(code):
            self._watch(inner, False)

    def _line(self, code: CodeType, line: int) -> Any:
        debugger = self._debugger
        if not debugger.watching and line not in debugger.breakpoint_lines(code.co_filename):
            return self._monitoring.DISABLE
        debugger.encounters.line(sys._getframe(1))
        return None

    def _return(self, _code: CodeType, _offset: int, value: Any) -> None:
        self._debugger.encounters.returns(sys._getframe(1), value)

    def _yield(self, code: CodeType, _offset: int, value: Any) -> None:
        if code.co_flags & GENERATOR:
            self._debugger.encounters.returns(sys._getframe(1), value)

    def _raise(self, code: CodeType, _offset: int, error: BaseException) -> None:
        if is_user_code(code.co_filename):
            self._debugger.encounters.raised(sys._getframe(1), error)
