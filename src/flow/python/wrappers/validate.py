"""Holds inputs and output value against schemas.

input_schema, output_schema: JSON Schemas, each of which may be missing.
"""

from __future__ import annotations

import flow_api
from wrapping import end_as, run_wrapped


def handler(system: flow_api.System, this: flow_api.Execution, inputs: dict):
    schemas = {name: inputs[name] for name in ('input_schema', 'output_schema') if inputs.get(name) is not None}
    try:
        _child, status, message, output = run_wrapped(system, this, inputs, **schemas)
    except (flow_api.SchemaValidationError, flow_api.SchemaError) as error:
        return this.error(str(error))
    return end_as(this, status, message, output)
