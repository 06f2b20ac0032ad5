"""Settings: named JSON values, which are locks too."""

from __future__ import annotations

from . import _runtime
from .exceptions import InvalidInputError
from .record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import ClassVar

    from typing_extensions import Unpack

    from ._fields import SettingFields


class Setting(Record):
    """A named JSON value: ``system.setting('limits').get('value')``, ``….save(value={…})``.

    It is also a lock that one execution holds at a time: `acquire` and `release`, or ``with system.setting('x'):``.
    """

    record_type: ClassVar[str] = 'setting'
    _held = False

    if TYPE_CHECKING:

        def save(self, *, debug: bool | None = None, **fields: Unpack[SettingFields]) -> Setting:  # type: ignore[override]
            """Creates it or overwrites these fields of it."""
            ...

        def clone(self, **fields: Unpack[SettingFields]) -> Setting:  # type: ignore[override]
            """A copy of it, with these fields changed."""
            ...

    def acquire(self, timeout: float | None = None) -> Setting:
        """Waits for the lock and takes it. ``timeout`` is in seconds; LockTimeoutError."""
        if timeout is not None and not (isinstance(timeout, (int, float)) and timeout >= 0):
            raise InvalidInputError(f'timeout is {timeout!r:.80}; it must be a number of seconds')
        _runtime.call('setting.acquire', {**self._reference(), 'timeout': timeout})
        self._held = True
        # Who held it before may have changed the value.
        self._cache.pop('value', None)
        return self

    def release(self) -> Setting:
        """Gives the lock back."""
        _runtime.call('setting.release', self._reference())
        self._held = False
        return self

    def __enter__(self) -> Setting:
        return self if self._held else self.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._held:
            self.release()
