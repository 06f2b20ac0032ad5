import { join } from 'node:path';
import { startServer, type ApiServer, type ServerOptions } from '../../../src/server/server.ts';
import { temporaryFolder } from '../engine/temporary.ts';

/** What the API answered: the JSON as it came. */
export interface Answer {
  readonly status: number;
  // Tests say themselves what they expect of it.
  readonly json: Json;
}

export type Json = { readonly [key: string]: Json } & { readonly [index: number]: Json } & { readonly length: number; readonly map: <T>(to: (item: Json) => T) => T[] } & string;

export interface Serving {
  readonly server: ApiServer;
  readonly folder: string;
  /** What the server had to say. */
  readonly notices: string[];
  /** A request below `projects/p/locations/l`, or of a path that begins with `/`. */
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Makes a workflow; fails where that is not done. */
  deploy(id: string, source: string, more?: object): Promise<void>;
  /** Starts an execution and waits for its end; gives the resource. */
  run(id: string, body?: object): Promise<Json>;
  restart(options?: Partial<ServerOptions>): Promise<void>;
}

/** A server for each test of the suite that calls this. */
export function serving(options: (folder: string) => Partial<ServerOptions> = () => ({})): () => Serving {
  const folder = temporaryFolder();
  let current: Running | undefined;
  beforeEach(async () => {
    current = new Running(folder(), options(folder()));
    await current.restart();
  });
  afterEach(() => current!.server.close());
  return () => current!;
}

class Running implements Serving {
  readonly folder: string;
  readonly notices: string[] = [];
  readonly #options: Partial<ServerOptions>;
  #server: ApiServer | undefined;

  constructor(folder: string, options: Partial<ServerOptions>) {
    this.folder = folder;
    this.#options = options;
  }

  get server(): ApiServer {
    return this.#server!;
  }

  async restart(options: Partial<ServerOptions> = {}): Promise<void> {
    await this.#server?.close();
    this.#server = await startServer({ store: join(this.folder, 'data', 'executions.db'), port: 0, notice: (message) => this.notices.push(message), ...this.#options, ...options });
  }

  async call(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const url = path.startsWith('/') ? this.server.origin + path : `${this.server.origin}/v1/projects/p/locations/l/${path}`;
    const response = await fetch(url, { method, headers, ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }) });
    return { status: response.status, json: (await response.json()) as Json };
  }

  async deploy(id: string, source: string, more: object = {}): Promise<void> {
    const { json } = await this.call('POST', `workflows?workflowId=${id}`, { sourceContents: source, ...more });
    if (json['response'] === undefined) throw new Error(`Not deployed: ${JSON.stringify(json)}`);
  }

  async run(id: string, body: object = {}): Promise<Json> {
    const { json } = await this.call('POST', `workflows/${id}/executions`, body);
    const name = json['name'];
    if (name === undefined) throw new Error(`Not started: ${JSON.stringify(json)}`);
    await this.server.engine.ended(name.slice(name.lastIndexOf('/') + 1));
    return (await this.call('GET', `/v1/${name}`)).json;
  }
}
