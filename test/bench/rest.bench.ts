import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { temporaryFolder, type TemporaryFolder } from '../../scripts/vscode/workspace.ts';
import { milliseconds, type Measurement } from './measurement.ts';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const echo = 'main:\n  params: [args]\n  steps:\n    - end:\n        return: ${args}\n';
const place = '/v1/projects/p/locations/l/workflows';

/** Answers as the API does, and does nothing: what a call costs before anything is done for it. */
const bareServer = `
  require('node:http').createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const text = JSON.stringify(JSON.parse(Buffer.concat(parts).toString() || '{}'));
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
      response.end(text);
    });
  }).listen(0, '127.0.0.1', function () { console.log('listening on http://127.0.0.1:' + this.address().port); });`;

/** A client that costs next to nothing: one connection that stays open, one call at a time. */
class Caller {
  readonly #socket: Socket;
  readonly #port: number;
  #heard = '';
  #answered: (body: string) => void = () => undefined;

  private constructor(socket: Socket, port: number) {
    this.#socket = socket;
    this.#port = port;
    socket.setNoDelay(true);
    socket.setEncoding('utf8');
    socket.on('data', (part: string) => {
      this.#heard += part;
      const end = this.#heard.indexOf('\r\n\r\n') + 4;
      const length = Number(/^content-length: (\d+)/im.exec(this.#heard)?.[1] ?? NaN);
      if (end < 4 || Buffer.byteLength(this.#heard) < end + length) return;
      const body = this.#heard.slice(end);
      this.#heard = '';
      this.#answered(body);
    });
  }

  static async open(port: number): Promise<Caller> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Caller(socket, port);
  }

  call(method: string, address: string, body = ''): Promise<string> {
    return new Promise((resolve) => {
      this.#answered = resolve;
      this.#socket.write(`${method} ${address} HTTP/1.1\r\nHost: 127.0.0.1:${this.#port}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}

interface Server {
  readonly process: ChildProcess;
  readonly caller: Caller;
}

async function listening(args: readonly string[]): Promise<Server> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  return { process: child, caller: await Caller.open(Number(/:(\d+)\s*$/.exec(line)![1])) };
}

async function end({ process: child, caller }: Server): Promise<void> {
  caller.close();
  child.kill('SIGTERM');
  await once(child, 'exit');
}

function serve(folder: string): Promise<Server> {
  return listening([cli, 'serve', '--port', '0', '--data', folder]);
}

/** The median of a hundred calls, one after another. */
async function median(call: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 100; i++) times.push(await milliseconds(call));
  return times.sort((left, right) => left - right)[50]!;
}

const body = JSON.stringify({ argument: '{"n":1}' });

function oneAfterAnother(): Measurement[] {
  let folder: TemporaryFolder;
  let api: Server;
  let bare: Server;
  const start = (): Promise<string> => api.caller.call('POST', `${place}/echo/executions`, body);
  const nothing = (): Promise<string> => bare.caller.call('POST', `${place}/echo/executions`, body);
  const prepare = async (): Promise<void> => {
    folder = await temporaryFolder();
    [api, bare] = await Promise.all([serve(folder.path), listening(['-e', bareServer])]);
    await api.caller.call('POST', `${place}?workflowId=echo`, JSON.stringify({ sourceContents: echo }));
    for (let i = 0; i < 10; i++) await Promise.all([median(start), median(nothing)]);
  };
  const finish = async (): Promise<void> => {
    await Promise.all([end(api), end(bare)]);
    await folder.remove();
  };
  return [
    { name: 'REST: an execution, of 100 one after another', unit: 'ms', prepare, measure: () => median(start) },
    { name: 'REST: the same call of a server that does nothing', unit: 'ms', measure: () => median(nothing) },
    { name: 'REST: an execution takes longer than doing nothing', unit: 'times', measure: async () => (await median(start)) / (await median(nothing)), finish },
  ];
}

function listing(count: number): Measurement[] {
  let folder: TemporaryFolder;
  let api: Server;
  const words = count.toLocaleString('en');
  const prepare = async (): Promise<void> => {
    folder = await temporaryFolder();
    const made = await serve(folder.path);
    await made.caller.call('POST', `${place}?workflowId=echo`, JSON.stringify({ sourceContents: echo }));
    await made.caller.call('POST', `${place}/echo/executions`, body);
    await end(made);
    multiply(path.join(folder.path, 'executions.db'), count);
    api = await serve(folder.path);
    await api.caller.call('GET', `${place}/echo/executions`);
  };
  const list = (what: string, query: string): Measurement => ({ name: `REST: ${what} of ${words}`, unit: 'ms', measure: () => milliseconds(() => api.caller.call('GET', `${place}/echo/executions?${query}`)) });
  const finish = async (): Promise<void> => {
    await end(api);
    await folder.remove();
  };
  return [
    { ...list('first page', ''), prepare },
    list('first page with state FAILED, one in a thousand,', 'filter=state%3DFAILED'),
    list('first page, oldest first,', 'orderBy=createTime'),
    list('first page, last ended first,', 'orderBy=endTime%20desc'),
    list('first page, longest first,', 'orderBy=duration%20desc'),
    list('first page of what starts in the future, nothing,', `filter=${encodeURIComponent('startTime > "2999-01-01T00:00:00Z"')}`),
    { ...list('first page of a label that nothing has', `filter=${encodeURIComponent('labels.team = "none"')}`), runs: 3, finish },
  ];
}

/** Makes many executions of one; every thousandth failed. Indexes are made after the rows, which takes a fraction of the time. */
function multiply(file: string, count: number): void {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -200000');
  const indexes = database.prepare("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'execution' AND sql IS NOT NULL").all() as unknown as readonly { readonly name: string; readonly sql: string }[];
  const columns = (database.prepare("SELECT name FROM pragma_table_info('execution')").all() as unknown as readonly { readonly name: string }[]).map(({ name }) => name);
  const made: Readonly<Record<string, string>> = {
    row: 'n',
    id: "printf('%08x-0000-4000-8000-%012x', (n * 2654435761) & 0xffffffff, n)",
    name: "'echo ' || n",
    state: "iif(n % 1000 = 0, 'FAILED', 'SUCCEEDED')",
    varying: "iif(n % 1000 = 0, json_set(varying, '$.state', 'FAILED'), varying)",
    fixed: "json_set(fixed, '$.name', 'echo ' || n, '$.id', printf('%08x-0000-4000-8000-%012x', (n * 2654435761) & 0xffffffff, n))",
    changed: 'n + 1000',
  };
  database.exec('BEGIN');
  for (const { name } of indexes) database.exec(`DROP INDEX ${name}`);
  database.exec(`WITH RECURSIVE numbers (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count})
    INSERT INTO execution (${columns.join(', ')}) SELECT ${columns.map((column) => made[column] ?? column).join(', ')} FROM numbers, execution WHERE row = 1`);
  for (const { sql } of indexes) database.exec(sql);
  database.exec('COMMIT');
  database.close();
}

export default [...oneAfterAnother(), ...listing(10_000), ...listing(100_000), ...listing(1_000_000)];
