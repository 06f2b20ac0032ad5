"""The entrance to the debugger: the runner calls these, and nothing of it is loaded where nobody debugs."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .channel import Channel
    from .debugging.session import Debugger

_debugger: Debugger | None = None


def install(channel: Channel, settings: dict[str, Any], script_path: str) -> None:
    """Begins to debug the flow of this process, and waits until the engine says that it may begin.

    ``settings`` are ``DebugSettings`` of debugProtocol.ts. Call it in the main thread, before any code of the user's.
    """
    global _debugger
    from .debugging.session import Debugger

    _debugger = Debugger(channel, script_path, settings['script'])
    _debugger.begin(settings)


def attach(channel: Channel, settings: dict[str, Any], script_path: str) -> None:
    """Begins to debug the flow while it runs, also after a debugger that has left. Call it in a thread of ours."""
    global _debugger
    from .debugging.session import Debugger

    if _debugger is None:
        _debugger = Debugger(channel, script_path, settings['script'])
    _debugger.attach(settings)


def uncaught(error: BaseException) -> None:
    """An error has left the flow: stops there if it is asked to, while its frames can still be looked at."""
    if _debugger is not None:
        _debugger.encounters.uncaught(error)
