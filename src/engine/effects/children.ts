import { randomUUID } from 'node:crypto';
import { LaunchRefused } from '../../execution/launch.ts';
import type { ExecutionPage, ListQuery } from '../../execution/listing.ts';
import type { Execution, ExecutionOptions, JsonText } from '../../execution/record.ts';
import type { Effect, Outcome } from '../../machine/effect.ts';
import type { LocalPlace } from '../environment.ts';
import { ResourceExhausted } from '../queue.ts';
import type { FoundWorkflow, MissingWorkflow } from '../workflowFinder.ts';
import type { WorkflowJournal } from '../workflowJournal.ts';
import { apiError } from './apiError.ts';
import { wakeAt } from './sleep.ts';

/** What the calls that start and look after other executions need of the engine. */
export interface ExecutionPlace {
  readonly place: LocalPlace;
  findWorkflow(id: string, parent: Execution): Promise<FoundWorkflow | MissingWorkflow>;
  /** The new execution gets this id. Rejects with `LaunchRefused`, or with `Answered` where there are too many. */
  startChild(parent: Execution, workflow: FoundWorkflow, input: JsonText, options: ExecutionOptions, id: string): Promise<StartedChild>;
  /** An execution that was started before, in whichever process; undefined where there is none of this id. */
  startedChild(id: string): StartedChild | undefined;
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

/** The effect that starts children, and which one it is of them. */
export interface ChildOrder {
  readonly effect: Effect;
  readonly index: number;
  readonly journal: WorkflowJournal;
}

/**
 * Starts the workflow of an id, or finds the execution again that an earlier process started in this place. Rejects
 * with `Answered` where it cannot be started, and with `NotKept`.
 */
export async function startChild(place: ExecutionPlace, parent: Execution, workflow: string, input: JsonText, options: ExecutionOptions, { effect, index, journal }: ChildOrder, signal: AbortSignal): Promise<StartedChild> {
  const known = journal.before(effect.id)?.children.get(index);
  const before = known === undefined ? undefined : place.startedChild(known);
  if (before) return before;
  if (hasEnded(signal)) throw new Answered({ kind: 'error', tag: 'SystemError', message: 'the execution has ended' });
  const found = await place.findWorkflow(workflow, parent);
  if ('message' in found) throw new Answered(apiError(404, found.message));
  const id = known ?? randomUUID();
  if (known === undefined) journal.child(effect.id, index, id);
  try {
    const child = await place.startChild(parent, found, input, options, id);
    // The parent may have ended while its child was read.
    if (hasEnded(signal)) child.cancel();
    return child;
  } catch (error) {
    if (error instanceof LaunchRefused) throw new Answered(apiError(400, error.message));
    if (error instanceof ResourceExhausted) throw new Answered(apiError(429, error.message));
    throw error;
  }
}

function hasEnded(signal: AbortSignal): boolean {
  return signal.aborted;
}

/**
 * Waits for the end of a child. Rejects with `Answered` (TimeoutError) at the deadline (milliseconds since the epoch); the
 * child goes on. Once `signal` is aborted nobody waits any more, and no timer keeps the process alive.
 */
export function whenEnded(child: StartedChild, deadline: number, timeoutSeconds: number, signal: AbortSignal): Promise<Execution> {
  return new Promise((resolve, reject) => {
    const timer = new AbortController();
    const message = `the execution ${child.execution.name} did not end within ${timeoutSeconds} seconds`;
    wakeAt(deadline, AbortSignal.any([timer.signal, signal]), () => reject(new Answered({ kind: 'error', tag: 'TimeoutError', message })));
    child.ended.then(resolve, reject).finally(() => timer.abort());
  });
}

/** How many children of one call run at once. */
const concurrency = 20;

/**
 * Runs a child for each input and gives them in that order. Starts no more once one has not succeeded; those that run
 * are waited for.
 */
export async function runAll(inputs: readonly JsonText[], start: (input: JsonText, index: number) => Promise<StartedChild>, deadline: number, timeoutSeconds: number, signal: AbortSignal): Promise<(Execution | undefined)[]> {
  const ended: (Execution | undefined)[] = inputs.map(() => undefined);
  let next = 0;
  let failed = false;
  const work = async (): Promise<void> => {
    while (next < inputs.length && !failed) {
      const i = next++;
      try {
        ended[i] = await whenEnded(await start(inputs[i]!, i), deadline, timeoutSeconds, signal);
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
