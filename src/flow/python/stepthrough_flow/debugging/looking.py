"""Looking at a stopped flow: frames, scopes, expressions, and changing what they show."""

from __future__ import annotations

import ast
import sys
from typing import NamedTuple

from ..places import is_ours, is_user_code
from .breakpoints import location
from .limit import TookTooLong, watchdog
from .text import type_name, value_text
from .values import Part, Scope, Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any

    from .sources import Sources
    from .values import Values

_OPTIMIZED = 0x1
#: How Python imports is of no interest to a flow.
_IMPORT = '<frozen importlib'
_MISSING = object()
#: No name that a flow can have.
_NEW_VALUE = 'new value'
#: Frames in one answer; a recursion without end has a thousand alike.
FRAMES = 1_000


class Shown(NamedTuple):
    """A frame with the line it is at, which for a frame of a traceback is not where the frame is now."""

    frame: FrameType
    line: int


class Looking:
    def __init__(self, sources: Sources, values: Values) -> None:
        self._sources = sources
        self.values = values
        self._frames: dict[int, Shown] = {}
        self._last = 0
        #: What was assigned in the console and is no variable of the flow.
        self._console: dict[str, Any] = {}

    def clear(self) -> None:
        self._frames = {}
        self.values.clear()

    # Frames

    def stack(self, shown: list[Shown]) -> list[dict[str, Any]]:
        return [self._frame_body(one) for one in shown[:FRAMES]]

    def _frame_body(self, shown: Shown) -> dict[str, Any]:
        known = next((number for number, other in self._frames.items() if other.frame is shown.frame), None)
        if known is None:
            self._last += 1
            known = self._last
        self._frames[known] = shown
        code, line = shown.frame.f_code, shown.line
        mine = is_user_code(code.co_filename)
        place = self._sources.place(code, line) if mine else None
        return {
            'id': known,
            'name': self._sources.function_name(code),
            'path': code.co_filename,
            'subtle': not mine,
            **(location(place) if place is not None and place.line == line else {'line': line, 'column': 1, 'endLine': line, 'endColumn': 1}),
        }

    def frame(self, number: int) -> FrameType:
        shown = self._frames.get(number)
        if shown is None:
            raise Refused('This frame is from an earlier stop and is not known any more.')
        return shown.frame

    # Scopes

    def scopes(self, number: int, error: BaseException | None = None, returned: Part | None = None) -> list[dict[str, Any]]:
        frame = self.frame(number)
        code = frame.f_code
        found: list[dict[str, Any]] = []
        if code.co_flags & _OPTIMIZED:
            found.append(self._scope(frame, 'Locals', 'locals', self._variables(frame, closure=False, returned=returned)))
            if code.co_freevars:
                found.append(self._scope(frame, 'Closure', None, self._variables(frame, closure=True)))
        elif frame.f_locals is not frame.f_globals:
            found.append(self._scope(frame, 'Class', 'locals', self._variables(frame, closure=False)))
        if error is not None:
            part = Part(type_name(error), error)
            found.append(self._scope(frame, 'Error', None, Scope(lambda: [part.name], lambda _: part)))
        module = frame.f_globals
        variables = Scope(lambda: [name for name in module if isinstance(name, str) and not name.startswith('__')], lambda name: _global(module, name))
        found.append(self._scope(frame, 'Globals', None if found else 'locals', variables, expensive=len(found) > 0))
        return found

    def _scope(self, frame: FrameType, name: str, hint: str | None, scope: Scope, expensive: bool = False) -> dict[str, Any]:
        return {'name': name, 'hint': hint, 'reference': self.values.hold(scope, frame), 'expensive': expensive}

    def _variables(self, frame: FrameType, closure: bool, returned: Part | None = None) -> Scope:
        free = frame.f_code.co_freevars
        # Names that begin with a point are Python's own, such as the iterator of a comprehension.
        names = [name for name in frame.f_locals if not name.startswith('.') and (name in free) == closure]

        def part(name: str) -> Part:
            if returned is not None and name == returned.name:
                return returned
            return Part(name, frame.f_locals[name], name, lambda value: assign_local(frame, name, value))

        first = [] if returned is None else [returned.name]
        return Scope(lambda: [*first, *(name for name in names if name in frame.f_locals)], part)

    # Expressions

    def evaluate(self, text: str, frame: FrameType, statements: bool, whole: bool) -> dict[str, Any]:
        code = _expression(text)
        if code is None:
            if not statements:
                _expression(text, report=True)
            value = self._run(text, frame)
            if value is _MISSING:
                return {'name': '', 'display': '', 'type': '', 'reference': 0, 'named': 0, 'indexed': 0, 'expression': None, 'readOnly': True}
            return self.values.body(Part('', value), frame, whole)
        names = self._names(frame)
        before = dict(names)
        value = _computed(lambda: eval(code, names))
        self._keep(before, names, frame)
        return self.values.body(Part('', value, text.strip()), frame, whole)

    def _names(self, frame: FrameType) -> dict[str, Any]:
        # One dictionary: the scopes inside an expression, such as a comprehension's, see global names only.
        return {**frame.f_globals, **self._console, **frame.f_locals}

    def _run(self, text: str, frame: FrameType) -> Any:
        """Runs statements. Gives the value of the last one where it is an expression."""
        try:
            tree = ast.parse(text, '<console>')
        except (SyntaxError, ValueError) as error:
            raise Refused(_syntax(error)) from None
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        names = self._names(frame)
        before = dict(names)
        try:
            _computed(lambda: exec(compile(tree, '<console>', 'exec'), names))
            if last is None:
                return _MISSING
            assert isinstance(last, ast.Expr)
            expression = compile(ast.Expression(last.value), '<console>', 'eval')
            return _computed(lambda: eval(expression, names))
        finally:
            self._keep(before, names, frame)

    def _keep(self, before: dict[str, Any], after: dict[str, Any], frame: FrameType) -> None:
        for name, value in after.items():
            if name != '__builtins__' and before.get(name, _MISSING) is not value and not self._assign(frame, name, value):
                self._console[name] = value
        for name in before:
            if name not in after:
                self._console.pop(name, None)
                if frame.f_locals is frame.f_globals:
                    frame.f_globals.pop(name, None)

    def _assign(self, frame: FrameType, name: str, value: Any) -> bool:
        if name in frame.f_locals or name in frame.f_code.co_varnames or frame.f_locals is frame.f_globals:
            assign_local(frame, name, value)
        elif name in frame.f_globals:
            frame.f_globals[name] = value
        else:
            return False
        return True

    # Changing

    def set_variable(self, reference: int, name: str, text: str) -> dict[str, Any]:
        part, frame = self.values.child(reference, name)
        if part.assign is None:
            raise Refused(f'"{name}" cannot be changed: only variables and the items, keys and attributes in them can.')
        part.value = self._value(text, frame)
        assign = part.assign
        _computed(lambda: assign(part.value))
        return self.values.body(part, frame)

    def set_expression(self, target: str, text: str, frame: FrameType) -> dict[str, Any]:
        assignment = _assignment(target)
        value = self._value(text, frame)
        names = self._names(frame)
        before = dict(names)
        names[_NEW_VALUE] = value
        _computed(lambda: exec(compile(assignment, '<expression>', 'exec'), names))
        del names[_NEW_VALUE]
        self._keep(before, names, frame)
        return self.evaluate(target, frame, False, False)

    def _value(self, text: str, frame: FrameType) -> Any:
        code = _expression(text, report=True)
        assert code is not None
        names = self._names(frame)
        return _computed(lambda: eval(code, names))


