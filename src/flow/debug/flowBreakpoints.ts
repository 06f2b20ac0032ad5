import type { BreakpointBinding, BreakpointRequest, DebuggeeSource, ExceptionFilter, FunctionBreakpointRequest } from '../../debuggee/debuggee.ts';
import { ConditionError } from '../../debuggee/conditions/error.ts';
import { readHitCount } from '../../debuggee/conditions/hitCount.ts';
import { parseLogMessage } from '../../debuggee/conditions/logMessage.ts';
import { sameRequest } from '../../debuggee/sameRequest.ts';
import type { FlowBinding, FlowBreakpoint, FlowFilter, FlowFunctionBreakpoint } from '../debugProtocol.ts';

interface Kept<Request, Sent> {
  readonly request: Request;
  /** What the process gets; undefined where its texts cannot be used. */
  readonly sent: Sent | undefined;
  binding: BreakpointBinding;
}

/** The breakpoints of one flow, kept for whichever process runs it; numbers are never used twice. */
export class FlowBreakpoints {
  readonly #lines = new Map<DebuggeeSource, readonly Kept<BreakpointRequest, FlowBreakpoint>[]>();
  readonly #off: string | undefined;
  #functions: readonly Kept<FunctionBreakpointRequest, FlowFunctionBreakpoint>[] = [];
  readonly #unbound: string;
  #last = 0;

  /** `off` says why no breakpoint stops this flow, where that is so, and `unbound` why none is bound yet. */
  constructor(off: string | undefined, unbound: string) {
    this.#off = off;
    this.#unbound = unbound;
  }

  setLines(source: DebuggeeSource, requests: readonly BreakpointRequest[]): void {
    const replaced = this.#replace(this.#lines.get(source) ?? [], requests, sameRequest, ({ line, condition, hitCondition, logMessage }, number) => ({
      ...conditions(number, condition, hitCondition),
      line,
      ...(given(logMessage) ? { message: parseLogMessage(logMessage) } : {}),
    }));
    this.#lines.set(source, replaced);
  }

  setFunctions(requests: readonly FunctionBreakpointRequest[]): void {
    this.#functions = this.#replace(this.#functions, requests, sameFunction, ({ name, condition, hitCondition }, number) => ({ ...conditions(number, condition, hitCondition), name }));
  }

  lines(source: DebuggeeSource): FlowBreakpoint[] {
    return (this.#lines.get(source) ?? []).flatMap(({ sent }) => sent ?? []);
  }

  get sources(): DebuggeeSource[] {
    return [...this.#lines.keys()];
  }

  get functions(): FlowFunctionBreakpoint[] {
    return this.#functions.flatMap(({ sent }) => sent ?? []);
  }

  /** What the process says; gives the binding where it differs from the one before. */
  bind({ id, ...binding }: FlowBinding): BreakpointBinding | undefined {
    const kept = [...[...this.#lines.values()].flat(), ...this.#functions].find((candidate) => candidate.binding.id === id);
    if (!kept?.sent) return undefined;
    const before = kept.binding;
    kept.binding = { id, ...binding };
    return JSON.stringify(before) === JSON.stringify(kept.binding) ? undefined : kept.binding;
  }

  lineBindings(source: DebuggeeSource): BreakpointBinding[] {
    return (this.#lines.get(source) ?? []).map(({ binding }) => binding);
  }

  functionBindings(): BreakpointBinding[] {
    return this.#functions.map(({ binding }) => binding);
  }

  #replace<Request, Sent>(before: readonly Kept<Request, Sent>[], requests: readonly Request[], same: (left: Request, right: Request) => boolean, make: (request: Request, number: number) => Sent): Kept<Request, Sent>[] {
    const left = [...before];
    return requests.map((request) => {
      const index = left.findIndex((kept) => same(kept.request, request));
      return (index < 0 ? undefined : left.splice(index, 1)[0]) ?? this.#make(request, make);
    });
  }

  #make<Request, Sent>(request: Request, make: (request: Request, number: number) => Sent): Kept<Request, Sent> {
    const id = ++this.#last;
    if (this.#off !== undefined) return { request, sent: undefined, binding: { id, verified: false, message: this.#off } };
    try {
      return { request, sent: make(request, id), binding: { id, verified: false, pending: true, message: this.#unbound } };
    } catch (error) {
      if (!(error instanceof ConditionError)) throw error;
      return { request, sent: undefined, binding: { id, verified: false, message: error.message } };
    }
  }
}

export function flowFilter({ id, condition }: ExceptionFilter): FlowFilter {
  return { id, ...(given(condition) ? { condition } : {}) };
}

/** Throws `ConditionError` for a hit count that cannot be read. */
function conditions(number: number, condition: string | undefined, hitCondition: string | undefined): Omit<FlowBreakpoint, 'line'> {
  return { number, ...(given(condition) ? { condition } : {}), ...(given(hitCondition) ? { hit: readHitCount(hitCondition) } : {}) };
}

/** Clients send empty texts for fields that a user opened and left empty. */
function given(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== '';
}

function sameFunction(left: FunctionBreakpointRequest, right: FunctionBreakpointRequest): boolean {
  return left.name === right.name && left.condition === right.condition && left.hitCondition === right.hitCondition;
}
