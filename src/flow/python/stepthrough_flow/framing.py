"""Frames: 4 bytes of length (big-endian) and that many bytes of UTF-8 JSON. ``protocol.ts`` is the other end."""

from __future__ import annotations

import json
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

#: Bytes of one frame; checked before any of it is read or written.
FRAME_LIMIT = 64 * 1024 * 1024

_CHUNK = 64 * 1024

#: `json.dumps` with options would make one for each text.
_encode = json.JSONEncoder(separators=(',', ':')).encode


class FrameTooLarge(ValueError):
    """A frame of more than ``FRAME_LIMIT`` bytes."""

    def __init__(self, size: int) -> None:
        super().__init__(
            f'{size:,} bytes are more than the {FRAME_LIMIT:,} that one frame may have'
        )
        self.size = size


def pack(frame: dict[str, Any]) -> bytes:
    """One frame as bytes. Raises FrameTooLarge."""
    body = _encode(frame).encode('ascii')
    if len(body) > FRAME_LIMIT:
        raise FrameTooLarge(len(body))
    return len(body).to_bytes(4, 'big') + body


def write_all(fd: int, data: bytes) -> None:
    """Writes all of it; a pipe may take less at a time."""
    written = os.write(fd, data)
    if written < len(data):
        view = memoryview(data)
        while written < len(data):
            written += os.write(fd, view[written:])


class FrameReader:
    """Reads frames from a descriptor, many at a time where many are there."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._buffer = bytearray()

    @property
    def fd(self) -> int:
        """Where it reads."""
        return self._fd

    def frames(self) -> Iterator[dict[str, Any]]:
        """Every frame until the other end closes. Raises FrameTooLarge before such a frame is read."""
        while True:
            frame = self.read()
            if frame is None:
                return
            yield frame

    @property
    def has_frame(self) -> bool:
        """Whether the next frame is there whole, so that `read` does not wait."""
        buffer = self._buffer
        return len(buffer) >= 4 and len(buffer) >= 4 + int.from_bytes(buffer[:4], 'big')

    def read(self) -> dict[str, Any] | None:
        """The next frame; None at the end, also where the end is in the midst of a frame."""
        if not self._fill(4):
            return None
        size = int.from_bytes(self._buffer[:4], 'big')
        if size > FRAME_LIMIT:
            raise FrameTooLarge(size)
        if not self._fill(4 + size):
            return None
        body = bytes(self._buffer[4 : 4 + size])
        del self._buffer[: 4 + size]
        frame: dict[str, Any] = json.loads(body)
        return frame

    def _fill(self, size: int) -> bool:
        while len(self._buffer) < size:
            chunk = os.read(self._fd, _CHUNK)
            if not chunk:
                return False
            self._buffer += chunk
        return True
