"""The threads of a flow, by small numbers that are never used twice."""

from __future__ import annotations

import threading
from weakref import WeakKeyDictionary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from threading import Thread


class Threads:
    def __init__(self, own: int | None) -> None:
        """``own`` is the channel's thread."""
        self._numbers: WeakKeyDictionary[Thread, int] = WeakKeyDictionary({threading.main_thread(): 1})
        self._last = 1
        self._own = {own}
        self._told: set[int] = {1}

    def begin(self) -> None:
        """Who debugs now has been told of the main thread only."""
        self._told = {1}

    def add_own(self, ident: int | None) -> None:
        self._own.add(ident)

    def remove_own(self, ident: int | None) -> None:
        """A thread of ours ends; the flow's next one may get its number."""
        self._own.discard(ident)

    def is_own(self, ident: int | None) -> bool:
        return ident in self._own

    def number(self, thread: Thread) -> int:
        known = self._numbers.get(thread)
        if known is None:
            self._last += 1
            known = self._numbers[thread] = self._last
        return known

    def number_here(self) -> int:
        return self.number(threading.current_thread())

    def of_flow(self) -> list[Thread]:
        return [thread for thread in threading.enumerate() if thread.ident not in self._own]

    def ident(self, number: int) -> int | None:
        return next((thread.ident for thread in self.of_flow() if self.number(thread) == number), None)

    def bodies(self) -> list[dict[str, object]]:
        return [{'id': self.number(thread), 'name': 'main' if thread is threading.main_thread() else thread.name} for thread in self.of_flow()]

    def changes(self) -> list[dict[str, object]]:
        """Threads that came and went since the last look."""
        present = {self.number(thread): thread.name for thread in self.of_flow()}
        gone = [{'kind': 'thread', 'thread': number, 'reason': 'exited', 'name': ''} for number in sorted(self._told - set(present))]
        new = [{'kind': 'thread', 'thread': number, 'reason': 'started', 'name': name} for number, name in sorted(present.items()) if number not in self._told]
        self._told = set(present)
        return gone + new
