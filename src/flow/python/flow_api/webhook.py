"""An address whose calls start a flow."""

from __future__ import annotations

from .record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from typing_extensions import Unpack

    from ._fields import WebhookFields


class Webhook(Record):
    """An address whose calls start a flow: ``/webhook/NAME/call`` of the local API server.

    ``system.webhook('order').save(flow_name='take_order', key='a secret')``. ``is_enabled=False`` refuses calls.
    """

    record_type: ClassVar[str] = 'webhook'

    if TYPE_CHECKING:

        def save(self, *, debug: bool | None = None, **fields: Unpack[WebhookFields]) -> Webhook:  # type: ignore[override]
            """Creates it or overwrites these fields of it."""
            ...

        def clone(self, **fields: Unpack[WebhookFields]) -> Webhook:  # type: ignore[override]
            """A copy of it, with these fields changed."""
            ...
