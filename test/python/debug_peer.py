"""The engine's side of a debugged flow, for tests: a conversation with the debugger of a real process."""

from __future__ import annotations

import textwrap
from typing import Any, Callable, Generator, Optional

from peer import PATH, Peer, Run

#: What a conversation yields to get the next stop; a dictionary is a command, and gets its reply.
STOP = 'the next stop'
#: What a conversation yields to get the next event of another kind.
Wanted = Any
Talk = Callable[[], Generator[Wanted, Any, None]]


class Refused(Exception):
    """The debugger did not do what it was asked."""


class DebugPeer(Peer):
    """Runs a script under the debugger while a conversation goes on."""

    def __init__(self, script: str, talk: Talk, settings: dict[str, Any], **options: Any) -> None:
        super().__init__(script, on_frame=self._hear, **options)
        usual = {'script': script, 'off': None, 'own': [], 'sources': [], 'functions': [], 'filters': [], 'stopOnEntry': False, 'replay': 0, 'stopAfterReplay': False, 'evaluationTime': 10}
        self._start['debug'] = {**usual, **settings}
        self._talk = talk()
        self._wanted: Wanted = None
        self._last = 0
        self.events: list[dict[str, Any]] = []
        self.fault: Optional[BaseException] = None
        self._early: list[dict[str, Any]] = []

    def _hear(self, frame: dict[str, Any], _peer: Peer) -> None:
        if frame['kind'] != 'debug':
            return
        event = frame['event']
        if event['kind'] == 'begun':
            self._advance(None)
        if event['kind'] == 'reply':
            if event.get('id') == self._wanted:
                self._advance(event['body'] if event['ok'] else Refused(event['body']))
            return
        self.events.append(event)
        if event['kind'] == 'stopped':
            if self._wanted == STOP:
                self._advance(event)
            else:
                self._early.append(event)

    def _advance(self, value: Any) -> None:
        while True:
            try:
                wanted = self._talk.throw(value) if isinstance(value, Refused) else self._talk.send(value)
            except StopIteration:
                self._wanted = None
                self._command({'command': 'detach'})
                return
            except BaseException as fault:
                self.fault = fault
                self._command({'command': 'detach'})
                return
            if wanted != STOP:
                self._last += 1
                self._wanted = self._last
                self._command({'id': self._last, **wanted})
                return
            self._wanted = STOP
            if not self._early:
                return
            value = self._early.pop(0)

    def _command(self, command: dict[str, Any]) -> None:
        try:
            self.send({'kind': 'debug', 'command': command})
        except OSError:
            # The process has ended meanwhile.
            pass


def debug(script: str, talk: Talk, breakpoints: Any = (), path: str = PATH, **settings: Any) -> tuple[Run, DebugPeer]:
    """Runs a flow under the debugger. Breakpoints are lines or requests; what the conversation asserts is raised here."""
    options = {name: settings.pop(name) for name in ('inputs', 'answers', 'modules') if name in settings}
    sources = [{'path': path, 'breakpoints': numbered(breakpoints)}, *settings.pop('sources', [])]
    peer = DebugPeer(textwrap.dedent(script), talk, {'sources': sources, **settings}, path=path, **options)
    run = peer.go()
    if peer.fault is not None:
        raise peer.fault
    return run, peer


def numbered(breakpoints: Any, first: int = 1) -> list[dict[str, Any]]:
    """Requests with the numbers that the engine gives them."""
    return [{'number': number, **(one if isinstance(one, dict) else {'line': one})} for number, one in enumerate(breakpoints, first)]


# Parts of conversations


def line(thread: int = 1) -> Generator[Wanted, Any, int]:
    """The line of the innermost frame."""
    frames = yield {'command': 'stack', 'thread': thread}
    return frames[0]['line']


def go(kind: str, thread: int = 1) -> Generator[Wanted, Any, int]:
    """Resumes; gives the line of the next stop."""
    yield {'command': 'resume', 'kind': kind, 'thread': thread, 'granularity': 'statement'}
    event = yield STOP
    return (yield from line(event['thread']))


def value(expression: str, context: str = 'watch') -> Generator[Wanted, Any, str]:
    """The text of an expression's value in the innermost frame."""
    frames = yield {'command': 'stack', 'thread': 1}
    return (yield {'command': 'evaluate', 'expression': expression, 'frame': frames[0]['id'], 'context': context})['display']


def set_lines(*lines: Any, path: str = PATH) -> Generator[Wanted, Any, Any]:
    """Replaces the breakpoints."""
    return (yield {'command': 'setBreakpoints', 'path': path, 'breakpoints': numbered(lines, 100)})
