import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { LaunchRefused } from '../../../src/execution/launch.ts';
import { startRequestOf } from '../../../src/service/local/startRequest.ts';
import { writeFiles } from '../engine/launching.ts';
import { temporaryFolder } from '../engine/temporary.ts';

describe('an execution file that names a flow', () => {
  const folder = temporaryFolder();
  const start = (yaml: string) => {
    writeFiles(folder(), { 'saved/x.execution.yaml': yaml, 'ship.py': 'a', 'saved/deep/pack.py': 'b', 'saved/node_modules/hidden.py': 'c' });
    return startRequestOf({ program: join(folder(), 'saved/x.execution.yaml'), options: {} });
  };

  it('finds its file below or beside the folder', async () => {
    for (const [name, path, text] of [['pack', 'saved/deep/pack.py', 'b'], ['ship', 'ship.py', 'a']] as const) {
      const request = await start(`flow_name: ${name}\nargument: {n: 1}\n`);
      assert.deepEqual([request.program, request.text, request.input?.json, request.options.flow_name], [join(folder(), path), text, '{"n":1}', name]);
    }
  });

  const refused: readonly (readonly [yaml: string, message: RegExp, at: string])[] = [
    ['flow_name: shop', /there is no shop\.py in .*saved; did you mean ship\?/, 'shop'],
    ['flow_name: hidden', /there is no hidden\.py/, 'hidden'],
    ['flow_id: 00000000-0000-4000-8000-000000000000', /no flow in .*saved or the folder around it has the id 0{8}/, '00000000-0000-4000-8000-000000000000'],
  ];
  for (const [yaml, message, at] of refused) {
    it(`says at its place why nothing is started: ${yaml.replace('\n', ', ')}`, async () => {
      await assert.rejects(start(yaml), (error: LaunchRefused) => {
        const { range } = error.problems[0]!;
        assert.equal(yaml.slice(range.start, range.end), at);
        return message.test(error.message);
      });
    });
  }
});
