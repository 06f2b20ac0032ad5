"""References to values, and their parts in pages. Good until the flow goes on, and never used twice."""

from __future__ import annotations

from itertools import islice

from .text import display, full, type_name, value_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable, Iterator

#: Parts in one answer; a client that asks for more gets them in pages.
PAGE = 10_000


class Refused(Exception):
    """A request that cannot be done; the message is shown as it is."""


class Part:
    """A value with the place that it is in."""

    __slots__ = ('assign', 'expression', 'name', 'value')

    def __init__(self, name: str, value: Any, expression: str | None = None, assign: Callable[[Any], None] | None = None) -> None:
        self.name = name
        self.value = value
        #: Reads the same place; None where no expression does.
        self.expression = expression
        #: None where the place cannot be changed.
        self.assign = assign


class Scope:
    """Variables by name, made into parts when they are asked for."""

    def __init__(self, names: Callable[[], list[str]], part: Callable[[str], Part]) -> None:
        self.names = names
        self.part = part


class Values:
    def __init__(self) -> None:
        #: With the frame in whose expressions they are changed.
        self._held: dict[int, tuple[Part | Scope, FrameType]] = {}
        self._last = 0

    def clear(self) -> None:
        self._held = {}

    def hold(self, held: Part | Scope, frame: FrameType) -> int:
        self._last += 1
        self._held[self._last] = (held, frame)
        return self._last

    def body(self, part: Part, frame: FrameType, whole: bool = False) -> dict[str, Any]:
        """A value as the protocol has it; `whole` adds the whole text."""
        named, indexed = sizes(part.value)
        return {
            'name': part.name,
            'display': display(part.value),
            'type': type_name(part.value),
            'reference': self.hold(part, frame) if named or indexed else 0,
            'named': named,
            'indexed': indexed,
            'expression': part.expression,
            'readOnly': part.assign is None,
            **({'full': full(part.value)} if whole else {}),
        }

    def children(self, reference: int, start: int, count: int | None, kind: str | None) -> list[dict[str, Any]]:
        held, frame = self._get(reference)
        page = PAGE if count is None else min(count, PAGE)
        if isinstance(held, Scope):
            names = [] if kind == 'indexed' else held.names()
            bodies = [self.body(held.part(name), frame) for name in names[start : start + page]]
            total = len(names)
        else:
            bodies = [self.body(part, frame) for part in parts(held, start, page, kind)]
            named, indexed = sizes(held.value)
            total = indexed if kind == 'indexed' else named if kind == 'named' else named + indexed
        left = total - start - len(bodies)
        if count is None and left > 0:
            # A client that does not ask in pages must not take the rest for what is not there.
            bodies.append({'name': '…', 'display': f'{left} more', 'type': '', 'reference': 0, 'named': 0, 'indexed': 0, 'expression': None, 'readOnly': True})
        return bodies

    def child(self, reference: int, name: str) -> tuple[Part, FrameType]:
        """A part by the name that `children` gives it."""
        held, frame = self._get(reference)
        if isinstance(held, Scope):
            if name not in held.names():
                raise Refused(f'There is no "{name}" here that could be changed.')
            return held.part(name), frame
        found = _indexed_part(held, name) or next((part for part in parts(held, 0, None, None) if part.name == name), None)
        if found is None:
            raise Refused(f'There is no "{name}" here that could be changed.')
        return found, frame

    def _get(self, reference: int) -> tuple[Part | Scope, FrameType]:
        held = self._held.get(reference)
        if held is None:
            raise Refused('This value is from an earlier stop and is not known any more.')
        return held


