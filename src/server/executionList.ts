import { setImmediate } from 'node:timers/promises';
import type { Engine } from '../engine/engine.ts';
import type { ScanPart, ScanPlace, ScanQuery } from '../engine/scan.ts';
import { filterOf, type Criterion, type Filter } from '../execution/criterion.ts';
import type { ListQuery } from '../execution/listing.ts';
import { compareValues, type OrderBy } from '../execution/ordering.ts';
import { executionFilter } from '../execution/queryFields.ts';
import type { Execution } from '../execution/record.ts';
import { executionStates, type ExecutionState } from '../execution/state.ts';
import { ApiError, invalid } from './apiError.ts';
import { readToken, writeToken, type PageRequest } from './pages.ts';

export interface ExecutionQuery {
  readonly program: string;
  readonly criterion: Criterion | undefined;
  /** Empty for newest first. */
  readonly order: readonly OrderBy[];
  readonly page: PageRequest;
  /** Whether whoever asked has stopped listening. */
  readonly isGone: () => boolean;
}

export interface FoundExecutions {
  readonly executions: readonly Execution[];
  readonly nextPageToken: string | undefined;
}

/** Milliseconds that others may wait for while a part of a list is looked through. */
const partTime = 6;

/** Executions of one part: of the first, and of the longest. What the store cannot tell is read one by one, a few at a time. */
const partSize = { first: 500, longest: 50_000, uncertain: 200 } as const;

/**
 * A page of a program's executions. As they were created, or the other way round, and of one state, it is read from an
 * index; otherwise the store looks for it, in parts between which others are answered. However many there are, no more
 * than a page and a part of them are in memory. Rejects with `ApiError`.
 */
export async function listExecutions(engine: Engine, query: ExecutionQuery): Promise<FoundExecutions> {
  const [first, ...more] = query.order;
  const isCreation = more.length === 0 && (!first || first.field === 'createTime');
  const isDescending = first?.descending !== false;
  const states = query.criterion && plainStates(query.criterion);
  // What is gathered about living executions must be where the store looks.
  if (query.criterion || !isCreation) engine.keepGathered();
  if (isCreation && (!query.criterion || states)) return listed(engine, { program: query.program, states, oldestFirst: !isDescending }, query.page);
  return isCreation ? asCreated(engine, query, !isDescending) : ordered(engine, query);
}

/** The states that a criterion asks for, where it asks for nothing else. What the API calls ACTIVE may be paused here. */
function plainStates(criterion: Criterion): readonly ExecutionState[] | undefined {
  if (criterion.kind !== 'text' || criterion.field !== 'state' || criterion.comparator !== '=' || criterion.wanted.includes('*')) return undefined;
  return executionStates.filter((known) => (known === 'PAUSED' ? 'ACTIVE' : known) === criterion.wanted);
}

function listed(engine: Engine, query: Omit<ListQuery, 'pageSize'>, { size, token, identity }: PageRequest): FoundExecutions {
  const { executions, nextPageToken } = engine.list({ ...query, everywhere: true, pageSize: size, after: readToken(token, identity) });
  return { executions, nextPageToken: nextPageToken === undefined ? undefined : writeToken(executions.at(-1)!.id, identity) };
}

async function asCreated(engine: Engine, query: ExecutionQuery, oldestFirst: boolean): Promise<FoundExecutions> {
  const { program, criterion, page } = query;
  const holds = filterFor(criterion);
  const found: { readonly row: number; readonly execution: Execution }[] = [];
  const begin = placeIn(page, 0)?.row;
  // One more than the page has tells whether there is another.
  for await (const part of parts(engine, { program, criterion, order: [], oldestFirst, limit: page.size + 1 }, query.isGone, begin)) {
    for (const { row } of part.found) {
      const execution = engine.at(row);
      if (execution && holds(execution)) found.push({ row, execution });
      if (found.length > page.size) break;
    }
    if (found.length > page.size) break;
  }
  const shown = found.slice(0, page.size);
  return { executions: shown.map(({ execution }) => execution), nextPageToken: found.length > page.size ? tokenOf({ row: shown.at(-1)!.row, keys: [] }, page) : undefined };
}

/** Of what has been looked through, only the places of the page are kept. */
async function ordered(engine: Engine, query: ExecutionQuery): Promise<FoundExecutions> {
  const { program, criterion, order, page } = query;
  const holds = filterFor(criterion);
  const limit = page.size + 1;
  const after = placeIn(page, order.length);
  const compare = (left: ScanPlace, right: ScanPlace): number => compareValues(order, valuesOf(left), valuesOf(right)) || right.row - left.row;
  let best: ScanPlace[] = [];
  for await (const part of parts(engine, { program, criterion, order, after, limit }, query.isGone)) {
    const sure = part.certain ? part.found : part.found.filter(({ row }) => holdsAt(engine, row, holds));
    if (sure.length > 0) best = [...best, ...sure].sort(compare).slice(0, limit);
  }
  const shown = best.slice(0, page.size);
  const executions = shown.flatMap(({ row }) => engine.at(row) ?? []).filter(holds);
  return { executions, nextPageToken: best.length > page.size ? tokenOf(shown.at(-1)!, page) : undefined };
}

/** Looks through a program's executions, in parts that take about as long as others may wait. */
async function* parts(engine: Engine, query: ScanQuery, isGone: () => boolean, begin?: number): AsyncGenerator<ScanPart> {
  let size: number = partSize.first;
  let next = begin;
  for (;;) {
    const began = performance.now();
    const part = engine.scan(query, next, size);
    yield part;
    if (part.next === undefined) return;
    ({ next } = part);
    size = part.certain ? sizeAfter(size, performance.now() - began) : partSize.uncertain;
    await setImmediate();
    if (isGone()) throw new ApiError('CANCELLED', 'Whoever asked has gone.');
  }
}

/** The next part's size, where one of `size` took so many milliseconds. */
function sizeAfter(size: number, took: number): number {
  if (took > partTime) return Math.max(partSize.uncertain, Math.floor(size / 2));
  return took < partTime / 3 ? Math.min(partSize.longest, 2 * size) : size;
}

function filterFor(criterion: Criterion | undefined): Filter<Execution> {
  return criterion ? filterOf(criterion, executionFilter) : () => true;
}

function holdsAt(engine: Engine, row: number, holds: Filter<Execution>): boolean {
  const execution = engine.at(row);
  return execution !== undefined && holds(execution);
}

function valuesOf({ keys }: ScanPlace): readonly (string | number | undefined)[] {
  return keys.map((key) => key ?? undefined);
}

function tokenOf({ row, keys }: ScanPlace, { identity }: PageRequest): string {
  return writeToken(JSON.stringify([row, ...keys]), identity);
}

/** The place that a page begins after; undefined for the first. Throws `ApiError` for a token that was not made here. */
function placeIn({ token, identity }: PageRequest, keys: number): ScanPlace | undefined {
  const cursor = readToken(token, identity);
  if (cursor === undefined) return undefined;
  const place = parsed(cursor);
  const [row, ...values] = place;
  const isPlace = typeof row === 'number' && Number.isSafeInteger(row) && values.length === keys && values.every((value) => value === null || typeof value === 'string' || typeof value === 'number');
  if (!isPlace) throw invalid('pageToken is not one of this list: ask for the first page again.');
  return { row, keys: values };
}

function parsed(cursor: string): readonly unknown[] {
  try {
    const place: unknown = JSON.parse(cursor);
    return Array.isArray(place) ? place : [];
  } catch {
    return [];
  }
}
