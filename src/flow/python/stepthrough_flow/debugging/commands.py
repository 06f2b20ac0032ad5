"""The engine's commands to the debugger, and what is answered to each."""

from __future__ import annotations

import threading

from .breakpoints import location
from .errors import error_body
from .values import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable

    from .session import Debugger

    Work = Callable[[dict[str, Any]], Any]

_NOT_IMPORTED = 'This flow has not imported this file yet.'


class Commands:
    """Those of `debugProtocol.ts`, by their names there."""

    def __init__(self, debugger: Debugger) -> None:
        self._debugger = debugger
        looking = debugger.looking
        self._always: dict[str, Work] = {
            'setBreakpoints': self.set_breakpoints,
            'setFunctionBreakpoints': self.set_functions,
            'setExceptionFilters': self.set_filters,
            'breakpointLocations': self._locations,
            'resume': debugger.halting.resume,
            'pause': lambda _: debugger.halting.pause(),
            'detach': lambda _: debugger.detach(),
        }
        #: Only of a stopped flow, and answered in its thread.
        self._looks: dict[str, Work] = {
            'stack': lambda command: looking.stack(debugger.halting.shown(command['thread'])),
            'scopes': self._scopes,
            'children': lambda command: looking.values.children(command['reference'], command.get('start', 0), command.get('count'), command.get('filter')),
            'evaluate': self._evaluate,
            'setVariable': lambda command: looking.set_variable(command['reference'], command['name'], command['value']),
            'setExpression': lambda command: looking.set_expression(command['target'], command['value'], self._frame(command['frame'])),
            'exception': self._exception,
        }

    def command(self, command: dict[str, Any]) -> None:
        """One command, in the channel's thread; in the main thread those that came before the debugger was there."""
        debugger = self._debugger
        # Not `current_thread`: it would make a thread that attaches one of the flow's for ever.
        if threading.get_ident() != threading.main_thread().ident:
            debugger.threads.add_own(threading.get_ident())
        name = command['command']
        if name in self._looks:
            with debugger.halting.changed:
                if debugger.halting.stop is not None:
                    debugger.halting.jobs.put(lambda: self._answer(command, self._looks[name]))
                    return
            self._reply(command, False, 'The execution is running; pause it to look at values.')
        elif name in self._always:
            self._answer(command, self._always[name])
        else:
            self._reply(command, False, f'There is no command "{name}".')

    def _answer(self, command: dict[str, Any], work: Work) -> None:
        try:
            body = work(command)
        except Refused as error:
            self._reply(command, False, str(error))
        except Exception as error:
            self._reply(command, False, f'The debugger in the flow\'s process failed: {type(error).__name__}: {error}')
        else:
            self._reply(command, True, body)

    def _reply(self, command: dict[str, Any], ok: bool, body: Any) -> None:
        if 'id' in command:
            self._debugger.tell({'kind': 'reply', 'id': command['id'], 'ok': ok, 'body': body})

    def set_breakpoints(self, command: dict[str, Any]) -> Any:
        bindings = self._debugger.breakpoints.set_lines(command['path'], command['breakpoints'])
        if not self._debugger.has_loaded(command['path']):
            bindings = [{**binding, 'verified': False, 'pending': True, 'message': _NOT_IMPORTED} if binding['verified'] else binding for binding in bindings]
        return self._bound(bindings)

    def set_functions(self, command: dict[str, Any]) -> Any:
        return self._bound(self._debugger.breakpoints.set_functions(command['breakpoints']))

    def _bound(self, bindings: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if self._debugger.off is not None:
            self._debugger.breakpoints.clear()
            return [{**binding, 'verified': False, 'message': self._debugger.off} for binding in bindings]
        self._debugger.update()
        return bindings

    def set_filters(self, command: dict[str, Any]) -> Any:
        if self._debugger.off is not None:
            return [{'verified': False, 'message': self._debugger.off} for _ in command['filters']]
        bindings = self._debugger.errors.set(command['filters'])
        self._debugger.update()
        return bindings

    def _locations(self, command: dict[str, Any]) -> Any:
        return [location(place) for place in self._debugger.sources.text(command['path']).locations(command['first'], command['last'])]

    def _frame(self, number: int | None) -> FrameType:
        """Without a frame an expression is about the place of the stop."""
        if number is not None:
            return self._debugger.looking.frame(number)
        stop = self._debugger.halting.stop
        if stop is None or not stop.shown:
            raise Refused('The flow is not in code of its own here.')
        return stop.shown[0].frame

    def _scopes(self, command: dict[str, Any]) -> Any:
        number = command['frame']
        stop = self._debugger.halting.stop
        if stop is None or not stop.shown or self._debugger.looking.frame(number) is not stop.shown[0].frame:
            return self._debugger.looking.scopes(number)
        return self._debugger.looking.scopes(number, stop.error, stop.returned)

    def _evaluate(self, command: dict[str, Any]) -> Any:
        context = command['context']
        return self._debugger.looking.evaluate(command['expression'], self._frame(command.get('frame')), context == 'console', context == 'clipboard')

    def _exception(self, command: dict[str, Any]) -> Any:
        stop = self._debugger.halting.stop
        return None if stop is None or stop.error is None or stop.thread != command['thread'] else error_body(stop.error, stop.filter_name)
