import { setImmediate } from 'node:timers/promises';
import type { Engine } from '../engine/engine.ts';
import type { Execution } from '../execution/record.ts';
import type { Filter } from './filter.ts';
import { compareBy, type OrderKey } from './ordering.ts';
import { pageOf, readToken, writeToken, type PageRequest } from './pages.ts';

export interface ExecutionQuery {
  readonly program: string;
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

/** A page of a program's executions. Newest first it reads no more than it needs; another order reads all of them. */
export async function listExecutions(engine: Engine, query: ExecutionQuery): Promise<FoundExecutions> {
  return query.order.length === 0 ? newestFirst(engine, query) : ordered(engine, query);
}

async function newestFirst(engine: Engine, { program, filter, page }: ExecutionQuery): Promise<FoundExecutions> {
  const found: Execution[] = [];
  const after = readToken(page.token, page.identity);
  // One more than the page has tells whether there is another.
  for await (const execution of walk(engine, program, after, filter ? readSize : page.size + 1)) {
    if (filter?.(execution) ?? true) found.push(execution);
    if (found.length > page.size) break;
  }
  const executions = found.slice(0, page.size);
  return { executions, nextPageToken: found.length > page.size ? writeToken(executions.at(-1)!.id, page.identity) : undefined };
}

/** Of what is not on the page only the keys are kept. */
async function ordered(engine: Engine, { program, filter, order, page }: ExecutionQuery): Promise<FoundExecutions> {
  const entries: { readonly id: string; readonly keys: readonly (string | number | undefined)[] }[] = [];
  for await (const execution of walk(engine, program, undefined, readSize)) {
    if (filter?.(execution) ?? true) entries.push({ id: execution.id, keys: order.map(({ of }) => of(execution)) });
  }
  entries.sort(compareBy(order.map(({ descending }, i) => ({ descending, of: ({ keys }: (typeof entries)[number]) => keys[i] }))));
  const { items, nextPageToken } = pageOf(entries, ({ id }) => id, page);
  return { executions: items.flatMap(({ id }) => engine.get(id) ?? []), nextPageToken };
}

async function* walk(engine: Engine, program: string, from: string | undefined, size: number): AsyncGenerator<Execution> {
  let after = from;
  for (;;) {
    const { executions } = engine.list({ pageSize: size, program, everywhere: true, after });
    yield* executions;
    if (executions.length < Math.min(size, readSize)) return;
    after = executions.at(-1)!.id;
    // Others are answered between two parts of a long list.
    await setImmediate();
  }
}
