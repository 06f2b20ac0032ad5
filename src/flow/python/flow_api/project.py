"""Where resources belong; here a folder of the workspace."""

from __future__ import annotations

from .record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from typing_extensions import Unpack

    from ._fields import ProjectFields


class Project(Record):
    """Where resources belong; here a folder of the workspace."""

    record_type: ClassVar[str] = 'project'

    if TYPE_CHECKING:

        def save(self, *, debug: bool | None = None, **fields: Unpack[ProjectFields]) -> Project:  # type: ignore[override]
            """Creates it or overwrites these fields of it."""
            ...

        def clone(self, **fields: Unpack[ProjectFields]) -> Project:  # type: ignore[override]
            """A copy of it, with these fields changed."""
            ...
