import assert from 'node:assert/strict';
import type { BreakpointRequest, DebuggeeEvent, DebugFrame, DebugVariable, EvaluationContext, ExceptionFilter, FunctionBreakpointRequest, ResumeCommand } from '../../../../src/debuggee/debuggee.ts';
import type { HostEnd } from '../../../../src/engine/executionHost.ts';
import type { Execution } from '../../../../src/execution/record.ts';
import { FlowDebuggee } from '../../../../src/flow/debug/flowDebuggee.ts';
import { until } from '../../engine/launching.ts';
import { hostFlow, type HostedRun, type Hosting } from '../hosting.ts';

type Stopped = Extract<DebuggeeEvent, { kind: 'stopped' }>;

export interface DebugOptions extends Hosting {
  readonly breakpoints?: readonly (number | BreakpointRequest)[];
  readonly functions?: readonly FunctionBreakpointRequest[];
  readonly filters?: readonly ExceptionFilter[];
  readonly stopOnEntry?: boolean;
  /** Lets it run first, until this is so. */
  readonly attachWhen?: (run: HostedRun) => boolean;
  readonly record?: Partial<Execution>;
  /** Seconds for an expression. */
  readonly evaluationTime?: number;
}

/** A flow in a real process under the debugger, and what it told. */
export class DebuggedFlow {
  readonly debuggee: FlowDebuggee;
  readonly run: HostedRun;
  readonly events: DebuggeeEvent[] = [];
  #waiting: (() => void) | undefined;
  #seen = 0;

  constructor(run: HostedRun, ended: Promise<Execution>, { record = {}, evaluationTime }: DebugOptions) {
    this.run = run;
    this.debuggee = new FlowDebuggee({ execution: { ...run.record, ...record }, ended, begin: () => run.host.go() }, run.host, evaluationTime === undefined ? {} : { evaluationTime });
    this.debuggee.onEvent((event) => {
      this.events.push(event);
      this.#waiting?.();
    });
  }

  /** The next event of a kind that has not been waited for. */
  async next<Kind extends DebuggeeEvent['kind']>(kind: Kind): Promise<Extract<DebuggeeEvent, { kind: Kind }>> {
    for (;;) {
      while (this.#seen < this.events.length) {
        const event = this.events[this.#seen++]!;
        if (event.kind === kind) return event as Extract<DebuggeeEvent, { kind: Kind }>;
        assert.notEqual(event.kind, 'ended', `the flow ended before an event "${kind}": ${this.text}`);
      }
      await new Promise<void>((resolve) => (this.#waiting = resolve));
    }
  }

  stopped(): Promise<Stopped> {
    return this.next('stopped');
  }

  /** Resumes and gives the line of the next stop. */
  async go(kind: ResumeCommand['kind'], threadId = 1): Promise<number> {
    this.debuggee.resume(kind === 'continue' ? { kind } : kind === 'stepToCall' ? { kind, threadId } : { kind, threadId, granularity: 'statement' });
    const { threadId: stopped } = await this.stopped();
    return (await this.frames(stopped))[0]?.location.line ?? 0;
  }

  async frames(threadId = 1): Promise<DebugFrame[]> {
    return await this.debuggee.frames(threadId);
  }

  async variables(scope: string, frame = 0): Promise<Map<string, DebugVariable>> {
    const scopes = await this.debuggee.scopes((await this.frames())[frame]!.id);
    const found = scopes.find(({ name }) => name === scope);
    assert.ok(found, `there is no scope ${scope}, only ${scopes.map(({ name }) => name).join(', ')}`);
    return new Map((await this.debuggee.children(found.reference)).map((variable) => [variable.name, variable]));
  }

  async value(expression: string, context: EvaluationContext = 'watch'): Promise<string> {
    return (await this.debuggee.evaluate(expression, (await this.frames())[0]?.id, context)).display;
  }

  /** Continues to the end. */
  async finish(): Promise<HostEnd> {
    this.debuggee.resume({ kind: 'continue' });
    return await this.run.ended;
  }

  get text(): string {
    return this.events.map((event) => (event.kind === 'output' ? event.text : '')).join('');
  }
}

/** Starts a flow under the debugger. What runs is killed when `close` is called. */
export async function debugFlow(script: string, options: DebugOptions = {}): Promise<DebuggedFlow> {
  const { attachWhen, ...rest } = options;
  const run = await hostFlow(script, rest);
  if (attachWhen) {
    run.host.go();
    await until(() => attachWhen(run));
  }
  return await debugRun(run, rest);
}

/** Gives a run a debugger; also one that had another before. */
export async function debugRun(run: HostedRun, options: DebugOptions = {}): Promise<DebuggedFlow> {
  const { breakpoints = [], functions, filters, stopOnEntry = false } = options;
  const ended = run.ended.then((end): Execution => ({ ...run.record, state: end.kind === 'returned' ? 'SUCCEEDED' : end.kind === 'cancelled' ? 'CANCELLED' : 'FAILED', message: end.kind === 'failed' ? end.message : '' }));
  const flow = new DebuggedFlow(run, ended, options);
  opened.add(flow);
  await flow.debuggee.setBreakpoints(flow.debuggee.sources[0]!, breakpoints.map((one) => (typeof one === 'number' ? { line: one } : one)));
  if (functions) await flow.debuggee.setFunctionBreakpoints(functions);
  if (filters) await flow.debuggee.setExceptionFilters(filters);
  flow.debuggee.start({ stopOnEntry });
  return flow;
}

const opened = new Set<DebuggedFlow>();

/** Ends every flow of a test. */
export function endFlows(): void {
  for (const { run } of opened) run.host.abort('Test', 'the test is over');
  opened.clear();
}
