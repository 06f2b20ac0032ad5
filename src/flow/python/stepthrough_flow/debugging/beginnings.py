"""Where a thread's frames were when it began to be traced: Python 3.9 to 3.11.

Python tells of a line by comparing with the instruction that it traced last in the frame. While a frame was not traced
that is long ago, or there is none. So in a frame that was there before, the first line that Python tells may be one that
the frame is in the midst of, or even another line than it is at. Who stopped there would find a statement half done.
"""

from __future__ import annotations

from ..places import is_user_code
from .source_text import line_starts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType


class Beginnings:
    def __init__(self) -> None:
        #: By identity of the frame, which must not be kept alive: the instruction it was at. A frame that gets the identity
        #: of one that has gone loses nothing, since the first line it is told is one that it comes to.
        self._offsets: dict[int, int] = {}

    def note(self, frame: FrameType | None) -> None:
        """``frame`` is the innermost one of a thread that is about to be traced."""
        while frame is not None:
            if is_user_code(frame.f_code.co_filename):
                self._offsets[id(frame)] = frame.f_lasti
            frame = frame.f_back

    def clear(self) -> None:
        """Nothing is traced any more."""
        self._offsets = {}

    def arrives(self, frame: FrameType) -> bool:
        """Whether a frame has come to the line that Python has just told. To be asked at each line that is told."""
        if not self._offsets:
            return True
        began = self._offsets.pop(id(frame), None)
        if began is None:
            return True
        now = frame.f_lasti
        start, line = max((place for place in line_starts(frame.f_code) if place[0] <= now), default=(0, 0))
        return line == frame.f_lineno and (start > began or now <= began)
