/**
 * The step kinds and their keys (google-workflows 1.4), once for the parser, diagnostics, completion and hover.
 */
export interface KeyDescription {
  readonly name: string;
  readonly documentation: string;
}

export interface StepKind extends KeyDescription {
  /** Keys that may stand beside the primary one. */
  readonly modifiers: readonly string[];
}

export const stepKinds: readonly StepKind[] = [
  { name: 'assign', modifiers: ['next'], documentation: 'Sets variables, in order. A list of at most 50 `name: value` items.' },
  { name: 'call', modifiers: ['args', 'result', 'next'], documentation: 'Calls a subworkflow, a standard library function or a connector.' },
  { name: 'switch', modifiers: ['next'], documentation: 'Runs the first condition that is true. A list of at most 50 conditions.' },
  { name: 'for', modifiers: ['next'], documentation: 'Runs steps for each item of a list or each number of a range.' },
  { name: 'parallel', modifiers: ['next'], documentation: 'Runs branches, or the iterations of a loop, at the same time.' },
  { name: 'try', modifiers: ['retry', 'except', 'next'], documentation: 'Runs steps, and retries or handles their errors.' },
  { name: 'raise', modifiers: [], documentation: 'Raises an error: a string, a map or an expression.' },
  { name: 'return', modifiers: [], documentation: 'Ends the routine with a value.' },
  { name: 'steps', modifiers: ['next'], documentation: 'Groups steps. Variables stay those of the surrounding scope.' },
  { name: 'next', modifiers: [], documentation: 'Goes to a step of this list or an enclosing one, or to `end`, `break` or `continue`.' },
];

export const stepModifiers: readonly KeyDescription[] = [
  { name: 'args', documentation: 'The arguments: a map of names, or a list in the order of the parameters.' },
  { name: 'result', documentation: 'The variable that takes the result of the call.' },
  { name: 'retry', documentation: 'A retry policy: `${http.default_retry}`, or a map of `predicate`, `max_retries` and `backoff`.' },
  { name: 'except', documentation: 'Handles an error: `as` names the variable for it, `steps` what to do.' },
];

export const loopKeys: readonly KeyDescription[] = [
  { name: 'value', documentation: 'The variable for the current item.' },
  { name: 'index', documentation: 'The variable for the 0-based position.' },
  { name: 'in', documentation: 'The list to go through.' },
  { name: 'range', documentation: 'Two numbers, both included.' },
  { name: 'steps', documentation: 'The steps of each iteration.' },
];

export const parallelKeys: readonly KeyDescription[] = [
  { name: 'branches', documentation: 'At most 10 named branches.' },
  { name: 'for', documentation: 'A loop whose iterations run at the same time.' },
  { name: 'shared', documentation: 'Variables of the surrounding scope that branches may write.' },
  { name: 'concurrency_limit', documentation: 'How many branches or iterations run at once, at most 20.' },
  { name: 'exception_policy', documentation: '`continueAll`: the other branches run on after an error.' },
];

export const exceptKeys: readonly KeyDescription[] = [
  { name: 'as', documentation: 'The variable for the error.' },
  { name: 'steps', documentation: 'What to do with it.' },
];

export const retryKeys: readonly KeyDescription[] = [
  { name: 'predicate', documentation: 'A function of the error that says whether to try again.' },
  { name: 'max_retries', documentation: 'How many times to try again, after the first attempt.' },
  { name: 'backoff', documentation: '`initial_delay` and `max_delay` in seconds, and `multiplier`.' },
];

export const backoffKeys: readonly KeyDescription[] = [
  { name: 'initial_delay', documentation: 'Seconds before the first retry.' },
  { name: 'max_delay', documentation: 'The longest delay, in seconds.' },
  { name: 'multiplier', documentation: 'By what the delay grows each time.' },
];

export const routineKeys: readonly KeyDescription[] = [
  { name: 'params', documentation: 'The parameters. `main` takes at most one: the argument of the execution.' },
  { name: 'steps', documentation: 'What the routine does.' },
];

/** Limits of google-workflows 5 that a definition can break. */
export const limits = {
  sourceBytes: 128 * 1024,
  assignments: 50,
  conditions: 50,
  branches: 10,
  parallelNesting: 2,
  expressionCharacters: 400,
} as const;
