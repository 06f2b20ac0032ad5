"""Which code is the user's: calls, tracebacks and the debugger speak of that code only."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

#: The folder that holds this package and ``flow_api``.
OUR_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

_USER, _LIBRARY, _OURS = 1, 2, 3
_kinds: dict[str, int] = {}
_our_prefix = os.path.normcase(OUR_FOLDER) + os.sep
_library_prefix = os.path.normcase(os.path.dirname(os.path.abspath(os.__file__))) + os.sep
_installed = tuple(os.sep + folder + os.sep for folder in ('site-packages', 'dist-packages'))


def register_user_file(filename: str) -> None:
    """Says that a file is the user's, wherever it is."""
    _kinds[filename] = _USER


def _kind(filename: str) -> int:
    kind = _kinds.get(filename)
    if kind is None:
        kind = _kinds[filename] = _classify(filename)
    return kind


def _classify(filename: str) -> int:
    if filename.startswith('<'):
        # Python's own way to the first line of ours is no place of anybody's.
        return _OURS if filename == '<frozen runpy>' else _LIBRARY
    path = os.path.normcase(filename)
    if path.startswith(_our_prefix):
        return _OURS
    if path.startswith(_library_prefix) or any(folder in path for folder in _installed):
        return _LIBRARY
    return _USER


def is_ours(filename: str) -> bool:
    """Whether a file belongs to what runs flows. No debugger stops there, no traceback shows it."""
    return _kind(filename) == _OURS


def is_user_code(filename: str) -> bool:
    """Whether a file is neither ours nor of the standard library nor an installed package."""
    return _kind(filename) == _USER


def calling_frame(frame: FrameType | None) -> FrameType | None:
    """The innermost frame of user code from ``frame`` outwards, else the innermost that is not ours."""
    library = None
    while frame is not None:
        kind = _kind(frame.f_code.co_filename)
        if kind == _USER:
            return frame
        if kind == _LIBRARY and library is None:
            library = frame
        frame = frame.f_back
    return library
