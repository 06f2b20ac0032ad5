"""``system``: what does not belong to one execution."""

from __future__ import annotations

from . import _runtime
from ._handles import listed, opened
from ._resources import Resources
from .record import NotSet, Record
from .return_when import ReturnWhen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, Literal

    from typing_extensions import Unpack

    from . import _fields
    from .connector import Connector
    from .execution import Execution
    from .message import Message
    from .user import User

    By = Literal['id', 'name']
    Filter = dict[str, Any] | None

__all__ = ['NotSet', 'ReturnWhen', 'System']


class System(Resources):
    """Gives handles of records, and what the workspace says about itself. A handler gets it as ``system``."""

    #: What `Execution.wait_for` and ``wait=`` can wait for.
    return_when: ClassVar[type[ReturnWhen]] = ReturnWhen

    def execution(
        self,
        select: str | Record | None = None,
        by: By = 'id',
        **fields: Unpack[_fields.ExecutionHandle],
    ) -> Execution:
        """An execution by its id.

        Without one but with fields it is a new one, begun by its `run` or `run_async`.
        """
        from .execution import Execution

        return Execution(select, by=by, **fields)

    def executions(self, filter: Filter = None, **found: Unpack[_fields.Found]) -> list[Execution]:
        """The executions of this workspace."""
        from .execution import Execution

        return listed(Execution, filter, found)

    def message(
        self,
        select: str | Record | None = None,
        by: By = 'id',
        **fields: Unpack[_fields.MessageHandle],
    ) -> Message:
        """A message by its id; or, with a ``subject``, a new one, shown at once.

        `Execution.message` shows one and waits.
        """
        from .message import Message

        if select is None:
            return Message._shown(dict(fields))
        return opened(Message, select, by, fields)

    def messages(self, filter: Filter = None, **found: Unpack[_fields.Found]) -> list[Message]:
        """The messages of this workspace."""
        from .message import Message

        return listed(Message, filter, found)

    def connection(self, select: str | Record | None = None, **options: Any) -> Connector:
        """The name of `connector` up to version 6."""
        _runtime.deprecated('connection', 'connector')
        return self.connector(select, **options)

    def connections(self, **options: Any) -> list[Connector]:
        """The name of `connectors` up to version 6."""
        _runtime.deprecated('connections', 'connectors')
        return self.connectors(**options)

    def get_own_user(self) -> User:
        """The user for whom this execution runs."""
        from .user import User

        return User._stored(_runtime.call('system.get_own_user', {}))

    def get_own_client(self) -> Client:
        """The workspace, which was called client up to 2020: its ``id`` and ``name``."""
        return Client._stored(_runtime.call('system.get_own_client', {}))

    def get_env_name(self) -> str:
        """The name of the environment in which this workspace is."""
        return str(_runtime.call('system.get_env_name', {}))


class Client(Record):
    """The workspace. It has an ``id`` and a ``name`` and cannot be changed from a flow."""

    record_type: ClassVar[str] = 'client'

    def _reference(self) -> dict[str, Any]:
        from .exceptions import PermissionDenied

        raise PermissionDenied('a flow reads only the id and the name of its workspace')
