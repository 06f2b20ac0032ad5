"""Starts a flow again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .record import Record

if TYPE_CHECKING:
    from typing import ClassVar

    from typing_extensions import Unpack

    from ._fields import ScheduleFields


class Schedule(Record):
    """Starts a flow again and again."""

    record_type: ClassVar[str] = 'schedule'

    if TYPE_CHECKING:

        def save(self, *, debug: bool | None = None, **fields: Unpack[ScheduleFields]) -> Schedule:  # type: ignore[override]
            """Creates it or overwrites these fields of it."""
            ...

        def clone(self, **fields: Unpack[ScheduleFields]) -> Schedule:  # type: ignore[override]
            """A copy of it, with these fields changed."""
            ...
