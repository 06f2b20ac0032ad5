"""What an execution does for itself only: its log and output, sleeping, messages, savepoints."""

from __future__ import annotations

from . import _runtime
from ._running import Running, seconds_of
from .exceptions import InvalidInputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any, Literal, NoReturn

    from typing_extensions import Self

    from .message import Message

_LEVELS = ('info', 'warning', 'error')


class Own(Running):
    """Calls that are ``this.…`` only."""

    def set_output(self, *key_and_value: Any, **values: Any) -> Self:
        """Adds to the output value: ``set_output('key', value)`` or ``set_output(key=value, …)``.

        A dict alone is merged; any other value alone becomes the whole output.
        """
        if len(key_and_value) > 2 or not (key_and_value or values):
            raise InvalidInputError(
                'set_output takes a key and a value, or keywords: set_output(key=value)'
            )
        if len(key_and_value) == 2:
            key = key_and_value[0]
            if not isinstance(key, str):
                raise InvalidInputError(f'the key of an output is {key!r:.80}; it must be a text')
            values = {key: key_and_value[1], **values}
        elif key_and_value and isinstance(key_and_value[0], dict):
            values = {**key_and_value[0], **values}
        elif key_and_value:
            if values:
                raise InvalidInputError(
                    'set_output takes a key and a value, or keywords: set_output(key=value)'
                )
            return self.save(output_value=key_and_value[0])
        self._only_own('set_output')
        _runtime.call('this.set_output', {'values': values})
        self._cache.pop('output_value', None)
        return self

    def log(self, *values: Any, level: Any = 'info', **named: Any) -> Self:
        """Writes to the execution's log: any values, and values with names.

        level: ``'info'``, ``'warning'`` or ``'error'``. What JSON cannot hold is logged as Python prints it.
        """
        self._only_own('log')
        if not isinstance(level, str) or level.lower() not in _LEVELS:
            # It is a value of the user's that has this name.
            named['level'], level = level, 'info'
        _runtime.post('this.log', {'level': level.lower(), 'values': values, 'named': named})
        return self

    def sleep(self, seconds: float) -> Self:
        """Sleeps. The engine keeps the time, so the sleep survives a restart."""
        self._only_own('sleep')
        _runtime.call(
            'this.sleep', {'seconds': max(0.0, seconds_of(seconds, 'the time to sleep'))}
        )
        return self

    def sleep_until(self, time: float | datetime.datetime) -> Self:
        """Sleeps until a time: seconds since the epoch, or a datetime."""
        self._only_own('sleep_until')
        moment = (
            time.timestamp()
            if hasattr(time, 'timestamp')
            else seconds_of(time, 'the time to sleep until')
        )
        _runtime.call('this.sleep_until', {'time': moment})
        return self

    def message(
        self,
        subject: str | None = None,
        message: str | None = None,
        *,
        request: str | None = None,
        body: dict[str, Any] | None = None,
        message_type: str | None = None,
        wait: bool = True,
        timeout: float | None = None,
        **fields: Any,
    ) -> Message:
        """Shows a message or form to a person and waits for the answer, which is in ``.get('response')``.

        message: Markdown, with an OK button. request: a question with one text as its answer (``response['string']``).
        body: a schema whose properties are the elements of a form.
        wait: False shows it only; the answer's `wait` waits later. timeout: seconds; MessageResponseTimeoutError.
        """
        from .message import Message

        given = {
            'subject': subject,
            'message': message,
            'request': request,
            'body': body,
            'message_type': message_type,
            **fields,
        }
        shown = Message._shown(
            {field: value for field, value in given.items() if value is not None}
        )
        return shown.wait(timeout=timeout) if wait else shown

    def save_dump(self, name: str) -> None:
        """Makes a savepoint with a name, to which `load_dump` can go back."""
        self._only_own('save_dump')
        if not isinstance(name, str) or not name.strip():
            raise InvalidInputError(f'the name of a savepoint is {name!r:.80}; it must be a text')
        _runtime.call('this.save_dump', {'name': name.strip()})

    def load_dump(self, select: str, *, by: Literal['id', 'name'] = 'id') -> NoReturn:
        """Goes back to a savepoint of this execution; what it did outside stays. ResourceNotFoundError."""
        self._only_own('load_dump')
        if by not in ('id', 'name'):
            raise InvalidInputError(f'by is {by!r:.80}; it takes "id" or "name"')
        _runtime.call('this.load_dump', {'select': str(select), 'by': by})
        raise AssertionError('the engine begins this process again')

    def webhook_html_response(self, html: str) -> Self:
        """What the caller of the webhook that started this execution gets, as HTML."""
        self._only_own('webhook_html_response')
        if not isinstance(html, str):
            raise InvalidInputError(f'the response is {html!r:.80}; it must be a text')
        _runtime.call('this.webhook_html_response', {'html': html})
        return self
