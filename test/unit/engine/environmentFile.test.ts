import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Engine } from '../../../src/engine/engine.ts';
import { parseEnvironment } from '../../../src/execution/environmentFile.ts';
import { MemoryStore } from '../../../src/engine/memoryStore.ts';
import { LaunchRefused } from '../../../src/execution/launch.ts';
import { request, runToEnd, writeFiles } from './launching.ts';
import { temporaryFolder } from './temporary.ts';

describe('an environment file', () => {
  const folder = temporaryFolder();
  let engine: Engine;
  beforeEach(() => (engine = new Engine({ store: new MemoryStore(), environment: new Map([['A', 'engine'], ['B', 'engine']]) })));
  afterEach(() => engine.close());

  const start = () => request('- end:\n    return: ["${sys.get_env("A")}", "${sys.get_env("B")}", "${sys.get_env("C")}"]\n'.replaceAll('"${', "'${").replaceAll('}"', "}'"), { program: join(folder(), 'job.workflows.yaml') });

  it('beside the program sets what sys.get_env reads, and makes a new revision when it changes', async () => {
    writeFiles(folder(), { 'job.env.yaml': 'A: "1"\n__proto__: x\n' });
    const first = await runToEnd(engine, start());
    assert.equal(first.output_value, '["1","engine",null]');
    assert.equal((await runToEnd(engine, start())).workflow_revision_id, first.workflow_revision_id);
    writeFiles(folder(), { 'job.env.yaml': 'A: "2"\n' });
    assert.notEqual((await runToEnd(engine, start())).workflow_revision_id, first.workflow_revision_id);
  });

  it('with an error refuses the launch, pointing into it', async () => {
    writeFiles(folder(), { 'job.env.yaml': 'A: 1\n' });
    const error = await engine.start(start()).then(() => undefined, (reason: unknown) => reason);
    assert(error instanceof LaunchRefused);
    assert.equal(error.message, 'The environment file is not right: The variable A is a text; found an integer. Put it into quotes.');
    assert.deepEqual([error.file, error.problems[0]!.range], [join(folder(), 'job.env.yaml'), { start: 3, end: 4 }]);
  });

  for (const [yaml, code] of [
    ['- a', 'env/wrong-type'],
    ['A: [1]', 'env/wrong-type'],
    ['A: null', 'env/wrong-type'],
    ['"": a', 'env/bad-name'],
    ['GOOGLE_CLOUD_PROJECT_ID: a', 'env/bad-name'],
    ['WORKFLOWS_X: a', 'env/bad-name'],
    [`A: ${'ä'.repeat(2049)}`, 'env/too-long'],
    [Array.from({ length: 21 }, (_, i) => `A${i}: a`).join('\n'), 'env/too-many'],
  ] as const) {
    it(`is refused: ${yaml.slice(0, 30)}`, () => assert.deepEqual(parseEnvironment(yaml, 'yaml').problems.map((problem) => problem.code), [code]));
  }

  it('may be empty, and may hold 20 variables of 4 KB', () => {
    assert.deepEqual(parseEnvironment('', 'yaml'), { variables: new Map(), problems: [] });
    const full = Array.from({ length: 20 }, (_, i) => `A${i}: ${'a'.repeat(4096)}`).join('\n');
    assert.deepEqual([parseEnvironment(full, 'yaml').variables.size, parseEnvironment(full, 'yaml').problems], [20, []]);
  });
});
