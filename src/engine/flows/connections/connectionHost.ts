import type { CurrentStep } from '../../../execution/record.ts';
import type { ExecutionHost, HostEnd, HostState, HostSurroundings } from '../../executionHost.ts';
import { FlowError } from '../calls.ts';
import type { ConnectionOutcome } from './rest.ts';

export interface ConnectionCall {
  /** Makes the call. Once aborted it need not answer. Rejects with `FlowError` for inputs that are wrong. */
  perform(signal: AbortSignal): Promise<ConnectionOutcome>;
  /** Whether a call that an earlier process began may be made again. */
  isRepeatable(): Promise<boolean>;
}

/** Drives a CONNECTION: one call to another system. It is journaled before it is made, so that a crash does not make it twice. */
export class ConnectionHost implements ExecutionHost {
  readonly #around: HostSurroundings;
  readonly #call: ConnectionCall;
  readonly #aborter = new AbortController();
  #state: HostState = 'ready';
  #begun = false;
  #outcome: HostEnd | undefined;

  constructor(around: HostSurroundings, call: ConnectionCall) {
    this.#around = around;
    this.#call = call;
  }

  get state(): HostState {
    return this.#state;
  }

  get progress(): number {
    return this.#begun ? 1 : 0;
  }

  currentSteps(): CurrentStep[] {
    return [];
  }

  go(): void {
    if (this.#state !== 'ready' && this.#state !== 'held') return;
    this.#enter('going');
    if (this.#outcome) this.#end(this.#outcome);
    else if (!this.#begun) void this.#begin();
  }

  /** The call goes on; what it gives waits. */
  hold(): void {
    if (this.#state === 'ready' || this.#state === 'going') this.#enter('held');
  }

  askPause(): void {
    this.hold();
  }

  askResume(): void {
    this.go();
  }

  cancel(): void {
    this.#end({ kind: 'cancelled' });
  }

  abort(tag: string, message: string): void {
    this.#end({ kind: 'aborted', tag, message });
  }

  logged(): void {
    // Nobody watches a single call.
  }

  async #begin(): Promise<void> {
    this.#begun = true;
    let outcome: ConnectionOutcome;
    try {
      const interrupted = this.#around.journal.entries().length > 0;
      if (interrupted && !(await this.#call.isRepeatable())) {
        outcome = { kind: 'error', type: 'InternalError', message: 'The call was interrupted when its process ended; whether it was made is not known, so it is not made again.' };
      } else {
        if (!interrupted) this.#around.journal.append('asked', 'null');
        outcome = await this.#call.perform(this.#aborter.signal);
      }
    } catch (error) {
      outcome = errorOutcome(error);
    }
    if (this.#state === 'ended') return;
    if (outcome.json !== undefined) this.#around.change({ output_value: outcome.json });
    const end = endOf(outcome);
    if (this.#state === 'held') this.#outcome = end;
    else this.#end(end);
  }

  #enter(state: HostState): void {
    this.#state = state;
    this.#around.listener.changed(state);
  }

  #end(end: HostEnd): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#aborter.abort();
    this.#around.listener.ended(end);
  }
}

function errorOutcome(error: unknown): ConnectionOutcome {
  if (error instanceof FlowError) return { kind: 'error', type: error.type, message: error.message };
  return { kind: 'error', type: 'InternalError', message: error instanceof Error ? error.message : String(error) };
}

function endOf(outcome: ConnectionOutcome): HostEnd {
  if (outcome.kind === 'output') return { kind: 'returned', result: outcome.json };
  const { type, message } = outcome;
  const context = `${type}: ${message}`;
  return { kind: 'failed', message: context, error: { payload: JSON.stringify({ message, tags: [type] }), context, stack_trace: { elements: [] } } };
}
