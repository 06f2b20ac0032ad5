import { LaunchRefused } from '../../execution/launch.ts';
import type { ExecutionPage, ListQuery } from '../../execution/listing.ts';
import type { Execution, ExecutionOptions, JsonText } from '../../execution/record.ts';
import type { Outcome } from '../../machine/effect.ts';
import type { LocalPlace } from '../environment.ts';
import type { FoundWorkflow, MissingWorkflow } from '../workflowFinder.ts';
import { apiError } from './apiError.ts';
import { wakeAt } from './sleep.ts';

/** What the calls that start and look after other executions need of the engine. */
export interface ExecutionPlace {
  readonly place: LocalPlace;
  findWorkflow(id: string, parent: Execution): Promise<FoundWorkflow | MissingWorkflow>;
  /** Rejects with `LaunchRefused`, or with `Answered` where there are too many. */
  startChild(parent: Execution, workflow: FoundWorkflow, input: JsonText, options: ExecutionOptions): Promise<StartedChild>;
  get(id: string): Execution | undefined;
  list(query: ListQuery): ExecutionPage;
  cancel(id: string): void;
}

export interface StartedChild {
  readonly execution: Execution;
  readonly ended: Promise<Execution>;
  cancel(): void;
}

/** A call that ends with this outcome whatever else it would have done. */
export class Answered extends Error {
  override readonly name = 'Answered';
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super(outcome.kind);
    this.outcome = outcome;
  }
}

/** Starts the workflow of an id. Rejects with `Answered` where it cannot be started. */
export async function startChild(place: ExecutionPlace, parent: Execution, workflow: string, input: JsonText, options: ExecutionOptions, signal: AbortSignal): Promise<StartedChild> {
  if (hasEnded(signal)) throw new Answered({ kind: 'error', tag: 'SystemError', message: 'the execution has ended' });
  const found = await place.findWorkflow(workflow, parent);
  if ('message' in found) throw new Answered(apiError(404, found.message));
  try {
    const child = await place.startChild(parent, found, input, options);
    // The parent may have ended while its child was read.
    if (hasEnded(signal)) child.cancel();
    return child;
  } catch (error) {
    if (error instanceof LaunchRefused) throw new Answered(apiError(400, error.message));
    throw error;
  }
}

function hasEnded(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** Waits for the end of a child. Rejects with `Answered` (TimeoutError) when it takes too long; the child goes on. */
export function whenEnded(child: StartedChild, timeoutSeconds: number): Promise<Execution> {
  return new Promise((resolve, reject) => {
    const timer = new AbortController();
    const message = `the execution ${child.execution.name} did not end within ${timeoutSeconds} seconds`;
    wakeAt(Date.now() + timeoutSeconds * 1000, timer.signal, () => reject(new Answered({ kind: 'error', tag: 'TimeoutError', message })));
    void child.ended.then((execution) => {
      timer.abort();
      resolve(execution);
    });
  });
}

/** How many children of one call run at once. */
const concurrency = 20;

/**
 * Runs a child for each input and gives them in that order. Starts no more once one has not succeeded; those that run
 * are waited for.
 */
export async function runAll(inputs: readonly JsonText[], start: (input: JsonText) => Promise<StartedChild>, timeoutSeconds: number): Promise<(Execution | undefined)[]> {
  const ended: (Execution | undefined)[] = inputs.map(() => undefined);
  const deadline = Date.now() + timeoutSeconds * 1000;
  let next = 0;
  let failed = false;
  const work = async (): Promise<void> => {
    while (next < inputs.length && !failed) {
      const i = next++;
      try {
        ended[i] = await whenEnded(await start(inputs[i]!), Math.max(0, deadline - Date.now()) / 1000);
        if (ended[i].state !== 'SUCCEEDED') failed = true;
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, inputs.length) }, work));
  return ended;
}
