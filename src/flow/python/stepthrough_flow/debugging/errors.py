"""Which errors stop the flow: its filters, and what is told of an error that stopped it."""

from __future__ import annotations

import ast

from ..places import is_ours, is_user_code
from .conditions import Condition, ConditionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from .sources import Sources

#: They end loops and generators; nobody means them by "errors".
_CONTROL = (StopIteration, StopAsyncIteration, GeneratorExit)
FILTERS = ('raised', 'uncaught', 'userUnhandled')


class ErrorFilters:
    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._active: dict[str, Condition | None] = {}
        #: Once an error has been shown it is not shown again on its way out.
        self._shown: BaseException | None = None

    def set(self, filters: list[dict[str, Any]]) -> list[dict[str, Any]]:
        self._active = {}
        bindings = []
        for asked in filters:
            if asked['id'] not in FILTERS:
                bindings.append({'verified': False, 'message': f'There is no filter "{asked["id"]}"; there are {", ".join(FILTERS)}.'})
                continue
            try:
                self._active[asked['id']] = Condition(asked['condition']) if asked.get('condition') else None
                bindings.append({'verified': True})
            except ConditionError as error:
                bindings.append({'verified': False, 'message': str(error)})
        return bindings

    def clear(self) -> None:
        self._active = {}

    @property
    def watches_raises(self) -> bool:
        """Whether errors must be seen where they are raised; uncaught ones are seen when they have left the flow."""
        return 'raised' in self._active or 'userUnhandled' in self._active

    def stops_at_raise(self, frame: FrameType, error: BaseException) -> tuple[str | None, str | None]:
        """The filter that stops, and what there is to tell. Asked for each frame that an error goes through."""
        if not _counts(error) or self._shown is error:
            return None, None
        if 'raised' in self._active:
            return self._decide('raised', frame, error)
        if self._leaves_user_code(frame) and not self._may_handle(frame, error):
            return self._decide('userUnhandled', frame, error)
        return None, None

    def stops_uncaught(self, frame: FrameType, error: BaseException) -> tuple[str | None, str | None]:
        if not _counts(error) or self._shown is error or 'uncaught' not in self._active:
            return None, None
        return self._decide('uncaught', frame, error)

    def _decide(self, name: str, frame: FrameType, error: BaseException) -> tuple[str | None, str | None]:
        condition = self._active.get(name)
        failure = None
        if condition is not None:
            met, _, failure = condition.met(frame, {'e': error})
            if not met:
                return None, None
        self._shown = error
        return name, failure

    def _leaves_user_code(self, frame: FrameType) -> bool:
        """Whether the caller is a library's, which the flow in turn has called."""
        caller = frame.f_back
        if caller is None or is_user_code(caller.f_code.co_filename) or is_ours(caller.f_code.co_filename):
            return False
        outer: FrameType | None = caller
        while outer is not None:
            if is_user_code(outer.f_code.co_filename):
                return True
            outer = outer.f_back
        return False

    def _may_handle(self, frame: FrameType, error: BaseException) -> bool:
        """Whether a `try` around the line has a handler for the error. One that cannot be judged counts as one that has."""
        tree = self._sources.text(frame.f_code.co_filename).tree
        if tree is None:
            return True
        line = frame.f_lineno
        for node in ast.walk(tree):
            if isinstance(node, ast.Try) and node.lineno >= frame.f_code.co_firstlineno and node.body[0].lineno <= line <= (node.body[-1].end_lineno or 0):
                if any(_handles(handler.type, frame, error) for handler in node.handlers):
                    return True
        return False


def _handles(kind: ast.expr | None, frame: FrameType, error: BaseException) -> bool:
    if kind is None:
        return True
    if any(not isinstance(part, (ast.Name, ast.Attribute, ast.Tuple, ast.expr_context)) for part in ast.walk(kind)):
        return True
    try:
        return isinstance(error, eval(compile(ast.Expression(kind), '<handler>', 'eval'), frame.f_globals, frame.f_locals))
    except Exception:
        return True


def _counts(error: BaseException) -> bool:
    from flow_api.exceptions import LifecycleSignal

    return not isinstance(error, (*_CONTROL, LifecycleSignal, SystemExit, KeyboardInterrupt))


def error_body(error: BaseException, filter_name: str) -> dict[str, Any]:
    """An error as the protocol has it: class, message, every field, and the traceback."""
    from ..report import describe, safe_text, type_name
    from .text import display

    fields = getattr(error, '__dict__', {})
    return {
        'id': type_name(error),
        'description': f'{type_name(error)}: {safe_text(error)}' if safe_text(error) else type_name(error),
        'breakMode': 'always' if filter_name == 'raised' else 'unhandled',
        'details': '\n'.join(f'{name}: {display(value)}' for name, value in fields.items() if isinstance(name, str)),
        'stackTrace': describe(error)['traceback'],
    }
