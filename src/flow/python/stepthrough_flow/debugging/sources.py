"""The texts of the user's files as they run, found by the names that Python has for them."""

from __future__ import annotations

import linecache
import os
import sys
from types import ModuleType

from ..places import is_user_code
from .source_text import SourceText, line_starts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Iterator

    from .source_text import Place


class Sources:
    """Reads each file once: what has been imported does not change any more."""

    def __init__(self) -> None:
        self._texts: dict[str, SourceText] = {}
        self._keys: dict[str, str] = {}
        self._entries: dict[tuple[CodeType, int], frozenset[int]] = {}

    def key(self, filename: str) -> str:
        """One name for all spellings of a path."""
        key = self._keys.get(filename)
        if key is None:
            key = filename if filename.startswith('<') else os.path.normcase(os.path.realpath(filename))
            self._keys[filename] = key
        return key

    def add(self, filename: str, text: str) -> None:
        # A byte order mark is no part of the text.
        self._texts[self.key(filename)] = SourceText(filename, text[1:] if text.startswith('\ufeff') else text)

    def text(self, filename: str) -> SourceText:
        """The text of a file, which may be one that has not been imported yet. Empty where it cannot be read."""
        key = self.key(filename)
        found = self._texts.get(key)
        if found is None:
            found = SourceText(filename, ''.join(linecache.getlines(filename)))
            self._texts[key] = found
        return found

    def known(self) -> list[SourceText]:
        """Of every file that was asked for."""
        return list(self._texts.values())

    def place(self, code: CodeType, line: int) -> Place | None:
        return self.text(code.co_filename).at(line)

    def arrives(self, frame: FrameType) -> Place | None:
        """The place at which a frame has just arrived; None in the middle of a statement that spans lines."""
        line = frame.f_lineno
        place = self.place(frame.f_code, line)
        if place is None or place.line == place.last_line or place.loops:
            return place if place is not None and place.line == line else None
        if place.line != line or frame.f_lasti not in self._entries_of(frame.f_code, place):
            return None
        return place

    def _entries_of(self, code: CodeType, place: Place) -> frozenset[int]:
        """Offsets at which a statement begins: Python comes back to its first line after the others, too."""
        known = self._entries.get((code, place.line))
        if known is None:
            starts = line_starts(code)
            before = [0, *(line for _, line in starts)]
            known = frozenset(offset for (offset, line), previous in zip(starts, before) if line == place.line and not place.line < previous <= place.last_line)
            self._entries[(code, place.line)] = known
        return known

    def function_name(self, code: CodeType) -> str:
        if not is_user_code(code.co_filename):
            return getattr(code, 'co_qualname', code.co_name)
        return self.text(code.co_filename).function_name(code)


def user_modules() -> Iterator[str]:
    """The files of the user's that have been imported."""
    for module in list(sys.modules.values()):
        # Modules may have attributes that do something when they are read.
        names = ModuleType.__getattribute__(module, '__dict__') if isinstance(module, ModuleType) else {}
        filename = names.get('__file__')
        if isinstance(filename, str) and is_user_code(filename):
            yield filename
