"""Ends what takes too long, such as a `__repr__` that loops."""

from __future__ import annotations

import ctypes
import math
import threading
import time
from _thread import start_new_thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, TypeVar

    from ..cancellation import Cancellation

    T = TypeVar('T')


class TookTooLong(BaseException):
    """Raised inside what took too long; no `except Exception` keeps it."""


class Watchdog:
    """One thread that watches the work of all others."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        #: By thread, when its work must have ended.
        self._ends: dict[int, float] = {}
        self._struck: set[int] = set()
        #: When the watching thread looks again by itself. Waking it up for each piece of work would take longer than most of them.
        self._looks_at = math.inf
        self.ident: int | None = None
        #: Reaches the main thread also where it is blocked.
        self.cancellation: Cancellation | None = None
        #: Seconds for what a person has written: an expression, a condition. The engine waits a little longer for an answer.
        self.longest = 10.0

    @property
    def too_long(self) -> str:
        """What there is to say of an expression that did not end."""
        return f'took longer than {self.longest:g} s and was ended'

    def limited(self, seconds: float, work: Callable[[], T]) -> T:
        """Does some work in this thread. Raises TookTooLong where it goes on for longer."""
        me = threading.get_ident()
        if me in self._ends:
            # Inside other limited work, whose end is near enough.
            return work()
        end = time.monotonic() + seconds
        with self._changed:
            if self.ident is None:
                # Not by `threading`: the debugger's trace function, which new threads get there, is not for this one.
                self.ident = start_new_thread(self._watch, ())
            self._ends[me] = end
            if end < self._looks_at:
                self._changed.notify()
        try:
            return work()
        finally:
            with self._changed:
                self._ends.pop(me, None)
                struck = me in self._struck
                self._struck.discard(me)
            if struck:
                _let_strike()
                if self.cancellation is not None:
                    self.cancellation.calm()

    def forked(self) -> None:
        """In a forked process the watching thread is not there."""
        self._changed = threading.Condition()
        self._ends, self._struck, self._looks_at, self.ident = {}, set(), math.inf, None

    def _watch(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                for thread in [thread for thread, end in self._ends.items() if end <= now]:
                    del self._ends[thread]
                    self._struck.add(thread)
                    self._strike(thread)
                self._looks_at = min(self._ends.values(), default=math.inf)
                self._changed.wait(None if self._looks_at == math.inf else self._looks_at - now)

    def _strike(self, thread: int) -> None:
        in_main = thread == threading.main_thread().ident
        if not in_main or self.cancellation is None or not self.cancellation.break_off(TookTooLong):
            _raise_in(thread, TookTooLong)


def _raise_in(thread: int, error: type[BaseException]) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))


def _let_strike() -> None:
    """What has not been raised yet is raised here and not later. (Taking it back would leave Python 3.11 in a state in
    which traced threads run in circles.)"""
    try:
        for _ in range(1000):
            pass
    except TookTooLong:
        pass


watchdog = Watchdog()
