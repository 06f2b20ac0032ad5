import type { DebugProtocol } from '@vscode/debugprotocol';
import type { BreakpointBinding, BreakpointRequest, Debuggee, DebuggeeSource } from '../debuggee/debuggee.ts';
import { sameRequest } from '../debuggee/sameRequest.ts';
import { when, type Soon } from '../debuggee/soon.ts';
import type { Coordinates } from './coordinates.ts';
import { breakpointElsewhere, breakpointInChangedFile, breakpointNotLaunched, breakpointWithoutDebugging } from './errors.ts';
import type { SourceTable } from './sourceTable.ts';

/** A breakpoint as the client knows it. */
export interface Entry {
  /** Outlives the debuggee, whose own ids end with it. */
  readonly id: number;
  readonly request: BreakpointRequest;
  binding: BreakpointBinding | undefined;
}

/** One of the client's sources, with those of its breakpoints that the client has seen differently. */
export interface ChangedPlace {
  readonly client: DebugProtocol.Source;
  readonly changed: readonly Entry[];
}

interface Place {
  readonly client: DebugProtocol.Source;
  readonly entries: readonly Entry[];
}

/** What breakpoints are bound to: nothing yet, a debuggee, or one that runs without debugging. */
export type BindTarget = { readonly debuggee: Debuggee; readonly noDebug: boolean } | undefined;

/** The client's line breakpoints, kept over restarts and bound to whichever debuggee there is. */
export class BreakpointTable {
  readonly #sources: SourceTable;
  readonly #places = new Map<string, Place>();
  #target: BindTarget;
  #lastId = 0;

  constructor(sources: SourceTable) {
    this.#sources = sources;
  }

  /** An id that no breakpoint of this client has had. */
  nextId(): number {
    return ++this.#lastId;
  }

  /** Replaces the breakpoints of one of the client's sources; those that stay as they were keep their id. */
  set(client: DebugProtocol.Source, requests: readonly BreakpointRequest[]): Soon<readonly Entry[]> {
    const key = keyOf(client);
    const before = [...(this.#places.get(key)?.entries ?? [])];
    const entries = requests.map((request): Entry => {
      const index = before.findIndex((entry) => sameRequest(entry.request, request));
      const kept = index < 0 ? undefined : before.splice(index, 1)[0];
      return { id: kept?.id ?? this.nextId(), request, binding: undefined };
    });
    this.#places.set(key, { client, entries });
    const source = this.#executed(client);
    return source ? when(this.#bind(source), () => entries) : entries;
  }

  /** Whether these are still the breakpoints of a source. */
  isCurrent(client: DebugProtocol.Source, entries: readonly Entry[]): boolean {
    return this.#places.get(keyOf(client))?.entries === entries;
  }

  /** Binds everything to another debuggee. Gives the places whose breakpoints the client has seen differently. */
  retarget(target: BindTarget): Soon<readonly ChangedPlace[]> {
    const before = new Map([...this.#places.values()].flatMap(({ entries }) => entries.map((entry) => [entry, entry.binding] as const)));
    this.#target = target;
    for (const entry of before.keys()) entry.binding = undefined;
    const changes = (): ChangedPlace[] => [...this.#places.values()].map(({ client, entries }) => ({ client, changed: entries.filter((entry) => !sameBinding(before.get(entry), entry.binding)) }));
    const bound = target && !target.noDebug ? [...this.#executedSources()].map((source) => this.#bind(source)) : [];
    const awaited = bound.filter((one) => one instanceof Promise);
    return awaited.length > 0 ? Promise.all(awaited).then(changes) : changes();
  }

  /** A debuggee has bound one of its breakpoints to another place; undefined where the client does not have it any more. */
  rebind(binding: BreakpointBinding): ChangedPlace | undefined {
    for (const { client, entries } of this.#places.values()) {
      const entry = entries.find((candidate) => candidate.binding?.id === binding.id);
      if (!entry) continue;
      entry.binding = binding;
      return { client, changed: [entry] };
    }
    return undefined;
  }

  /** The client's ids of the debuggee's. */
  clientIds(bindingIds: readonly number[]): number[] {
    const entries = [...this.#places.values()].flatMap((place) => place.entries);
    return entries.filter((entry) => entry.binding && bindingIds.includes(entry.binding.id)).map((entry) => entry.id);
  }

  toClient(client: DebugProtocol.Source, entry: Entry, coordinates: Coordinates): DebugProtocol.Breakpoint {
    const { id, request, binding } = entry;
    if (!binding) return { id, verified: false, line: coordinates.lineToClient(request.line), message: this.#reason(client), reason: this.#target ? 'failed' : 'pending' };
    const source = this.#executed(client);
    const moved = source && this.#sources.hasChanged(source) && client.sourceReference === undefined ? breakpointInChangedFile() : undefined;
    const message = [binding.message, moved].filter((part) => part !== undefined).join(' ');
    return {
      id,
      verified: binding.verified,
      ...(binding.location ? coordinates.toClient(binding.location) : { line: coordinates.lineToClient(request.line) }),
      ...(message === '' ? {} : { message }),
      ...(binding.verified ? {} : { reason: binding.pending ? ('pending' as const) : ('failed' as const) }),
    };
  }

  #reason(client: DebugProtocol.Source): string {
    if (!this.#target) return breakpointNotLaunched();
    if (this.#target.noDebug && this.#executed(client)) return breakpointWithoutDebugging();
    return breakpointElsewhere(this.#target.debuggee.sources[0]?.name ?? '');
  }

  #executed(client: DebugProtocol.Source): DebuggeeSource | undefined {
    if (!this.#target) return undefined;
    const { debuggee } = this.#target;
    return this.#sources.find(client, debuggee.sources) ?? (client.path === undefined ? undefined : debuggee.possibleSource?.(client.path));
  }

  #executedSources(): Set<DebuggeeSource> {
    return new Set([...(this.#target?.debuggee.sources ?? []), ...[...this.#places.values()].flatMap(({ client }) => this.#executed(client) ?? [])]);
  }

  /** One executed text can be open twice at the client: as the file and as the text of the execution. */
  #bind(source: DebuggeeSource): Soon<void> {
    if (!this.#target || this.#target.noDebug) return;
    const entries = [...this.#places.values()].filter((place) => this.#executed(place.client) === source).flatMap((place) => place.entries);
    const bindings = this.#target.debuggee.setBreakpoints(source, entries.map((entry) => entry.request));
    return when(bindings, (answered) => entries.forEach((entry, index) => (entry.binding = answered[index])));
  }
}

function keyOf(client: DebugProtocol.Source): string {
  return client.sourceReference ? `reference ${client.sourceReference}` : `path ${client.path ?? ''}`;
}

function sameBinding(left: BreakpointBinding | undefined, right: BreakpointBinding | undefined): boolean {
  return left?.verified === right?.verified && left?.message === right?.message && left?.location?.line === right?.location?.line && left?.location?.column === right?.location?.column;
}
