import assert from 'node:assert/strict';
import { Engine } from '../../../src/engine/engine.ts';
import { MemoryStore } from '../../../src/engine/memoryStore.ts';
import type { Execution, ExecutionOptions } from '../../../src/execution/record.ts';
import { request, until, writeFiles } from './launching.ts';
import { temporaryFolder } from './temporary.ts';

const returning = 'main:\n  steps:\n    - end:\n        return: 1\n';
const parent = 'main:\n  steps:\n    - ask:\n        call: googleapis.workflowexecutions.v1.projects.locations.workflows.executions.run\n        args:\n          workflow_id: child\n        result: answer\n    - end:\n        return: ${answer}\n';

describe('an execution that nobody launched under a debugger', () => {
  const folder = temporaryFolder();
  let engine: Engine;
  let asked: Execution[];
  let answer: (execution: Execution) => Promise<boolean> | undefined;

  beforeEach(() => {
    asked = [];
    answer = () => undefined;
    engine = new Engine({
      store: new MemoryStore(),
      attend: (execution) => {
        asked.push(execution);
        return answer(execution);
      },
    });
  });
  afterEach(() => engine.close());

  it('begins by itself where nobody wants to look', async () => {
    const run = await engine.start(request(returning));
    assert.equal((await run.ended).state, 'SUCCEEDED');
    assert.equal(asked.length, 1);
  });

  it('waits until a debugger has taken it, which begins it', async () => {
    let taken: (by: boolean) => void = () => undefined;
    answer = () => new Promise((resolve) => (taken = resolve));
    const starting = engine.start(request(returning));
    await until(() => asked.length === 1);
    assert.equal(engine.running(asked[0]!.id)!.host.state, 'ready');
    taken(true);
    const run = await starting;
    assert.equal(run.host.state, 'ready');
    run.host.go();
    assert.equal((await run.ended).state, 'SUCCEEDED');
  });

  it('begins by itself where the debugger did not come', async () => {
    answer = () => Promise.resolve(false);
    assert.equal((await (await engine.start(request(returning))).ended).state, 'SUCCEEDED');
  });

  it('is not begun by the engine once it was cancelled', async () => {
    answer = ({ id }) => {
      engine.cancel(id);
      return Promise.resolve(false);
    };
    assert.equal((await (await engine.start(request(returning))).ended).state, 'CANCELLED');
  });

  for (const options of [{ use_breakpoints: false }, { is_productive: true }] satisfies readonly ExecutionOptions[]) {
    it(`has none with ${JSON.stringify(options)}`, async () => {
      await (await engine.start(request(returning, { options }))).ended;
      assert.deepEqual(asked, []);
    });
  }

  it('can be a child, whose parent waits for it', async () => {
    writeFiles(folder(), { 'child.workflows.yaml': returning });
    const run = await engine.start(request(parent, { program: `${folder()}/parent.workflows.yaml` }));
    assert.equal((await run.ended).output_value, '1');
    assert.deepEqual(asked.map(({ parent_execution_id }) => parent_execution_id), [undefined, run.execution.id]);
  });

  it('has none without debugging, and neither has what it starts', async () => {
    writeFiles(folder(), { 'child.workflows.yaml': returning });
    const run = await engine.start({ ...request(parent, { program: `${folder()}/parent.workflows.yaml` }), withoutDebugging: true });
    assert.equal((await run.ended).output_value, '1');
    assert.deepEqual(asked, []);
  });
});
