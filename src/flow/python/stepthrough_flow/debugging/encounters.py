"""What the flow's threads meet: lines, returns, errors and calls of the Flow-API, and which of them stop."""

from __future__ import annotations

import sys
import threading

from ..places import is_ours, is_user_code
from .errors import error_body
from .halting import Stop
from .looking import traceback_stack, user_stack
from .values import Part, Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable, TypeVar

    from .looking import Shown
    from .session import Debugger

    T = TypeVar('T')


class Encounters:
    def __init__(self, debugger: Debugger) -> None:
        self._debugger = debugger
        self._halting = debugger.halting
        #: Calls of the Flow-API so far; those up to `_replay` are answered from the journal, and nothing stops before.
        self._made = 0
        self._replay = 0
        self._stops_after_replay = False
        #: A frame that does not count any more.
        self.leaving: FrameType | None = None
        threading.excepthook = self._thread_hook(threading.excepthook)

    @property
    def repeats(self) -> bool:
        """Whether the flow does once more what is recorded; then nothing stops."""
        return self._made < self._replay

    def ignore(self, calls: int, stops_after_replay: bool) -> None:
        """Nothing is met until `begin`; so many calls have been made."""
        self._made, self._replay = calls, sys.maxsize
        self._stops_after_replay = stops_after_replay

    def begin(self, replay: int) -> None:
        self._replay = replay

    def _ignores(self, me: int) -> bool:
        return me in self._halting.immune or self._debugger.is_own(me) or self.repeats

    def line(self, frame: FrameType, arrived: bool = False) -> None:
        """A thread is about to run a line of the user's. `arrived`: it is surely at the beginning of a statement."""
        me = threading.get_ident()
        if self._ignores(me):
            return
        debugger, halting = self._debugger, self._halting
        halting.wait_for_others()
        place = debugger.sources.place(frame.f_code, frame.f_lineno) if arrived else debugger.sources.arrives(frame)
        step = halting.step
        number = debugger.threads.number_here()
        stepped = step is not None and (place is not None or step.by_line) and step.reached(number, frame, place)
        if place is None and not stepped:
            return
        verdict = self._asked(me, lambda: debugger.breakpoints.at(frame, frame.f_lineno)) if place is not None else None
        if verdict is not None:
            for text in verdict.messages:
                debugger.print('stdout', text, frame)
            for text in verdict.failures:
                debugger.print('stderr', text, frame)
        if verdict is not None and verdict.stopping:
            failure = verdict.failures[0] if verdict.failures else None
            halting.halt(Stop(number, user_stack(frame), verdict.kind), failure, verdict.stopping)
        elif stepped:
            halting.halt(Stop(number, user_stack(frame), 'step'))
        elif halting.pausing:
            halting.halt(Stop(number, user_stack(frame), 'pause'))
        elif halting.at_entry and frame.f_back is not None and is_ours(frame.f_back.f_code.co_filename) and frame.f_code.co_name != '<module>':
            halting.halt(Stop(number, user_stack(frame), 'entry'))

    def returns(self, frame: FrameType, value: Any) -> None:
        """A frame that a step watches is about to give a value to its caller; an error that leaves it is none."""
        halting = self._halting
        step = halting.step
        me = threading.get_ident()
        if step is None or self._ignores(me):
            return
        halting.wait_for_others()
        number = self._debugger.threads.number_here()
        if halting.step is step and step.returned(number, frame):
            returned = Part(f'(return) {self._debugger.sources.function_name(frame.f_code)}', value)
            halting.halt(Stop(number, user_stack(frame.f_back), 'step', returned=returned))

    def left(self, frame: FrameType) -> None:
        """A frame that had to be watched for its breakpoints is about to return."""
        with self._halting.changed:
            if self._halting.stop is None and self._halting.step is None:
                self.leaving = frame
                self._debugger.update()
                self.leaving = None

    def raised(self, frame: FrameType, error: BaseException) -> None:
        """An error was raised in a frame of the user's, or goes through it."""
        me = threading.get_ident()
        errors = self._debugger.errors
        if self._ignores(me) or not errors.watches_raises:
            return
        self._halting.wait_for_others()
        name, failure = self._asked(me, lambda: errors.stops_at_raise(frame, error))
        if name is not None:
            self._halt_at_error(user_stack(frame), error, name, failure)

    def uncaught(self, error: BaseException) -> None:
        """An error has left the flow, or a thread of it. The frames are still there, in its traceback."""
        me = threading.get_ident()
        shown = traceback_stack(error)
        if me in self._halting.immune or not shown:
            return
        name, failure = self._asked(me, lambda: self._debugger.errors.stops_uncaught(shown[0].frame, error))
        if name is not None:
            self._halt_at_error(shown, error, name, failure)

    def _asked(self, me: int, ask: Callable[[], T]) -> T:
        # Conditions and messages may call the flow's own functions, where nothing must stop.
        self._halting.immune.add(me)
        try:
            return ask()
        finally:
            self._halting.immune.discard(me)

    def _halt_at_error(self, shown: list[Shown], error: BaseException, name: str, failure: str | None) -> None:
        if failure is not None:
            self._debugger.print('stderr', failure, shown[0].frame)
        body = error_body(error, name)
        self._halting.halt(Stop(self._debugger.threads.number_here(), shown, 'exception', error, name), body['description'].split('\n')[0])

    def _thread_hook(self, previous: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def hook(args: Any) -> None:
            if args.exc_value is not None:
                self.uncaught(args.exc_value)
            previous(args)

        return hook

    def call(self, name: str, frame: FrameType | None) -> None:
        """A call of the Flow-API is about to be sent."""
        me = threading.get_ident()
        halting = self._halting
        if me in halting.immune:
            raise Refused(f'{name} is a call of the Flow-API; an expression of the debugger only computes.')
        halting.wait_for_others()
        self._made += 1
        if self._made == self._replay and self._stops_after_replay:
            halting.pausing = True
            self._debugger.update()
        step = halting.step
        if step is not None and step.kind == 'stepToCall' and frame is not None and is_user_code(frame.f_code.co_filename):
            halting.halt(Stop(self._debugger.threads.number_here(), user_stack(frame), 'step'), f'The next call is {name}.')
