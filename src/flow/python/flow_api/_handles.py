"""How `System` makes handles: of one record, and of all that a filter finds."""

from __future__ import annotations

from . import _runtime
from .exceptions import InvalidInputError
from .record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar

    AnyRecord = TypeVar('AnyRecord', bound=Record)


def opened(kind: type[AnyRecord], select: Any, by: Any, fields: Any) -> AnyRecord:
    """A handle; where fields are given, the record is saved with them."""
    # `save=False` kept the fields back up to 2020.
    save = fields.pop('save', True)
    record = kind(select, by=by, **fields)
    return record.save() if save and record._new else record


def listed(kind: type[AnyRecord], filter: Any, found: Any) -> list[AnyRecord]:
    """Handles of the records that exist now.

    Those that are deleted meanwhile raise ResourceNotFoundError when used.
    """
    if filter is not None and not isinstance(filter, dict):
        example = '{"field": "name", "op": "eq", "value": "x"}'
        raise InvalidInputError(f'filter is {filter!r:.80}; it takes a dict such as {example}')
    chosen = {'allow_normal': True, 'allow_deleted': False, **found}
    if len(chosen) > 2:
        raise InvalidInputError(f'{sorted(found)} are not known here; use filter={{…}}')
    asked = {'type': kind.record_type, 'filter': filter, **chosen}
    records = [kind._stored(saved) for saved in _runtime.call('record.list', asked)]
    for record in records:
        record._allow_normal, record._allow_deleted = (
            chosen['allow_normal'],
            chosen['allow_deleted'],
        )
    return records
