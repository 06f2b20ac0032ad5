"""Starting child executions: shared by an execution and by what ``using`` answers."""

from __future__ import annotations

from . import _runtime
from ._checks import clean_execution_fields, clean_name
from .exceptions import InvalidInputError
from .record import NotSet, Record
from .return_when import ReturnWhen, wait_condition

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Union

    from .connector import Connector
    from .execution import Execution
    from .flow import Flow

    #: True waits until it has succeeded, False not at all.
    Wait = Union[bool, ReturnWhen, str]


class Starter:
    """What starts children: an execution, or one with wrappers around its children."""

    def _around(self) -> list[dict[str, Any]]:
        """Wrappers for the children, outermost first."""
        return []

    def using(self, wrapper: str | Record, **params: Any) -> Using:
        """Runs what is called on the answer inside of a wrapper: ``this.using('retry', max_tries=5).flow('x')``.

        Several are nested, the first outermost. ``params`` are the wrapper's own.
        """
        entry: dict[str, Any] = {'params': params}
        entry.update(_target('wrapper', wrapper))
        return Using([*self._around(), entry])

    def flow(
        self,
        flow: str | Flow,
        inputs: dict[str, Any] | None = None,
        *,
        input_value: Any = NotSet,
        name: str | None = None,
        wait: Wait = True,
        run: bool = True,
        init: dict[str, Any] | None = None,
        location_inheritance: str | None = None,
        project_id: str | None = None,
        project_name: str | None = None,
        bundle_id: str | None = None,
        bundle_name: str | None = None,
        remote_workspace_name: str | None = None,
        roles: list[str] | None = None,
        orphan: bool | None = None,
        unwrapped: bool | None = None,
        wrappers: list[dict[str, Any]] | None = None,
        priority: int | None = None,
        scheduled_for: Any = None,
        max_runtime_minutes: int | None = None,
        savepoint_retention: str | None = None,
        is_productive: bool | None = None,
        use_breakpoints: bool | None = None,
        use_only_explicit_breakpoints: bool | None = None,
        breakpoints: list[int] | None = None,
        **extra: Any,
    ) -> Execution:
        """Starts a flow as a child and waits until it has succeeded.

        flow: its name, or its id where that is a UUID.
        inputs, input_value: what it gets; every keyword that is not named here is added to it.
        name: of the execution.
        wait: False starts it only; `ReturnWhen.ALL_ENDED` waits and does not raise.
        run: False creates it only, to be begun by its `run` or `run_async`.
        orphan: it does not belong to this execution: it is not cancelled with it.
        init: further fields of the record.

        Raises DependencyFailedError if it was waited for and did not succeed.
        """
        options = _options(locals())
        return self._start(
            'FLOW', {**_target('flow', flow), **options}, inputs, input_value, extra, wait, run
        )

    def script(
        self,
        script: str,
        inputs: dict[str, Any] | None = None,
        *,
        input_value: Any = NotSet,
        name: str | None = None,
        wait: Wait = True,
        run: bool = True,
        init: dict[str, Any] | None = None,
        location_inheritance: str | None = None,
        project_id: str | None = None,
        project_name: str | None = None,
        bundle_id: str | None = None,
        bundle_name: str | None = None,
        remote_workspace_name: str | None = None,
        roles: list[str] | None = None,
        orphan: bool | None = None,
        unwrapped: bool | None = None,
        wrappers: list[dict[str, Any]] | None = None,
        priority: int | None = None,
        scheduled_for: Any = None,
        max_runtime_minutes: int | None = None,
        savepoint_retention: str | None = None,
        is_productive: bool | None = None,
        use_breakpoints: bool | None = None,
        use_only_explicit_breakpoints: bool | None = None,
        breakpoints: list[int] | None = None,
        **extra: Any,
    ) -> Execution:
        """Starts a text as a child, as `flow` does a stored one. It needs a ``handler`` of its own."""
        options = _options(locals())
        if not isinstance(script, str):
            raise InvalidInputError(f'the script is {script!r:.80}; it must be a text')
        return self._start(
            'SCRIPT', {'script': script, **options}, inputs, input_value, extra, wait, run
        )

    def connect(
        self,
        connector: str | Connector | None = None,
        inputs: dict[str, Any] | None = None,
        *,
        connector_type: str | None = None,
        input_value: Any = NotSet,
        name: str | None = None,
        wait: Wait = True,
        run: bool = True,
        init: dict[str, Any] | None = None,
        location_inheritance: str | None = None,
        remote_workspace_name: str | None = None,
        roles: list[str] | None = None,
        orphan: bool | None = None,
        unwrapped: bool | None = None,
        wrappers: list[dict[str, Any]] | None = None,
        **extra: Any,
    ) -> Execution:
        """Makes one call to another system and waits until it has succeeded.

        connector: the stored connector; or ``connector_type`` alone, such as ``'REST'``.
        Every keyword that is not named here is an input, and wins over the stored one of the same name.
        The answer is in ``.get('output_value')``.
        """
        options = _options(locals())
        if connector is None and connector_type is None:
            raise InvalidInputError(
                'connect needs a connector or a connector_type, such as connector_type="REST"'
            )
        target = {} if connector is None else _target('connector', connector)
        if connector_type is not None:
            target['connector_type'] = connector_type
        return self._start(
            'CONNECTION', {**target, **options}, inputs, input_value, extra, wait, run
        )

    def task(self, task: str, inputs: dict[str, Any] | None = None, **options: Any) -> Execution:
        """The name of `connect` up to version 6.

        ``task('REST', url=…)`` is ``connect(connector_type='REST', url=…)``.
        """
        _runtime.deprecated('task', 'connect')
        return self.connect(None, inputs, connector_type=task, **options)

    def start(
        self, execution: dict[str, Any], *, wait: Wait = True, run: bool = True, **fields: Any
    ) -> Execution:
        """Starts what a description says: the fields of an execution with its ``type``.

        A wrapper finds the one of what it runs around in ``inputs['child_execution']``. ``fields`` go before its own.
        """
        if not isinstance(execution, dict) or not isinstance(execution.get('type'), str):
            raise InvalidInputError(
                f'the execution is {execution!r:.80}; it must be a dict of fields with a type'
            )
        given = {**execution, **fields}
        return self._start(
            given.pop('type'), given, None, given.pop('input_value', NotSet), {}, wait, run
        )

    def _start(
        self,
        kind: str,
        fields: dict[str, Any],
        inputs: dict[str, Any] | None,
        input_value: Any,
        extra: dict[str, Any],
        wait: Wait,
        run: bool,
    ) -> Execution:
        from .execution import Execution

        condition = wait_condition(wait)
        around = self._around()
        if around:
            fields['wrappers'] = [*around, *(fields.get('wrappers') or ())]
        value = _merged(input_value, inputs, extra)
        if value is not NotSet:
            fields['input_value'] = value
        child = Execution._created(kind, clean_execution_fields(fields), run)
        if run:
            child.run_async()
            if condition is not None:
                child.wait(return_when=condition)
        return child


