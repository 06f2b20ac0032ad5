"""Values as texts for people: bounded in length, depth and time, whatever their own methods do."""

from __future__ import annotations

import re
from itertools import islice

from .limit import TookTooLong, watchdog

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

#: Characters of a text, and of a preview of a container, that fit a line of the variables view or a hover.
STRING_LENGTH = 400
PREVIEW_LENGTH = 120
#: Characters of the whole value, for the clipboard.
FULL_LENGTH = 1_000_000
#: Seconds that a value's own `__repr__` or `__str__` may take.
METHOD_TIME = 0.5
#: Digits of an integer; Python itself refuses to print more than 4300.
INTEGER_BITS = 4000

_PLAIN = (bool, type(None), float, complex, type(Ellipsis), type(NotImplemented))
#: A default `repr` names an address, which tells nothing.
_ADDRESS = re.compile(r' at 0x[0-9a-fA-F]+(?=>)')


def cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[:length] + '…'


def type_name(value: Any) -> str:
    return type(value).__name__


def value_text(method: Callable[[Any], str], value: Any, length: int = STRING_LENGTH) -> str:
    """What `repr` or `str` gives, or a text that says why it gives nothing."""
    kind = type(value)
    if kind is str and method is str:
        return cut(value, length)
    if kind is int:
        return _integer(value)
    try:
        made = watchdog.limited(METHOD_TIME, lambda: method(value))
    except TookTooLong:
        return f'<{kind.__name__}: {method.__name__} took longer than {METHOD_TIME} s>'
    except BaseException as error:
        return f'<{kind.__name__}: {method.__name__} failed with {type(error).__name__}>'
    return cut(_ADDRESS.sub('', made), length)


def display(value: Any) -> str:
    """A value on one line, as Python writes it. What is long is cut with `…`."""
    return _shown(value, PREVIEW_LENGTH, 2).replace('\n', '\\n')


def full(value: Any) -> str:
    """The whole value: a text as it is, all else as `repr` has it."""
    return value_text(str if type(value) is str else repr, value, FULL_LENGTH)


def _shown(value: Any, length: int, depth: int) -> str:
    kind = type(value)
    if kind in (str, bytes, bytearray):
        # Not more is made into a text than will be shown.
        inside = STRING_LENGTH if depth == 2 else 40
        shown = repr(value[:inside])
        return shown if len(value) <= inside else shown[:-1] + '…' + shown[-1]
    if kind is int:
        return _integer(value)
    if kind in _PLAIN:
        return repr(value)
    if kind is dict:
        return _preview('{', '}', len(value), ((f'{_shown(key, 40, 0)}: ', item) for key, item in _items(value)), length, depth)
    if kind in (list, tuple, set, frozenset):
        opening, closing = ('[', ']') if kind is list else ('(', ')') if kind is tuple else ('{', '}')
        if kind is tuple and len(value) == 1:
            closing = ',)'
        if kind in (set, frozenset) and not value:
            return f'{kind.__name__}()'
        return _preview(opening, closing, len(value), (('', item) for item in list(islice(value, length))), length, depth)
    return value_text(repr, value, STRING_LENGTH if depth == 2 else 60)


def _items(value: dict[Any, Any]) -> list[tuple[Any, Any]]:
    return list(islice(value.items(), PREVIEW_LENGTH))


def _preview(opening: str, closing: str, size: int, parts: Any, length: int, depth: int) -> str:
    if size and depth == 0:
        return f'{opening}…{closing}'
    shown: list[str] = []
    used = 0
    for head, item in parts:
        part = head + _shown(item, length // 2, depth - 1)
        used += len(part) + 2
        if used > length and shown:
            shown.append('…')
            break
        shown.append(part)
    else:
        if len(shown) < size:
            shown.append('…')
    return f'{opening}{", ".join(shown)}{closing}'


def _integer(value: int) -> str:
    return repr(value) if value.bit_length() <= INTEGER_BITS else f'<int of {value.bit_length()} bits>'
