"""Files of the workspace."""

from __future__ import annotations

from . import _runtime
from .exceptions import InvalidInputError
from .record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar

    from typing_extensions import Unpack

    from ._fields import FileFields


class File(Record):
    """A file: ``system.file('report.txt').save_text_content('…')``. Its content is text, bytes, or base64 of bytes."""

    record_type: ClassVar[str] = 'file'

    if TYPE_CHECKING:

        def save(self, *, debug: bool | None = None, **fields: Unpack[FileFields]) -> File:  # type: ignore[override]
            """Creates it or overwrites these fields of it."""
            ...

        def clone(self, **fields: Unpack[FileFields]) -> File:  # type: ignore[override]
            """A copy of it, with these fields changed."""
            ...

    def get_text_content(self, encoding: str = 'utf-8', errors: str = 'strict') -> str:
        """The content as text. ResourceNotFoundError."""
        return self.get_bytes_content().decode(encoding, errors)

    def get_bytes_content(self) -> bytes:
        """The content. ResourceNotFoundError."""
        import base64

        return base64.b64decode(self.get_base64_content())

    def get_base64_content(self) -> str:
        """The content in base64. ResourceNotFoundError."""
        return str(_runtime.call('file.read', self._reference()))

    def save_text_content(self, content: str, encoding: str = 'utf-8') -> File:
        """Makes the file, or replaces its content, with a text."""
        if not isinstance(content, str):
            raise InvalidInputError(f'the content is {content!r:.80}; it must be a text')
        return self.save_bytes_content(content.encode(encoding))

    def save_bytes_content(self, content: bytes) -> File:
        """Makes the file, or replaces its content."""
        import base64

        if not isinstance(content, (bytes, bytearray, memoryview)):
            raise InvalidInputError(f'the content is {content!r:.80}; it must be bytes')
        return self._put(base64.b64encode(content).decode('ascii'))

    def save_base64_content(self, content: str | bytes) -> File:
        """Makes the file, or replaces its content, with what a base64 text stands for."""
        import base64

        try:
            return self.save_bytes_content(base64.b64decode(content, validate=True))
        except (TypeError, ValueError) as error:
            raise InvalidInputError(f'the content is no base64: {error}') from None

    def _matches(self, folder: str | None, pattern: str | None) -> bool:
        """Whether it is in a folder and its name there matches a glob."""
        import fnmatch

        start = '' if folder in (None, '', '.') else f'{folder}'.rstrip('/') + '/'
        name = str(self.get('name'))
        if not name.startswith(start):
            return False
        return pattern is None or fnmatch.fnmatchcase(
            name[len(start) :], pattern.replace('**/', '*')
        )

    def _put(self, content: str) -> File:
        self._adopt(_runtime.call('file.write', {**self._reference(), 'content': content}))
        self._cache.pop('content', None)
        return self

    def _read(self, fields: list[str]) -> None:
        # `content` was a field of text up to version 7.
        if 'content' in fields:
            self._cache['content'] = self.get_text_content()
        others = [field for field in fields if field != 'content']
        if others:
            super()._read(others)

    def _write(self, fields: dict[str, Any], debug: bool) -> None:
        others = {field: value for field, value in fields.items() if field != 'content'}
        content = fields.get('content')
        if content is not None:
            self.save_text_content(content) if isinstance(
                content, str
            ) else self.save_bytes_content(content)
        if others or content is None:
            super()._write(others, debug)
