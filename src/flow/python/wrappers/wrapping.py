"""What the wrappers have in common: running what they are around, and ending as it did."""

from __future__ import annotations

ENDED = ('status', 'message', 'output_value')


def run_wrapped(system, this, inputs, **fields):
    """Runs it to its end, whichever that is. Answers the execution and its status, message and output value."""
    child = this.start(inputs['child_execution'], wait=system.return_when.ALL_ENDED, **fields)
    return (child, *child.load(*ENDED))


def end_as(this, status, message, output):
    """Ends the wrapper as what it ran has ended."""
    if output is not None:
        this.save(output_value=output)
    if status == 'ENDED_SUCCESS':
        return this.success(message or '')
    return this.error(message or f'ended with {status}')


def number(inputs, name, default):
    """A parameter that is a number of at least 0."""
    value = inputs.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
        raise ValueError(f'{name} is {value!r:.80}; it takes a number of at least 0')
    return value


def filled(template, values):
    """A text with ``{name}`` and ``{{name}}`` replaced, in one pass: what is put in is not looked at again."""
    import re

    return re.sub(
        r'\{\{(\w+)\}\}|\{(\w+)\}',
        lambda found: str(values.get(found[1] or found[2], found[0])),
        template,
    )


def described(child, status, message):
    """The values for texts about an execution."""
    name, identifier = child.get('name', 'id')
    return {
        'child_name': name,
        'child_id': identifier,
        'child_status': status,
        'child_message': message or '',
        'self_url': '',
    }
