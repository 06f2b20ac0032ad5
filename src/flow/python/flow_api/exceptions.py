"""The exceptions of the Flow-API.

``except Exception`` catches every one but the lifecycle signals, which end an execution and are not errors.
"""

from __future__ import annotations

from abc import ABCMeta

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class EngineException(Exception, metaclass=ABCMeta):
    """Parent of all exceptions of the engine. ``details`` is what the engine says beside the message, if anything."""

    def __init__(self, message: str = '', details: Any = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class InternalError(EngineException):
    """Something went wrong inside the engine."""


class PermissionDenied(EngineException):
    """The execution may not do this."""


class ResourceNotFoundError(EngineException):
    """The record does not exist."""


class DependencyFailedError(EngineException):
    """An execution that was waited for did not succeed."""


class TimeoutExceededError(EngineException):
    """Something took longer than it was given."""


class LockTimeoutError(TimeoutExceededError):
    """The lock was not free in time."""


class DependencyTimeoutError(TimeoutExceededError):
    """The execution that was waited for did not end in time."""


class MessageResponseTimeoutError(TimeoutExceededError):
    """Nobody answered the message in time."""


class MissingInputError(EngineException):
    """A required input was not given."""


class InvalidInputError(EngineException):
    """An input or a field was not of an accepted type or value."""


class ExtraInputError(EngineException):
    """An input was given that is not known."""


class SchemaError(EngineException):
    """A schema is not a JSON Schema."""


class SchemaValidationError(EngineException):
    """Data does not agree with a schema."""


class LifecycleSignal(BaseException):
    """Ends the execution. Not an ``Exception``, so that a flow's own error handling lets it pass."""

    def __init__(self, message: str = '') -> None:
        super().__init__(message)
        self.message = message


# They belong to the engine's exceptions, as `issubclass` says; `except` asks only what a class is derived from.
EngineException.register(LifecycleSignal)


class ExecutionSuccess(LifecycleSignal):
    """Ends the execution as ENDED_SUCCESS."""


class ExecutionError(LifecycleSignal):
    """Ends the execution as ENDED_ERROR."""


class ExecutionCancel(LifecycleSignal):
    """Ends the execution as ENDED_CANCELLED."""


#: The name of `EngineException` up to version 7.
CloudomationException = EngineException