def sizes(value: Any) -> tuple[int, int]:
    """How many named and indexed parts a value has. Calls nothing that a user's class could have made its own."""
    kind = type(value)
    if issubclass(kind, (list, tuple)):
        base: Any = list if issubclass(kind, list) else tuple
        return (len(_attributes(value)) if kind not in (list, tuple) else 0), base.__len__(value)
    if kind in (set, frozenset, range):
        return 0, len(value)
    if issubclass(kind, dict):
        return dict.__len__(value) + (len(_attributes(value)) if kind is not dict else 0), 0
    if kind.__module__ == 'collections' and kind.__name__ == 'deque':
        return 0, len(value)
    return len(_attributes(value)), 0


def parts(part: Part, start: int, count: int | None, kind: str | None) -> Iterator[Part]:
    """The parts of a value: keys and attributes are named, items are indexed. With no `kind` the named come first."""
    named, indexed = sizes(part.value)
    stop = None if count is None else start + count
    if kind == 'indexed':
        return islice(_items(part, start), 0, count)
    if kind == 'named' or indexed == 0:
        return islice(_named(part), start, stop)
    if named == 0:
        return islice(_items(part, start), 0, count)
    return islice((one for source in (_named(part), _items(part, 0)) for one in source), start, stop)


def _items(part: Part, start: int) -> Iterator[Part]:
    value = part.value
    if issubclass(type(value), (list, tuple)):
        base: Any = list if issubclass(type(value), list) else tuple
        for index in range(start, base.__len__(value)):
            yield _item(part, index, base.__getitem__(value, index))
        return
    for index, item in enumerate(islice(iter(value), start, None), start):
        yield Part(str(index), item, f'{part.expression}[{index}]' if part.expression and type(value) is range else None)


def _item(part: Part, index: int, item: Any) -> Part:
    value = part.value
    assign = (lambda new: list.__setitem__(value, index, new)) if issubclass(type(value), list) else None
    return Part(str(index), item, part.expression and f'{part.expression}[{index}]', assign)


def _indexed_part(part: Part, name: str) -> Part | None:
    value = part.value
    if name.isdecimal() and issubclass(type(value), list) and int(name) < list.__len__(value):
        return _item(part, int(name), list.__getitem__(value, int(name)))
    return None


def _named(part: Part) -> Iterator[Part]:
    value = part.value
    if issubclass(type(value), dict):
        for key, item in list(dict.items(value)):
            yield Part(
                value_text(repr, key, 200),
                item,
                f'{part.expression}[{key!r}]' if part.expression and type(key) in (str, int, bool, float, type(None)) else None,
                lambda new, key=key: dict.__setitem__(value, key, new),  # type: ignore[misc]
            )
    for name, attribute in _attributes(value).items():
        yield Part(name, attribute, f'{part.expression}.{name}' if part.expression and name.isidentifier() else None, lambda new, name=name: setattr(value, name, new))  # type: ignore[misc]


def _attributes(value: Any) -> dict[str, Any]:
    """What an object holds itself. Properties are left out: reading one may do anything."""
    kind = type(value)
    if kind in (int, str, float, bool, bytes, bytearray, complex, type(None), list, tuple, dict, set, frozenset, range):
        return {}
    found: dict[str, Any] = {}
    for base in kind.__mro__:
        slots = base.__dict__.get('__slots__', ())
        for name in (slots,) if isinstance(slots, str) else slots:
            descriptor = base.__dict__.get(name)
            if type(descriptor).__name__ == 'member_descriptor':
                try:
                    found[name] = base.__dict__[name].__get__(value, kind)
                except AttributeError:
                    continue
    try:
        own = object.__getattribute__(value, '__dict__')
    except Exception:
        own = None
    if isinstance(own, dict):
        found.update((name, item) for name, item in own.items() if isinstance(name, str))
    if isinstance(value, BaseException):
        found.setdefault('args', value.args)
    if kind.__module__.partition('.')[0] == 'flow_api':
        # How a handle of the Flow-API works inside is of no interest to a flow.
        return {name: item for name, item in found.items() if not name.startswith('_')}
    if isinstance(value, type) or kind.__name__ == 'module':
        return {name: item for name, item in found.items() if not name.startswith('__')}
    return found
