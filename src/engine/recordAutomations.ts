import { readScheduleRecord, readWebhookRecord } from '../execution/automationRecord.ts';
import type { StartRequest } from '../execution/launch.ts';
import type { JsonText } from '../execution/record.ts';
import type { RecordType } from '../execution/recordFiles.ts';
import type { Engine } from './engine.ts';
import { EngineError } from './engineError.ts';
import { FlowError } from './flows/calls.ts';
import { fieldsNode } from './flows/records/recordRules.ts';
import { recordWebhook, recordWebhookProblems, type RecordWebhook } from './recordWebhooks.ts';
import { recordSchedules, type RecordCron } from './schedules/recordSchedules.ts';
import { SchedulerRuns } from './schedules/schedulerRuns.ts';
import { StoreError } from './store.ts';

export interface RecordAutomationsOptions {
  /** `crons` may be others. */
  readonly changed: () => void;
  /** A schedule could not start; also told as a notice, where it was not yet. */
  readonly failed: (id: string, error: unknown) => void;
  readonly notice: (message: string) => void;
}

/** Milliseconds between two looks at what flows of other processes saved. */
const lookTime = 500;

/** Types of records on which it depends what is started. */
const types: readonly RecordType[] = ['schedule', 'webhook', 'scheduler'];

/** A schedule with a cron pattern, as the one who looks at the clock has it. */
export interface ReadyCron extends RecordCron {
  /** Whether what it starts is found by this process; else other processes start it. */
  ready(): Promise<boolean>;
}

/** What starts something, or rests. */
export interface RecordState {
  readonly id: string;
  readonly on: boolean;
  /** When it was changed last, in milliseconds since the epoch. */
  readonly since: number;
}

/** The schedules and webhooks among the records of flows: files `<name>.schedule.yaml` and `<name>.webhook.yaml`, and what flows saved. */
export class RecordAutomations {
  readonly #engine: Engine;
  readonly #options: RecordAutomationsOptions;
  readonly #runs: SchedulerRuns;
  readonly #watch: { dispose(): void };
  readonly #timer: NodeJS.Timeout;
  /** What has been said and is still so. */
  #said: ReadonlySet<string> = new Set();
  #crons: readonly ReadyCron[] = [];
  #stamp = '';
  #version = 0;
  #due = false;
  #disposed = false;

  constructor(engine: Engine, options: RecordAutomationsOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#runs = new SchedulerRuns({ engine, claims: engine.schedules, failed: (schedule, error) => this.#failed(schedule, error) });
    this.#watch = engine.records.watch((type) => {
      if (types.includes(type)) this.#soon();
    });
    this.#timer = setInterval(() => this.#lookElsewhere(), lookTime);
    // Waiting for others alone does not keep a process alive.
    this.#timer.unref();
  }

  /** Those with a cron pattern. */
  get crons(): readonly ReadyCron[] {
    return this.#crons;
  }

  /** Throws `StoreError`. */
  webhook(name: string): RecordWebhook | undefined {
    try {
      return recordWebhook(this.#engine.records, name);
    } catch (error) {
      // What is wrong with its file has been said.
      if (!(error instanceof FlowError)) throw error;
      return undefined;
    }
  }

  /** A schedule or webhook as it is now, by the file that it comes from. Throws `StoreError`. */
  find(type: 'schedule' | 'webhook', path: string, name: string): RecordState | undefined {
    try {
      const record = this.#engine.records.list(type, '', true, true).find((one) => one.place === path && one.name === name);
      if (!record) return undefined;
      const { enabled, problems } = (type === 'schedule' ? readScheduleRecord : readWebhookRecord)(fieldsNode(record.text));
      const on = !record.deleted && enabled && !problems.some(({ severity }) => severity === 'error');
      return { id: record.id, on, since: Date.parse(String(record.fields['modified_at'])) };
    } catch (error) {
      if (!(error instanceof FlowError)) throw error;
      return undefined;
    }
  }

  /** Rejects with `EngineError`. */
  async webhookRequest(name: string, input: JsonText): Promise<StartRequest> {
    const webhook = this.webhook(name);
    if (!webhook) throw new EngineError(`There is no webhook ${name}.`);
    try {
      return await webhook.request(input);
    } catch (error) {
      if (!(error instanceof FlowError)) throw error;
      throw new EngineError(error.message);
    }
  }

  /** Takes up what files and flows say now. */
  async reload(): Promise<void> {
    await this.#engine.records.refreshNow();
    this.#takeUp();
  }

  /** Takes up what files say, where they have changed. */
  async lookAtFiles(): Promise<void> {
    const looking = this.#engine.records.refresh('');
    if (!looking) return;
    await looking;
    this.#takeUp();
  }

  dispose(): void {
    this.#disposed = true;
    clearInterval(this.#timer);
    this.#watch.dispose();
    this.#runs.dispose();
  }

  /** Not within what changed it, which may be a transaction. */
  #soon(): void {
    if (this.#due) return;
    this.#due = true;
    queueMicrotask(() => {
      this.#due = false;
      this.#takeUp();
    });
  }

  #lookElsewhere(): void {
    try {
      const { version } = this.#engine.records;
      if (version === this.#version) return;
      this.#version = version;
      if (this.#stampOf() !== this.#stamp) this.#takeUp();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  }

  #stampOf(): string {
    return types.map((type) => this.#engine.records.stamp(type)).join('\n\n');
  }

  #takeUp(): void {
    if (this.#disposed) return;
    try {
      const { records } = this.#engine;
      this.#stamp = this.#stampOf();
      const found = recordSchedules(records);
      this.#say([...found.problems, ...recordWebhookProblems(records)]);
      this.#crons = found.crons.map((cron) => ({ ...cron, ready: () => this.#isReady(cron) }));
      this.#options.changed();
      this.#runs.set(found.schedulers, found.resting);
    } catch (error) {
      if (!(error instanceof StoreError) && !(error instanceof FlowError)) throw error;
      this.#say([error.message]);
    }
  }

  async #isReady(cron: RecordCron): Promise<boolean> {
    try {
      await cron.request();
      return true;
    } catch (error) {
      this.#failed({ id: cron.id, name: cron.schedule.name }, error);
      return false;
    }
  }

  #failed({ id, name }: { readonly id: string; readonly name: string }, error: unknown): void {
    this.#options.failed(id, error);
    const message = `The schedule ${name} could not start: ${error instanceof Error ? error.message : String(error)}`;
    if (this.#said.has(message)) return;
    this.#said = new Set([...this.#said, message]);
    this.#options.notice(message);
  }

  /** Says what was not said, and forgets what is no more so. */
  #say(messages: readonly string[]): void {
    for (const message of messages) if (!this.#said.has(message)) this.#options.notice(message);
    this.#said = new Set(messages);
  }
}
