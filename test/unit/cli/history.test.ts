import assert from 'node:assert/strict';
import { join } from 'node:path';
import { main } from '../../../src/cli/main.ts';
import { printHistory } from '../../../src/cli/history.ts';
import type { Terminal } from '../../../src/cli/terminal.ts';
import { writeFiles } from '../engine/launching.ts';
import { recorded, runToEnd } from '../engine/history/recorded.ts';
import { temporaryFolder } from '../engine/temporary.ts';

const source = `
main:
  steps:
    - loop:
        for:
          value: v
          in: [1, 2]
          steps:
            - add:
                assign: [{x: "\${v}"}]
    - get:
        try:
          call: sys.sleep
          args: {seconds: 5}
        retry: {max_retries: 1}
    - end:
        raise: "\\e[31mboom"
`;

interface Printed extends Terminal {
  readonly text: () => string;
  readonly notes: () => string;
}

function terminal(): Printed {
  let [out, error] = ['', ''];
  return { out: (text) => void (out += text), note: (text) => void (error += text), live: () => undefined, paint: (text) => text, text: () => out, notes: () => error };
}

describe('executions history', () => {
  const folder = temporaryFolder();
  const previous = process.env['STEPTHROUGH_DATA'];
  beforeEach(() => (process.env['STEPTHROUGH_DATA'] = join(folder(), 'data')));
  after(() => {
    if (previous === undefined) delete process.env['STEPTHROUGH_DATA'];
    else process.env['STEPTHROUGH_DATA'] = previous;
  });

  it('prints a tree with durations, iterations, attempts and errors', () => {
    let calls = 0;
    let time = 0;
    const recorder = runToEnd(recorded(source, { now: () => time }), ({ request }) => {
      time += 1500;
      return request.kind === 'sleep' && request.reason === 'sys.sleep' && ++calls === 1 ? { kind: 'error', tag: 'ConnectionError', message: 'no' } : { kind: 'done' };
    });
    const printed = terminal();
    printHistory(recorder.history(), source, printed);
    assert.equal(
      printed.text(),
      `STEP            DURATION
loop                0 ms  for, 2 iterations
  iteration 1       0 ms
    add             0 ms  assign
  iteration 2       0 ms
    add             0 ms  assign
get                4.5 s  try, 2 attempts
  attempt 1        1.5 s  FAILED, ConnectionError: no
    get            1.5 s  FAILED, call, ConnectionError: no
  retry 1          1.5 s
  attempt 2        1.5 s
    get            1.5 s  call
end                 0 ms  FAILED, raise, \\x1b[31mboom
`,
    );
  });

  it('says how much of a long run was not kept', () => {
    const long = 'main:\n  steps:\n    - loop:\n        for:\n          value: v\n          range: [1, 100]\n          steps:\n            - a:\n                assign: [{x: 1}]\n';
    const printed = terminal();
    printHistory(runToEnd(recorded(long, { kept: { first: 3, last: 2 } })).history(), long, printed);
    assert.equal(printed.notes(), '196 of 201 entries were not kept, but the first and the last ones.\n');
    assert.match(printed.text(), /^loop .* for, 100 iterations$/m);
    assert.match(printed.text(), /^ {2}iteration 100 /m);
  });

  it('reads a stored execution, as text and as JSON', async () => {
    writeFiles(folder(), { 'a.workflows.yaml': 'main:\n  steps:\n    - first:\n        assign: [{x: 9007199254740993}]\n    - end:\n        return: ${x}\n' });
    const file = join(folder(), 'a.workflows.yaml');
    assert.equal(await main(['run', file, '--set', 'name=one', '--set', 'execution_history_level=EXECUTION_HISTORY_DETAILED'], terminal()), 0);
    const shown = terminal();
    assert.equal(await main(['executions', 'history', 'one'], shown), 0);
    assert.match(shown.text(), /^STEP +DURATION\nfirst +\d+ ms {2}assign\nend +\d+ ms {2}return\n$/);
    const json = terminal();
    assert.equal(await main(['executions', 'history', 'one', '--json'], json), 0);
    assert.match(json.text(), /"variables":\{"x":9007199254740993\}/);
    const { count, entries } = JSON.parse(json.text()) as { count: number; entries: Record<string, unknown>[] };
    assert.deepEqual([count, entries.map(({ entry_id, step, step_type, state, line }) => [entry_id, step, step_type, state, line])], [2, [[1, 'first', 'STEP_ASSIGN', 'STATE_SUCCEEDED', 3], [2, 'end', 'STEP_RETURN', 'STATE_SUCCEEDED', 5]]]);
  });
});
