"""The channel to the engine: calls and their answers, output, the end, and what the debugger says.

The frames have descriptors of their own. What libraries and subprocesses write to the standard ones can therefore
never damage them.
"""

from __future__ import annotations

import os
import sys
from _thread import allocate_lock

from .framing import FRAME_LIMIT, FrameReader, pack, write_all
from .places import is_ours
from .reception import EXIT_WITHOUT_ENGINE, Reception, Waiter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable

    from .cancellation import Cancellation


def take_over_standard_streams() -> tuple[int, int]:
    """Private copies of descriptors 0 and 1. After it 0 reads nothing and 1 writes where 2 does."""
    # os.dup makes descriptors that subprocesses do not inherit.
    read_fd, write_fd = os.dup(0), os.dup(1)
    if sys.platform == 'win32':
        import msvcrt

        for fd in (read_fd, write_fd):
            msvcrt.setmode(fd, os.O_BINARY)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return read_fd, write_fd


class ForkedProcessError(RuntimeError):
    """A call of the Flow-API in a process that the flow forked."""


class Channel:
    """One end of the protocol. Every method may be called from every thread."""

    def __init__(self, read_fd: int, write_fd: int) -> None:
        self._reader = FrameReader(read_fd)
        self._write_fd = write_fd
        self._write_lock = allocate_lock()
        self._abandoned = False
        self._reception = Reception(self._reader, self._receive)
        self._calls = 0
        self._on_debug: Callable[[Any], None] | None = None
        self._early_debug: list[Any] = []
        self._debug_lock = allocate_lock()
        #: How many debuggers have gone.
        self._debuggers_gone = 0
        self._cancellation: Cancellation | None = None
        #: What begins to debug a flow that runs; called in the thread that read it.
        self.on_attach: Callable[[dict[str, Any]], None] | None = None
        #: For the debugger: called in the calling thread before each call is sent, with the call's
        #: name and its frame in user code.
        self.on_call: Callable[[str, FrameType | None], None] | None = None
        #: For the debugger: called in the channel's thread before a cancellation is raised, so that
        #: a stopped thread can go on.
        self.on_cancel: Callable[[str], None] | None = None
        #: Called before each frame but output, so that what was printed before comes before.
        self.flush_output: Callable[[], None] | None = None

    def abandon(self) -> None:
        """In a process that was forked: it has no engine.

        Its calls raise, and what it prints goes to the standard error.
        """
        self._abandoned = True
        # Threads that held them are not here.
        self._write_lock = allocate_lock()
        self._debug_lock = allocate_lock()
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, self._write_fd, inheritable=False)
        os.dup2(nothing, self._reader.fd, inheritable=False)
        os.close(nothing)

    @property
    def abandoned(self) -> bool:
        """Whether this is the copy in a forked process."""
        return self._abandoned

    def read_first(self) -> dict[str, Any] | None:
        """The first frame; None where the engine closed. To be called before `start`."""
        return self._reader.read()

    def start(self) -> None:
        """Begins to read."""
        self._reception.start()

    @property
    def cancellation(self) -> Cancellation | None:
        """What brings cancellations into the main thread; set by the runner before `start`."""
        return self._cancellation

    @cancellation.setter
    def cancellation(self, cancellation: Cancellation) -> None:
        self._cancellation = self._reception.cancellation = cancellation

    @property
    def own_thread(self) -> int | None:
        """The thread that reads; None before `start`."""
        return self._reception.own_thread

    @property
    def calls(self) -> int:
        """How many have been made."""
        return self._calls

    def call_of(self, frame: FrameType | None) -> str | None:
        """The call for whose answer a thread waits, by its innermost frame."""
        while frame is not None and is_ours(frame.f_code.co_filename):
            if frame.f_code is Channel.request.__code__:
                name: str = frame.f_locals['name']
                return name
            frame = frame.f_back
        return None

    def keep_debugging(self) -> None:
        """From now on commands are read in the channel's thread, also while others wait for their answers."""
        self._reception.keep_to_own_thread()

    def end_debugging(self) -> None:
        """The debugger has gone; another one may come."""
        with self._debug_lock:
            self._on_debug = self.on_call = self.on_cancel = None
            self._early_debug = []
            self._debuggers_gone += 1
        self._reception.share()

    @property
    def on_debug(self) -> Callable[[Any], None] | None:
        """What the debugger registers to get commands.

        It is called in the channel's thread; commands that came earlier are given to it at once. One of those may send
        the debugger away.
        """
        return self._on_debug

    @on_debug.setter
    def on_debug(self, callback: Callable[[Any], None]) -> None:
        gone = self._debuggers_gone
        while True:
            with self._debug_lock:
                if self._debuggers_gone != gone:
                    return
                early, self._early_debug = self._early_debug, []
                if not early:
                    self._on_debug = callback
                    return
            for command in early:
                callback(command)

    def send_debug(self, event: Any) -> None:
        """Sends an event of the debugger (any JSON value)."""
        self.send({'kind': 'debug', 'event': event})

    def send(self, frame: dict[str, Any]) -> None:
        """Sends a frame that is no call. Raises FrameTooLarge before anything of it is sent."""
        if self._abandoned:
            if frame['kind'] == 'output':
                write_all(2, frame['text'].encode('utf-8', 'replace'))
            return
        if self.flush_output is not None and frame['kind'] != 'output':
            self.flush_output()
        data = pack(frame)
        self._shield()
        try:
            with self._write_lock:
                self._write(data)
        finally:
            self._unshield()

    def request(self, name: str, args: str, frame: FrameType | None) -> dict[str, Any]:
        """Makes a call and waits for its outcome (`CallOutcome` of protocol.ts). ``args`` is JSON text.

        ``frame`` is the place in user code. Raises FrameTooLarge, and what the cancellation raises.
        """
        waiter = Waiter()
        return self._reception.wait(self._send_call(name, args, frame, waiter), waiter)

    def post(
        self,
        name: str,
        args: str,
        frame: FrameType | None,
        place: tuple[str, int, str] | None = None,
    ) -> None:
        """Makes a call for whose answer nobody waits.

        ``place`` (file, line, function) is the frame's unless given.
        """
        self._send_call(name, args, frame, None, place)

    def _send_call(
        self,
        name: str,
        args: str,
        frame: FrameType | None,
        waiter: Waiter | None,
        place: tuple[str, int, str] | None = None,
    ) -> int:
        if self._abandoned:
            raise ForkedProcessError(
                f'{name}: a forked process has no engine to call; only the flow itself has.'
            )
        if self.on_call is not None:
            self.on_call(name, frame)
        if self.flush_output is not None:
            self.flush_output()
        if place is None:
            place = (
                ('', 0, '')
                if frame is None
                else (frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name)
            )
        file, line, function = place
        call = {
            'kind': 'call',
            'id': 0,
            'name': name,
            'args': args,
            'file': file,
            'line': line,
            'function': function,
            'wait': waiter is not None,
        }
        if 6 * len(args) > FRAME_LIMIT:
            # Only then can the frame be too large; a call that is not sent must not use up an id.
            pack(call)
        self._shield()
        try:
            with self._write_lock:
                self._calls += 1
                call['id'] = self._calls
                if waiter is not None:
                    self._reception.expect(self._calls, waiter)
                self._write(pack(call))
                return self._calls
        finally:
            self._unshield()

    def _write(self, data: bytes) -> None:
        try:
            write_all(self._write_fd, data)
        except OSError:
            os._exit(EXIT_WITHOUT_ENGINE)

    def _shield(self) -> None:
        if self._cancellation is not None:
            self._cancellation.shield()

    def _unshield(self) -> None:
        if self._cancellation is not None:
            self._cancellation.unshield()

    def _receive(self, frame: dict[str, Any]) -> None:
        kind = frame.get('kind')
        if kind == 'cancel':
            self._cancel(str(frame.get('message', '')))
        elif kind == 'attach':
            if self.on_attach is not None:
                self.on_attach(frame['debug'])
        elif kind == 'debug':
            with self._debug_lock:
                if self._on_debug is None:
                    self._early_debug.append(frame.get('command'))
                    return
                callback = self._on_debug
            try:
                callback(frame.get('command'))
            except Exception as error:  # A fault of the debugger must not end the flow.
                sys.stderr.write(f'The debugger failed: {error!r}\n')

    def _cancel(self, message: str) -> None:
        if self.on_cancel is not None:
            self.on_cancel(message)
        if self._cancellation is not None:
            self._cancellation.request(message)
        self._reception.wake_main()
