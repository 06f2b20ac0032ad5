import { randomUUID } from 'node:crypto';
import { EngineError } from '../../../src/engine/engineError.ts';
import type { HostEnd, HostState, HostSurroundings, LaunchPlan } from '../../../src/engine/executionHost.ts';
import type { FlowEngine, FlowParts } from '../../../src/engine/flows/calls.ts';
import { executionCalls } from '../../../src/engine/flows/executionCalls.ts';
import { FlowHost } from '../../../src/engine/flows/flowHost.ts';
import { FlowKind } from '../../../src/engine/flows/flowKind.ts';
import { ownCalls, ownCallsAgain } from '../../../src/engine/flows/ownCalls.ts';
import type { Journal, JournalEntry, NewEntry } from '../../../src/engine/journal.ts';
import type { LogEntry } from '../../../src/execution/listing.ts';
import type { Execution } from '../../../src/execution/record.ts';
import { usualFields } from '../../../src/execution/usualFields.ts';
import { Interpreters } from '../../../src/flow/host/interpreter.ts';
import { Waits } from '../../../src/engine/flows/waits.ts';
import { nodeFiles } from '../../../src/engine/textFile.ts';

/** A journal that outlives hosts, as one on a disk does. */
export class KeptJournal implements Journal {
  kept: JournalEntry[] = [];
  /** Takes what is logged together with an entry. */
  log: (entry: LogEntry) => void = () => undefined;

  entries(): readonly JournalEntry[] {
    return [...this.kept];
  }

  append(kind: string, data: string): JournalEntry {
    return this.appendAll([{ kind, data }])[0]!;
  }

  appendAll(entries: readonly NewEntry[], logs: readonly LogEntry[] = []): readonly JournalEntry[] {
    const added = entries.map((entry, index) => ({ ...entry, number: (this.kept.at(-1)?.number ?? 0) + index + 1, time: new Date().toISOString() }));
    this.kept.push(...added);
    logs.forEach((entry) => this.log(entry));
    return added;
  }

  truncate(number: number): void {
    this.kept = this.kept.filter((entry) => entry.number <= number);
  }
}

/** An engine in which there is nothing but the one execution. */
export const emptyEngine: FlowEngine = {
  files: nodeFiles,
  workspace: () => [],
  findWorkflow: () => Promise.resolve({ message: 'There are no workflows here.' }),
  get: () => undefined,
  getDeleted: () => undefined,
  find: () => undefined,
  list: () => ({ executions: [], nextPageToken: undefined }),
  prepareChild: () => Promise.reject(new EngineError('There are no children here.')),
  run: () => Promise.reject(new EngineError('There are no children here.')),
  pause: () => undefined,
  cancel: () => undefined,
  change: () => undefined,
  delete: () => Promise.resolve(),
  ended: () => undefined,
};

export const ownParts: FlowParts = { calls: { ...ownCalls, ...executionCalls({}, new Waits()) }, records: {}, again: ownCallsAgain, children: {} };

const usualInterpreters = new Interpreters();

/** A run of a flow without an engine: its host, its record and what it said. */
export class HostedRun {
  readonly host: FlowHost;
  readonly states: HostState[] = [];
  readonly logs: LogEntry[] = [];
  readonly ended: Promise<HostEnd>;
  record: Execution;
  /** What it is shown to wait for. */
  waits: string | undefined;

  constructor(plan: LaunchPlan, execution: Execution, journal: KeptJournal) {
    this.record = execution;
    let settle: (end: HostEnd) => void = () => undefined;
    this.ended = new Promise((resolve) => (settle = resolve));
    const log = (entry: LogEntry): void => {
      this.logs.push(entry);
      this.host.logged(entry);
    };
    journal.log = log;
    const around: HostSurroundings = {
      execution,
      journal,
      listener: { changed: (state) => this.states.push(state), ended: settle },
      current: () => this.record,
      change: (part) => (this.record = { ...this.record, ...part }),
      log,
      waiting: (entry) => {
        this.host.logged(entry);
        this.waits = entry.text;
        return { over: () => (this.waits = undefined) };
      },
    };
    const host = plan.host(around);
    if (!(host instanceof FlowHost)) throw new TypeError('This is no flow.');
    this.host = host;
  }

  get texts(): (string | undefined)[] {
    return this.logs.map(({ text, json }) => text ?? json);
  }
}

export interface Hosting {
  readonly input?: string;
  readonly parts?: Partial<FlowParts>;
  readonly engine?: Partial<FlowEngine>;
  readonly journal?: KeptJournal;
  readonly id?: string;
  readonly program?: string;
  /** Bytes. */
  readonly memory?: number;
  readonly interpreters?: Interpreters;
}

/** Makes a run that has not begun. */
export async function hostFlow(script: string, { input = 'null', parts = {}, engine = {}, journal = new KeptJournal(), id = randomUUID(), program = '/nowhere/flow.py', memory, interpreters = usualInterpreters }: Hosting = {}): Promise<HostedRun> {
  const kind = new FlowKind({ files: nodeFiles, interpreters, cache: undefined, memory: () => memory, engine: { ...emptyEngine, ...engine }, parts: { ...ownParts, ...parts, calls: { ...ownParts.calls, ...parts.calls } } });
  const plan = await kind.plan({ program, text: script, input: { json: input }, options: {} });
  const execution: Execution = {
    ...usualFields,
    id,
    name: 'a flow',
    type: plan.type,
    program,
    workflow_revision_id: '000001-abc',
    script,
    input_value: plan.input,
    state: 'QUEUED',
    create_time: new Date().toISOString(),
    parent_execution_id: undefined,
  };
  return new HostedRun(plan, execution, journal);
}

/** Runs a flow to its end. */
export async function runFlow(script: string, hosting: Hosting = {}): Promise<{ run: HostedRun; end: HostEnd }> {
  const run = await hostFlow(script, hosting);
  run.host.go();
  return { run, end: await run.ended };
}
