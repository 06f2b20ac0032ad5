"""A flow that stands still: who is stopped and why, who answers meanwhile, and how it goes on.

While a thread is stopped it answers what is asked about frames and values itself, since values belong to their
thread; where it is blocked (in a call, in a sleep), a thread of ours answers for it. The flow's other threads wait at
their next line.
"""

from __future__ import annotations

import sys
import threading
from _thread import start_new_thread
from queue import Empty, SimpleQueue

from .looking import user_stack
from .stepping import Step
from .values import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from .looking import Shown
    from .session import Debugger
    from .values import Part

#: Seconds after which a pause does not wait for a line any more: the flow is blocked.
PAUSE_TIME = 0.1
#: Seconds between two looks for signals while a thread is stopped.
_SIGNAL_TIME = 0.25


class Stop:
    def __init__(self, thread: int, shown: list[Shown], reason: str, error: BaseException | None = None, filter_name: str = '', returned: Part | None = None) -> None:
        self.thread = thread
        self.shown = shown
        self.reason = reason
        self.error = error
        self.filter_name = filter_name
        #: What the innermost frame has just been given by a function that a step has left.
        self.returned = returned


class Halting:
    def __init__(self, debugger: Debugger) -> None:
        self._debugger = debugger
        self.changed = threading.Condition()
        self.jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self.stop: Stop | None = None
        #: What the flow goes on to; None where it goes on to the next breakpoint.
        self.step: Step | None = None
        self.pausing = False
        #: Whether the first line of the flow's function stops.
        self.at_entry = False
        #: Threads whose code is the debugger's own at the moment: what they run is not watched.
        self.immune: set[int] = set()

    def forked(self) -> None:
        """In a forked process there are no threads that may have held the lock."""
        self.changed = threading.Condition()
        self.stop = None

    @property
    def everywhere(self) -> bool:
        """Whether any line of any thread may stop. To be called with the lock."""
        others = self.stop is not None and len(self._debugger.threads.of_flow()) > 1
        return self.pausing or self.at_entry or others or (self.step is not None and self.step.everywhere)

    def wait_for_others(self) -> None:
        """A thread that comes to something while another one is stopped waits there."""
        if self.stop is not None:
            with self.changed:
                while self.stop is not None:
                    self.changed.wait(_SIGNAL_TIME)

    def halt(self, stop: Stop, text: str | None = None, breakpoints: list[int] | None = None) -> None:
        """Stops this thread until it is resumed, and answers what is asked meanwhile."""
        debugger = self._debugger
        me = threading.get_ident()
        self.immune.add(me)
        try:
            with self.changed:
                while self.stop is not None:
                    self.changed.wait(_SIGNAL_TIME)
                if debugger.off is not None or debugger.encounters.repeats:
                    return
                self._show(stop, text, breakpoints)
            self._serve()
        finally:
            self.immune.discard(me)
            debugger.tracer.settle()
            with self.changed:
                # An exception of the flow's own, such as its cancellation, may have come through.
                if self.stop is stop:
                    self.stop = None
                    self.changed.notify_all()

    def _show(self, stop: Stop, text: str | None, breakpoints: list[int] | None) -> None:
        debugger = self._debugger
        self.stop = stop
        self.step, self.pausing, self.at_entry = None, False, False
        if debugger.watching or len(debugger.threads.of_flow()) > 1:
            debugger.update()
        debugger.tell_threads()
        debugger.tell({'kind': 'stopped', 'thread': stop.thread, 'reason': stop.reason, 'description': self._description(stop), 'text': text, 'breakpoints': breakpoints or []})

    def _description(self, stop: Stop) -> str:
        where = ''
        if stop.shown:
            frame, line = stop.shown[0]
            where = f' in {self._debugger.sources.function_name(frame.f_code)}, line {line}'
        what = {'breakpoint': ' on breakpoint', 'function breakpoint': ' on function breakpoint', 'entry': ' on entry'}.get(stop.reason, '')
        if stop.reason == 'exception':
            what = ' on error' if stop.filter_name == 'raised' else ' on uncaught error' if stop.filter_name == 'uncaught' else ' on error that leaves the flow\'s own code'
        return f'Paused{what}{where}'

    def _serve(self) -> None:
        while True:
            try:
                job = self.jobs.get(timeout=_SIGNAL_TIME)
            except Empty:
                continue
            if job is None:
                return
            job()

    def pause(self) -> None:
        """Stops at the next line of any thread, or where the main thread is blocked."""
        with self.changed:
            if self.stop is not None or self.pausing or self._debugger.off is not None:
                return
            self.pausing = True
            self._debugger.update()
        # Not by `threading`: the trace function, which new threads get there, is not for this one.
        start_new_thread(self._stop_blocked, ())

    def _stop_blocked(self) -> None:
        """A pause where no thread comes to a line: shows the main thread where it is blocked, and answers for it."""
        me = threading.get_ident()
        self._debugger.threads.add_own(me)
        try:
            if self._show_blocked():
                self._serve()
        finally:
            self._debugger.threads.remove_own(me)

    def _show_blocked(self) -> bool:
        main = threading.main_thread().ident
        with self.changed:
            self.changed.wait_for(lambda: self.stop is not None or not self.pausing, PAUSE_TIME)
            if self.stop is not None or not self.pausing or main is None:
                return False
            top = sys._current_frames().get(main)
            call = self._debugger.call_of(top)
            self._show(Stop(1, user_stack(top), 'pause'), None if call is None else f'The flow waits for the answer of {call}.', None)
            return True

    def resume(self, command: dict[str, Any]) -> None:
        """Goes on, perhaps to somewhere."""
        with self.changed:
            stop = self.stop
            if stop is None:
                return
            step = None
            if command['kind'] != 'continue':
                # A step of another thread than the stopped one begins where that one is.
                shown = stop.shown if command['thread'] == stop.thread else self.shown(command['thread'])
                top = shown[0] if shown else None
                place = self._debugger.sources.place(top.frame.f_code, top.line) if top is not None else None
                step = Step(command['kind'], command['thread'], top.frame if top is not None else None, place, command.get('granularity') == 'line')
            self.go(step)

    def go(self, step: Step | None) -> None:
        """To be called with the lock."""
        stopped = self.stop is not None
        self.stop, self.step, self.pausing = None, step, False
        self._debugger.looking.clear()
        self._debugger.update()
        if stopped:
            self.jobs.put(None)
        self.changed.notify_all()

    def shown(self, thread: int) -> list[Shown]:
        """The frames of a thread."""
        stop = self.stop
        if stop is not None and stop.thread == thread:
            return stop.shown
        ident = self._debugger.threads.ident(thread)
        if ident is None:
            raise Refused(f'There is no thread {thread}; it may have ended.')
        return user_stack(sys._current_frames().get(ident))
