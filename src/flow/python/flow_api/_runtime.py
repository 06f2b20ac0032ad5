"""What all records share: the channel to the engine, the signal that ends the run, and reports of old names."""

from __future__ import annotations

import json
import sys
import threading

from . import exceptions
from ._json import dump_loosely, dump_value
from .exceptions import (
    EngineException,
    ExecutionCancel,
    ExecutionError,
    ExecutionSuccess,
    InternalError,
    InvalidInputError,
    LifecycleSignal,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, NoReturn

    from stepthrough_flow.channel import Channel

_channel: Channel | None = None
_execution: dict[str, Any] = {}
_pending: LifecycleSignal | None = None
_reported: set[tuple[str, str, int]] = set()

_SIGNALS = {'success': ExecutionSuccess, 'error': ExecutionError, 'cancel': ExecutionCancel}


def attach(channel: Channel, execution: dict[str, Any]) -> None:
    """Called once by the runner, before the script is executed."""
    global _channel, _execution
    _channel = channel
    _execution = execution


def execution() -> dict[str, Any]:
    """The record's fields that the process was started with: id, name, type."""
    return _execution


def call(name: str, args: dict[str, Any]) -> Any:
    """Makes a call (a name of flowCalls.ts) and answers its value.

    Raises what the engine says, and lifecycle signals.
    """
    channel, frame = _prepared(name)
    text = _arguments(name, args)
    try:
        outcome = channel.request(name, text, frame)
    except _too_large() as error:
        raise InvalidInputError(f'{name}: {error}') from None
    kind = outcome['kind']
    if kind == 'value':
        return json.loads(outcome['value'])
    if kind == 'signal':
        raise_signal(_SIGNALS[outcome['signal']](outcome['message']))
    raise _error(outcome)


def post(name: str, args: dict[str, Any]) -> None:
    """Makes a call that nobody waits for. Its values are only shown, so every value is allowed."""
    channel, frame = _prepared(name)
    try:
        channel.post(name, dump_loosely(args), frame)
    except _too_large() as error:
        raise InvalidInputError(f'{name}: {error}') from None


def deprecated(used: str, instead: str, place: tuple[str, int, str] | None = None) -> None:
    """Reports that an old name is used, once for each place.

    ``place`` is file, line and function; by default where the call is.
    """
    channel, frame = _prepared('deprecated')
    if place is None:
        place = (
            ('', 0, '')
            if frame is None
            else (frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name)
        )
    where = (used, place[0], place[1])
    if where not in _reported:
        _reported.add(where)
        channel.post('deprecated', json.dumps({'used': used, 'instead': instead}), frame, place)


def raise_signal(signal: LifecycleSignal) -> NoReturn:
    """Ends the run. The first signal stays, whatever the flow does with it.

    Only a cancellation comes before all others.
    """
    global _pending
    if _pending is None or (
        isinstance(signal, ExecutionCancel) and not isinstance(_pending, ExecutionCancel)
    ):
        _pending = signal
    raise _pending


def raise_cancel(message: str) -> NoReturn:
    """What the engine's cancellation raises in the main thread."""
    raise_signal(ExecutionCancel(message))


def pending_signal() -> LifecycleSignal | None:
    """The signal that has been raised, also where the flow swallowed it."""
    return _pending


def _prepared(name: str) -> tuple[Channel, FrameType | None]:
    if _channel is None:
        raise InternalError(
            f'{name}: there is no engine to call. Flows are run by Stepthrough, not as a script.'
        )
    if _pending is not None and _in_main_thread() and not _is_being_handled(_pending):
        # A bare `except:` has swallowed it, or another thread raised it. Signals cannot be stopped.
        raise _pending
    from stepthrough_flow.places import calling_frame

    return _channel, calling_frame(sys._getframe(2))


def _in_main_thread() -> bool:
    return threading.get_ident() == threading.main_thread().ident


def _too_large() -> type[Exception]:
    from stepthrough_flow.framing import FrameTooLarge

    return FrameTooLarge


def _is_being_handled(signal: BaseException) -> bool:
    """Whether this is clean-up (`finally`, `with`) on the signal's way out, where calls are allowed."""
    error = sys.exc_info()[1]
    seen = set()
    while error is not None and id(error) not in seen:
        if error is signal:
            return True
        seen.add(id(error))
        error = error.__context__
    return False


def _arguments(name: str, args: dict[str, Any]) -> str:
    try:
        return dump_value(args)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidInputError(f'{name}: {error}') from None


def _error(outcome: dict[str, Any]) -> EngineException:
    kind = getattr(exceptions, outcome['type'], None)
    details = json.loads(outcome['details']) if outcome.get('details') is not None else None
    if isinstance(kind, type) and issubclass(kind, Exception) and issubclass(kind, EngineException):
        return kind(outcome['message'], details)
    return InternalError(f'{outcome["type"]}: {outcome["message"]}', details)
