"""Starts what fails again from the beginning.

max_tries: how often it is started at most (3). delay_sec: seconds between two tries (10).
"""

from __future__ import annotations

import flow_api
from wrapping import end_as, number, run_wrapped


def handler(system: flow_api.System, this: flow_api.Execution, inputs: dict):
    tries = max(1, int(number(inputs, 'max_tries', 3)))
    delay = number(inputs, 'delay_sec', 10)
    for attempt in range(1, tries + 1):
        _child, status, message, output = run_wrapped(system, this, inputs)
        if status == 'ENDED_SUCCESS':
            break
        if attempt < tries:
            this.log(f'try {attempt} of {tries} ended with {status}: {message}; trying again in {delay} s')
            this.sleep(delay)
    return end_as(this, status, message, output)