class Using(Starter):
    """What ``this.using(…)`` answers: starts children inside of wrappers."""

    def __init__(self, wrappers: list[dict[str, Any]]) -> None:
        self._wrappers = wrappers

    def _around(self) -> list[dict[str, Any]]:
        return self._wrappers


_NO_FIELDS = {
    'self',
    'flow',
    'script',
    'connector',
    'connector_type',
    'inputs',
    'input_value',
    'wait',
    'run',
    'init',
    'extra',
}


def _options(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments that are fields of the record and were given."""
    options = dict(arguments['init'] or {})
    options.update(
        (field, value)
        for field, value in arguments.items()
        if value is not None and field not in _NO_FIELDS
    )
    return options


def _target(kind: str, target: Any) -> dict[str, Any]:
    """The field that names a flow, connector or wrapper."""
    if isinstance(target, Record):
        if target.record_type != kind:
            raise InvalidInputError(f'{target!r} is a {target.record_type}; a {kind} is needed')
        reference = target._reference()
        return {f'{kind}_{reference["by"]}': reference['select']}
    if isinstance(target, int) and not isinstance(target, bool):
        return {f'{kind}_id': str(target)}
    name = clean_name(target, f'the {kind}')
    return {f'{kind}_id' if _is_uuid(name) else f'{kind}_name': name}


def _is_uuid(text: str) -> bool:
    parts = text.split('-')
    return [len(part) for part in parts] == [8, 4, 4, 4, 12] and all(
        digit in '0123456789abcdefABCDEF' for digit in ''.join(parts)
    )


def _merged(input_value: Any, inputs: dict[str, Any] | None, extra: dict[str, Any]) -> Any:
    if inputs is None and not extra:
        return input_value
    merged: dict[str, Any] = {}
    for what, part in (
        ('input_value', None if input_value is NotSet else input_value),
        ('inputs', inputs),
        ('', extra),
    ):
        if part is None:
            continue
        if not isinstance(part, dict):
            raise InvalidInputError(
                f'{what} is {part!r:.80}; where further inputs are given it must be a dict'
            )
        merged.update(part)
    return merged
