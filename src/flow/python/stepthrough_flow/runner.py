"""Runs one flow: says that it is ready, gets what to run, runs it in the main thread, says how it ended."""

from __future__ import annotations

import os
import sys
import threading
from _thread import allocate_lock, start_new_thread

from flow_api import _runtime
from flow_api.exceptions import ExecutionCancel, ExecutionError, ExecutionSuccess, LifecycleSignal

from .cancellation import Cancellation
from .channel import EXIT_WITHOUT_ENGINE, Channel, take_over_standard_streams
from .framing import FrameTooLarge
from .handler import HandlerError, find_handler
from .output import OutputStream
from .places import OUR_FOLDER, register_user_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

#: What Python calls the text of an execution that has no file.
SCRIPT_NAME = '<script>'
#: The module that a script is; not ``__main__``, so that what it does when run by itself is not done.
MODULE_NAME = 'flow_script'

#: Held while a debugger comes.
_attaching = allocate_lock()


def main() -> int:
    """The process's life. Answers its exit code: 0 where the end was said, whatever it was."""
    read_fd, write_fd = take_over_standard_streams()
    channel = Channel(read_fd, write_fd)
    _capture_output(channel)
    channel.send(
        {
            'kind': 'ready',
            'python': '.'.join(map(str, sys.version_info[:3])),
            'implementation': sys.implementation.name,
        }
    )
    start = channel.read_first()
    if start is None:
        return EXIT_WITHOUT_ENGINE
    _limit_memory(start.get('memory'))
    cancellation = Cancellation(_runtime.raise_cancel)
    cancellation.install()
    channel.cancellation = cancellation
    _runtime.attach(channel, start['execution'])
    if hasattr(os, 'register_at_fork'):
        os.register_at_fork(after_in_child=channel.abandon)
    channel.on_attach = lambda settings: _attach(channel, settings, start['path'] or SCRIPT_NAME)
    channel.start()
    end = _end_of(start, channel, cancellation)
    if channel.abandoned:
        # The copy of the flow in a forked process comes to its end too, and has nothing to say.
        return 0 if end['status'] == 'success' else 1
    _say(channel, end)
    return 0


def _limit_memory(size: int | None) -> None:
    """A flow that takes more gets a MemoryError, and the machine stays usable. Windows and macOS do not hold to it."""
    if size is None:
        return
    try:
        import resource
    except ImportError:
        return
    # What is only reserved counts as address space but not as data; libraries reserve a lot.
    kind = resource.RLIMIT_DATA if sys.platform == 'linux' else resource.RLIMIT_AS
    try:
        resource.setrlimit(kind, (size, size))
    except (OSError, ValueError):
        # The system has a lower limit, which holds already.
        pass


def _capture_output(channel: Channel) -> None:
    import faulthandler

    out, err = OutputStream(channel, 'stdout', 1), OutputStream(channel, 'stderr', 2)
    sys.stdout = sys.__stdout__ = out  # type: ignore[misc, assignment]
    sys.stderr = sys.__stderr__ = err  # type: ignore[misc, assignment]

    def flush() -> None:
        out.flush()
        err.flush()

    channel.flush_output = flush
    threading.excepthook = _ignoring_signals(threading.excepthook)
    # A crash of C code shows where it was, on the descriptor that needs no Python.
    faulthandler.enable(2)


