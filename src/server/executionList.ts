import { setImmediate } from 'node:timers/promises';
import type { Engine } from '../engine/engine.ts';
import type { ListQuery } from '../execution/listing.ts';
import type { Execution } from '../execution/record.ts';
import type { ExecutionState } from '../execution/state.ts';
import type { Filter } from './filter.ts';
import { compareBy, type OrderKey } from './ordering.ts';
import { pageOf, readToken, writeToken, type PageRequest } from './pages.ts';

export interface ExecutionQuery {
  readonly program: string;
  /** No others pass the filter; undefined where that is not plain. */
  readonly states: readonly ExecutionState[] | undefined;
  readonly filter: Filter<Execution> | undefined;
  /** Empty for newest first. */
  readonly order: readonly OrderKey<Execution>[];
  readonly page: PageRequest;
}

export interface FoundExecutions {
  readonly executions: readonly Execution[];
  readonly nextPageToken: string | undefined;
}

/** Executions that are read from the store at once while a filter looks for some. */
const readSize = 500;

/**
 * A page of a program's executions. In the order in which they were created, or the opposite one, it reads no more than
 * it needs, and with a state only those; another order reads all of them.
 */
export async function listExecutions(engine: Engine, query: ExecutionQuery): Promise<FoundExecutions> {
  const [first, ...more] = query.order;
  return more.length === 0 && (!first || first.field === 'createTime') ? asCreated(engine, query, first?.descending === false) : ordered(engine, query);
}

async function asCreated(engine: Engine, { program, states, filter, page }: ExecutionQuery, oldestFirst: boolean): Promise<FoundExecutions> {
  const found: Execution[] = [];
  const after = readToken(page.token, page.identity);
  // One more than the page has tells whether there is another.
  for await (const execution of walk(engine, { program, states, oldestFirst, after }, filter ? readSize : page.size + 1)) {
    if (filter?.(execution) ?? true) found.push(execution);
    if (found.length > page.size) break;
  }
  const executions = found.slice(0, page.size);
  return { executions, nextPageToken: found.length > page.size ? writeToken(executions.at(-1)!.id, page.identity) : undefined };
}

/** Of what is not on the page only the keys are kept. */
async function ordered(engine: Engine, { program, states, filter, order, page }: ExecutionQuery): Promise<FoundExecutions> {
  const entries: { readonly id: string; readonly keys: readonly (string | number | undefined)[] }[] = [];
  for await (const execution of walk(engine, { program, states }, readSize)) {
    if (filter?.(execution) ?? true) entries.push({ id: execution.id, keys: order.map(({ of }) => of(execution)) });
  }
  entries.sort(compareBy(order.map(({ descending }, i) => ({ descending, of: ({ keys }: (typeof entries)[number]) => keys[i] }))));
  const { items, nextPageToken } = pageOf(entries, ({ id }) => id, page);
  return { executions: items.flatMap(({ id }) => engine.get(id) ?? []), nextPageToken };
}

async function* walk(engine: Engine, query: Omit<ListQuery, 'pageSize'>, most: number): AsyncGenerator<Execution> {
  const pageSize = Math.min(most, readSize);
  let { after } = query;
  for (;;) {
    const { executions } = engine.list({ ...query, pageSize, everywhere: true, after });
    yield* executions;
    if (executions.length < pageSize) return;
    after = executions.at(-1)!.id;
    // Others are answered between two parts of a long list.
    await setImmediate();
  }
}
