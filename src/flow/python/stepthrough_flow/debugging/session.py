"""The debugger of one flow: its parts, and its life from the first command to the last.

Commands come on the channel's thread (`commands.py`). The tracer (`monitoring.py`, `settrace.py`) watches what it must;
what the flow's threads meet is judged in `encounters.py`, and how they stop and go on is in `halting.py`.
"""

from __future__ import annotations

import os
import sys
import threading

from .breakpoints import Breakpoints
from .commands import Commands
from .encounters import Encounters
from .errors import ErrorFilters
from .halting import Halting
from .limit import watchdog
from .looking import Looking
from .sources import Sources, user_modules
from .threads import Threads
from .values import Values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from ..channel import Channel

_GONE = 'The debugger has gone.'


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
        self.looking = Looking(self.sources, Values())
        self.threads = Threads(channel.own_thread)
        self.halting = Halting(self)
        self.encounters = Encounters(self)
        self._loaded = {self.sources.key(script_path)}
        # Read by the tracer at every line.
        self.everywhere = False
        self.watching = False
        if sys.version_info >= (3, 12):
            from .monitoring import Monitoring as Tracer
        else:
            from .settrace import SetTrace as Tracer
        self.tracer = Tracer(self)
        self._commands = Commands(self)
        watchdog.cancellation = channel.cancellation
        if hasattr(os, 'register_at_fork'):
            os.register_at_fork(after_in_child=self._forked)

    def _forked(self) -> None:
        """The copy of the flow in a forked process has nobody who debugs it."""
        self.halting.forked()
        watchdog.forked()
        self.release()

    def begin(self, settings: dict[str, Any]) -> None:
        """Call it in the main thread, before any code of the user's."""
        self._take_up(settings)
        self.halting.at_entry = settings['stopOnEntry'] or (settings['stopAfterReplay'] and settings['replay'] == 0)
        self._listen(settings)

    def attach(self, settings: dict[str, Any]) -> None:
        """To a flow that runs and is not debugged. Call it in a thread of ours; nothing stops while it goes on."""
        me = threading.get_ident()
        self.threads.add_own(me)
        try:
            self._loaded = {self.sources.key(self._script_path)}
            self._take_up(settings)
            self.tell_threads()
            self._listen(settings)
        finally:
            self.threads.remove_own(me)

    def _take_up(self, settings: dict[str, Any]) -> None:
        self._channel.on_call = self.encounters.call
        self._channel.on_cancel = lambda _message: self.release()
        self._channel.keep_debugging()
        # Nobody must be told of a stop before what is set up here.
        self.encounters.ignore(self._channel.calls, settings['stopAfterReplay'])
        watchdog.longest = settings['evaluationTime']
        self.off, self.gone = settings['off'], False
        self.threads.begin()
        self.tracer.start()
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
        self.encounters.begin(settings['replay'])
        self.update()
        self._channel.on_debug = self._commands.command

    def release(self) -> None:
        """Nothing stops any more."""
        with self.halting.changed:
            self.off, self.gone = _GONE, True
            self.breakpoints.clear()
            self.errors.clear()
            self.halting.at_entry = False
            self.halting.go(None)

    def detach(self) -> None:
        """The flow goes on as if it had never been debugged."""
        self.release()
        self._channel.end_debugging()

    # What the tracer wants to know

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
        with self.halting.changed:
            step = self.halting.step
            self.everywhere = self.halting.everywhere
            self.watching = self.everywhere or (step is not None and step.by_lines)
            self.tracer.update()

    # What is told

    def tell_threads(self) -> None:
        for change in self.threads.changes():
            self.tell(change)

    def tell(self, event: dict[str, Any]) -> None:
        self._channel.send_debug(event)

    def print(self, category: str, text: str, frame: FrameType) -> None:
        self.tell({'kind': 'output', 'category': category, 'text': f'{text}\n', 'path': frame.f_code.co_filename, 'line': frame.f_lineno})

    def call_of(self, frame: FrameType | None) -> str | None:
        """The call of the Flow-API that a frame waits in."""
        return self._channel.call_of(frame)
