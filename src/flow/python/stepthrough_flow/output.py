"""What a flow prints becomes frames, line by line."""

from __future__ import annotations

import codecs
import io
from threading import RLock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable

    from .channel import Channel

_LONGEST = 256 * 1024


class _Bytes(io.RawIOBase):
    """``sys.stdout.buffer``: bytes that are no UTF-8 are replaced."""

    def __init__(self, text: OutputStream) -> None:
        self._text = text
        self._decoder = codecs.getincrementaldecoder('utf-8')('replace')

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        view = bytes(data)
        self._text.write(self._decoder.decode(view))
        return len(view)

    def flush(self) -> None:
        self._text.flush()

    def fileno(self) -> int:
        return self._text.fileno()


class OutputStream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr``. A line is sent when it ends, the rest before the next call."""

    encoding = 'utf-8'
    errors = 'replace'
    mode = 'w'

    def __init__(self, channel: Channel, category: str, fd: int) -> None:
        self._channel = channel
        self._category = category
        self._fd = fd
        self._lock = RLock()
        self._parts: list[str] = []
        self._length = 0
        self._bytes = _Bytes(self)
        self.name = f'<{category}>'

    @property
    def buffer(self) -> Any:
        return self._bytes

    @property
    def line_buffering(self) -> bool:
        return True

    def reconfigure(self, **_options: Any) -> None:
        """As of a text file; the options make no difference here."""

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        # For subprocesses: they write to the process's own descriptors, which never carry frames.
        return self._fd

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f'write() argument must be str, not {type(text).__name__}')
        with self._lock:
            self._parts.append(text)
            self._length += len(text)
            if '\n' in text or self._length > _LONGEST:
                self.flush()
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:  # type: ignore[override]
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        if not self._parts:
            return
        with self._lock:
            text, self._parts, self._length = ''.join(self._parts), [], 0
        for start in range(0, len(text), _LONGEST):
            self._channel.send(
                {
                    'kind': 'output',
                    'category': self._category,
                    'text': text[start : start + _LONGEST],
                }
            )
