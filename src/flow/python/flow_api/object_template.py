"""Describes the attributes of custom objects."""

from __future__ import annotations

from .record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from typing_extensions import Unpack

    from ._fields import ObjectTemplateFields


class ObjectTemplate(Record):
    """Describes the attributes of custom objects."""

    record_type: ClassVar[str] = 'object_template'

    if TYPE_CHECKING:

        def save(  # type: ignore[override]
            self, *, debug: bool | None = None, **fields: Unpack[ObjectTemplateFields]
        ) -> ObjectTemplate:
            """Creates it or overwrites these fields of it."""
            ...

        def clone(self, **fields: Unpack[ObjectTemplateFields]) -> ObjectTemplate:  # type: ignore[override]
            """A copy of it, with these fields changed."""
            ...
