"""The other end of the protocol for tests: starts a real process, answers its calls, keeps what it said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Callable, Optional, Union

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / 'src' / 'flow' / 'python' / 'stepthrough_flow'
sys.path.insert(0, str(PROGRAM.parent))

from stepthrough_flow.framing import FRAME_LIMIT, FrameReader, pack

#: The script's path where a test gives none; the file does not exist.
PATH = str(ROOT / 'test' / 'python' / 'no such folder' / 'flow.py')
#: Seconds after which a process that does not end is killed, so that a fault fails instead of hanging.
PATIENCE = 60


class Error:
    """A call raises this."""

    def __init__(self, type: str, message: str = '', details: Any = None) -> None:
        self.outcome = {'kind': 'error', 'type': type, 'message': message}
        if details is not None:
            self.outcome['details'] = json.dumps(details)


class Signal:
    """A call ends the flow."""

    def __init__(self, signal: str, message: str = '') -> None:
        self.outcome = {'kind': 'signal', 'signal': signal, 'message': message}


class Silence:
    """A call is not answered."""


Answer = Union[Callable[[dict], Any], Any]


class Call:
    """One call that the process made."""

    def __init__(self, frame: dict[str, Any]) -> None:
        self.id: int = frame['id']
        self.name: str = frame['name']
        self.args: dict[str, Any] = json.loads(frame['args'])
        self.file: str = frame['file']
        self.line: int = frame['line']
        self.function: str = frame['function']
        self.wait: bool = frame['wait']

    def __repr__(self) -> str:
        return f'{self.name}({self.args})'


class Run:
    """What a process did: its frames in order, and how it ended."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.calls: list[Call] = []
        self.end: Optional[dict[str, Any]] = None
        self.exit_code: Optional[int] = None
        #: What came on the standard error of the process itself.
        self.raw = b''

    def named(self, name: str) -> list[dict[str, Any]]:
        """The arguments of every call of a name."""
        return [call.args for call in self.calls if call.name == name]

    def names(self) -> list[str]:
        """The names of all calls."""
        return [call.name for call in self.calls]

    def output(self, category: str = 'stdout') -> str:
        """What was printed."""
        return ''.join(
            frame['text'] for frame in self.frames if frame['kind'] == 'output' and frame['category'] == category
        )

    @property
    def status(self) -> Optional[str]:
        return None if self.end is None else self.end['status']

    @property
    def message(self) -> Optional[str]:
        return None if self.end is None else self.end['message']

    @property
    def returned(self) -> Any:
        assert self.end is not None
        return json.loads(self.end['returned']) if 'returned' in self.end else None

    @property
    def exception(self) -> dict[str, Any]:
        assert self.end is not None, self.raw.decode('utf-8', 'replace')
        return self.end['exception']


#: Answers where a test gives none.
ANSWERS: dict[str, Answer] = {
    'record.get': lambda args: {field: None for field in args['fields']},
    'record.exists': True,
    'record.save': lambda args: {'id': 'id-of-' + args['select'], 'name': args['fields'].get('name', args['select'])},
    'record.delete': None,
    'record.list': [],
    'record.clone': lambda args: {'id': 'clone', 'name': 'the clone'},
    'execution.create': lambda args: {'id': 'child-1', 'name': args['fields'].get('name', 'child')},
    'execution.wait': lambda args: args['ids'],
    'message.create': {'id': 'message-1', 'name': 'message'},
    'message.wait': None,
    'file.read': '',
    'file.write': lambda args: {'id': 'id-of-' + args['select'], 'name': args['select']},
    'system.get_own_user': {'id': 'user-1', 'name': 'kim'},
    'system.get_own_client': {'id': 'client-1', 'name': 'workspace'},
    'system.get_env_name': 'local',
    'this.save_dump': lambda args: {'id': 'dump-1', 'name': args['name']},
}


class Peer:
    """Runs one script in a process of its own."""

    def __init__(
        self,
        script: str,
        *,
        answers: Optional[dict[str, Answer]] = None,
        inputs: Any = None,
        path: str = PATH,
        modules: tuple[str, ...] = (),
        flags: tuple[str, ...] = (),
        environment: Optional[dict[str, str]] = None,
        on_frame: Optional[Callable[[dict[str, Any], Peer], None]] = None,
    ) -> None:
        self.run = Run()
        self._answers = {**ANSWERS, **(answers or {})}
        self._on_frame = on_frame
        self._process = subprocess.Popen(
            [sys.executable, *flags, str(PROGRAM / '__main__.py')],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env=environment,
        )
        self._start = {
            'kind': 'run',
            'path': path,
            'script': script,
            'modules': list(modules),
            'execution': {'id': 'execution-1', 'name': 'flow 1', 'type': 'FLOW'},
            'inputs': json.dumps(inputs),
        }

    def send(self, frame: dict[str, Any]) -> None:
        """Sends a frame."""
        self.send_bytes(pack(frame))

    def send_bytes(self, data: bytes) -> None:
        """Sends bytes that may be no frame."""
        assert self._process.stdin is not None
        self._process.stdin.write(data)

    def close(self) -> None:
        """Goes away as an engine that crashes."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    def interrupt(self, signal: int) -> None:
        """Sends a signal to the process."""
        self._process.send_signal(signal)

    def go(self) -> Run:
        """Runs it to its end."""
        assert self._process.stdout is not None and self._process.stderr is not None
        patience = threading.Timer(PATIENCE, self._process.kill)
        patience.start()
        raw: list[bytes] = []
        drain = threading.Thread(target=lambda: raw.append(self._process.stderr.read()))  # type: ignore[union-attr]
        drain.start()
        try:
            for frame in iter(FrameReader(self._process.stdout.fileno()).read, None):
                self.run.frames.append(frame)
                self._receive(frame)
            self.run.exit_code = self._process.wait()
        finally:
            patience.cancel()
            self._process.kill()
            drain.join()
            for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
                try:
                    stream.close()  # type: ignore[union-attr]
                except OSError:
                    pass
        self.run.raw = b''.join(raw)
        return self.run

    def _receive(self, frame: dict[str, Any]) -> None:
        kind = frame['kind']
        if kind == 'ready':
            self.send(self._start)
        elif kind == 'end':
            self.run.end = frame
        elif kind == 'call':
            call = Call(frame)
            self.run.calls.append(call)
            if call.wait:
                self._answer(call)
        if self._on_frame is not None:
            self._on_frame(frame, self)

    def _answer(self, call: Call) -> None:
        answer = self._answers.get(call.name)
        if callable(answer) and not isinstance(answer, type):
            answer = answer(call.args)
        if answer is Silence:
            return
        if isinstance(answer, (Error, Signal)):
            outcome = answer.outcome
        else:
            outcome = {'kind': 'value', 'value': json.dumps(answer)}
        try:
            self.send({'kind': 'answer', 'id': call.id, 'outcome': outcome})
        except OSError:
            # The process has ended meanwhile; its frames say how.
            pass


def run(script: str, **options: Any) -> Run:
    """Runs a script; the indentation that its lines share is removed."""
    import textwrap

    return Peer(textwrap.dedent(script), **options).go()


def run_handler(body: str, parameters: str = 'system, this, inputs', **options: Any) -> Run:
    """Runs the body of a handler."""
    import textwrap

    lines = textwrap.indent(textwrap.dedent(body).strip('\n'), '    ')
    return Peer(f'import flow_api\n\ndef handler({parameters}):\n{lines}\n', **options).go()


def windows() -> bool:
    """Whether signals and descriptors work as on Windows."""
    return os.name == 'nt'
