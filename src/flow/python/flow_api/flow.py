"""A stored flow: its script, schemas and defaults for its executions."""

from __future__ import annotations

from .record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from typing_extensions import Unpack

    from ._fields import FlowFields


class Flow(Record):
    """A stored flow: its script, schemas and defaults for its executions."""

    record_type: ClassVar[str] = 'flow'

    if TYPE_CHECKING:

        def save(self, *, debug: bool | None = None, **fields: Unpack[FlowFields]) -> Flow:  # type: ignore[override]
            """Creates it or overwrites these fields of it."""
            ...

        def clone(self, **fields: Unpack[FlowFields]) -> Flow:  # type: ignore[override]
            """A copy of it, with these fields changed."""
            ...
