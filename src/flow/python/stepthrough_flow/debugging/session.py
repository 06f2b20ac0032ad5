"""The debugger of one flow: what the engine asks, what the flow's threads meet, and who waits for whom.

Commands come on the channel's thread. While a thread is stopped it answers what is asked about frames and values
itself, since values belong to their thread; where the stopped thread is blocked (in a call, in a sleep), a thread of
ours answers for it. The flow's other threads wait at their next line.
"""

from __future__ import annotations

import os
import sys
import threading
from _thread import start_new_thread
from queue import Empty, SimpleQueue

from ..places import is_ours, is_user_code
from .breakpoints import Breakpoints
from .commands import Commands
from .errors import ErrorFilters, error_body
from .limit import watchdog
from .looking import Looking, Shown, traceback_stack, user_stack
from .sources import Sources, user_modules
from .stepping import Step
from .threads import Threads
from .values import Refused, Values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable

    from ..channel import Channel

#: Seconds after which a pause does not wait for a line any more: the flow is blocked.
PAUSE_TIME = 0.1
#: Seconds between two looks for signals while a thread is stopped.
_SIGNAL_TIME = 0.25
_GONE = 'The debugger has gone.'


class Stop:
    def __init__(self, thread: int, ident: int, shown: list[Shown], reason: str, error: BaseException | None = None, filter_name: str = '') -> None:
        self.thread = thread
        self.ident = ident
        self.shown = shown
        self.reason = reason
        self.error = error
        self.filter_name = filter_name


