"""Executions: the one that runs (``this``), its children, and any other by its id."""

from __future__ import annotations

from . import _runtime
from ._checks import clean_execution_fields
from ._own import Own
from .children import Starter
from .exceptions import InvalidInputError
from .record import NotSet, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any, ClassVar, Literal

    from typing_extensions import Unpack

    from ._fields import ExecutionFields


class Execution(Own, Starter):
    """One run of a flow, script or connection.

    A handler gets its own as ``this``. Others are ``system.execution(id)``, or are answered by `flow`, `script` and
    `connect`. One that is made with fields and without ``select`` is created by its `save`, `run` or `run_async`.
    """

    record_type: ClassVar[str] = 'execution'
    default_by: ClassVar[Literal['id', 'name']] = 'id'

    def __init__(
        self,
        select: str | Record | None = None,
        *,
        by: Literal['id', 'name'] = 'id',
        allow_normal: bool = True,
        allow_deleted: bool = False,
        init: dict[str, Any] | None = None,
        cls: type[Record] | None = None,
        commit: bool = False,
        debug: bool = False,
        breakpoints: list[int] = NotSet,  # type: ignore[assignment]
        bundle_id: str = NotSet,  # type: ignore[assignment]
        bundle_name: str = NotSet,  # type: ignore[assignment]
        commit_message: str = NotSet,  # type: ignore[assignment]
        connector_id: str = NotSet,  # type: ignore[assignment]
        connector_name: str = NotSet,  # type: ignore[assignment]
        connector_type: str = NotSet,  # type: ignore[assignment]
        description: str = NotSet,  # type: ignore[assignment]
        flow_id: str = NotSet,  # type: ignore[assignment]
        flow_name: str = NotSet,  # type: ignore[assignment]
        input_schema: dict[str, Any] | bool = NotSet,  # type: ignore[assignment]
        input_value: Any = NotSet,
        is_paused: bool = NotSet,  # type: ignore[assignment]
        is_productive: bool = NotSet,  # type: ignore[assignment]
        is_readonly: bool = NotSet,  # type: ignore[assignment]
        labels: dict[str, str] = NotSet,  # type: ignore[assignment]
        location_inheritance: str = NotSet,  # type: ignore[assignment]
        max_runtime_minutes: int = NotSet,  # type: ignore[assignment]
        message: str = NotSet,  # type: ignore[assignment]
        name: str = NotSet,  # type: ignore[assignment]
        orphan: bool = NotSet,  # type: ignore[assignment]
        output_schema: dict[str, Any] | bool = NotSet,  # type: ignore[assignment]
        output_value: Any = NotSet,
        parent_execution_id: str = NotSet,  # type: ignore[assignment]
        plugin_action_id: str = NotSet,  # type: ignore[assignment]
        priority: int = NotSet,  # type: ignore[assignment]
        project_id: str = NotSet,  # type: ignore[assignment]
        project_name: str = NotSet,  # type: ignore[assignment]
        remote_workspace_name: str = NotSet,  # type: ignore[assignment]
        roles: list[str] = NotSet,  # type: ignore[assignment]
        savepoint_retention: Literal['LAST', 'ALL'] = NotSet,  # type: ignore[assignment]
        schedule_id: str = NotSet,  # type: ignore[assignment]
        schedule_name: str = NotSet,  # type: ignore[assignment]
        scheduled_for: datetime.datetime | str = NotSet,  # type: ignore[assignment]
        script: str = NotSet,  # type: ignore[assignment]
        track_in_git: bool = NotSet,  # type: ignore[assignment]
        type: Literal['FLOW', 'SCRIPT', 'CONNECTION', 'SCHEDULE', 'WRAPPER'] = NotSet,  # type: ignore[assignment]
        unwrapped: bool = NotSet,  # type: ignore[assignment]
        use_breakpoints: bool = NotSet,  # type: ignore[assignment]
        use_only_explicit_breakpoints: bool = NotSet,  # type: ignore[assignment]
        webhook_id: str = NotSet,  # type: ignore[assignment]
        wrapper_id: str = NotSet,  # type: ignore[assignment]
        wrapper_name: str = NotSet,  # type: ignore[assignment]
        wrappers: list[dict[str, Any]] = NotSet,  # type: ignore[assignment]
    ) -> None:
        """A handle of an execution; nothing is read or written.

        Lookup:
            select: its id, or its name with ``by='name'``.
            by: ``'id'`` or ``'name'``.
            allow_normal, allow_deleted: find those that are not deleted, and those that are.
            init: first values of fields, as the keywords below.
            cls: the class of the handle, derived from this one.
            commit, commit_message: git records what is saved, with this message, where it is tracked there.
            debug: what `save` writes is also logged.

        Identity and place:
            name: up to 128 characters, blanks around it are removed. description: free text. labels: keys and values.
            type: what runs: FLOW, SCRIPT, CONNECTION, SCHEDULE or WRAPPER.
            script: the text that runs. flow_id, flow_name: the flow that runs; one of the two.
            project_id, project_name, bundle_id, bundle_name: where it belongs; one of the four.
            location_inheritance: where a child without any of them is placed.
            remote_workspace_name: the workspace it runs in. roles: roles of the run.
            track_in_git: it is kept in git. is_readonly: not allowed for executions.

        Data:
            input_value, output_value: any JSON. input_schema, output_schema: JSON Schemas of them.
            message: the status line.

        Life:
            priority: higher ones start first. scheduled_for: it waits until then. max_runtime_minutes: 0 is no limit.
            is_paused: whether it waits to be resumed. is_productive: it does not stop at breakpoints.
            orphan: it is not cancelled with its parent. parent_execution_id: who started it.
            savepoint_retention: ``'LAST'`` or ``'ALL'``.

        Debugging:
            use_breakpoints: whether it stops. breakpoints: lines to stop at.
            use_only_explicit_breakpoints: stops there only; no stepping.

        Origin and wrapping:
            connector_id, connector_name, connector_type: what a CONNECTION calls.
            wrappers: ``[{wrapper_id, params}]``, outermost first. unwrapped: the flow's own wrappers are skipped.
            wrapper_id, wrapper_name: which wrapper a WRAPPER runs.
            schedule_id, schedule_name, webhook_id, plugin_action_id: what started it.
        """
        arguments = dict(locals())
        given = {
            field: value
            for field, value in arguments.items()
            if value is not NotSet and field not in _NO_FIELDS
        }
        super().__init__(
            select,
            by=by,
            allow_normal=allow_normal,
            allow_deleted=allow_deleted,
            init=init,
            cls=cls,
            commit=commit,
            debug=debug,
            **given,
        )

    if TYPE_CHECKING:

        def save(  # type: ignore[override]
            self, *, debug: bool | None = None, **fields: Unpack[ExecutionFields]
        ) -> Execution:
            """Overwrites fields of the record: ``this.save(message='half done', output_value={…})``."""
            ...

        def set(self, **fields: Unpack[ExecutionFields]) -> Execution:  # type: ignore[override]
            """Sets fields of this handle only; the next `save` writes them."""
            ...

        def clone(self, **fields: Unpack[ExecutionFields]) -> Execution:  # type: ignore[override]
            """A new execution like this one, with these fields changed. It has not begun."""
            ...

    else:

        def clone(self, **fields: Any) -> Execution:
            """A new execution like this one, with these fields changed. It has not begun."""
            child = super().clone(**fields)
            child._life = 'new'
            return child

    @classmethod
    def _own(cls) -> Execution:
        """The execution that this process runs."""
        this = cls(_runtime.execution()['id'])
        this._is_own = True
        this._life = 'started'
        return this

    @classmethod
    def _created(cls, kind: str, fields: dict[str, Any], begins: bool) -> Execution:
        child = cls._stored(_create(kind, fields, begins))
        child._life = 'new'
        return child

    def _write(self, fields: dict[str, Any], debug: bool) -> None:
        if self._select is not None:
            super()._write(fields, debug)
            return
        kind = fields.get('type') or _kind_of(fields)
        if debug:
            named = {'type': kind, **fields}
            _runtime.post('this.log', {'level': 'info', 'values': [], 'named': named})
        self._adopt(_create(kind, fields, self._begins))
        self._by, self._select, self._life = 'id', self._cache['id'], 'new'

    def _checked(self, fields: dict[str, Any]) -> dict[str, Any]:
        return clean_execution_fields(dict(fields))

    @classmethod
    def _example(cls) -> str:
        return 'this'


_NO_FIELDS = {
    'self',
    'select',
    'by',
    'allow_normal',
    'allow_deleted',
    'init',
    'cls',
    'commit',
    'debug',
    '__class__',
}


def _create(kind: str, fields: dict[str, Any], begins: bool) -> Any:
    args: dict[str, Any] = {'type': kind, 'fields': fields}
    # What begins at once is not held back first.
    return _runtime.call('execution.create', args if begins else {**args, 'held': True})


def _kind_of(fields: dict[str, Any]) -> str:
    if 'script' in fields:
        return 'SCRIPT'
    if 'flow_name' in fields or 'flow_id' in fields:
        return 'FLOW'
    if any(field in fields for field in ('connector_name', 'connector_id', 'connector_type')):
        return 'CONNECTION'
    if 'wrapper_name' in fields or 'wrapper_id' in fields:
        return 'WRAPPER'
    raise InvalidInputError(
        'a new execution needs what it runs: flow_name, script or connector_name'
    )
