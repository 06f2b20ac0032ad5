"""Checks that are made before a call: names, values of an execution's fields, fields that exclude each other."""

from __future__ import annotations

from .exceptions import InvalidInputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Characters of a name, after blanks around it are removed.
NAME_LIMIT = 128

_BOOLEANS = {
    'is_paused',
    'is_productive',
    'orphan',
    'track_in_git',
    'unwrapped',
    'use_breakpoints',
    'use_only_explicit_breakpoints',
}
_INTEGERS = {'priority': None, 'max_runtime_minutes': 0}
_LISTS = {'roles', 'wrappers'}
_TEXTS = {
    'description',
    'message',
    'script',
    'commit_message',
    'connector_type',
    'location_inheritance',
}
_RETENTION = ('LAST', 'ALL')
_TYPES = ('FLOW', 'SCRIPT', 'CONNECTION', 'SCHEDULE', 'WRAPPER')
_EITHER_ID_OR_NAME = ('project', 'bundle', 'flow', 'connector', 'schedule', 'wrapper')
_EXCLUSIVE = (
    *((f'{kind}_id', f'{kind}_name') for kind in _EITHER_ID_OR_NAME),
    *(
        (project, bundle)
        for project in ('project_id', 'project_name')
        for bundle in ('bundle_id', 'bundle_name')
    ),
)


def clean_name(value: Any, what: str = 'name') -> str:
    """A name without the blanks around it. Raises InvalidInputError."""
    if not isinstance(value, str):
        raise InvalidInputError(f'{what} is {value!r:.80}; it must be a text')
    name = value.strip()
    if not name:
        raise InvalidInputError(f'{what} is empty; it needs 1 to {NAME_LIMIT} characters')
    if len(name) > NAME_LIMIT:
        raise InvalidInputError(f'{what} has {len(name)} characters; {NAME_LIMIT} are allowed')
    return name


def clean_fields(fields: dict[str, Any]) -> dict[str, Any]:
    """Fields that every record may have, checked. Raises InvalidInputError."""
    for name, value in fields.items():
        if value is not None and (name == 'name' or name.endswith('_name')):
            fields[name] = clean_name(value, name)
    if len(fields) > 1:
        for one, other in _EXCLUSIVE:
            if fields.get(one) is not None and fields.get(other) is not None:
                raise InvalidInputError(f'{one} and {other} exclude each other; give one of them')
    return fields


def clean_execution_fields(fields: dict[str, Any]) -> dict[str, Any]:
    """Fields of an execution, checked. Raises InvalidInputError."""
    if 'is_readonly' in fields:
        raise InvalidInputError(
            'is_readonly is not allowed for executions: an execution cannot be read-only'
        )
    for name, value in fields.items():
        if value is not None:
            _check_value(name, value)
    if fields.get('scheduled_for') is not None:
        fields['scheduled_for'] = _moment(fields['scheduled_for'])
    return clean_fields(fields)


def _moment(value: Any) -> Any:
    """A time with its zone: that of this machine where a datetime has none, and for seconds since the epoch UTC."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        import datetime

        try:
            return datetime.datetime.fromtimestamp(value, datetime.timezone.utc)
        except (OverflowError, OSError, ValueError) as error:
            raise InvalidInputError(f'scheduled_for is {value!r:.80}: {error}') from None
    if hasattr(value, 'astimezone') and value.tzinfo is None:
        return value.astimezone()
    return value


def _check_value(name: str, value: Any) -> None:
    if name in _BOOLEANS:
        _require(isinstance(value, bool), name, value, 'True or False')
    elif name in _INTEGERS:
        least = _INTEGERS[name]
        _require(
            _is_int(value) and (least is None or value >= least),
            name,
            value,
            'an integer' if least is None else f'an integer of at least {least}',
        )
    elif name == 'breakpoints':
        lines = isinstance(value, (list, tuple)) and all(
            _is_int(line) and line > 0 for line in value
        )
        _require(lines, name, value, 'a list of line numbers, counted from 1')
    elif name in _LISTS:
        _require(isinstance(value, (list, tuple)), name, value, 'a list')
    elif name in _TEXTS:
        _require(isinstance(value, str), name, value, 'a text')
    elif name == 'savepoint_retention':
        _require(value in _RETENTION, name, value, ' or '.join(_RETENTION))
    elif name == 'type':
        _require(value in _TYPES, name, value, 'one of ' + ', '.join(_TYPES))


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _require(holds: bool, name: str, value: Any, takes: str) -> None:
    if not holds:
        raise InvalidInputError(f'{name} is {value!r:.80}; it takes {takes}')
