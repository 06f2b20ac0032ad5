"""Conditions, hit counts and log messages of breakpoints. The engine has read their texts; Python evaluates them."""

from __future__ import annotations

from types import CodeType
from typing import NamedTuple

from .limit import TookTooLong, watchdog
from .text import value_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any


class ConditionError(Exception):
    """A text that is no expression; the message is shown on its breakpoint."""


class Expression:
    """An expression over the variables of a frame."""

    def __init__(self, where: str, text: str) -> None:
        self.text = text
        try:
            self._code = compile(text.strip(), f'<{where.lower()}>', 'eval')
        except (SyntaxError, ValueError) as error:
            reason = error.msg if isinstance(error, SyntaxError) else str(error)
            raise ConditionError(f'{where} "{text}": {reason}.') from None
        self._has_scopes = any(isinstance(constant, CodeType) for constant in self._code.co_consts)

    def value(self, frame: FrameType, more: dict[str, Any] | None = None) -> Any:
        """Raises TookTooLong where it does not end."""
        return watchdog.limited(watchdog.longest, lambda: self._computed(frame, more))

    def _computed(self, frame: FrameType, more: dict[str, Any] | None) -> Any:
        if more or self._has_scopes:
            # The scopes inside an expression, such as a comprehension's, see global names only.
            return eval(self._code, {**frame.f_globals, **frame.f_locals, **(more or {})})
        return eval(self._code, frame.f_globals, frame.f_locals)


class Met(NamedTuple):
    met: bool
    failed: bool
    #: What there is to tell.
    failure: str | None


class Condition:
    """Met where the expression is true. One that fails counts as met, and says why once."""

    def __init__(self, text: str) -> None:
        self._expression = Expression('Condition', text)
        self._told = False

    def met(self, frame: FrameType, more: dict[str, Any] | None = None) -> Met:
        try:
            met = watchdog.limited(watchdog.longest, lambda: bool(self._expression.value(frame, more)))
        except TookTooLong:
            return self._failed(watchdog.too_long)
        except Exception as error:
            return self._failed(f'could not be evaluated: {type(error).__name__}: {value_text(str, error)}')
        return Met(met, False, None)

    def _failed(self, how: str) -> Met:
        first, self._told = not self._told, True
        return Met(True, True, f'Condition "{self._expression.text}" {how}' if first else None)


class HitCount:
    """An operator and a number, as `src/debuggee/conditions/hitCount.ts` reads them."""

    def __init__(self, operator: str, count: int) -> None:
        self._operator = operator
        self._count = count

    def stops(self, hits: int) -> bool:
        operator, count = self._operator, self._count
        if operator == '%':
            return hits % count == 0
        if operator == '>':
            return hits > count
        if operator == '>=':
            return hits >= count
        if operator == '<':
            return hits < count
        if operator == '<=':
            return hits <= count
        return hits == count


class LogMessage:
    """Texts and expressions in turn. A failing expression prints its failure in its place; one that does not end is given up."""

    def __init__(self, parts: list[dict[str, str]]) -> None:
        #: Expressions that have not ended once. The flow does not wait for them again.
        self._endless: set[Expression] = set()
        self._parts: list[str | Expression] = [part['text'] if part['kind'] == 'text' else Expression('Log message', part['expression']) for part in parts]

    def text(self, frame: FrameType) -> str:
        return ''.join(part if isinstance(part, str) else self._evaluated(part, frame) for part in self._parts)

    def _evaluated(self, expression: Expression, frame: FrameType) -> str:
        if expression in self._endless:
            return f'{{{expression.text}: not evaluated any more}}'
        try:
            return value_text(str, expression.value(frame))
        except TookTooLong:
            self._endless.add(expression)
            return f'{{{expression.text} {watchdog.too_long}}}'
        except Exception as error:
            return f'{{{expression.text}: {type(error).__name__}: {value_text(str, error)}}}'
