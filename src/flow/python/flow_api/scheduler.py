"""What decides when a schedule starts its flow."""

from __future__ import annotations

from .record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from typing_extensions import Unpack

    from ._fields import SchedulerFields


class Scheduler(Record):
    """What decides when a schedule starts its flow."""

    record_type: ClassVar[str] = 'scheduler'

    if TYPE_CHECKING:

        def save(  # type: ignore[override]
            self, *, debug: bool | None = None, **fields: Unpack[SchedulerFields]
        ) -> Scheduler:
            """Creates it or overwrites these fields of it."""
            ...

        def clone(self, **fields: Unpack[SchedulerFields]) -> Scheduler:  # type: ignore[override]
            """A copy of it, with these fields changed."""
            ...
