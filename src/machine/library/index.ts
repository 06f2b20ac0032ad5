import { byteFunctions } from './bytes.ts';
import { collectionFunctions } from './collections.ts';
import type { PureFunction } from './define.ts';
import { executionFunctions } from './executions.ts';
import { expressionHelpers } from './expression.ts';
import { jsonFunctions } from './json.ts';
import { mathFunctions } from './math.ts';
import { predicateFunctions } from './retry.ts';
import { textFunctions } from './text.ts';
import { timeFunctions } from './time.ts';

/**
 * The standard library at run time. What a function is called, takes and may raise stands in the description table
 * (src/workflow/library); here is what it does.
 */

export { bindArguments, type Arguments, type PureFunction } from './define.ts';
export { connectorArguments, connectorEffect, effectFunctions, type EffectFunction } from './effects.ts';
export { getEnv } from './environment.ts';
export { errorFromOutcome } from './outcome.ts';
export { libraryConstants } from './retry.ts';

/** Every function that is computed from its arguments alone; `sys.get_env` reads the environment and is apart. */
export const pureFunctions: ReadonlyMap<string, PureFunction> = new Map([
  ...expressionHelpers,
  ...byteFunctions,
  ...collectionFunctions,
  ...executionFunctions,
  ...jsonFunctions,
  ...mathFunctions,
  ...predicateFunctions,
  ...textFunctions,
  ...timeFunctions,
]);
