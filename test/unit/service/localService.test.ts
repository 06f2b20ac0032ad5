import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { DebuggeeEvent } from '../../../src/debuggee/debuggee.ts';
import { LaunchRefused } from '../../../src/execution/launch.ts';
import { openLocalService, storeFile, type LocalExecutionService } from '../../../src/service/local/localService.ts';
import { startRequestOf } from '../../../src/service/local/startRequest.ts';
import { ServiceError } from '../../../src/service/service.ts';
import { request, until, writeFiles } from '../engine/launching.ts';
import { temporaryFolder } from '../engine/temporary.ts';

const sleeping = '- nap:\n    call: sys.sleep\n    args: {seconds: 3600}\n';
const twoSteps = '- a:\n    assign: [{x: 1}]\n- b:\n    return: ${x}\n';

describe('the local service', () => {
  const folder = temporaryFolder();
  let service: LocalExecutionService;
  beforeEach(() => (service = openLocalService(folder())));
  afterEach(() => service.dispose());

  it('starts executions and answers when they have begun', async () => {
    const started = await service.start(request(sleeping));
    assert.ok(['QUEUED', 'ACTIVE'].includes(started.state));
    assert.deepEqual((await service.list({ pageSize: 9 })).executions.map(({ id }) => id), [started.id]);
    await service.pause(started.id);
    assert.equal((await service.get(started.id))?.state, 'PAUSED');
    await service.resume(started.id);
    assert.equal((await service.get(started.id))?.state, 'ACTIVE');
    await service.cancel(started.id);
    assert.equal((await service.ended(started.id))?.state, 'CANCELLED');
    await service.delete(started.id);
    assert.equal(await service.get(started.id), undefined);
  });

  it('rejects with ServiceError what cannot be done, and with LaunchRefused what cannot be started', async () => {
    await assert.rejects(service.cancel('nothing'), ServiceError);
    await assert.rejects(service.pause('nothing'), ServiceError);
    await assert.rejects(service.list({ pageSize: 1, pageToken: 'x' }), ServiceError);
    await assert.rejects(service.start(request('no: [')), LaunchRefused);
  });

  it('starts executions under a debugger, which begin when it says so', async () => {
    const { execution, debuggee } = await service.debug(request(twoSteps));
    const events: DebuggeeEvent[] = [];
    debuggee.onEvent((event) => events.push(event));
    assert.equal((await service.get(execution.id))?.state, 'QUEUED');
    assert.equal((await debuggee.setBreakpoints(debuggee.sources[0]!, [{ line: 3 }]))[0]?.verified, true);
    debuggee.start({ stopOnEntry: false });
    await until(() => events.some(({ kind }) => kind === 'stopped'));
    assert.deepEqual([(await service.get(execution.id))?.state, (await service.get(execution.id))?.current_steps], ['PAUSED', [{ routine: 'main', step: 'b' }]]);
    await service.resume(execution.id);
    assert.equal((await service.ended(execution.id))?.output_value, '1');
  });

  it('tells what the user should know about a damaged store, and goes on', async () => {
    await service.start(request(twoSteps));
    await service.dispose();
    writeFileSync(join(folder(), storeFile), 'no database at all '.repeat(999));
    const notices: string[] = [];
    service = openLocalService(folder(), { notice: (message) => notices.push(message) });
    assert.match(notices.join(), /are damaged\. It is kept as/);
    assert.deepEqual((await service.list({ pageSize: 9 })).executions, []);
  });

  it('starts nothing while its store is locked, and says why', async () => {
    await service.dispose();
    service = openLocalService(folder(), { busyTimeout: 20 });
    const lock = new DatabaseSync(join(folder(), storeFile));
    lock.exec('BEGIN IMMEDIATE');
    await assert.rejects(service.start(request(twoSteps)), (error) => error instanceof ServiceError && /is locked by another program/.test(error.message));
    lock.close();
    assert.deepEqual((await service.list({ pageSize: 9 })).executions, []);
  });

  it('cannot be opened over a store that is locked', async () => {
    await service.dispose();
    const lock = new DatabaseSync(join(folder(), storeFile));
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    try {
      assert.throws(() => openLocalService(folder(), { busyTimeout: 50 }).dispose(), (error) => error instanceof ServiceError && /is locked by another program/.test(error.message));
    } finally {
      lock.close();
    }
  });
});

describe('a launch by files', () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder(), name);

  it('of an execution file resolves its paths and keeps the place of its input', async () => {
    writeFiles(folder(), { 'flows/a.yaml': twoSteps, 'saved/a.execution.yaml': 'program: ../flows/a.yaml\nargument: {n: 1.0}\nmocks: ./m.yaml\nname: x\n' });
    const start = await startRequestOf({ program: at('saved/a.execution.yaml'), options: { description: 'd' } });
    assert.deepEqual([start.program, start.text, start.mocks], [at('flows/a.yaml'), twoSteps, at('saved/m.yaml')]);
    assert.deepEqual(start.options, { name: 'x', description: 'd' });
    assert.deepEqual([start.input?.json, start.input?.file?.path, start.input?.file?.key], ['{"n":1.0}', at('saved/a.execution.yaml'), 'argument']);
  });

  it('takes the input file that an execution file names, unless another input is given', async () => {
    writeFiles(folder(), { 'a.yaml': twoSteps, 'in.json': '[1]', 'a.execution.yaml': 'program: a.yaml\ninput: in.json\n' });
    assert.equal((await startRequestOf({ program: at('a.execution.yaml'), options: {} })).input?.file?.path, at('in.json'));
    assert.deepEqual((await startRequestOf({ program: at('a.execution.yaml'), options: {}, input: { kind: 'json', json: '2' } })).input, { json: '2' });
  });

  it('reads texts as the caller has them', async () => {
    const start = await startRequestOf({ program: '/unsaved/a.yaml', options: {} }, (path) => Promise.resolve(`# ${path}`));
    assert.equal(start.text, '# /unsaved/a.yaml');
  });

  for (const [name, files, program, place] of [
    ['a missing program', {}, 'none.yaml', ['none.yaml', '']],
    ['an execution file whose program is missing', { 'a.execution.yaml': 'program: none.yaml' }, 'a.execution.yaml', ['a.execution.yaml', 'none.yaml']],
    ['an execution file whose input is missing', { 'a.yaml': twoSteps, 'a.execution.yaml': 'program: a.yaml\ninput: none.json' }, 'a.execution.yaml', ['none.json', '']],
    ['a broken execution file', { 'a.execution.yaml': 'program: a.yaml\nprogram: b.yaml' }, 'a.execution.yaml', ['a.execution.yaml', 'program']],
  ] as const) {
    it(`is refused for ${name}`, async () => {
      writeFiles(folder(), files);
      const error = await startRequestOf({ program: at(program), options: {} }).then(() => undefined, (reason: unknown) => reason);
      assert.ok(error instanceof LaunchRefused);
      const [problem] = error.problems;
      assert.deepEqual([error.file, error.lines.text.slice(problem!.range.start, problem!.range.end)], [at(place[0]), place[1]]);
    });
  }
});
