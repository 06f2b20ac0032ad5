import assert from 'node:assert/strict';
import { dataFolder } from '../../../src/cli/data.ts';
import { main } from '../../../src/cli/main.ts';
import type { Terminal } from '../../../src/cli/terminal.ts';
import { temporaryFolder } from '../engine/temporary.ts';

async function stepthrough(...args: string[]) {
  let out = '';
  let error = '';
  const terminal: Terminal = { out: (text) => (out += text), note: (text) => (error += text), live: () => undefined, paint: (text) => text };
  const code = await main(args, terminal);
  return { code, out, error };
}

describe('the usage', () => {
  const folder = temporaryFolder();
  const previous = process.env['STEPTHROUGH_DATA'];
  beforeEach(() => (process.env['STEPTHROUGH_DATA'] = folder()));
  after(() => {
    if (previous === undefined) delete process.env['STEPTHROUGH_DATA'];
    else process.env['STEPTHROUGH_DATA'] = previous;
  });

  for (const [args, message] of [
    [[], /Say what to do/],
    [['runn', 'x'], /There is no command "runn"\. Did you mean run\?/],
    [['run'], /run needs a PROGRAM/],
    [['run', 'a', 'b'], /takes one PROGRAM; found a and b/],
    [['run', 'a', '--jsn'], /There is no option --jsn\. Did you mean --json\?\nTry: stepthrough run --help/],
    [['run', 'a', '-j'], /There is no option -j/],
    [['run', 'a', '--input'], /--input needs a value/],
    [['run', 'a', '--json=1'], /--json takes no value/],
    [['run', 'a', '--input', 'x', '--argument', '1'], /both give the input/],
    [['run', 'a', '--input', 'x', '--input', 'y'], /--input is given twice/],
    [['run', 'w.yaml', '--set', 'priority'], /--set takes FIELD=VALUE; found "priority"/],
    [['run', 'w.yaml', '--set', 'nmae=x'], /"nmae" is not a field of an execution; did you mean name\?/],
    [['run', 'w.yaml', '--set', 'max_runtime_minutes=ten'], /max_runtime_minutes takes an integer from 0 to 525600; got "ten"/],
    [['run', 'w.yaml', '--set', 'name=a', '--set', 'name=b'], /--set gives name twice/],
    [['run', 'w.yaml', '--set', '__proto__=b'], /"__proto__" is not a field/],
    [['check'], /check needs a FILE/],
    [['executions'], /needs one of list, show, history/],
    [['executions', 'list', '--state', 'DONE'], /--state takes one of QUEUED/],
    [['executions', 'list', '--limit', '0'], /--limit takes a number from 1/],
    [['executions', 'show'], /takes one ID/],
    [['dap', 'x'], /dap takes no "x"/],
  ] as const) {
    it(`that is wrong ends with 2: ${args.join(' ')}`, async () => {
      const { code, out, error } = await stepthrough(...args);
      assert.deepEqual([code, out], [2, ''], error);
      assert.match(error, message);
    });
  }

  it('is explained', async () => {
    const general = await stepthrough('--help');
    assert.deepEqual([general.code, general.error], [0, '']);
    for (const command of ['run', 'check', 'dap', 'executions']) {
      assert.match(general.out, new RegExp(`^ {2}${command} `, 'm'));
      assert.match((await stepthrough(command, '--help')).out, new RegExp(`^Usage: stepthrough ${command} `));
    }
    assert.match((await stepthrough('--version')).out, /^\d+\.\d+\.\d+\n$/);
  });
});

describe('the data folder', () => {
  for (const [name, given, environment, platform, expected] of [
    ['that is given wins', '/x', { STEPTHROUGH_DATA: '/y' }, 'linux', '/x'],
    ['may stand in the environment', undefined, { STEPTHROUGH_DATA: '/y' }, 'linux', '/y'],
    ['follows the desktop\'s rules', undefined, { XDG_DATA_HOME: '/data' }, 'linux', '/data/stepthrough'],
    ['ignores a relative XDG_DATA_HOME, as the rules say', undefined, { XDG_DATA_HOME: 'data' }, 'linux', '/home/me/.local/share/stepthrough'],
    ['is in the home folder', undefined, {}, 'linux', '/home/me/.local/share/stepthrough'],
    ['is the platform\'s', undefined, {}, 'darwin', '/home/me/Library/Application Support/stepthrough'],
  ] as const) {
    it(name, () => assert.equal(dataFolder(given, environment, platform, '/home/me'), expected));
  }
});
