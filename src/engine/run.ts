import type { LogEntry } from '../execution/listing.ts';
import type { Execution, ExecutionError, JsonText } from '../execution/record.ts';
import type { ExecutionHost, HostEnd, HostState, HostSurroundings, LaunchPlan } from './executionHost.ts';
import { RuntimeLimit } from './runtimeLimit.ts';

export interface RunListener {
  /** The record changed. Ended ones are told at once, others are gathered for a moment. */
  changed(execution: Execution): void;
}

/** Milliseconds in which changes of a living execution are gathered: stepping makes many. */
const gatherTime = 50;

/** Characters of a log text that serve as status line. */
const messageLength = 200;

/** One execution that runs in this process: its host, and its record kept in step with it. */
export class Run {
  readonly host: ExecutionHost;
  /** The record at the end. */
  readonly ended: Promise<Execution>;
  readonly #listener: RunListener;
  readonly #plan: LaunchPlan;
  readonly #limit: RuntimeLimit;
  readonly #settle: (execution: Execution) => void;
  #execution: Execution;
  #timer: NodeJS.Timeout | undefined;
  #progressSeen = 0;
  #stopped = false;

  constructor(execution: Execution, plan: LaunchPlan, log: (entry: LogEntry) => void, listener: RunListener) {
    this.#execution = execution;
    this.#listener = listener;
    this.#plan = plan;
    let settle: (execution: Execution) => void = () => undefined;
    this.ended = new Promise((resolve) => (settle = resolve));
    this.#settle = settle;
    const minutes = execution.max_runtime_minutes;
    this.#limit = new RuntimeLimit(minutes, () => this.host.abort('TimeoutError', `the execution took longer than its max_runtime_minutes of ${minutes}`));
    const around: HostSurroundings = {
      execution,
      listener: { changed: (state) => this.#hostChanged(state), ended: (end) => this.#hostEnded(end) },
      log,
      waiting: (entry) => this.#waiting(entry),
    };
    this.host = plan.host(around);
  }

  /** The record as it is now. */
  get execution(): Execution {
    return this.#execution;
  }

  /** True where it was ended by somebody else: cancelled, or out of time. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Who watches is told as of a log entry. */
  #waiting(entry: LogEntry): { over(): void } {
    const message = entry.text ?? '';
    this.#change({ message });
    this.host.logged(entry);
    return {
      over: () => {
        if (this.#execution.message === message) this.#change({ message: '' });
      },
    };
  }

  logged(entry: LogEntry): void {
    const text = entry.text ?? entry.json ?? '';
    this.#change({ message: text.length > messageLength ? `${text.slice(0, messageLength)}…` : text });
    this.host.logged(entry);
  }

  /** Looks whether the execution has moved on; asked from time to time. */
  noteProgress(): void {
    const { progress } = this.host;
    if (progress === this.#progressSeen || this.host.state === 'ended') return;
    this.#progressSeen = progress;
    this.#change({ current_steps: this.host.currentSteps() });
  }

  #hostChanged(state: HostState): void {
    if (state === 'going') {
      this.#limit.start();
      this.#change({ state: 'ACTIVE', is_paused: false, start_time: this.#execution.start_time ?? new Date().toISOString() });
    } else {
      this.#limit.stop();
      this.#progressSeen = this.host.progress;
      this.#change({ state: 'PAUSED', is_paused: true, current_steps: this.host.currentSteps() });
    }
  }

  #hostEnded(end: HostEnd): void {
    this.#limit.stop();
    this.#stopped = end.kind === 'cancelled' || end.kind === 'aborted';
    const steps = this.host.currentSteps();
    // After the end the last ones; the machine may have forgotten them.
    const current_steps = steps.length > 0 ? steps : this.#execution.current_steps;
    const change = this.#endOf(end, current_steps);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const end_time = new Date().toISOString();
    const { start_time = end_time } = this.#execution;
    this.#execution = { ...this.#execution, is_paused: false, message: '', ...change, current_steps, start_time, end_time };
    this.#listener.changed(this.#execution);
    this.#settle(this.#execution);
  }

  #endOf(end: HostEnd, steps: Execution['current_steps']): Partial<Execution> {
    switch (end.kind) {
      case 'returned':
        return this.#result(end.result);
      case 'failed':
        return { state: 'FAILED', message: end.message, error: end.error };
      case 'aborted':
        return failed(end.tag, end.message, steps);
      case 'cancelled':
        return { state: 'CANCELLED', message: 'Cancelled.', error: { payload: '"The execution was cancelled."', context: trace('The execution was cancelled.', steps), stack_trace: { elements: [] } } };
    }
  }

  #result(result: JsonText): Partial<Execution> {
    const violation = this.#plan.checkOutput(result);
    if (violation === undefined) return { state: 'SUCCEEDED', output_value: result };
    return { ...failed('SchemaValidationError', violation), output_value: result };
  }

  #change(part: Partial<Execution>): void {
    this.#execution = { ...this.#execution, ...part };
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#listener.changed(this.#execution);
    }, gatherTime);
  }
}

function failed(tag: string, message: string, steps: Execution['current_steps'] = []): Partial<Execution> {
  const headline = `${tag}: ${message}`;
  const error: ExecutionError = {
    payload: JSON.stringify({ message: headline, tags: [tag] }),
    context: trace(headline, steps),
    stack_trace: { elements: [] },
  };
  return { state: 'FAILED', message: headline, error };
}

function trace(headline: string, steps: Execution['current_steps']): string {
  return [headline, ...steps.map(({ step, routine }) => `in step "${step}", routine "${routine}"`)].join('\n');
}
