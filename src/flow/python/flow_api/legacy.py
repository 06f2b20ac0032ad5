"""``c``: what handlers of one parameter got in 2018. Every method is reported with its name of today."""

from __future__ import annotations

from . import _runtime
from .execution import Execution
from .return_when import ReturnWhen
from .system import System

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn


class LegacyExecution(Execution):
    """A child of a flow of 2018."""

    def runAsync(self) -> LegacyExecution:
        """`run_async`."""
        _runtime.deprecated('runAsync', 'run_async')
        self.run_async()
        return self

    def getOutputs(self) -> Any:
        """``get('output_value')``."""
        _runtime.deprecated('getOutputs', "get('output_value')")
        return self.load('output_value')

    def getStatus(self) -> tuple[Any, Any]:
        """``load('status', 'message')``."""
        _runtime.deprecated('getStatus', "load('status', 'message')")
        status, message = self.load('status', 'message')
        return status, message

    def setInput(self, key: str, value: Any) -> LegacyExecution:
        """Sets one input before it begins."""
        _runtime.deprecated('setInput', 'save(input_value=…)')
        self.save(input_value={**(self.get('input_value') or {}), key: value})
        return self

    def setInputs(self, inputs: dict[str, Any]) -> LegacyExecution:
        """``save(input_value=…)``."""
        _runtime.deprecated('setInputs', 'save(input_value=…)')
        self.save(input_value=inputs)
        return self

    # The names of late 2018.
    get_outputs, get_status, set_input, set_inputs = getOutputs, getStatus, setInput, setInputs


class Cloudomation:
    """The execution and the system in one, as up to 2018."""

    def __init__(self) -> None:
        self._this = Execution._own()
        self._system = System()

    def getEnvName(self) -> str:
        """``system.get_env_name()``."""
        _runtime.deprecated('getEnvName', 'system.get_env_name')
        return self._system.get_env_name()

    def getInputs(self) -> Any:
        """``this.get('input_value')``, or the third parameter of the handler."""
        _runtime.deprecated('getInputs', "this.get('input_value')")
        return self._this.get('input_value') or {}

    def setOutput(self, key: str, value: Any, append: bool = False) -> Cloudomation:
        """``this.set_output(key, value)``."""
        _runtime.deprecated('setOutput', 'this.set_output')
        if append:
            value = f'{(self._this.load("output_value") or {}).get(key, "")}{value}'
        self._this.set_output(key, value)
        return self

    def setOutputs(
        self, outputs: dict[str, Any] | None = None, merge: bool = True, **more: Any
    ) -> Cloudomation:
        """``this.set_output(…)``, or ``this.save(output_value=…)`` where nothing is merged."""
        _runtime.deprecated('setOutputs', 'this.save(output_value=…)')
        values = {**(outputs or {}), **more}
        if merge:
            self._this.set_output(values)
        else:
            self._this.save(output_value=values)
        return self

    def log(self, *values: Any, **named: Any) -> Cloudomation:
        """``this.log``."""
        self._this.log(*values, **named)
        return self

    def logln(self, *values: Any, **named: Any) -> Cloudomation:
        """``this.log``."""
        _runtime.deprecated('logln', 'this.log')
        self._this.log(*values, **named)
        return self

    def flow(
        self, flow: str, inputs: dict[str, Any] | None = None, **options: Any
    ) -> LegacyExecution:
        """``this.flow(…, run=False)``."""
        return _legacy(self._this.flow(flow, inputs, run=False, **_current(options)))

    def task(
        self, task: str, inputs: dict[str, Any] | None = None, **options: Any
    ) -> LegacyExecution:
        """``this.connect(connector_type=…, run=False)``."""
        return _legacy(self._this.task(task, inputs, run=False, **_current(options)))

    def script(
        self, script: str, inputs: dict[str, Any] | None = None, **options: Any
    ) -> LegacyExecution:
        """``this.script(…, run=False)``."""
        return _legacy(self._this.script(script, inputs, run=False, **_current(options)))

    def setting(self, name: str, value: Any = None) -> Any:
        """``system.setting(name).get('value')`` or ``.save(value=…)``."""
        _runtime.deprecated('c.setting', 'system.setting')
        setting = self._system.setting(name)
        if value is None:
            return setting.get('value')
        setting.save(value=value)
        return self

    def waitFor(self, *executions: Any) -> LegacyExecution | None:
        """``this.wait_for(…, return_when=system.return_when.FIRST_ENDED)``; answers the one that ended."""
        _runtime.deprecated('waitFor', 'this.wait_for')
        condition = ReturnWhen.ALL_SUCCEEDED if len(executions) == 1 else ReturnWhen.FIRST_ENDED
        ended = self._this.wait_for(*executions, return_when=condition)
        return _legacy(ended[0]) if ended else None

    def waitForAll(self, *executions: Any) -> Cloudomation:
        """``this.wait_for(…)``."""
        _runtime.deprecated('waitForAll', 'this.wait_for')
        self._this.wait_for(*executions)
        return self

    def getParent(self) -> LegacyExecution | None:
        """``system.execution(this.get('parent_execution_id'))``; None where nobody started it."""
        _runtime.deprecated('getParent', "this.get('parent_execution_id')")
        parent = self._this.get('parent_execution_id')
        return None if parent is None else LegacyExecution(parent)

    # The names of late 2018.
    get_env_name, get_inputs, get_parent = getEnvName, getInputs, getParent
    set_output, set_outputs, wait_for, wait_for_all = setOutput, setOutputs, waitFor, waitForAll

    def sleep(self, seconds: float) -> Cloudomation:
        """``this.sleep``."""
        self._this.sleep(seconds)
        return self

    def sleep_until(self, time: float) -> Cloudomation:
        """``this.sleep_until``."""
        self._this.sleep_until(time)
        return self

    def end(self, status: str = 'success', message: str = '') -> NoReturn:
        """``this.end``."""
        self._this.end(status, message)

    def success(self, message: str = '') -> NoReturn:
        """``this.success``."""
        self._this.success(message)

    def error(self, message: str = '') -> NoReturn:
        """``this.error``."""
        self._this.error(message)


#: Options of children up to 2019 that nothing here depends on.
_OLD_OPTIONS = ('location', 'pass_token', 'protect_inputs', 'protect_outputs', 'retention_time')


def _current(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if name not in _OLD_OPTIONS}


def _legacy(execution: Execution) -> LegacyExecution:
    child = LegacyExecution._stored({'id': execution._id(), 'name': execution._cache.get('name')})
    child._life = execution._life
    return child