def user_stack(frame: FrameType | None) -> list[Shown]:
    """From the innermost frame of the user outwards to the outermost; those of libraries in between are there, ours are not."""
    found: list[Shown] = []
    while frame is not None:
        name = frame.f_code.co_filename
        if not is_ours(name) and not name.startswith(_IMPORT) and (found or is_user_code(name)):
            found.append(Shown(frame, frame.f_lineno or frame.f_code.co_firstlineno))
        frame = frame.f_back
    while found and not is_user_code(found[-1].frame.f_code.co_filename):
        found.pop()
    return found


def traceback_stack(error: BaseException) -> list[Shown]:
    """The frames that an error went through, innermost first, down to where the runner called."""
    found: list[Shown] = []
    trace = error.__traceback__
    while trace is not None:
        if not is_ours(trace.tb_frame.f_code.co_filename):
            found.append(Shown(trace.tb_frame, trace.tb_lineno or trace.tb_frame.f_code.co_firstlineno))
        trace = trace.tb_next
    found.reverse()
    while found and not is_user_code(found[-1].frame.f_code.co_filename):
        found.pop()
    while found and not is_user_code(found[0].frame.f_code.co_filename):
        found.pop(0)
    return found


def assign_local(frame: FrameType, name: str, value: Any) -> None:
    """Assigns to a variable of a frame. Up to Python 3.12 `f_locals` is a copy that has to be written back."""
    frame.f_locals[name] = value
    if sys.version_info < (3, 13) and frame.f_code.co_flags & _OPTIMIZED:
        import ctypes

        ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))


def _global(module: dict[str, Any], name: str) -> Part:
    def assign(value: Any) -> None:
        module[name] = value

    return Part(name, module[name], name, assign)


def _expression(text: str, report: bool = False) -> CodeType | None:
    if text.strip() == '':
        raise Refused('There is no expression. Write one such as order["items"][0].')
    try:
        return compile(text.strip(), '<expression>', 'eval')
    except (SyntaxError, ValueError) as error:
        if report:
            raise Refused(_syntax(error)) from None
        return None


def _assignment(target: str) -> ast.Module:
    try:
        tree = ast.parse(f'{target.strip()} = None', '<expression>')
    except (SyntaxError, ValueError):
        tree = ast.Module([], [])
    statement = tree.body[0] if len(tree.body) == 1 else None
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1 or not isinstance(statement.targets[0], (ast.Name, ast.Attribute, ast.Subscript)):
        raise Refused(f'"{target}" cannot be assigned to. Write a variable, an attribute or an item, such as order["items"][0].')
    statement.value = ast.copy_location(ast.Name(_NEW_VALUE, ast.Load()), statement.value)
    return tree


def _syntax(error: SyntaxError | ValueError) -> str:
    return f'{type(error).__name__}: {error.msg if isinstance(error, SyntaxError) else error}'


def _computed(compute: Any) -> Any:
    from flow_api import _runtime
    from flow_api.exceptions import ExecutionCancel, LifecycleSignal

    pending = _runtime._pending
    try:
        return watchdog.limited(watchdog.longest, compute)
    except TookTooLong:
        raise Refused(f'It {watchdog.too_long}.') from None
    except (ExecutionCancel, Refused):
        # A cancellation is the engine's, which does not ask when it would suit.
        raise
    except LifecycleSignal:
        _runtime._pending = pending
        raise Refused('This would end the flow; an expression of the debugger only computes.') from None
    except BaseException as error:
        text = value_text(str, error)
        raise Refused(f'{type_name(error)}: {text}' if text else type_name(error)) from None
