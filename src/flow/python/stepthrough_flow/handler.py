"""Finds the ``handler`` of a flow and how it wants to be called."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

_VARARGS, _GENERATOR, _COROUTINE, _ASYNC_GENERATOR = 0x4, 0x20, 0x80, 0x200


class HandlerError(Exception):
    """The script has no handler that can be called. ``line`` is where one is defined, None where there is none."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


def find_handler(namespace: dict[str, Any]) -> tuple[Callable[..., Any], int]:
    """The handler and how many of (system, this, inputs) it takes: 3, 2, or 1 for flows of 2018.

    Raises HandlerError.
    """
    if 'handler' not in namespace:
        raise HandlerError(_missing(namespace))
    handler = namespace['handler']
    if not callable(handler):
        raise HandlerError(
            f'handler is {_article(type(handler).__name__)}; it must be a function: def handler(system, this, inputs)'
        )
    plain = handler
    while hasattr(plain, '__wrapped__'):
        plain = plain.__wrapped__
    code = getattr(plain, '__code__', None)
    if code is None:
        return handler, _from_signature(handler)
    line = code.co_firstlineno
    if code.co_flags & (_COROUTINE | _ASYNC_GENERATOR):
        raise HandlerError(
            'handler is an async function; flows are plain functions: def handler(system, this, inputs)',
            line,
        )
    if code.co_flags & _GENERATOR:
        raise HandlerError(
            'handler has yield in it, which makes it a generator; flows are plain functions', line
        )
    bound = 1 if getattr(plain, '__self__', None) is not None else 0
    most = code.co_argcount - bound
    least = most - len(plain.__defaults__ or ())
    defaults = plain.__kwdefaults__ or {}
    keywords = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    required = [name for name in keywords if name not in defaults]
    if required:
        raise HandlerError(
            f'handler requires the keyword argument {required[0]}, which nobody gives; {_TAKES}',
            line,
        )
    count = 3 if code.co_flags & _VARARGS else min(most, 3)
    if least > 3 or count < 1:
        raise HandlerError(
            f'handler takes {most if least > 3 else "no"} parameters; {_TAKES}', line
        )
    return handler, count


_TAKES = 'it takes (system, this, inputs) or (system, this)'


def _missing(namespace: dict[str, Any]) -> str:
    message = 'The script has no function "handler"; a flow begins with: def handler(system, this, inputs)'
    for name, value in namespace.items():
        if name.lower() in ('handler', 'handle', 'main') and callable(value):
            return f'{message}. There is "{name}"'
    return message


def _article(name: str) -> str:
    return f'{"an" if name[:1].lower() in "aeiou" else "a"} {name}'


def _from_signature(handler: Callable[..., Any]) -> int:
    """For callables that are no functions: instances, partials, builtins."""
    import inspect

    call = getattr(type(handler), '__call__', None)
    if inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(call):
        raise HandlerError(
            'handler is async; flows are plain functions: def handler(system, this, inputs)'
        )
    try:
        signature = inspect.signature(handler)
    except (TypeError, ValueError):
        return 3
    for count in (3, 2, 1):
        try:
            signature.bind(*range(count))
        except TypeError:
            continue
        return count
    raise HandlerError(
        f'handler cannot be called with (system, this, inputs): it is defined as {signature}'
    )