def _ignoring_signals(report: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A signal that ends the flow from another thread is no error of that thread."""

    def excepthook(args: Any) -> None:
        if not issubclass(args.exc_type, LifecycleSignal):
            report(args)

    return excepthook


def _say(channel: Channel, end: dict[str, Any]) -> None:
    try:
        channel.send(end)
    except FrameTooLarge as error:
        message = f'What the handler returned is too large: {error}'
        channel.send(
            {
                'kind': 'end',
                'status': 'error',
                'message': message,
                'exception': {
                    'type': 'ValueError',
                    'message': message,
                    'traceback': message,
                    'frames': [],
                },
            }
        )


def _end_of(start: dict[str, Any], channel: Channel, cancellation: Cancellation) -> dict[str, Any]:
    """The ``end`` frame of a run."""
    try:
        try:
            returned = _run(start, channel)
        finally:
            # From here on nothing may interrupt: the end is said once.
            cancellation.shield()
    except BaseException as error:
        if not isinstance(error, LifecycleSignal):
            _show_debugger(error)
        return _end_by(error)
    signal = _runtime.pending_signal()
    return _end_by_signal(signal) if signal is not None else _success('', returned)


def _attach(channel: Channel, settings: dict[str, Any], path: str) -> None:
    def attach() -> None:
        # One after another: commands that were sent to the debugger before, such as to leave, are for that one.
        with _attaching:
            attach_alone()

    def attach_alone() -> None:
        # A flow that computes would let go only every 5 ms, and to load the debugger takes many turns.
        interval = sys.getswitchinterval()
        sys.setswitchinterval(0.0001)
        try:
            from . import debugger

            debugger.attach(channel, settings, path)
        except BaseException as broken:
            sys.stderr.write(f'The debugger failed: {broken!r}\n')
        finally:
            sys.setswitchinterval(interval)

    # Who reads may be a thread of the flow's, which is not to wait for a debugger.
    start_new_thread(attach, ())


def _show_debugger(error: BaseException) -> None:
    debugger = sys.modules.get('stepthrough_flow.debugger')
    if debugger is None:
        return
    try:
        debugger.uncaught(error)
    except BaseException as broken:
        sys.stderr.write(f'The debugger failed: {broken!r}\n')


def _run(start: dict[str, Any], channel: Channel) -> str | None:
    """Runs the script and its handler. Answers what it returned as JSON text; None for None."""
    path = start['path'] or SCRIPT_NAME
    register_user_file(path)
    _extend_module_path(start['modules'])
    if start.get('debug') is not None:
        from . import debugger

        debugger.install(channel, start['debug'], path)
    namespace = _execute(start['script'], path)
    handler, parameters = find_handler(namespace)
    value = handler(*_arguments(handler, parameters, start['inputs']))
    if value is None:
        return None
    from flow_api._json import dump_value

    try:
        return dump_value(value)
    except (TypeError, ValueError, RecursionError) as error:
        line = getattr(getattr(handler, '__code__', None), 'co_firstlineno', None)
        raise HandlerError(f'handler returned what JSON cannot hold: {error}', line) from None


def _execute(script: str, path: str) -> dict[str, Any]:
    """Runs the module's own statements and answers its names."""
    import linecache
    from types import ModuleType

    text = script[1:] if script.startswith('\ufeff') else script
    # Python's own lines: str.splitlines also splits at form feeds.
    lines = text.replace('\r\n', '\n').replace('\r', '\n').split('\n')
    # Tracebacks and debuggers show the text that runs, also where the file has changed since.
    # An entry without a time is never read again.
    linecache.cache[path] = (len(text), None, [line + '\n' for line in lines], path)
    module = ModuleType(MODULE_NAME)
    module.__file__ = path
    sys.modules[MODULE_NAME] = module
    exec(compile(text, path, 'exec', dont_inherit=True), module.__dict__)
    return module.__dict__


def _extend_module_path(folders: list[str]) -> None:
    """After everything else: a flow named like a module of Python must not hide that module."""
    if OUR_FOLDER not in sys.path:
        sys.path.insert(0, OUR_FOLDER)
    sys.path.extend(folder for folder in folders if folder not in sys.path)


def _arguments(handler: Any, parameters: int, inputs: str) -> tuple[Any, ...]:
    from flow_api.execution import Execution
    from flow_api.system import System

    if parameters == 1:
        from flow_api.legacy import Cloudomation

        code = getattr(handler, '__code__', None)
        place = (
            (_script_file(), 1, 'handler')
            if code is None
            else (code.co_filename, code.co_firstlineno, code.co_name)
        )
        _runtime.deprecated('handler(c)', 'handler(system, this, inputs)', place)
        return (Cloudomation(),)
    this = Execution._own()
    if parameters == 2:
        return (System(), this)
    import json

    value = json.loads(inputs)
    return (System(), this, {} if value is None else value)


def _end_by(error: BaseException) -> dict[str, Any]:
    signal = error if isinstance(error, LifecycleSignal) else _runtime.pending_signal()
    if signal is not None:
        if signal is not error and not isinstance(error, LifecycleSignal):
            _print_lost(error)
        return _end_by_signal(_runtime.pending_signal() or signal)
    if isinstance(error, KeyboardInterrupt):
        return {'kind': 'end', 'status': 'cancel', 'message': 'interrupted'}
    if isinstance(error, SystemExit) and error.code in (None, 0):
        return _success('', None)
    return _failure(error)


def _end_by_signal(signal: LifecycleSignal) -> dict[str, Any]:
    message = signal.message
    if isinstance(signal, ExecutionSuccess):
        return _success(message, None)
    if isinstance(signal, ExecutionCancel):
        return {'kind': 'end', 'status': 'cancel', 'message': message}
    assert isinstance(signal, ExecutionError)
    return {'kind': 'end', 'status': 'error', 'message': message}


def _success(message: str, returned: str | None) -> dict[str, Any]:
    end = {'kind': 'end', 'status': 'success', 'message': message}
    if returned is not None:
        end['returned'] = returned
    return end


def _failure(error: BaseException) -> dict[str, Any]:
    from .report import describe, safe_text, type_name

    if isinstance(error, HandlerError):
        frames = (
            []
            if error.line is None
            else [{'file': _script_file(), 'line': error.line, 'function': 'handler'}]
        )
        text = safe_text(error)
        exception = {
            'type': 'HandlerError',
            'message': text,
            'traceback': f'HandlerError: {text}\n',
            'frames': frames,
        }
        return {'kind': 'end', 'status': 'error', 'message': text, 'exception': exception}
    exception = describe(error)
    text = safe_text(error)
    message = f'{type_name(error)}: {text}' if text else type_name(error)
    return {'kind': 'end', 'status': 'error', 'message': message, 'exception': exception}


def _script_file() -> str:
    module = sys.modules.get(MODULE_NAME)
    return getattr(module, '__file__', None) or SCRIPT_NAME


def _print_lost(error: BaseException) -> None:
    """An exception after the end had been decided does not change it, and is not lost either."""
    from .report import describe

    sys.stderr.write('After the end of the flow was decided:\n' + describe(error)['traceback'])
