import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Engine } from '../../../src/engine/engine.ts';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import { temporaryFolder } from '../engine/temporary.ts';

describe('a child that nobody began', () => {
  const folder = temporaryFolder();
  const open = (): Engine => new Engine({ store: openSqliteStore(join(folder(), 'executions.db')) });

  it('is not begun by the process that takes it over, but by who resumes it there', async () => {
    writeFileSync(join(folder(), 'child.py'), 'def handler(system, this, inputs):\n    return 1\n');
    const text = "def handler(system, this, inputs):\n    return this.flow('child', run=False).get('id')\n";
    const program = join(folder(), 'parent.py');
    writeFileSync(program, text);
    const first = open();
    const run = await first.start({ program, text, input: undefined, options: {} });
    const id = JSON.parse((await run.ended).output_value!) as string;
    await first.idle();
    await first.close();
    const second = open();
    try {
      assert.equal(await second.resumeAbandoned(), 1);
      assert.equal(second.get(id)?.state, 'PAUSED');
      second.resume(id);
      assert.equal((await second.ended(id))?.state, 'SUCCEEDED');
    } finally {
      await second.close();
    }
  });
});
