import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { root } from '../../../scripts/process.ts';

/** One test of test/python, as its runner (run.py) lists it. */
interface Listed {
  readonly id: string;
  /** What it is about, then the behaviour. */
  readonly title: readonly [string, string];
}

interface Outcome {
  readonly id: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly detail: string;
}

/** Milliseconds for all tests together; each starts processes of its own. */
const patience = 600_000;

const runner = path.join(root, 'test', 'python', 'run.py');
const python = interpreter();

describe('the process of a flow (Python)', function () {
  if (python === undefined) {
    it('has a Python of version 3.9 or newer', () => assert.fail('These tests need python3 of version 3.9 or newer on PATH, or in STEPTHROUGH_PYTHON.'));
    return;
  }
  const command = python;
  const outcomes = new Map<string, Outcome[]>();

  before(async function () {
    this.timeout(patience);
    for (const outcome of await runAll(command)) outcomes.set(outcome.id, [...(outcomes.get(outcome.id) ?? []), outcome]);
  });

  const tests = listed(command);
  for (const about of new Set(tests.map(({ title }) => title[0]))) {
    describe(about, () => {
      for (const { id, title } of tests.filter((test) => test.title[0] === about)) {
        it(title[1], function () {
          const told = outcomes.get(id) ?? [];
          const failed = told.filter(({ outcome }) => outcome === 'failed');
          if (failed.length > 0) assert.fail(failed.map(({ detail }) => detail).join('\n'));
          if (told.some(({ outcome }) => outcome === 'skipped')) this.skip();
          assert.equal(told[0]?.outcome, 'passed', `${id} did not run`);
        });
      }
    });
  }
});

/** The command of a Python that can run flows. */
function interpreter(): string | undefined {
  const candidates = [process.env['STEPTHROUGH_PYTHON'], 'python3', 'python'].filter((candidate) => candidate !== undefined && candidate !== '');
  return candidates.find((candidate) => spawnSync(candidate!, ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0);
}

function listed(command: string): Listed[] {
  const { status, stdout, stderr } = spawnSync(command, [runner, '--list'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${runner} could not list its tests:\n${stderr}`);
  return JSON.parse(stdout) as Listed[];
}

function runAll(command: string): Promise<Outcome[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [runner], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
    child.on('error', reject);
    child.on('close', () => resolve(text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Outcome)));
  });
}
