"""Shows a message when it has ended.

notify_on_success (False), notify_on_error (True). to: names of users. subject, body: texts in which {child_name},
{child_id}, {child_status} and {child_message} are replaced.
"""

from __future__ import annotations

import flow_api
from wrapping import described, end_as, filled, run_wrapped

SUBJECT = '{child_name} {child_status}'
BODY = 'Execution **{child_name}** ended with status **{child_status}**\n\n{child_message}'


def handler(system: flow_api.System, this: flow_api.Execution, inputs: dict):
    child, status, message, output = run_wrapped(system, this, inputs)
    succeeded = status == 'ENDED_SUCCESS'
    if inputs.get('notify_on_success', False) if succeeded else inputs.get('notify_on_error', True):
        values = described(child, status, message)
        this.message(
            filled(inputs.get('subject') or SUBJECT, values),
            message=filled(inputs.get('body') or BODY, values),
            message_type='SUCCESS' if succeeded else 'ERROR',
            wait=False,
            **({'to': inputs['to']} if inputs.get('to') else {}),
        )
    return end_as(this, status, message, output)
