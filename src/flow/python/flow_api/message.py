"""Messages and forms, which a person answers."""

from __future__ import annotations

from . import _runtime
from .exceptions import InvalidInputError
from .record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, Literal

    from typing_extensions import Unpack

    from ._fields import MessageFields


class Message(Record):
    """A message or form that was shown; see `Execution.message`. The answer is in ``.get('response')``."""

    record_type: ClassVar[str] = 'message'
    default_by: ClassVar[Literal['id', 'name']] = 'id'

    if TYPE_CHECKING:

        def save(self, *, debug: bool | None = None, **fields: Unpack[MessageFields]) -> Message:  # type: ignore[override]
            """Overwrites fields of it."""
            ...

    def wait(self, timeout: float | None = None) -> Message:
        """Waits until it has been answered. ``timeout`` is in seconds; MessageResponseTimeoutError."""
        if timeout is not None and not (isinstance(timeout, (int, float)) and timeout >= 0):
            raise InvalidInputError(f'timeout is {timeout!r:.80}; it must be a number of seconds')
        self._cache['response'] = _runtime.call(
            'message.wait',
            {'id': self.get('id') if self._by == 'name' else self._select, 'timeout': timeout},
        )
        return self

    @classmethod
    def _shown(cls, fields: dict[str, Any]) -> Message:
        """Shows a new one."""
        subject = fields.get('subject')
        if not isinstance(subject, str) or not subject.strip():
            raise InvalidInputError(
                f'subject is {subject!r:.80}; a message needs one: message(subject=…)'
            )
        contents = [name for name in ('message', 'request', 'body') if name in fields]
        if len(contents) > 1:
            raise InvalidInputError(
                f'{" and ".join(contents)} exclude each other; a message has one of them'
            )
        if 'message_type' in fields:
            fields['type'] = fields.pop('message_type')
        shown = cls._stored(_runtime.call('message.create', {'fields': fields}))
        shown._cache.update(fields)
        return shown
