import { answered, blocking, computed, optional, required, type FunctionSignature } from './signature.ts';

/** The modules that reach outside or deal with time: `events`, `experimental.executions`, `sys`, `time`, `uuid` (google-workflows 3). */

export const severities = ['DEFAULT', 'DEBUG', 'INFO', 'NOTICE', 'WARNING', 'ERROR', 'CRITICAL', 'ALERT', 'EMERGENCY'] as const;
export const callbackMethods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'] as const;

const number = ['integer', 'double'] as const;

export const eventFunctions: readonly FunctionSignature[] = [
  answered('events.create_callback_endpoint', {
    parameters: [optional('http_callback_method', ['string'], 'The HTTP method callers must use.', '"POST"', callbackMethods)],
    returns: 'map',
    errors: ['TypeError', 'ValueError'],
    documentation: 'Opens an address for others to call. Returns a map with its `url`; wait for the call with `events.await_callback`.',
  }),
  blocking('events.await_callback', {
    parameters: [
      required('callback', ['map'], 'What `events.create_callback_endpoint` returned in this execution.'),
      optional('timeout', number, 'Seconds to wait.', '43200.0'),
    ],
    returns: 'map',
    errors: ['TimeoutError', 'TypeError', 'ValueError'],
    documentation: 'Waits until the callback address is called. Returns a map with `http_request`, `received_time` and `type`.',
  }),
];

const location = optional('location', ['string'], 'Region of the workflow; by default that of this execution.');
const project = optional('project_id', ['string'], 'Project of the workflow; by default that of this execution.');
const workflow = required('workflow_id', ['string'], 'Name of the workflow to execute.');

export const executionFunctions: readonly FunctionSignature[] = [
  blocking('experimental.executions.run', {
    parameters: [workflow, location, project, optional('argument', ['any'], 'Argument of the child execution.')],
    returns: 'any',
    errors: ['ExecutionError', 'TimeoutError', 'TypeError'],
    documentation: 'Executes another workflow and returns its result. Deprecated in favour of the Workflow Executions connector.',
  }),
  blocking('experimental.executions.map', {
    parameters: [
      workflow,
      required('arguments', ['list'], 'One argument for each child execution.'),
      optional('timeout', number, 'Seconds to wait for all of them.', '1800'),
      location,
      project,
    ],
    returns: 'list',
    errors: ['ExecutionError', 'TimeoutError', 'TypeError'],
    documentation: 'Executes another workflow once per argument and returns the results in the order of the arguments. Deprecated.',
  }),
  computed('experimental.executions.execution_error', {
    parameters: [required('execution', ['map'], 'An execution that failed or was cancelled.')],
    returns: 'map',
    errors: ['TypeError'],
    documentation: 'Makes an error value with the tag ExecutionError from a failed execution. Deprecated.',
  }),
];

export const sysFunctions: readonly FunctionSignature[] = [
  computed('sys.get_env', {
    parameters: [required('name', ['string'], 'Name of the variable.'), optional('default', ['any'], 'The value to use where it is not set.', 'null')],
    returns: 'string',
    errors: ['TypeError'],
    documentation: 'Reads an environment variable of the execution or of the workflow; null where it is not set and there is no default.',
  }),
  blocking('sys.log', {
    parameters: [
      optional('data', ['any'], 'What to log: a map is logged as JSON, anything else as text.'),
      optional('severity', ['string'], 'Severity of the entry.', '"DEFAULT"', severities),
      optional('text', ['any'], 'A text to log; any other value is logged as the text of its JSON.'),
      optional('json', ['map'], 'A map to log as JSON.'),
      optional('timeout', number, 'Seconds to wait for the entry to be written.'),
    ],
    returns: 'null',
    errors: ['TimeoutError', 'TypeError', 'ValueError'],
    documentation: 'Writes a log entry. Takes exactly one of `data`, `text` and `json`.',
  }),
  answered('sys.now', { parameters: [], returns: 'double', errors: [], documentation: 'The time now, in seconds since 1970-01-01T00:00:00Z.' }),
  blocking('sys.sleep', {
    parameters: [required('seconds', number, 'Seconds to wait, 0 to 31536000.')],
    returns: 'null',
    errors: ['TypeError', 'ValueError'],
    documentation: 'Waits for a number of seconds.',
  }),
  blocking('sys.sleep_until', {
    parameters: [required('time', ['string'], 'A time such as `2026-01-31T08:00:00Z`, at most one year ahead.')],
    returns: 'null',
    errors: ['TypeError', 'ValueError'],
    documentation: 'Waits until a point in time; goes on at once where it has passed.',
  }),
];

export const timeFunctions: readonly FunctionSignature[] = [
  computed('time.format', {
    parameters: [required('seconds', number, 'Seconds since 1970-01-01T00:00:00Z.'), optional('timezone', ['string'], 'IANA name of a time zone.', '"UTC"')],
    returns: 'string',
    errors: ['TypeError', 'ValueError'],
    documentation: 'Writes a time as ISO 8601 text with six digits of fraction, such as `2026-01-31T08:00:00.000000Z`.',
  }),
  computed('time.parse', {
    parameters: [required('value', ['string'], 'A time in RFC 3339, such as `2026-01-31T08:00:00Z`.')],
    returns: 'double',
    errors: ['TypeError', 'ValueError'],
    documentation: 'Reads a time into seconds since 1970-01-01T00:00:00Z.',
  }),
];

export const uuidFunctions: readonly FunctionSignature[] = [
  answered('uuid.generate', { parameters: [], returns: 'string', errors: [], documentation: 'A new random UUID.' }),
];
