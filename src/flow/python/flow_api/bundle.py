"""A set of resources that is used in many places; here a folder in ``bundles``."""

from __future__ import annotations

from .record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from typing_extensions import Unpack

    from ._fields import BundleFields


class Bundle(Record):
    """A set of resources that is used in many places; here a folder in ``bundles``."""

    record_type: ClassVar[str] = 'bundle'

    if TYPE_CHECKING:

        def save(self, *, debug: bool | None = None, **fields: Unpack[BundleFields]) -> Bundle:  # type: ignore[override]
            """Creates it or overwrites these fields of it."""
            ...

        def clone(self, **fields: Unpack[BundleFields]) -> Bundle:  # type: ignore[override]
            """A copy of it, with these fields changed."""
            ...
