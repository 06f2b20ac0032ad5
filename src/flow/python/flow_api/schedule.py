"""Starts a flow again and again."""

from __future__ import annotations

from .record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from typing_extensions import Unpack

    from ._fields import ScheduleFields


class Schedule(Record):
    """Starts a flow again and again: when its scheduler says so, or by a cron pattern.

    ``system.schedule('nightly').save(flow_name='report', cron='0 3 * * *')``, or with ``scheduler_name=`` and
    ``setting_name=`` in place of ``cron=``. ``is_enabled=False`` lets it rest.
    """

    record_type: ClassVar[str] = 'schedule'

    if TYPE_CHECKING:

        def save(self, *, debug: bool | None = None, **fields: Unpack[ScheduleFields]) -> Schedule:  # type: ignore[override]
            """Creates it or overwrites these fields of it."""
            ...

        def clone(self, **fields: Unpack[ScheduleFields]) -> Schedule:  # type: ignore[override]
            """A copy of it, with these fields changed."""
            ...
