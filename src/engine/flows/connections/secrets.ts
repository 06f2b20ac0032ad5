import type { Fields } from '../../../flow/flowCalls.ts';
import { FlowError } from '../calls.ts';

/** Where secrets are: VS Code's secret storage, or the environment of the command line. */
export interface Secrets {
  /** Undefined where there is none of that path and key. */
  get(path: string, key: string): Promise<string | undefined>;
  /** Undefined where secrets cannot be written from here. */
  readonly set?: ((path: string, key: string, value: string) => Promise<void>) | undefined;
  /** How somebody gives this secret, for messages. */
  describe(path: string, key: string): string;
}

/** `STEPTHROUGH_SECRET_<PATH>_<KEY>` in capitals, anything but letters and digits as `_`. */
export function secretVariable(path: string, key: string): string {
  const part = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
  return `STEPTHROUGH_SECRET_${part(path)}_${part(key)}`;
}

export function environmentSecrets(environment: NodeJS.ProcessEnv): Secrets {
  return {
    get: (path, key) => Promise.resolve(environment[secretVariable(path, key)]),
    describe: (path, key) => `set the environment variable ${secretVariable(path, key)}`,
  };
}

/** `vault.secret(path, key)`, quotes optional; the key may be missing, then it is `value`. */
const reference = /vault\.secret\(\s*(?:"([^"]*)"|'([^']*)'|([^,'")]+?))\s*(?:,\s*(?:"([^"]*)"|'([^']*)'|([^,'")]+?))\s*)?\)/g;

const depthLimit = 100;

/** A value with what its texts name in `vault.secret(…)`. Throws `FlowError` for a secret that is not there. */
export async function withSecrets(value: unknown, secrets: Secrets, depth = 0): Promise<unknown> {
  if (depth > depthLimit) return value;
  if (typeof value === 'string') return secretText(value, secrets);
  if (Array.isArray(value)) return Promise.all(value.map((item) => withSecrets(item, secrets, depth + 1)));
  if (typeof value !== 'object' || value === null) return value;
  const entries = await Promise.all(Object.entries(value).map(async ([name, part]) => [name, await withSecrets(part, secrets, depth + 1)] as const));
  return Object.fromEntries(entries);
}

async function secretText(text: string, secrets: Secrets): Promise<string> {
  const parts: string[] = [];
  let done = 0;
  for (const found of text.matchAll(reference)) {
    const path = (found[1] ?? found[2] ?? found[3] ?? '').trim();
    const key = (found[4] ?? found[5] ?? found[6] ?? 'value').trim();
    const secret = await secrets.get(path, key);
    if (secret === undefined) throw new FlowError('ResourceNotFoundError', `There is no secret ${JSON.stringify(key)} at ${JSON.stringify(path)}: ${secrets.describe(path, key)}.`);
    parts.push(text.slice(done, found.index), secret);
    done = found.index + found[0].length;
  }
  return parts.join('') + text.slice(done);
}

/** What is sent as content: there, `vault.secret(…)` would be a way for anybody's text to read secrets. */
const contents: ReadonlySet<string> = new Set(['json', 'data', 'params', 'multipart']);

/** The inputs of one call: the stored ones, and over them those of the call, with their secrets. Throws `FlowError`. */
export async function callInputs(stored: Fields, given: Fields, secrets: Secrets): Promise<Fields> {
  const named = Object.entries(given).filter(([name]) => !contents.has(name));
  const resolved = (await withSecrets(Object.fromEntries([...Object.entries(stored).filter(([name]) => !Object.hasOwn(given, name)), ...named]), secrets)) as Fields;
  return { ...resolved, ...Object.fromEntries(Object.entries(given).filter(([name]) => contents.has(name))) };
}
