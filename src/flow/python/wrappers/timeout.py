"""Cancels what takes too long, and fails.

timeout_sec: seconds that it may take.
"""

from __future__ import annotations

import flow_api
from wrapping import ENDED, end_as, number


def handler(system: flow_api.System, this: flow_api.Execution, inputs: dict):
    seconds = number(inputs, 'timeout_sec', None)
    if seconds is None:
        return this.error('the timeout wrapper needs timeout_sec: the seconds that it may take')
    child = this.start(inputs['child_execution'], wait=False)
    try:
        child.wait(return_when=system.return_when.ALL_ENDED, timeout=seconds)
    except flow_api.DependencyTimeoutError:
        child.cancel()
        return this.error(f'{child.get("name")} did not end within {seconds} s and was cancelled')
    return end_as(this, *child.load(*ENDED))
