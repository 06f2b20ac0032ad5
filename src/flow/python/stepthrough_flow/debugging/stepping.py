"""Where a step command stops."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType

    from .source_text import Place

#: Where the flow goes to: a step of one thread, the next call of the Flow-API, the first line, or any line.
LINES = ('next', 'stepIn', 'stepOut')


class Step:
    """Follows one thread; the others run on."""

    def __init__(self, kind: str, thread: int, frame: FrameType | None, place: Place | None, by_line: bool) -> None:
        self.kind = kind
        self.thread = thread
        self.by_line = by_line
        self._frame = frame
        self._place = place
        self._callers: list[FrameType] = []
        caller = frame.f_back if frame is not None else None
        while caller is not None:
            self._callers.append(caller)
            caller = caller.f_back

    @property
    def everywhere(self) -> bool:
        """Whether it can stop in code that has not been entered yet."""
        return self.kind == 'stepIn'

    @property
    def by_lines(self) -> bool:
        """Whether lines have to be watched for it."""
        return self.kind in LINES

    def follows(self, frame: FrameType) -> bool:
        """Whether it can stop in a frame."""
        if not self.by_lines:
            return False
        return self.everywhere or (frame is self._frame and self.kind == 'next') or any(frame is caller for caller in self._callers)

    def watches(self, code: CodeType) -> bool:
        frames = self._callers if self._frame is None else [self._frame, *self._callers]
        return self.by_lines and (self.everywhere or any(frame.f_code is code for frame in frames))

    def reached(self, thread: int, frame: FrameType, place: Place | None) -> bool:
        if thread != self.thread or not self.follows(frame):
            return False
        # A comprehension is a function of its own, but nobody steps into one on the same line.
        inside_the_same = frame is not self._frame and frame.f_code.co_name.startswith('<') and frame.f_code.co_name != '<module>' and place == self._place
        return not inside_the_same
