"""The Flow-API of Cloudomation Engine for flows that run on your own machine.

A flow begins with::

    import flow_api

    def handler(system: flow_api.System, this: flow_api.Execution, inputs: dict):
        return this.success('all done')
"""

from __future__ import annotations

from .exceptions import (
    CloudomationException,
    DependencyFailedError,
    DependencyTimeoutError,
    EngineException,
    ExecutionCancel,
    ExecutionError,
    ExecutionSuccess,
    ExtraInputError,
    InternalError,
    InvalidInputError,
    LifecycleSignal,
    LockTimeoutError,
    MessageResponseTimeoutError,
    MissingInputError,
    PermissionDenied,
    ResourceNotFoundError,
    SchemaError,
    SchemaValidationError,
    TimeoutExceededError,
)

# Type checkers take any constant of this name as true; importing `typing` for it would delay each flow by 3 ms.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from . import bundle as bundle
    from . import connector as connector
    from . import custom_object as custom_object
    from . import exceptions as exceptions
    from . import execution as execution
    from . import file as file
    from . import flow as flow
    from . import message as message
    from . import object_template as object_template
    from . import project as project
    from . import schedule as schedule
    from . import scheduler as scheduler
    from . import schema as schema
    from . import setting as setting
    from . import system as system
    from . import user as user
    from . import vault_config as vault_config
    from . import webhook as webhook
    from . import wrapper as wrapper
    from .execution import Execution
    from .record import NotSet
    from .return_when import ReturnWhen
    from .system import System

__all__ = [
    'CloudomationException',
    'DependencyFailedError',
    'DependencyTimeoutError',
    'EngineException',
    'Execution',
    'ExecutionCancel',
    'ExecutionError',
    'ExecutionSuccess',
    'ExtraInputError',
    'InternalError',
    'InvalidInputError',
    'LifecycleSignal',
    'LockTimeoutError',
    'MessageResponseTimeoutError',
    'MissingInputError',
    'NotSet',
    'PermissionDenied',
    'ResourceNotFoundError',
    'ReturnWhen',
    'SchemaError',
    'SchemaValidationError',
    'System',
    'TimeoutExceededError',
]

_CLASSES = {
    'Execution': 'execution',
    'System': 'system',
    'ReturnWhen': 'return_when',
    'NotSet': 'record',
}
_MODULES = {
    'bundle',
    'connector',
    'custom_object',
    'execution',
    'file',
    'flow',
    'message',
    'object_template',
    'project',
    'schedule',
    'scheduler',
    'schema',
    'setting',
    'system',
    'user',
    'vault_config',
    'webhook',
    'wrapper',
}


def __getattr__(name: str) -> Any:
    """Loads what a flow uses when it uses it: the first line of a flow should not wait for the rest."""
    from importlib import import_module

    if name in _CLASSES:
        value = getattr(import_module(f'{__name__}.{_CLASSES[name]}'), name)
    elif name in _MODULES:
        value = import_module(f'{__name__}.{name}')
    else:
        raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_CLASSES, *_MODULES})
