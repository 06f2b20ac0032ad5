import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Engine } from '../../../src/engine/engine.ts';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import { LaunchRefused } from '../../../src/execution/launch.ts';
import type { Execution } from '../../../src/execution/record.ts';
import { temporaryFolder } from '../engine/temporary.ts';

/**
 * What flows do: each fixture says in its first lines, as `#: key: JSON or text`, what comes of it. Texts between
 * slashes are regular expressions.
 */
const folder = join(dirname(fileURLToPath(import.meta.url)), '../../fixtures/flows');

type Expected = ReadonlyMap<string, unknown>;

function expectedOf(text: string): Expected {
  const lines = text.split(/\r?\n/).flatMap((line) => /^#: (\w+): (.*)$/.exec(line)?.slice(1, 3) ?? []);
  const expected = new Map<string, unknown>();
  for (let i = 0; i < lines.length; i += 2) expected.set(lines[i]!, valueOf(lines[i + 1]!));
  return expected;
}

function valueOf(text: string): unknown {
  if (/^\/.*\/$/.test(text)) return new RegExp(text.slice(1, -1));
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function assertIs(found: unknown, expected: unknown, what: string): void {
  if (expected instanceof RegExp) assert.match(String(found), expected, `${what}; found ${String(found)}`);
  else assert.deepEqual(found, expected, `${what}; found ${JSON.stringify(found)}`);
}

function assertEnd(ended: Execution, expected: Expected, texts: readonly (string | undefined)[], children: readonly Execution[]): void {
  const found = new Map<string, () => unknown>([
    ['state', () => ended.state],
    ['message', () => ended.message],
    ['name', () => ended.name],
    ['output', () => (ended.output_value === undefined ? undefined : (JSON.parse(ended.output_value) as unknown))],
    ['error', () => (JSON.parse(ended.error!.payload) as { tags: string[] }).tags[0]],
    ['context', () => ended.error!.context],
    ['frames', () => ended.error!.stack_trace.elements.map(({ routine, position }) => `${routine}:${position.line}`)],
    ['logs', () => texts],
    ['children', () => children.length],
  ]);
  for (const [key, value] of expected) {
    const read = found.get(key);
    if (read) assertIs(read(), value, `${key} of ${ended.state}: ${ended.message}`);
  }
}

describe('a flow', () => {
  const data = temporaryFolder();
  let engine: Engine;
  beforeEach(() => {
    engine = new Engine({ store: openSqliteStore(join(data(), 'executions.db')), generations: 8 });
  });
  afterEach(() => engine.close());

  for (const file of readdirSync(folder).filter((name) => name.endsWith('.py'))) {
    const program = join(folder, file);
    const text = readFileSync(program, 'utf8');
    const expected = expectedOf(text);

    it(file.replace('.py', '').replaceAll('-', ' '), async function () {
      if (expected.has('timeout')) this.timeout(Number(expected.get('timeout')) * 1000);
      const input = expected.get('input');
      const request = { program, text, input: input === undefined ? undefined : { json: exactInput(text) }, options: {} };
      const refused = expected.get('refused');
      if (refused !== undefined) {
        await assert.rejects(engine.start(request), (error) => {
          assert.ok(error instanceof LaunchRefused);
          assertIs(error.message, refused, 'refused');
          return true;
        });
        return;
      }
      const run = await engine.start(request);
      const { id } = run.execution;
      const watch = engine.watch((change) => {
        if (expected.get('resume') === true && change.kind === 'updated' && change.execution.id === id && change.execution.state === 'PAUSED') engine.resume(id);
      });
      const ended = await run.ended;
      watch.dispose();
      await engine.idle();
      const texts = engine.logs(id).map((entry) => entry.text ?? entry.json);
      assertEnd(ended, expected, texts, engine.list({ pageSize: 1000, parent: id }).executions);
      // The store has what was told.
      assert.equal(engine.get(id)?.state, ended.state);
    });
  }
});

/** As it is written, so that numbers stay exact. */
function exactInput(text: string): string {
  return /^#: input: (.*)$/m.exec(text)![1]!.trim();
}
