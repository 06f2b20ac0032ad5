"""Ends what takes too long, such as a `__repr__` that loops."""

from __future__ import annotations

import ctypes
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
    """One thread that watches one piece of work at a time."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._watched: tuple[int, float] | None = None
        self._struck = False
        self.ident: int | None = None
        #: Reaches the main thread also where it is blocked.
        self.cancellation: Cancellation | None = None

    def limited(self, seconds: float, work: Callable[[], T]) -> T:
        """Does some work in this thread. Raises TookTooLong where it goes on for longer."""
        if self._watched is not None:
            # Inside other limited work, whose end is near enough.
            return work()
        me = threading.get_ident()
        with self._changed:
            if self.ident is None:
                # Not by `threading`: the debugger's trace function, which new threads get there, is not for this one.
                self.ident = start_new_thread(self._watch, ())
            self._watched, self._struck = (me, time.monotonic() + seconds), False
            self._changed.notify()
        try:
            return work()
        finally:
            with self._changed:
                self._watched = None
            if self._struck:
                _let_strike()
                if self.cancellation is not None:
                    self.cancellation.calm()

    def _watch(self) -> None:
        with self._changed:
            while True:
                if self._watched is None:
                    self._changed.wait()
                    continue
                thread, end = self._watched
                left = end - time.monotonic()
                if left > 0:
                    self._changed.wait(left)
                    continue
                self._watched, self._struck = None, True
                self._strike(thread)

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
