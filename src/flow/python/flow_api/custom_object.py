"""An object of the kind that an object template describes."""

from __future__ import annotations

from .record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from typing_extensions import Unpack

    from ._fields import CustomObjectFields


class CustomObject(Record):
    """An object of the kind that an object template describes."""

    record_type: ClassVar[str] = 'custom_object'

    if TYPE_CHECKING:

        def save(  # type: ignore[override]
            self, *, debug: bool | None = None, **fields: Unpack[CustomObjectFields]
        ) -> CustomObject:
            """Creates it or overwrites these fields of it."""
            ...

        def clone(self, **fields: Unpack[CustomObjectFields]) -> CustomObject:  # type: ignore[override]
            """A copy of it, with these fields changed."""
            ...
