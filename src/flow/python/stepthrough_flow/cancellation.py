"""Brings a cancellation, which the channel's thread receives, into the flow's main thread."""

from __future__ import annotations

import signal
import sys
import threading
from _thread import start_new_thread
from time import sleep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Callable, NoReturn


#: Seconds after which a signal that was not heard is sent again.
_AGAIN = 0.1


class Cancellation:
    """Raises in the main thread by way of SIGINT, which also ends its blocking calls such as ``time.sleep``."""

    def __init__(self, raise_cancel: Callable[[str], NoReturn]) -> None:
        self._raise_cancel = raise_cancel
        self._message: str | None = None
        #: Signals that `request` has sent; any other one is a person's, in a terminal.
        self._sent = 0
        #: How many times the main thread has heard a signal.
        self._heard = 0
        self._interrupted = False
        self._breaking: type[BaseException] | None = None
        self._shields = 0
        self._main = threading.main_thread().ident

    def install(self) -> None:
        """Takes SIGINT over. Call it in the main thread."""
        signal.signal(signal.SIGINT, self._on_signal)

    def request(self, message: str) -> None:
        """Cancels; in the main thread only while that is shielded."""
        self._message = message
        self._signal()

    def break_off(self, error: type[BaseException]) -> bool:
        """Raises an error in the main thread, also where that is blocked; nothing while it is shielded.

        False where the flow has taken SIGINT for itself. Call ``calm`` when it must not come any more.
        """
        if signal.getsignal(signal.SIGINT) != self._on_signal:
            return False
        self._breaking = error
        self._signal()
        return True

    def calm(self) -> None:
        """Takes ``break_off`` back where it has not been raised yet."""
        self._breaking = None

    def _signal(self) -> None:
        heard = self._heard
        self._send()
        # One that comes just before the main thread blocks does not wake it.
        start_new_thread(self._insist, (heard,))

    def _insist(self, heard: int) -> None:
        sleep(_AGAIN)
        while self._heard == heard and signal.getsignal(signal.SIGINT) == self._on_signal:
            self._send()
            sleep(_AGAIN)

    def _send(self) -> None:
        self._sent += 1
        if sys.platform == 'win32':
            signal.raise_signal(signal.SIGINT)
        elif self._main is not None:
            signal.pthread_kill(self._main, signal.SIGINT)

    def check(self) -> None:
        """Raises in the main thread what has been requested and not been raised yet."""
        if self._shields > 0 or threading.get_ident() != self._main:
            return
        message = self._message
        if message is not None:
            self._message = None
            self._raise_cancel(message)
        if self._interrupted:
            self._interrupted = False
            raise KeyboardInterrupt

    @property
    def is_due(self) -> bool:
        """Whether something has been requested and not been raised yet."""
        return self._message is not None or self._interrupted

    def shield(self) -> None:
        """Nothing is raised in the main thread until ``unshield``: half a frame must never be written."""
        if threading.get_ident() == self._main:
            self._shields += 1

    def unshield(self) -> None:
        """Ends a ``shield`` and raises what was requested meanwhile."""
        if threading.get_ident() == self._main:
            self._shields -= 1
            self.check()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._heard += 1
        if self._sent > 0:
            self._sent -= 1
        else:
            self._interrupted = True
        self.check()
        breaking = self._breaking
        if breaking is not None and self._shields == 0:
            self._breaking = None
            raise breaking
