"""A stored JSON Schema."""

from __future__ import annotations

from .record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from typing_extensions import Unpack

    from ._fields import SchemaFields


class Schema(Record):
    """A stored JSON Schema."""

    record_type: ClassVar[str] = 'schema'

    if TYPE_CHECKING:

        def save(self, *, debug: bool | None = None, **fields: Unpack[SchemaFields]) -> Schema:  # type: ignore[override]
            """Creates it or overwrites these fields of it."""
            ...

        def clone(self, **fields: Unpack[SchemaFields]) -> Schema:  # type: ignore[override]
            """A copy of it, with these fields changed."""
            ...
