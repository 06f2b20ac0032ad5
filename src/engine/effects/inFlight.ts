import type { Effect, EffectRequest, Outcome } from '../../machine/effect.ts';
import type { WorkflowJournal } from '../workflowJournal.ts';

/**
 * What becomes of a call that may have effects outside and was under way when its process ended: `error` surfaces a
 * ConnectionError, so that the workflow decides; `repeat` makes it again. Calls that can be repeated without harm
 * always are.
 */
export type InFlightRule = 'error' | 'repeat';

export const inFlightRules: readonly InFlightRule[] = ['error', 'repeat'];

export interface InFlight {
  readonly journal: WorkflowJournal;
  readonly inFlight: () => InFlightRule;
}

/** Makes a call that must not be made twice: that it is made is kept first. Throws `NotKept`. */
export function once<T extends Outcome | Promise<Outcome>>(effect: Effect, { journal, inFlight }: InFlight, call: () => T): T | Outcome {
  if (!journal.before(effect.id)) journal.begun(effect.id);
  else if (inFlight() === 'error') return lost(effect.request);
  return call();
}

function lost(request: EffectRequest): Outcome {
  const what = request.kind === 'http' ? `${request.method} ${request.url}` : request.kind === 'connector' ? request.name : request.kind;
  // As when a connection breaks: it was made, and nobody knows how far it came (google-workflows 4.2).
  return { kind: 'error', tag: 'ConnectionError', message: `the process that ran this execution ended while ${what} was under way; whether it was carried out is not known` };
}

/** When an effect that takes so many seconds is over, in milliseconds since the epoch: what was said first, also by an earlier process. Throws `NotKept`. */
export function deadlineOf(effect: Effect, seconds: number, journal: WorkflowJournal): number {
  const known = journal.before(effect.id)?.deadline;
  if (known !== undefined) return known;
  const deadline = Math.ceil(Date.now() + Math.max(0, seconds) * 1000);
  journal.begun(effect.id, deadline);
  return deadline;
}
