"""A script that runs around others; see `Execution.using`."""

from __future__ import annotations

from .record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from typing_extensions import Unpack

    from ._fields import WrapperFields


class Wrapper(Record):
    """A script that runs around others; see `Execution.using`."""

    record_type: ClassVar[str] = 'wrapper'

    if TYPE_CHECKING:

        def save(self, *, debug: bool | None = None, **fields: Unpack[WrapperFields]) -> Wrapper:  # type: ignore[override]
            """Creates it or overwrites these fields of it."""
            ...

        def clone(self, **fields: Unpack[WrapperFields]) -> Wrapper:  # type: ignore[override]
            """A copy of it, with these fields changed."""
            ...
