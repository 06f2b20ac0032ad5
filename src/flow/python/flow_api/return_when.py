"""When waiting for executions is over."""

from __future__ import annotations

import enum

from .exceptions import InvalidInputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class ReturnWhen(str, enum.Enum):
    """When waiting for executions is over; ``system.return_when`` has the same."""

    #: All have succeeded. One that did not raises DependencyFailedError.
    ALL_SUCCEEDED = 'ALL_SUCCEEDED'
    #: All have ended, however.
    ALL_ENDED = 'ALL_ENDED'
    #: One has ended, however.
    FIRST_ENDED = 'FIRST_ENDED'
    #: One has succeeded. If none does, DependencyFailedError is raised.
    FIRST_SUCCEEDED = 'FIRST_SUCCEEDED'

    def __str__(self) -> str:
        return self.value


def wait_condition(wait: Any) -> ReturnWhen | None:
    """What ``wait=`` means: True is ALL_SUCCEEDED, False does not wait. Raises InvalidInputError."""
    if wait is True:
        return ReturnWhen.ALL_SUCCEEDED
    if wait is False or wait is None:
        return None
    return return_condition(wait)


def return_condition(value: Any) -> ReturnWhen:
    """A `ReturnWhen` of what a flow gives. Raises InvalidInputError."""
    try:
        return ReturnWhen(value.upper() if isinstance(value, str) else value)
    except ValueError:
        names = ', '.join(condition.value for condition in ReturnWhen)
        raise InvalidInputError(
            f'{value!r:.80} is no condition to wait for; there are {names}'
        ) from None
