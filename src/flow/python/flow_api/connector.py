"""A stored way to another system: its type and the inputs that every call of it gets."""

from __future__ import annotations

from . import _runtime
from .record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar

    from typing_extensions import Unpack

    from ._fields import ConnectorFields


class Connector(Record):
    """A stored way to another system: its type and the inputs that every call of it gets."""

    record_type: ClassVar[str] = 'connector'

    if TYPE_CHECKING:

        def save(  # type: ignore[override]
            self, *, debug: bool | None = None, **fields: Unpack[ConnectorFields]
        ) -> Connector:
            """Creates it or overwrites these fields of it."""
            ...

        def clone(self, **fields: Unpack[ConnectorFields]) -> Connector:  # type: ignore[override]
            """A copy of it, with these fields changed."""
            ...

    def _checked(self, fields: dict[str, Any]) -> dict[str, Any]:
        if 'connection_type' in fields:
            _runtime.deprecated('connection_type', 'connector_type')
            fields = dict(fields)
            fields['connector_type'] = fields.pop('connection_type')
        return super()._checked(fields)
