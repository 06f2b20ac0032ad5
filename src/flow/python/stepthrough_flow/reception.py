"""Who reads what the engine sends: a thread that waits for an answer reads by itself, else the channel's own thread does.

An answer then wakes the thread that needs it and no other one, which makes short calls several times as fast.
"""

from __future__ import annotations

import os
import threading
from _thread import allocate_lock, get_ident
from time import sleep

from .framing import FrameTooLarge

try:
    from select import POLLIN, poll
except ImportError:  # Windows cannot wait for pipes in this way: there the channel's thread reads always.
    poll = None  # type: ignore[assignment, misc]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, NoReturn

    from .cancellation import Cancellation
    from .framing import FrameReader

#: The process's exit code where the engine is gone: there is nobody left to tell anything to.
EXIT_WITHOUT_ENGINE = 74

#: Milliseconds that a thread reads for its answer. What takes longer is left to the channel's thread,
#: since only a wait for a lock can be interrupted.
_PATIENCE = 20

#: Seconds without a call after which the channel's thread reads again, for cancellations and debuggers.
_LULL = 0.005


class Waiter:
    """A thread that waits for the answer to its call."""

    __slots__ = ('lock', 'outcome', 'rests')

    def __init__(self) -> None:
        self.lock = allocate_lock()
        self.lock.acquire()
        self.outcome: dict[str, Any] | None = None
        #: Whether it has waited long, and reads no more.
        self.rests = False

    def wake(self) -> None:
        """Makes it look again. Every thread may call it, at any time."""
        try:
            self.lock.release()
        except RuntimeError:
            # It is awake.
            pass


class Reception:
    """Takes the frames of the engine and brings each answer to the thread that waits for it."""

    def __init__(self, reader: FrameReader, receive: Callable[[dict[str, Any]], None]) -> None:
        """``receive`` gets every frame that is no answer, in the thread that read it."""
        self._reader = reader
        self._receive = receive
        self._waiters: dict[int, Waiter] = {}
        self._main = threading.main_thread().ident
        self._main_waiter: Waiter | None = None
        #: Held by who reads.
        self._turn = allocate_lock()
        self._reading: int | None = None
        #: Whether who reads only waits for bytes.
        self._idle = False
        self._calls = 0
        #: Whether threads read for themselves.
        self._shared = poll is not None
        self.cancellation: Cancellation | None = None
        self.own_thread: int | None = None

    def start(self) -> None:
        """Begins to read in a thread of its own."""
        thread = threading.Thread(target=self._read_on, name='stepthrough-channel', daemon=True)
        thread.start()
        self.own_thread = thread.ident

    def keep_to_own_thread(self) -> None:
        """From now on the channel's thread alone reads: a debugger must hear at once, and never in a flow's thread."""
        self._shared = False

    def share(self) -> None:
        """Threads read for themselves again."""
        self._shared = poll is not None

    def expect(self, call: int, waiter: Waiter) -> None:
        """To be called before the call is sent."""
        self._calls = call
        self._waiters[call] = waiter

    def wait(self, call: int, waiter: Waiter) -> dict[str, Any]:
        """The outcome of a call. Raises what the cancellation raises, in the main thread."""
        in_main = get_ident() == self._main
        if in_main:
            self._main_waiter = waiter
        try:
            while waiter.outcome is None:
                if self._shared and not waiter.rests and self._read_for(waiter, in_main):
                    continue
                waiter.lock.acquire()
                if in_main and waiter.outcome is None and self.cancellation is not None:
                    self.cancellation.check()
        finally:
            if in_main:
                self._main_waiter = None
            self._waiters.pop(call, None)
        return waiter.outcome

    def wake_main(self) -> None:
        """Lets the main thread see that it is cancelled: signals do not end the wait for a lock on every system."""
        waiter = self._main_waiter
        if waiter is not None:
            waiter.wake()

    def _read_for(self, waiter: Waiter, in_main: bool) -> bool:
        """Reads until the answer is there, or for a while. False where another thread reads."""
        cancellation = self.cancellation if in_main else None
        # What is raised in here must not lose half a frame, or the turn.
        if cancellation is not None:
            cancellation.shield()
        try:
            # A handler of signals calls while the call that it has interrupted is reading.
            within = not self._turn.acquire(False)
            if within and self._reading != get_ident():
                return False
            if within and not self._idle:
                raise RuntimeError('A call of the Flow-API came in the midst of another one.')
            self._reading = get_ident()
            try:
                self._take_turn(waiter, cancellation)
            finally:
                self._idle = within
                if not within:
                    self._reading = None
                    self._turn.release()
                    self._pass_on()
            return True
        finally:
            if cancellation is not None:
                cancellation.unshield()

    def _take_turn(self, waiter: Waiter, cancellation: Cancellation | None) -> None:
        come = poll()
        come.register(self._reader.fd, POLLIN)
        while waiter.outcome is None:
            self._idle = True
            there = self._reader.has_frame or come.poll(_PATIENCE)
            self._idle = False
            if not there or not self._shared or (cancellation is not None and cancellation.is_due):
                waiter.rests = True
                return
            # A handler of signals may have read it meanwhile.
            if waiter.outcome is None:
                self._take()

    def _pass_on(self) -> None:
        """Somebody else who waits shall read now."""
        if self._waiters:
            for waiter in list(self._waiters.values()):
                if not waiter.rests:
                    waiter.wake()
                    return

    def _read_on(self) -> None:
        """What the channel's thread does: it reads whenever nobody else does."""
        while True:
            with self._turn:
                while not self._take() or self._waiters or not self._shared:
                    pass
            # Calls mostly come one after another: while they do, the callers read.
            calls = 0
            while calls != self._calls:
                calls = self._calls
                sleep(_LULL)

    def _take(self) -> bool:
        """Reads a frame; whether it was an answer."""
        try:
            frame = self._reader.read()
            if frame is None:
                # Without an engine nothing that the flow does can be told or kept.
                os._exit(EXIT_WITHOUT_ENGINE)
            if frame.get('kind') != 'answer':
                self._receive(frame)
                return False
            waiter = self._waiters.pop(frame['id'], None)
        except (OSError, ValueError, FrameTooLarge) as error:
            _break_off(error)
        if waiter is not None:
            waiter.outcome = frame['outcome']
            waiter.wake()
        return True


def _break_off(error: Exception) -> NoReturn:
    os.write(2, f'The channel of the flow broke: {error}\n'.encode('utf-8', 'replace'))
    os._exit(EXIT_WITHOUT_ENGINE)