class Debugger:
    def __init__(self, channel: Channel, script_path: str, script: str) -> None:
        self._channel = channel
        self._script_path = script_path
        #: Why nothing stops this flow; None where breakpoints do.
        self.off: str | None = _GONE
        #: Whether nobody debugs the flow, any more or again: then nothing is watched.
        self.gone = True
        self.sources = Sources()
        self.sources.add(script_path, script)
        self.breakpoints = Breakpoints(self.sources)
        self.errors = ErrorFilters(self.sources)
        self.step: Step | None = None
        self.looking = Looking(self.sources, Values())
        self.threads = Threads(channel.own_thread)
        self.changed = threading.Condition()
        self.jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self.stop: Stop | None = None
        self._pausing = False
        self._entry = False
        #: Threads whose code is the debugger's own at the moment: what they run is not watched.
        self._immune: set[int] = set()
        #: Calls of the Flow-API so far; those up to `_replay` are answered from the journal, and nothing stops before.
        self._made = 0
        self._replay = 0
        self._stops_after_replay = False
        self._loaded = {self.sources.key(script_path)}
        #: A frame that does not count any more.
        self._leaving: FrameType | None = None
        # Read by the tracer at every line.
        self.everywhere = False
        self.watching = False
        if sys.version_info >= (3, 12):
            from .monitoring import Monitoring as Tracer
        else:
            from .settrace import SetTrace as Tracer
        self._tracer = Tracer(self)
        self._commands = Commands(self)
        watchdog.cancellation = channel.cancellation
        threading.excepthook = self._thread_hook(threading.excepthook)
        if hasattr(os, 'register_at_fork'):
            os.register_at_fork(after_in_child=self._forked)

    def _forked(self) -> None:
        """The copy of the flow in a forked process has nobody who debugs it, nor the threads that may have held locks."""
        self.changed = threading.Condition()
        self.stop = None
        self.release()

    def begin(self, settings: dict[str, Any]) -> None:
        """Call it in the main thread, before any code of the user's."""
        self._take_up(settings)
        self._entry = settings['stopOnEntry'] or (settings['stopAfterReplay'] and settings['replay'] == 0)
        self._listen(settings)

    def attach(self, settings: dict[str, Any]) -> None:
        """To a flow that runs and is not debugged. Call it in a thread of ours; nothing stops while it goes on."""
        me = threading.get_ident()
        self.threads.add_own(me)
        try:
            self._loaded = {self.sources.key(self._script_path)}
            self._take_up(settings)
            self._tell_threads()
            self._listen(settings)
        finally:
            self.threads.remove_own(me)

    def _take_up(self, settings: dict[str, Any]) -> None:
        self._channel.on_call = self._before_call
        self._channel.on_cancel = lambda _message: self.release()
        self._channel.keep_debugging()
        # Nobody must be told of a stop before what is set up here.
        self._made, self._replay = self._channel.calls, sys.maxsize
        self._stops_after_replay = settings['stopAfterReplay']
        self.off, self.gone = settings['off'], False
        self.threads.begin()
        self._tracer.start()
        for filename in user_modules():
            self.loaded(filename)
        commands = self._commands
        bindings = [commands.set_breakpoints(source) for source in settings['sources']]
        functions = commands.set_functions({'breakpoints': settings['functions']})
        filters = commands.set_filters({'filters': settings['filters']})
        self.tell({'kind': 'begun', 'bindings': [*(binding for bound in bindings for binding in bound), *functions]})
        notes = [] if self.off is not None else self.breakpoints.set_own(self._script_path, settings['own'])
        for note in [*notes, *(binding['message'] for binding in filters if not binding['verified'] and self.off is None)]:
            self.tell({'kind': 'output', 'category': 'console', 'text': f'{note}\n', 'path': None, 'line': None})

    def _listen(self, settings: dict[str, Any]) -> None:
        self._replay = settings['replay']
        self.update()
        self._channel.on_debug = self._commands.command

    # What the tracer wants to know

    @property
    def leaving(self) -> FrameType | None:
        return self._leaving

    def breakpoint_lines(self, filename: str) -> frozenset[int]:
        return self.breakpoints.lines.get(self.sources.key(filename), frozenset())

    def is_own(self, ident: int) -> bool:
        return self.threads.is_own(ident) or watchdog.ident == ident

    def has_loaded(self, filename: str) -> bool:
        """Whether code of a file has run."""
        return self.sources.key(filename) in self._loaded

    def loaded(self, filename: str) -> None:
        """Code of a file is about to run."""
        key = self.sources.key(filename)
        if key in self._loaded or self.gone:
            return
        self._loaded.add(key)
        self.tell({'kind': 'source', 'path': filename})
        for binding in [*self.breakpoints.rebind_lines(filename), *self.breakpoints.rebind_functions()]:
            self.tell({'kind': 'breakpoint', 'binding': binding})

    def update(self) -> None:
        """Something that decides what is watched has changed."""
        with self.changed:
            others = self.stop is not None and len(self.threads.of_flow()) > 1
            self.everywhere = self._pausing or self._entry or others or (self.step is not None and self.step.everywhere)
            self.watching = self.everywhere or (self.step is not None and self.step.by_lines)
            self._tracer.update()

    # What the flow's threads meet

    def line(self, frame: FrameType, arrived: bool = False) -> None:
        """A thread is about to run a line of the user's. `arrived`: it is surely at the beginning of a statement."""
        me = threading.get_ident()
        if me in self._immune or self.is_own(me) or self._made < self._replay:
            return
        self._wait_for_others()
        place = self.sources.place(frame.f_code, frame.f_lineno) if arrived else self.sources.arrives(frame)
        step = self.step
        number = self.threads.number_here()
        stepped = step is not None and (place is not None or step.by_line) and step.reached(number, frame, place)
        if place is None and not stepped:
            return
        verdict = self._at_breakpoints(me, frame, frame.f_lineno) if place is not None else None
        if verdict is not None:
            for text in verdict.messages:
                self._print('console', text, frame)
            for text in verdict.failures:
                self._print('stderr', text, frame)
        if verdict is not None and verdict.stopping:
            failure = verdict.failures[0] if verdict.failures else None
            self._halt(Stop(number, me, user_stack(frame), verdict.kind), failure, verdict.stopping)
        elif stepped:
            self._halt(Stop(number, me, user_stack(frame), 'step'))
        elif self._pausing:
            self._halt(Stop(number, me, user_stack(frame), 'pause'))
        elif self._entry and frame.f_back is not None and is_ours(frame.f_back.f_code.co_filename) and frame.f_code.co_name != '<module>':
            self._halt(Stop(number, me, user_stack(frame), 'entry'))

    def _at_breakpoints(self, me: int, frame: FrameType, line: int) -> Any:
        # Conditions and messages may call the flow's own functions, where nothing must stop.
        self._immune.add(me)
        try:
            return self.breakpoints.at(frame, line)
        finally:
            self._immune.discard(me)

    def left(self, frame: FrameType) -> None:
        """A frame that had to be watched is about to return."""
        with self.changed:
            if self.stop is None and self.step is None:
                self._leaving = frame
                self.update()
                self._leaving = None

    def raised(self, frame: FrameType, error: BaseException) -> None:
        """An error was raised in a frame of the user's, or goes through it."""
        me = threading.get_ident()
        if me in self._immune or self.is_own(me) or self._made < self._replay or not self.errors.watches_raises:
            return
        self._wait_for_others()
        self._immune.add(me)
        try:
            name, failure = self.errors.stops_at_raise(frame, error)
        finally:
            self._immune.discard(me)
        if name is not None:
            self._halt_at_error(user_stack(frame), error, name, failure)

    def uncaught(self, error: BaseException) -> None:
        """An error has left the flow, or a thread of it. The frames are still there, in its traceback."""
        me = threading.get_ident()
        shown = traceback_stack(error)
        if me in self._immune or not shown:
            return
        self._immune.add(me)
        try:
            name, failure = self.errors.stops_uncaught(shown[0].frame, error)
        finally:
            self._immune.discard(me)
        if name is not None:
            self._halt_at_error(shown, error, name, failure)

    def _halt_at_error(self, shown: list[Shown], error: BaseException, name: str, failure: str | None) -> None:
        if failure is not None:
            self._print('stderr', failure, shown[0].frame)
        body = error_body(error, name)
        self._halt(Stop(self.threads.number_here(), threading.get_ident(), shown, 'exception', error, name), body['description'].split('\n')[0])

    def _thread_hook(self, previous: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def hook(args: Any) -> None:
            if args.exc_value is not None:
                self.uncaught(args.exc_value)
            previous(args)

        return hook

    def _before_call(self, name: str, frame: FrameType | None) -> None:
        """A call of the Flow-API is about to be sent."""
        me = threading.get_ident()
        if me in self._immune:
            raise Refused(f'{name} is a call of the Flow-API; an expression of the debugger only computes.')
        self._wait_for_others()
        self._made += 1
        if self._made == self._replay and self._stops_after_replay:
            self._pausing = True
            self.update()
        step = self.step
        if step is not None and step.kind == 'stepToCall' and frame is not None and is_user_code(frame.f_code.co_filename):
            self._halt(Stop(self.threads.number_here(), me, user_stack(frame), 'step'), f'The next call is {name}.')

    def _wait_for_others(self) -> None:
        if self.stop is not None:
            with self.changed:
                while self.stop is not None:
                    self.changed.wait(_SIGNAL_TIME)

    # Stopping and going on

    def _halt(self, stop: Stop, text: str | None = None, breakpoints: list[int] | None = None) -> None:
        """Stops this thread until it is resumed, and answers what is asked meanwhile."""
        me = threading.get_ident()
        self._immune.add(me)
        try:
            with self.changed:
                while self.stop is not None:
                    self.changed.wait(_SIGNAL_TIME)
                if self.off is not None or self._made < self._replay:
                    return
                self._show(stop, text, breakpoints)
            self._serve()
        finally:
            self._immune.discard(me)
            self._tracer.settle()
            with self.changed:
                # An exception of the flow's own, such as its cancellation, may have come through.
                if self.stop is stop:
                    self.stop = None
                    self.changed.notify_all()

    def _show(self, stop: Stop, text: str | None, breakpoints: list[int] | None) -> None:
        self.stop = stop
        self.step, self._pausing, self._entry = None, False, False
        if self.watching or len(self.threads.of_flow()) > 1:
            self.update()
        self._tell_threads()
        self.tell({'kind': 'stopped', 'thread': stop.thread, 'reason': stop.reason, 'description': self._description(stop), 'text': text, 'breakpoints': breakpoints or []})

    def _description(self, stop: Stop) -> str:
        where = ''
        if stop.shown:
            frame, line = stop.shown[0]
            where = f' in {self.sources.function_name(frame.f_code)}, line {line}'
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

    def _stop_blocked(self) -> None:
        """A pause where no thread comes to a line: shows the main thread where it is blocked, and answers for it."""
        me = threading.get_ident()
        self.threads.add_own(me)
        try:
            if self._show_blocked():
                self._serve()
        finally:
            self.threads.remove_own(me)

    def _show_blocked(self) -> bool:
        main = threading.main_thread().ident
        with self.changed:
            self.changed.wait_for(lambda: self.stop is not None or not self._pausing, PAUSE_TIME)
            if self.stop is not None or not self._pausing or main is None:
                return False
            top = sys._current_frames().get(main)
            call = self._channel.call_of(top)
            self._show(Stop(1, main, user_stack(top), 'pause'), None if call is None else f'The flow waits for the answer of {call}.', None)
            return True

    def release(self) -> None:
        """Nothing stops any more."""
        with self.changed:
            self.off, self.gone = _GONE, True
            self.breakpoints.clear()
            self.errors.clear()
            self._entry = False
            self._go(None)

    def detach(self) -> None:
        """The flow goes on as if it had never been debugged."""
        self.release()
        self._channel.end_debugging()

    def _go(self, step: Step | None) -> None:
        """To be called with the lock."""
        stopped = self.stop is not None
        self.stop, self.step, self._pausing = None, step, False
        self.looking.clear()
        self.update()
        if stopped:
            self.jobs.put(None)
        self.changed.notify_all()

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
                place = self.sources.place(top.frame.f_code, top.line) if top is not None else None
                step = Step(command['kind'], command['thread'], top.frame if top is not None else None, place, command.get('granularity') == 'line')
            self._go(step)

    def pause(self) -> None:
        """Stops at the next line of any thread, or where the main thread is blocked."""
        with self.changed:
            if self.stop is not None or self._pausing or self.off is not None:
                return
            self._pausing = True
            self.update()
        # Not by `threading`: the trace function, which new threads get there, is not for this one.
        start_new_thread(self._stop_blocked, ())

    def shown(self, thread: int) -> list[Shown]:
        """The frames of a thread."""
        stop = self.stop
        if stop is not None and stop.thread == thread:
            return stop.shown
        ident = self.threads.ident(thread)
        if ident is None:
            raise Refused(f'There is no thread {thread}; it may have ended.')
        return user_stack(sys._current_frames().get(ident))

    # What is told

    def _tell_threads(self) -> None:
        for change in self.threads.changes():
            self.tell(change)

    def tell(self, event: dict[str, Any]) -> None:
        self._channel.send_debug(event)

    def _print(self, category: str, text: str, frame: FrameType) -> None:
        self.tell({'kind': 'output', 'category': category, 'text': f'{text}\n', 'path': frame.f_code.co_filename, 'line': frame.f_lineno})
