"""Has another flow or script decide whether what it gave is right.

checker_flow or checker_script: gets the output value as ``data`` beside ``inputs``, and fails where it is wrong.
"""

from __future__ import annotations

import flow_api
from wrapping import end_as, run_wrapped


def handler(system: flow_api.System, this: flow_api.Execution, inputs: dict):
    flow, script = inputs.get('checker_flow'), inputs.get('checker_script')
    if (flow is None) == (script is None):
        return this.error('the check wrapper needs either checker_flow or checker_script')
    child, status, message, output = run_wrapped(system, this, inputs)
    if status == 'ENDED_SUCCESS':
        given = {**(inputs.get('inputs') or {}), 'data': output}
        wait = system.return_when.ALL_ENDED
        checker = this.flow(flow, given, wait=wait) if flow is not None else this.script(script, given, wait=wait)
        verdict, why = checker.load('status', 'message')
        if verdict != 'ENDED_SUCCESS':
            status, message = verdict, f'the output of {child.get("name")} was found wrong: {why}'
    return end_as(this, status, message, output)
