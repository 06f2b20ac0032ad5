"""Running an execution: beginning, waiting, pausing, ending."""

from __future__ import annotations

from . import _runtime
from .exceptions import (
    ExecutionCancel,
    ExecutionError,
    ExecutionSuccess,
    InvalidInputError,
    LifecycleSignal,
)
from .record import Record
from .return_when import ReturnWhen, return_condition, wait_condition

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn, TypeVar

    from typing_extensions import Self

    from .execution import Execution

    AnyRunning = TypeVar('AnyRunning', bound='Running')

_ENDS: dict[str, type[LifecycleSignal]] = {
    'success': ExecutionSuccess,
    'ended_success': ExecutionSuccess,
    'error': ExecutionError,
    'ended_error': ExecutionError,
    'fault': ExecutionError,
    'cancel': ExecutionCancel,
    'cancelled': ExecutionCancel,
    'ended_cancelled': ExecutionCancel,
}


class Running(Record):
    """The life of an execution."""

    #: Whether it is the one that this process runs.
    _is_own = False
    #: What this handle knows of the run: None, 'new', 'started' or 'ended'.
    _life: str | None = None
    #: Whether it is made in order to begin.
    _begins = False

    def run(self, *, wait: Any = True, timeout: float | None = None) -> Self:
        """Begins it, or resumes it, and waits until it has succeeded. ``timeout`` is in seconds."""
        condition = wait_condition(wait)
        self.run_async()
        return self if condition is None else self.wait(return_when=condition, timeout=timeout)

    def run_async(self) -> Self:
        """Begins it, or resumes it where it is paused, and does not wait."""
        if self._life not in ('started', 'ended'):
            self._create_if_new()
            _runtime.call('execution.run', {'id': self._id()})
            self._life = 'started'
            self._forget()
        return self

    def wait(
        self,
        *,
        return_when: ReturnWhen | str = ReturnWhen.ALL_SUCCEEDED,
        timeout: float | None = None,
    ) -> Self:
        """Waits until it has succeeded, or as ``return_when`` says. ``timeout`` is in seconds.

        Raises DependencyFailedError, DependencyTimeoutError.
        """
        if self._life != 'ended':
            _wait_for([self], return_condition(return_when), timeout)
        return self

    def wait_for(
        self,
        *executions: Execution | str | list[Any],
        return_when: ReturnWhen | str = ReturnWhen.ALL_SUCCEEDED,
        timeout: float | None = None,
    ) -> list[Execution]:
        """Waits for executions (or their ids) and answers those that have ended, in their order here.

        return_when: `ReturnWhen.ALL_SUCCEEDED`, `ALL_ENDED`, `FIRST_ENDED` or `FIRST_SUCCEEDED`.
        Raises DependencyFailedError, DependencyTimeoutError.
        """
        from .execution import Execution

        handles: list[Execution] = []
        for execution in executions:
            many = execution if isinstance(execution, (list, tuple)) else (execution,)
            handles.extend(one if isinstance(one, Execution) else Execution(one) for one in many)
        return _wait_for(handles, return_condition(return_when), timeout)

    def pause(self) -> Self:
        """Pauses it; ``this.pause()`` goes on when a person resumes the execution."""
        _runtime.call('execution.pause', {'id': self._id()})
        self._life = None
        self._forget()
        return self

    def cancel(self, message: str | None = None) -> Self:
        """Cancels it. ``this.cancel()`` does not come back."""
        if self._is_own:
            _runtime.raise_signal(ExecutionCancel('' if message is None else _message(message)))
        _runtime.call('execution.cancel', {'id': self._id(), 'message': message})
        self._forget()
        return self

    def archive(self) -> None:
        """Up to 2024 this hid an ended execution.

        It is deleted now, and found with ``allow_deleted=True``.
        """
        _runtime.deprecated('archive', 'delete')
        self.delete()

    def success(self, message: str = '') -> NoReturn:
        """Ends this execution as ENDED_SUCCESS: ``return this.success('all done')``."""
        self._end(ExecutionSuccess, message)

    def error(self, message: str = '') -> NoReturn:
        """Ends this execution as ENDED_ERROR."""
        self._end(ExecutionError, message)

    def end(self, status: str = 'success', message: str = '') -> NoReturn:
        """Ends this execution: ``status`` is ``'success'``, ``'error'`` or ``'cancelled'``."""
        signal = _ENDS.get(status.lower()) if isinstance(status, str) else None
        if signal is None:
            raise InvalidInputError(
                f'an execution ends with "success", "error" or "cancelled", not with {status!r:.80}'
            )
        self._end(signal, message)

    def _end(self, signal: type[LifecycleSignal], message: Any) -> NoReturn:
        self._only_own('success, error and end')
        _runtime.raise_signal(signal(_message(message)))

    def _only_own(self, method: str) -> None:
        if not self._is_own:
            raise InvalidInputError(f'{method} is for the own execution only: this.{method}(…)')

    def _id(self) -> str:
        if self._by == 'id' and self._select is not None:
            return self._select
        return str(self.get('id'))

    def _forget(self) -> None:
        """What was read may have changed by running."""
        kept = ('id', 'name')
        self._cache = {field: self._cache[field] for field in kept if field in self._cache}

    def _create_if_new(self) -> None:
        if self._select is None:
            self._begins = True
            self.save()


def seconds_of(value: Any, what: str) -> float:
    """A number of seconds. Raises InvalidInputError."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float('nan')
    if number - number != 0:
        raise InvalidInputError(f'{what} is {value!r:.80}; it must be a number of seconds')
    return number


def _wait_for(
    executions: list[AnyRunning], condition: ReturnWhen, timeout: float | None
) -> list[AnyRunning]:
    if not executions:
        return []
    seconds = None if timeout is None else max(0.0, seconds_of(timeout, 'timeout'))
    ids = [execution._id() for execution in executions]
    args = {'ids': ids, 'return_when': condition.value, 'timeout': seconds}
    try:
        ended = set(_runtime.call('execution.wait', args))
    finally:
        for execution in executions:
            execution._forget()
    done = [execution for execution, one in zip(executions, ids) if one in ended]
    for execution in done:
        execution._life = 'ended'
    return done


def _message(value: Any) -> str:
    return value if isinstance(value, str) else '' if value is None else str(value)
