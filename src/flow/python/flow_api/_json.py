"""Python values as JSON texts."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_DEEPEST = 50


def dump_value(value: Any) -> str:
    """JSON of a value that is kept: dates, UUIDs and records become text.

    Raises TypeError or ValueError for what JSON cannot hold.
    """
    return _encode(value)


def dump_loosely(value: Any) -> str:
    """JSON of a value that is only shown: whatever JSON cannot hold becomes the text that Python prints."""
    try:
        return _encode_shown(value)
    except (TypeError, ValueError, RecursionError):
        return json.dumps(_sanitized(value, _DEEPEST), separators=(',', ':'))


def _plain(value: Any) -> Any:
    name = type(value).__name__
    if hasattr(value, 'isoformat'):
        return value.isoformat()
    if name == 'UUID':
        return str(value)
    from .record import Record

    if isinstance(value, Record):
        return value.get('id')
    raise TypeError(f'{value!r:.80} is of type {name}, which JSON cannot hold')


def _shown(value: Any) -> Any:
    if hasattr(value, 'isoformat'):
        return value.isoformat()
    return _text(value)


def _text(value: Any) -> str:
    try:
        return str(value)
    except Exception as error:
        return f'<{type(value).__name__} whose text cannot be made: {type(error).__name__}>'


def _sanitized(value: Any, depth: int) -> Any:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if depth > 0 and isinstance(value, dict):
        return {_text(key): _sanitized(item, depth - 1) for key, item in value.items()}
    if depth > 0 and isinstance(value, (list, tuple, set, frozenset)):
        return [_sanitized(item, depth - 1) for item in value]
    if isinstance(value, (dict, list, tuple, set, frozenset)):
        return '…'
    if isinstance(value, float) and value - value == 0:
        return value
    return _text(value)


_encode = json.JSONEncoder(default=_plain, allow_nan=False, separators=(',', ':')).encode
_encode_shown = json.JSONEncoder(default=_shown, allow_nan=False, separators=(',', ':')).encode
