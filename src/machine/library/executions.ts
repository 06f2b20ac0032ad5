import { list, map, type MapValue } from '../value.ts';
import { define } from './define.ts';

/** What of `experimental.executions` needs no host (google-workflows 3). */
export const executionFunctions = [define('experimental.executions.execution_error', executionError)];

/** The error of a child execution, given as the API's resource, that did not succeed. */
export function executionError(execution: MapValue): MapValue {
  return map([
    ['execution', execution],
    ['message', 'ExecutionError: the child execution failed or was cancelled'],
    ['tags', list(['ExecutionError'])],
  ]);
}
