"""A person who uses the engine."""

from __future__ import annotations

from .record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from typing_extensions import Unpack

    from ._fields import UserFields


class User(Record):
    """A person who uses the engine."""

    record_type: ClassVar[str] = 'user'

    if TYPE_CHECKING:

        def save(self, *, debug: bool | None = None, **fields: Unpack[UserFields]) -> User:  # type: ignore[override]
            """Creates it or overwrites these fields of it."""
            ...

        def clone(self, **fields: Unpack[UserFields]) -> User:  # type: ignore[override]
            """A copy of it, with these fields changed."""
            ...
