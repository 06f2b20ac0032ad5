"""Asks somebody what to do when it fails: try again, or fail.

interactive_limit_minutes: how long is waited for an answer (30). delete_retries: whether executions that failed and
were tried again are deleted (True). context: shown too. subject, body: texts as those of notify.
"""

from __future__ import annotations

import flow_api
from wrapping import described, end_as, filled, number, run_wrapped

SUBJECT = '{{child_name}} failed'
BODY = 'Execution **{{child_name}}** ended with **{{child_status}}**\n\n{{child_message}}'


def handler(system: flow_api.System, this: flow_api.Execution, inputs: dict):
    limit = number(inputs, 'interactive_limit_minutes', 30) * 60
    while True:
        child, status, message, output = run_wrapped(system, this, inputs)
        if status == 'ENDED_SUCCESS' or not asked_to_retry(this, inputs, described(child, status, message), limit):
            return end_as(this, status, message, output)
        if inputs.get('delete_retries', True):
            child.delete()


def asked_to_retry(this, inputs, values, limit):
    text = filled(inputs.get('body') or BODY, values)
    if inputs.get('context') is not None:
        text += f'\n\n{inputs["context"]}'
    try:
        answer = this.message(
            filled(inputs.get('subject') or SUBJECT, values),
            body={
                'type': 'object',
                'properties': {
                    'what': {'element': 'markdown', 'description': text, 'order': 1},
                    'retry': {'element': 'submit', 'label': 'Try Again', 'order': 2},
                    'fail': {'element': 'submit', 'label': 'Fail', 'order': 3},
                },
            },
            message_type='ERROR',
            timeout=limit,
        )
    except flow_api.MessageResponseTimeoutError:
        return False
    return answer.get('response')['retry']
