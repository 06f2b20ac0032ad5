"""Where a step command stops."""

from __future__ import annotations

import dis
from types import CodeType

from ..places import is_user_code

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

    from .source_text import Place

#: Where the flow goes to: a step of one thread, the next call of the Flow-API, the first line, or any line.
LINES = ('next', 'stepIn', 'stepOut')

#: The flag of a generator's code; coroutines have others, and yield to whatever runs them.
GENERATOR = 0x20
_RETURNS, _YIELDS = ([dis.opmap[name] for name in names if name in dis.opmap] for names in (('RETURN_VALUE', 'RETURN_CONST'), ('YIELD_VALUE', 'YIELD_FROM')))


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
        #: Those that give the control back to the user's code, which may be a library's that has called it.
        self._leading_back = [inner for inner in ([] if frame is None else [frame, *self._callers]) if self.by_lines and _leads_back(inner)]

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

    def leads_back(self, frame: FrameType) -> bool:
        """Whether it can stop in the caller of a frame that returns."""
        return any(frame is inner for inner in self._leading_back)

    def codes_leading_back(self) -> list[CodeType]:
        return [frame.f_code for frame in self._leading_back]

    def reached(self, thread: int, frame: FrameType, place: Place | None) -> bool:
        if thread != self.thread or not self.follows(frame):
            return False
        # A comprehension is a function of its own, but nobody steps into one on the same line.
        inside_the_same = frame is not self._frame and frame.f_code.co_name.startswith('<') and frame.f_code.co_name != '<module>' and place == self._place
        return not inside_the_same

    def returned(self, thread: int, frame: FrameType) -> bool:
        """Whether it stops in the caller of a frame that gives it a value."""
        return thread == self.thread and self.leads_back(frame)


def _leads_back(frame: FrameType) -> bool:
    # A comprehension is a part of the line that it is in.
    return frame.f_back is not None and is_user_code(frame.f_back.f_code.co_filename) and not _is_comprehension(frame.f_code)


def _is_comprehension(code: CodeType) -> bool:
    return code.co_name in ('<listcomp>', '<setcomp>', '<dictcomp>', '<genexpr>')


def gives_value(frame: FrameType) -> bool:
    """Whether a frame that is being left returns or yields to its caller; else an error leaves it, or it only awaits."""
    operation = frame.f_code.co_code[frame.f_lasti]
    return operation in _RETURNS or (operation in _YIELDS and bool(frame.f_code.co_flags & GENERATOR))
