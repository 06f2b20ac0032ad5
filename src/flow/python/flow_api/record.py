"""What every record has: reading and writing its fields, finding out whether it exists, deleting and cloning it."""

from __future__ import annotations

from . import _runtime
from ._checks import clean_fields, clean_name
from .exceptions import InvalidInputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, Literal, TypeVar

    Self = TypeVar('Self', bound='Record')


class NotSet:
    """The default of fields that are not given; None is a value."""


class Record:
    """A handle of a stored record. Making one reads and writes nothing; nothing exists before it is saved.

    select: the id or name, as ``by`` says.
    by: ``'id'`` or ``'name'``.
    allow_normal, allow_deleted: whether records are found that are not deleted, and those that are.
    init: first values of fields, written by the first ``save``.
    cls: the class of the handle, where it is to be another one than this.
    commit: whether git records what is saved, where the record is tracked there.
    debug: whether what ``save`` writes is also logged.
    """

    #: The type's name in the Flow-API, such as ``setting``.
    record_type: ClassVar[str] = ''
    #: What ``select`` is where ``by`` is not given.
    default_by: ClassVar[Literal['id', 'name']] = 'name'

    if not TYPE_CHECKING:

        def __new__(cls_, *_args: Any, cls: type[Record] | None = None, **_fields: Any) -> Any:
            kind = cls_ if cls is None else cls
            if not (isinstance(kind, type) and issubclass(kind, cls_)):
                raise InvalidInputError(
                    f'cls is {kind!r:.80}; it takes a class that is derived from {cls_.__name__}'
                )
            return object.__new__(kind)

    def __init__(
        self,
        select: str | Record | None = None,
        *,
        by: Literal['id', 'name'] | None = None,
        allow_normal: bool = True,
        allow_deleted: bool = False,
        init: dict[str, Any] | None = None,
        cls: type[Record] | None = None,
        commit: bool = False,
        debug: bool = False,
        **fields: Any,
    ) -> None:
        by = self.default_by if by is None else by
        if by not in ('id', 'name'):
            raise InvalidInputError(f'by is {by!r:.80}; it takes "id" or "name"')
        if init is not None and not isinstance(init, dict):
            raise InvalidInputError(f'init is {init!r:.80}; it takes a dict of fields')
        if not allow_normal and not allow_deleted:
            raise InvalidInputError(
                'allow_normal and allow_deleted are both False: no record can be found'
            )
        self._by: str = by
        self._select: str | None = self._clean_select(select, by)
        self._allow_normal = allow_normal
        self._allow_deleted = allow_deleted
        self._commit = commit
        self._debug = debug
        self._new: dict[str, Any] = self._checked(
            {
                **(init or {}),
                **{name: value for name, value in fields.items() if value is not NotSet},
            }
        )
        self._cache: dict[str, Any] = dict(self._new)

    def get(self, *fields: str) -> Any:
        """The values of fields: of one the value, of several a tuple.

        What was read or written before is not read again.
        """
        missing = [field for field in self._field_names(fields) if field not in self._cache]
        if missing:
            self._read(missing)
        return self._values(fields)

    def load(self, *fields: str) -> Any:
        """As `get`, but always reads what is stored now."""
        self._read(self._field_names(fields))
        return self._values(fields)

    def set(self: Self, **fields: Any) -> Self:
        """Sets fields of this handle only; the next `save` writes them."""
        checked = self._checked(fields)
        self._new.update(checked)
        self._cache.update(checked)
        return self

    def save(self: Self, *, debug: bool | None = None, **fields: Any) -> Self:
        """Creates the record or overwrites its fields. With ``debug`` what is written is also logged."""
        written = {**self._new, **self._checked(fields)}
        if self._commit:
            written['commit'] = True
        self._write(written, self._debug if debug is None else debug)
        written.pop('commit', None)
        self._new = {}
        self._cache.update(written)
        return self

    def exists(self) -> bool:
        """Whether the record exists."""
        return bool(_runtime.call('record.exists', self._reference()))

    def delete(self, *, permanently: bool = False) -> None:
        """Deletes the record. It is kept among the deleted ones unless ``permanently``. ResourceNotFoundError."""
        _runtime.call('record.delete', {**self._reference(), 'permanently': permanently})

    def clone(self: Self, **fields: Any) -> Self:
        """A copy of the stored record, with these fields changed. ResourceNotFoundError."""
        return self._stored(
            _runtime.call('record.clone', {**self._reference(), 'fields': self._checked(fields)})
        )

    def __repr__(self) -> str:
        select = self._cache.get('name') if self._select is None else self._select
        return f'<{type(self).__name__} {select!r}>'

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record):
            return NotImplemented
        return self is other or (
            self._select is not None
            and (self.record_type, self._by, self._select)
            == (other.record_type, other._by, other._select)
        )

    def __hash__(self) -> int:
        return hash((self.record_type, self._by, self._select))

    @classmethod
    def _stored(cls: type[Self], saved: dict[str, Any]) -> Self:
        """A handle of what the engine answered: ``{id, name}``."""
        record = cls(saved['id'], by='id')
        record._cache.update(id=saved['id'], name=saved['name'])
        return record

    def _reference(self) -> dict[str, Any]:
        if self._select is None:
            name = self._cache.get('name')
            if name is None:
                raise InvalidInputError(
                    f'a {self.record_type} needs a name: give it as the first argument or as name='
                )
            self._by, self._select = 'name', clean_name(name)
        return {
            'type': self.record_type,
            'select': self._select,
            'by': self._by,
            'allow_normal': self._allow_normal,
            'allow_deleted': self._allow_deleted,
        }

    def _read(self, fields: list[str]) -> None:
        answer = _runtime.call('record.get', {**self._reference(), 'fields': fields})
        for field in fields:
            self._cache[field] = answer.get(field)

    def _write(self, fields: dict[str, Any], debug: bool) -> None:
        self._adopt(
            _runtime.call('record.save', {**self._reference(), 'fields': fields, 'debug': debug})
        )

    def _adopt(self, saved: dict[str, Any]) -> None:
        """The record may have been created or renamed; the handle stays the one of it."""
        self._cache.update(id=saved['id'], name=saved['name'])
        self._select = saved['name'] if self._by == 'name' else saved['id']

    def _values(self, fields: tuple[str, ...]) -> Any:
        if len(fields) == 1:
            return self._cache.get(fields[0])
        return tuple(self._cache.get(field) for field in fields)

    def _field_names(self, fields: tuple[str, ...]) -> list[str]:
        if not fields or not all(isinstance(field, str) and field for field in fields):
            raise InvalidInputError(
                f'get and load take the names of fields, such as {self._example()}.get("name")'
            )
        return list(fields)

    def _checked(self, fields: dict[str, Any]) -> dict[str, Any]:
        return clean_fields(dict(fields))

    @classmethod
    def _example(cls) -> str:
        return f'system.{cls.record_type}("…")'

    @classmethod
    def _clean_select(cls, select: Any, by: str) -> str | None:
        if select is None:
            return None
        if isinstance(select, Record):
            return str(select.get(by))
        if isinstance(select, int) and not isinstance(select, bool):
            # Ids were numbers up to 2020.
            return str(select)
        if by == 'name':
            return clean_name(select)
        if hasattr(select, 'hex') and hasattr(select, 'version'):
            return str(select)
        if not isinstance(select, str) or not select:
            raise InvalidInputError(
                f'the id of a {cls.record_type} is {select!r:.80}; it must be a text'
            )
        return select
