"""Breakpoints inside the code itself: Python 3.9 to 3.11, where a trace function would slow down every loop.

A file with breakpoints is compiled once more, with a call of the debugger before each statement that has one, and the
functions that were made from it get that code. Line numbers stay. Nothing else has to be watched then, except lines
before which nothing can be put (the head of a loop, which is reached once for each round), and code that was running
already when its breakpoint was set.
"""

from __future__ import annotations

import ast
import builtins
import gc
import sys
import weakref
from types import FunctionType

from ..places import is_user_code
from .running import SUSPENDED, frames, suspended_code
from .source_text import code_objects, line_starts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any, Callable, Iterator

    from .session import Debugger
    from .source_text import SourceText

#: The name by which instrumented code finds the debugger.
HOOK = '__stepthrough_line__'
_NONE: frozenset[int] = frozenset()


class _File:
    """A file as it is instrumented for some lines."""

    def __init__(self, text: SourceText, lines: frozenset[int]) -> None:
        self.lines = lines
        tree = ast.parse(text.text, text.path)
        inserted = _insert(tree, text, lines)
        self.left = lines - inserted
        module = compile(tree, text.path, 'exec', dont_inherit=True)
        self.codes: dict[tuple[str, int], CodeType | None] = {}
        self.known: set[int] = set()
        for code in code_objects(module):
            key = (code.co_name, code.co_firstlineno)
            # Two functions of one name in one line cannot be told apart.
            self.codes[key] = None if key in self.codes else code
        self.known = {id(code) for code in self.codes.values() if code is not None}


class Instrumentation:
    def __init__(self, debugger: Debugger, reached: Callable[[FrameType], None]) -> None:
        self._debugger = debugger
        self._files: dict[str, _File] = {}
        self._changed = False
        self._suspended: list[weakref.ref[Any]] = []
        self._lines: dict[int, frozenset[int]] = {}
        #: Keeps what identities mean.
        self._codes: dict[int, CodeType] = {}
        setattr(builtins, HOOK, lambda: reached(sys._getframe(1)))

    def apply(self) -> None:
        """Brings every function of the user's to the breakpoints that there are now."""
        wanted = self._debugger.breakpoints.lines
        for key in {*wanted, *self._files}:
            lines = wanted.get(key, _NONE)
            known = self._files.get(key)
            if known is None or known.lines != lines:
                text = self._debugger.sources.text(key)
                if text.error is None:
                    self._files[key] = _File(text, lines)
                    self._changed = True
        if self._changed:
            self._changed = False
            self._exchange()

    def again(self) -> None:
        """There may be functions that are not instrumented yet: a module or function that defines some has returned."""
        self._changed = bool(self._files)

    def _exchange(self) -> None:
        self._suspended = []
        for found in gc.get_objects():
            if type(found) is FunctionType:
                self._exchange_in(found)
            elif suspended_code(found) is not None:
                self._suspended.append(weakref.ref(found))

    def _exchange_in(self, function: FunctionType) -> None:
        code = function.__code__
        if not is_user_code(code.co_filename):
            return
        file = self._files.get(self._debugger.sources.key(code.co_filename))
        new = None if file is None else file.codes.get((code.co_name, code.co_firstlineno))
        if new is not None and new is not code and new.co_freevars == code.co_freevars:
            function.__code__ = new

    def traced_lines(self, code: CodeType) -> frozenset[int]:
        """Lines with breakpoints of a code object that only a trace function sees."""
        key = self._debugger.sources.key(code.co_filename)
        lines = self._debugger.breakpoints.lines.get(key, _NONE)
        if not lines:
            return _NONE
        file = self._files.get(key)
        if file is not None and id(code) in file.known and file.lines == lines:
            lines = file.left
        return lines & self._lines_of(code)

    def needs_trace(self) -> bool:
        """Whether there is a breakpoint that only a trace function sees."""
        if any(file.left & self._debugger.breakpoints.lines.get(key, _NONE) for key, file in self._files.items()):
            return True
        return any(self.traced_lines(inner) for frame in self._frames() if frame is not self._debugger.encounters.leaving for inner in code_objects(frame.f_code) if is_user_code(frame.f_code.co_filename))

    def _frames(self) -> Iterator[FrameType]:
        """Every frame that runs, and those that were suspended when the functions were last exchanged."""
        yield from frames()
        for reference in self._suspended:
            found = reference()
            suspended = None if found is None else getattr(found, SUSPENDED[type(found)] + '_frame')
            if suspended is not None:
                yield suspended

    def is_instrumented(self, code: CodeType) -> bool:
        file = self._files.get(self._debugger.sources.key(code.co_filename))
        return file is not None and id(code) in file.known

    def _lines_of(self, code: CodeType) -> frozenset[int]:
        lines = self._lines.get(id(code))
        if lines is None:
            self._codes[id(code)] = code
            lines = self._lines[id(code)] = frozenset(line for _, line in line_starts(code))
        return lines


def _insert(tree: ast.Module, text: SourceText, lines: frozenset[int]) -> set[int]:
    """Puts the call before the statements of some lines; gives the lines where it could be done."""
    inserted: set[int] = set()
    for node in list(ast.walk(tree)):
        for field in ('body', 'orelse', 'finalbody'):
            statements = getattr(node, field, None)
            if not isinstance(statements, list):
                continue
            new: list[Any] = []
            for statement in statements:
                line = statement.lineno
                if line in lines and line not in inserted and _can_precede(statement, text):
                    new.append(_hook_call(statement))
                    inserted.add(line)
                new.append(statement)
            statements[:] = new
    return inserted


def _can_precede(statement: ast.stmt, text: SourceText) -> bool:
    place = text.at(statement.lineno)
    if place is None or place.line != statement.lineno or place.loops:
        return False
    if isinstance(statement, ast.ImportFrom) and statement.module == '__future__':
        return False
    # The place of the line is the first statement that begins there.
    column = len(text.lines[statement.lineno - 1].encode('utf-8', 'surrogatepass')[: statement.col_offset].decode('utf-8', 'replace').encode('utf-16-le', 'surrogatepass')) // 2
    return place.column == column + 1


def _hook_call(statement: ast.stmt) -> ast.Expr:
    call = ast.Expr(ast.Call(ast.Name(HOOK, ast.Load()), [], []))
    for node in ast.walk(call):
        if isinstance(node, (ast.expr, ast.stmt)):
            node.lineno = node.end_lineno = statement.lineno
            node.col_offset = node.end_col_offset = statement.col_offset
    return call
