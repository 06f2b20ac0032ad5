"""Describes an exception for the engine: class, message, the traceback as Python prints it, and its frames."""

from __future__ import annotations

from .places import is_ours

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, TracebackType
    from typing import Any

#: Frames kept at each end of a traceback; a recursion without end has a thousand alike.
_KEPT = 100


def describe(error: BaseException) -> dict[str, Any]:
    """The ``exception`` of an ``end`` frame. Never raises, whatever the exception's own methods do."""
    kind = type_name(error)
    message = safe_text(error)
    try:
        text = _traceback_text(error)
    except BaseException as broken:
        text = f'{kind}: {message}\n(The traceback cannot be shown: {type(broken).__name__})\n'
    try:
        frames = _frames(error)
    except BaseException:
        frames = []
    return {'type': kind, 'message': message, 'traceback': text, 'frames': frames}


def type_name(error: BaseException) -> str:
    """The class as a traceback names it."""
    kind = type(error)
    if kind.__module__ in ('builtins', '__main__', 'flow_script'):
        return kind.__qualname__
    return f'{kind.__module__}.{kind.__qualname__}'


def safe_text(error: BaseException) -> str:
    """``str(error)``, or a text that says that it fails."""
    try:
        if isinstance(error, SyntaxError):
            return str(error.msg)
        return str(error)
    except BaseException:
        return f'<{type(error).__name__} whose text cannot be made>'


def _traceback_text(error: BaseException) -> str:
    import traceback

    report = traceback.TracebackException(type(error), error, error.__traceback__)
    _hide_our_frames(report, set())
    return ''.join(report.format())


def _hide_our_frames(report: Any, seen: set[int]) -> None:
    if report is None or id(report) in seen:
        return
    seen.add(id(report))
    report.stack[:] = [frame for frame in report.stack if not is_ours(frame.filename)]
    _hide_our_frames(report.__cause__, seen)
    _hide_our_frames(report.__context__, seen)
    for inner in getattr(report, 'exceptions', None) or ():
        _hide_our_frames(inner, seen)


def _frames(error: BaseException) -> list[dict[str, Any]]:
    frames: list[dict[str, Any]] = []
    trace = error.__traceback__
    while trace is not None:
        if not is_ours(trace.tb_frame.f_code.co_filename):
            frames.append(_frame(trace))
            if len(frames) > 3 * _KEPT:
                del frames[_KEPT : 2 * _KEPT]
        trace = trace.tb_next
    del frames[_KEPT:-_KEPT]
    if isinstance(error, SyntaxError) and error.filename is not None and error.lineno is not None:
        frames.append(_syntax_place(error))
    return frames


def _frame(trace: TracebackType) -> dict[str, Any]:
    code = trace.tb_frame.f_code
    frame: dict[str, Any] = {
        'file': code.co_filename,
        'line': trace.tb_lineno or code.co_firstlineno,
        'function': code.co_name,
    }
    span = _span(code, trace.tb_lasti)
    if span is not None:
        frame['column'], frame['endColumn'] = span
    return frame


def _span(code: CodeType, instruction: int) -> tuple[int, int] | None:
    """Columns of the failing expression, where Python (3.11 and newer) knows them and it is on one line."""
    if not hasattr(code, 'co_positions') or instruction < 0:
        return None
    import itertools
    import linecache

    line, end_line, start, end = next(
        itertools.islice(code.co_positions(), instruction // 2, None), (None,) * 4
    )
    if line is None or start is None or end is None or line != end_line:
        return None
    encoded = linecache.getline(code.co_filename, line).encode('utf-8')
    return _column(encoded[:start].decode('utf-8', 'replace')), _column(
        encoded[:end].decode('utf-8', 'replace')
    )


def _column(before: str) -> int:
    """1-based, in UTF-16 units as editors count."""
    return len(before.encode('utf-16-le', 'surrogatepass')) // 2 + 1


def _syntax_place(error: SyntaxError) -> dict[str, Any]:
    place: dict[str, Any] = {'file': error.filename, 'line': error.lineno, 'function': '<module>'}
    if error.offset is not None and error.offset > 0:
        text = error.text or ''
        place['column'] = _column(text[: error.offset - 1])
        end = getattr(error, 'end_offset', None)
        if (
            end is not None
            and getattr(error, 'end_lineno', None) == error.lineno
            and end > error.offset
        ):
            place['endColumn'] = _column(text[: end - 1])
    return place
