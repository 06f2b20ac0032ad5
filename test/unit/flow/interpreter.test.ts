import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { InterpreterMissing, Interpreters } from '../../../src/flow/host/interpreter.ts';
import { temporaryFolder } from '../engine/temporary.ts';

describe('the Python for flows', () => {
  const folder = temporaryFolder();

  /** A program that answers the question for its version with a text. */
  function answering(text: string): string {
    const path = join(folder(), 'python');
    writeFileSync(path, `#!/bin/sh\nprintf '${text}'\n`);
    chmodSync(path, 0o755);
    return path;
  }

  const chosen = (path: string): Promise<unknown> => new Interpreters(() => ({ path, from: 'the setting stepthrough.python' })).find();

  it('is the executable itself that the PATH leads to', async () => {
    const { command, version } = await new Interpreters().find();
    assert.ok(isAbsolute(command), command);
    assert.match(version, /^3\.\d+\.\d+$/);
  });

  it('is asked once', async () => {
    const path = answering('3.12.1\\n/usr/bin/python3');
    const interpreters = new Interpreters(() => ({ path, from: 'the setting stepthrough.python' }));
    const first = await interpreters.find();
    answering('2.7.18\\n/usr/bin/python2');
    assert.deepEqual(await interpreters.find(), first);
    assert.deepEqual(first, { command: '/usr/bin/python3', version: '3.12.1' });
  });

  for (const [name, text, message] of [
    ['too old', '3.8.20\\n/usr/bin/python3', /^The Python of the setting stepthrough\.python cannot run flows: .*python is Python 3\.8\.20\. Flows need Python 3\.9 or newer\.$/],
    ['much too old', '2.7.18\\n/usr/bin/python', /is Python 2\.7\.18\./],
    ['something else', 'usage: cat', /python does not tell its version\./],
  ] as const) {
    it(`is refused where it is ${name}`, async () => {
      await assert.rejects(chosen(answering(text)), (error) => error instanceof InterpreterMissing && message.test(error.message));
    });
  }

  it('is refused where there is none', async () => {
    await assert.rejects(chosen(join(folder(), 'nowhere')), /there is no .*nowhere\. Flows need/);
  });

  it('is refused where it may not be executed', async () => {
    const path = join(folder(), 'plain');
    writeFileSync(path, '');
    await assert.rejects(chosen(path), /may not be executed/);
  });

  it('says what to do where the PATH has none', async () => {
    const before = process.env['PATH'];
    process.env['PATH'] = folder();
    try {
      await assert.rejects(new Interpreters().find(), /neither python3 nor python was found on the PATH\. Install Python 3\.9 or newer, or name one: with the setting stepthrough\.python/);
    } finally {
      process.env['PATH'] = before;
    }
  });

  it('is looked for again where there was none', async () => {
    let path = join(folder(), 'nowhere');
    const interpreters = new Interpreters(() => ({ path, from: 'the setting' }));
    await assert.rejects(interpreters.find(), InterpreterMissing);
    path = answering('3.9.0\\n/usr/bin/python3');
    assert.equal((await interpreters.find()).version, '3.9.0');
  });
});
