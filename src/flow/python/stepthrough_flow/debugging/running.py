"""What of the user's code is in the midst of running, or waits to go on."""

from __future__ import annotations

import gc
import sys
from types import AsyncGeneratorType, CoroutineType, GeneratorType

from ..places import is_user_code

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any, Iterator

#: What can be suspended in the middle of its code, with how its attributes begin.
SUSPENDED: dict[type, str] = {GeneratorType: 'gi', CoroutineType: 'cr', AsyncGeneratorType: 'ag'}


def frames() -> Iterator[FrameType]:
    """Of every thread, innermost first."""
    for top in list(sys._current_frames().values()):
        frame: FrameType | None = top
        while frame is not None:
            yield frame
            frame = frame.f_back


def suspended_code(found: Any) -> CodeType | None:
    """The user's code of a generator or coroutine; None for what is none."""
    kind = SUSPENDED.get(type(found))
    if kind is None:
        return None
    code: CodeType = getattr(found, kind + '_code')
    return code if is_user_code(code.co_filename) else None


def running_codes() -> Iterator[CodeType]:
    """All that goes on without being entered. It looks at every object there is."""
    for frame in frames():
        yield frame.f_code
    for found in gc.get_objects():
        code = suspended_code(found)
        if code is not None:
            yield code
