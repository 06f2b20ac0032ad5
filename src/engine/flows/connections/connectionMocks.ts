import { dirname } from 'node:path';
import type { StartRequest } from '../../../execution/launch.ts';
import type { Execution, JsonText } from '../../../execution/record.ts';
import type { Fields } from '../../../flow/flowCalls.ts';
import type { Files } from '../../../schema/files.ts';
import { matchesGlob } from '../../glob.ts';
import { readMocks } from '../../launchChecks.ts';
import type { Mock, MockAnswer } from '../../../execution/mocks.ts';
import { restOutput, type ConnectionOutcome } from './rest.ts';

/** A connection as mocks look at it. */
export interface MockedCall {
  /** Empty where only the type was given. */
  readonly connector: string;
  readonly type: string;
  readonly input: Fields;
}

interface Counted {
  readonly mock: Mock;
  remaining: number;
}

/** Mocks of connections: of the flow that calls, then of those that started it. How often each has answered is counted for a whole tree of executions. */
export class ConnectionMocks {
  readonly #files: Files;
  readonly #execution: (id: string) => Execution | undefined;
  /** Mock files that were named at a start. */
  readonly #named = new Map<string, string>();
  readonly #counted = new Map<string, readonly Counted[]>();

  constructor(files: Files, execution: (id: string) => Execution | undefined) {
    this.#files = files;
    this.#execution = execution;
  }

  /** An execution was started with a mock file. */
  name(execution: string, path: string): void {
    this.#named.set(execution, path);
  }

  /** An execution has ended. */
  end(execution: string): void {
    this.#named.delete(execution);
    for (const key of this.#counted.keys()) if (key.startsWith(`${execution} `)) this.#counted.delete(key);
  }

  /** Whether some mock may answer calls of a connector, whatever the inputs. Rejects with `LaunchRefused` for a mock file that is not right. */
  async knows(caller: Execution, connector: string, type: string): Promise<boolean> {
    const { entries } = await this.#of(caller);
    return entries.some(({ mock }) => isMeant(mock, connector, type));
  }

  /** The same for one that is started by itself: its mocks stand beside the file that starts it. */
  async knowsAtStart(request: Pick<StartRequest, 'program' | 'mocks'>, connector: string, type: string): Promise<boolean> {
    const { mocks } = await readMocks(request, this.#files);
    return mocks.some((mock) => isMeant(mock, connector, type));
  }

  /** The first mock that fits, used once more. `file` is where a mock can be added. Rejects with `LaunchRefused`. */
  async answer(caller: Execution, call: MockedCall): Promise<{ readonly mock: Mock | undefined; readonly file: string }> {
    const { entries, file } = await this.#of(caller);
    const found = entries.find(({ mock, remaining }) => remaining > 0 && isMeant(mock, call.connector, call.type) && isPart(mock.input, call.input));
    if (found) found.remaining--;
    return { mock: found?.mock, file };
  }

  async #of(caller: Execution): Promise<{ entries: readonly Counted[]; file: string }> {
    const line: Execution[] = [];
    for (let at: Execution | undefined = caller; at; at = at.parent_execution_id === undefined ? undefined : this.#execution(at.parent_execution_id)) line.push(at);
    const root = line.at(-1)!.id;
    const entries: Counted[] = [];
    const seen = new Set<string>();
    let file: string | undefined;
    for (const { id, program } of line) {
      const named = this.#named.get(id);
      if (named === undefined && (program === '' || dirname(program) === '.')) continue;
      const { mocks, mockFile } = await readMocks({ program, mocks: named }, this.#files);
      file ??= mockFile;
      if (seen.has(mockFile)) continue;
      seen.add(mockFile);
      entries.push(...this.#counts(`${root} ${mockFile}`, mocks));
    }
    return { entries, file: file ?? 'the mock file of the flow' };
  }

  #counts(key: string, mocks: readonly Mock[]): readonly Counted[] {
    const kept = this.#counted.get(key);
    const same = kept?.length === mocks.length && kept.every(({ mock }, index) => JSON.stringify(mock) === JSON.stringify(mocks[index]));
    if (same) return kept;
    const fresh = mocks.map((mock) => ({ mock, remaining: mock.times ?? Infinity }));
    this.#counted.set(key, fresh);
    return fresh;
  }
}

function isMeant({ connector }: Mock, name: string, type: string): boolean {
  return connector !== undefined && ((name !== '' && matchesGlob(connector, name)) || matchesGlob(connector.toUpperCase(), type.toUpperCase()));
}

/** Whether the inputs have all that a mock names; within maps too, and a text with `*` stands for any. */
function isPart(input: JsonText | undefined, given: Fields): boolean {
  return input === undefined || matches(JSON.parse(input), given);
}

function matches(wanted: unknown, given: unknown): boolean {
  if (typeof wanted === 'string' && typeof given === 'string') return matchesGlob(wanted, given);
  if (typeof wanted !== 'object' || wanted === null || Array.isArray(wanted)) return JSON.stringify(wanted) === JSON.stringify(given);
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return false;
  return Object.entries(wanted).every(([name, part]) => Object.hasOwn(given, name) && matches(part, (given as Fields)[name]));
}

/** What a mock makes of a connection. */
export function mockedOutcome(answer: MockAnswer, expected: readonly number[]): ConnectionOutcome {
  if (answer.kind === 'result') return { kind: 'output', json: answer.json };
  if (answer.kind === 'raise') return raised(answer.json);
  const text = answer.body === undefined ? '' : answer.body.kind === 'text' ? answer.body.text : answer.body.json;
  const json = restOutput({ code: answer.code, headers: answer.headers, body: Buffer.from(text).toString('base64') });
  if (expected.includes(answer.code)) return { kind: 'output', json };
  return { kind: 'error', type: 'ExecutionError', message: `The call was answered with HTTP status ${answer.code}; expected ${expected.join(', ')}.`, json };
}

function raised(json: JsonText): ConnectionOutcome {
  const value: unknown = JSON.parse(json);
  if (typeof value !== 'object' || value === null) return { kind: 'error', type: 'ExecutionError', message: typeof value === 'string' ? value : json };
  const parts = new Map<string, unknown>(Object.entries(value));
  const tags = parts.get('tags');
  const type: unknown = Array.isArray(tags) ? tags[0] : undefined;
  const message = parts.get('message');
  return { kind: 'error', type: typeof type === 'string' ? type : 'ExecutionError', message: typeof message === 'string' ? message : json, json };
}
