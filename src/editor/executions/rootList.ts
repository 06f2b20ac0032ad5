import type { Execution } from '../../execution/record.ts';
import type { ExecutionPage } from '../../execution/listing.ts';

const pageSize = 50;

/** Asks for a page of a list, newest first. */
export type ReadPage = (page: { readonly pageSize: number; readonly pageToken?: string | undefined }) => Promise<ExecutionPage>;

/** One list of executions, of which the first pages are read: all that the tree shows, or those of one group. */
export class RootList {
  readonly #read: ReadPage;
  readonly #known: (id: string) => Execution | undefined;
  #ids: Promise<readonly string[]> | undefined;
  #nextPage: string | undefined;

  constructor(read: ReadPage, known: (id: string) => Execution | undefined) {
    this.#read = read;
    this.#known = known;
  }

  get hasMore(): boolean {
    return this.#nextPage !== undefined;
  }

  async ids(): Promise<readonly string[]> {
    if (!this.#ids) {
      const ids = this.#first();
      ids.catch(() => {
        if (this.#ids === ids) this.#ids = undefined;
      });
      this.#ids = ids;
    }
    return await this.#ids;
  }

  async readMore(): Promise<void> {
    const pageToken = this.#nextPage;
    if (pageToken === undefined) return;
    const page = await this.#read({ pageSize, pageToken });
    if (this.#nextPage !== pageToken) return;
    this.#nextPage = page.nextPageToken;
    const more = page.executions.map(({ id }) => id);
    this.#change((ids) => [...ids, ...more.filter((id) => !ids.includes(id))]);
  }

  /** Puts a new execution first. */
  begin({ id }: Execution): void {
    this.#change((ids) => (ids.includes(id) ? ids : [id, ...ids]));
  }

  /** Puts an execution to where it belongs by its time, unless that is beyond what was read. */
  add({ id, create_time: time }: Execution): void {
    this.#change((ids) => {
      if (ids.includes(id)) return ids;
      const at = ids.findIndex((other) => (this.#known(other)?.create_time ?? '') < time);
      if (at < 0) return this.hasMore ? ids : [...ids, id];
      return [...ids.slice(0, at), id, ...ids.slice(at)];
    });
  }

  remove(id: string): void {
    this.#change((ids) => (ids.includes(id) ? ids.filter((other) => other !== id) : ids));
  }

  async #first(): Promise<readonly string[]> {
    const page = await this.#read({ pageSize });
    this.#nextPage = page.nextPageToken;
    return page.executions.map(({ id }) => id);
  }

  #change(change: (ids: readonly string[]) => readonly string[]): void {
    if (!this.#ids) return;
    const changed = this.#ids.then(change);
    changed.catch(() => undefined);
    this.#ids = changed;
  }
}
