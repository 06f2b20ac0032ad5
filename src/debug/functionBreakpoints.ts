import type { DebugProtocol } from '@vscode/debugprotocol';
import type { BreakpointBinding, Debuggee, FunctionBreakpointRequest } from '../debuggee/debuggee.ts';
import { when, type Soon } from '../debuggee/soon.ts';
import { breakpointNotLaunched, breakpointWithoutDebugging, functionBreakpointsNotSupported } from './errors.ts';

interface Entry {
  readonly id: number;
  readonly request: FunctionBreakpointRequest;
  binding: BreakpointBinding | undefined;
}

/** The client's breakpoints on functions, kept over restarts. */
export class FunctionBreakpoints {
  readonly #nextId: () => number;
  #entries: readonly Entry[] = [];

  constructor(nextId: () => number) {
    this.#nextId = nextId;
  }

  set(requests: readonly FunctionBreakpointRequest[]): void {
    const before = [...this.#entries];
    this.#entries = requests.map((request) => {
      const index = before.findIndex((entry) => sameFunction(entry.request, request));
      const kept = index < 0 ? undefined : before.splice(index, 1)[0];
      return { id: kept?.id ?? this.#nextId(), request, binding: undefined };
    });
  }

  /** Binds all of them and gives them as the client knows them. */
  bind(debuggee: Debuggee | undefined, noDebug: boolean): Soon<DebugProtocol.Breakpoint[]> {
    const entries = this.#entries;
    const refused = (message: string): DebugProtocol.Breakpoint[] => entries.map(({ id }) => ({ id, verified: false, message }));
    if (!debuggee) return refused(breakpointNotLaunched());
    if (!debuggee.setFunctionBreakpoints) return refused(functionBreakpointsNotSupported());
    if (noDebug) return refused(breakpointWithoutDebugging());
    return when(debuggee.setFunctionBreakpoints(entries.map((entry) => entry.request)), (bindings) => {
      entries.forEach((entry, index) => (entry.binding = bindings[index]));
      return entries.map(toClient);
    });
  }

  rebind(binding: BreakpointBinding): DebugProtocol.Breakpoint | undefined {
    const entry = this.#entries.find((candidate) => candidate.binding?.id === binding.id);
    if (!entry) return undefined;
    entry.binding = binding;
    return toClient(entry);
  }

  /** The client's ids of the debuggee's. */
  clientIds(bindingIds: readonly number[]): number[] {
    return this.#entries.filter((entry) => entry.binding && bindingIds.includes(entry.binding.id)).map((entry) => entry.id);
  }
}

function toClient({ id, binding }: Entry): DebugProtocol.Breakpoint {
  return { id, verified: binding?.verified ?? false, ...(binding?.message === undefined ? {} : { message: binding.message }) };
}

function sameFunction(left: FunctionBreakpointRequest, right: FunctionBreakpointRequest): boolean {
  return left.name === right.name && left.condition === right.condition && left.hitCondition === right.hitCondition;
}
