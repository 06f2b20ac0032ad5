import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Automations } from '../../../src/engine/automations.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { MemoryStore } from '../../../src/engine/memoryStore.ts';
import { purgeRule, Retention } from '../../../src/engine/retention.ts';
import { Scheduler, type OwnSchedule } from '../../../src/engine/schedules/scheduler.ts';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import type { ExecutionStore } from '../../../src/engine/store.ts';
import { nodeFiles } from '../../../src/engine/textFile.ts';
import { startRequestOf } from '../../../src/service/local/startRequest.ts';
import { until, writeFiles } from './launching.ts';
import { temporaryFolder } from './temporary.ts';

const at = (time: string): number => Date.parse(`2026-03-02T${time}Z`);

for (const kind of ['memory', 'file'] as const) {
  describe(`a scheduler over ${kind}`, () => {
    const folder = temporaryFolder();
    const opened: { close(): void }[] = [];
    let store: ExecutionStore;
    let now: number;
    let fired: string[];
    beforeEach(() => {
      opened.length = 0;
      store = open();
      now = at('08:00:00');
      fired = [];
    });
    afterEach(() => opened.forEach((one) => one.close()));

    function open(): ExecutionStore {
      const one = kind === 'memory' ? new MemoryStore() : openSqliteStore(join(folder(), 'executions.db'));
      opened.push(one);
      return one;
    }

    function schedulerOf(claims: ExecutionStore = store): Scheduler<OwnSchedule> {
      const scheduler = new Scheduler<OwnSchedule>({
        claims,
        fire: ({ schedule }, moment) => void fired.push(`${schedule.name} ${new Date(moment).toISOString().slice(11, 19)}`),
        failed: (error) => assert.fail(String(error)),
        now: () => now,
      });
      opened.push({ close: () => scheduler.dispose() });
      return scheduler;
    }

    const hourly = (missed: 'skip' | 'once' = 'skip'): OwnSchedule => ({ id: 'hourly', schedule: { name: 'hourly', cron: '0 * * * *', timeZone: 'UTC', missed } });
    const look = (scheduler: Scheduler<OwnSchedule>, time: string): string[] => {
      now = at(time);
      scheduler.look();
      return fired;
    };

    it('starts each moment once, when it has come', () => {
      const scheduler = schedulerOf();
      scheduler.set([hourly()]);
      assert.deepEqual(look(scheduler, '08:59:59'), []);
      assert.deepEqual(look(scheduler, '09:00:00'), ['hourly 09:00:00']);
      assert.deepEqual(look(scheduler, '09:00:30'), ['hourly 09:00:00']);
      assert.deepEqual(look(scheduler, '10:00:01'), ['hourly 09:00:00', 'hourly 10:00:00']);
      assert.equal(scheduler.nextOf('hourly'), at('11:00:00'));
    });

    it('skips what was missed, or makes up for all of it with one start', () => {
      const scheduler = schedulerOf();
      scheduler.set([hourly(), { id: 'o', schedule: { ...hourly('once').schedule, name: 'once' } }]);
      assert.deepEqual(look(scheduler, '12:30:00'), ['once 09:00:00']);
      assert.deepEqual(look(scheduler, '13:00:00'), ['once 09:00:00', 'hourly 13:00:00', 'once 13:00:00']);
    });

    it('knows of what was missed when it begins anew, but not of times before the schedule was there', () => {
      schedulerOf().set([hourly('once')]);
      now = at('11:30:00');
      const later = schedulerOf();
      later.set([hourly('once'), { id: 'new', schedule: { ...hourly('once').schedule, name: 'new' } }]);
      assert.deepEqual(fired, ['hourly 09:00:00']);
    });

    it('starts nothing twice where the clock is set back', () => {
      const scheduler = schedulerOf();
      scheduler.set([hourly()]);
      look(scheduler, '09:00:00');
      look(scheduler, '08:30:00');
      scheduler.set([hourly()]);
      assert.deepEqual(look(scheduler, '09:00:00'), ['hourly 09:00:00']);
      assert.deepEqual(look(scheduler, '10:00:00'), ['hourly 09:00:00', 'hourly 10:00:00']);
    });

    it('is not barred by moments that were taken while the clock was a year ahead', () => {
      store.claimSchedule('hourly', Date.parse('2027-03-02T00:00:00Z'));
      const scheduler = schedulerOf();
      scheduler.set([hourly()]);
      assert.deepEqual(look(scheduler, '09:00:00'), ['hourly 09:00:00']);
    });

    it('that shares its store with another process leaves each moment to one of them', () => {
      const [one, other] = [schedulerOf(), schedulerOf(kind === 'memory' ? store : open())];
      one.set([hourly()]);
      other.set([hourly()]);
      now = at('09:00:00');
      other.look();
      one.look();
      now = at('10:00:00');
      one.look();
      other.look();
      assert.deepEqual(fired, ['hourly 09:00:00', 'hourly 10:00:00']);
    });

    it('forgets schedules that are gone', () => {
      const scheduler = schedulerOf();
      scheduler.set([hourly()]);
      scheduler.set([]);
      assert.deepEqual(look(scheduler, '09:00:00'), []);
    });
  });
}

describe('automations', () => {
  const folder = temporaryFolder();
  let engine: Engine;
  let automations: Automations;
  let notices: string[];
  beforeEach(() => {
    notices = [];
    engine = new Engine({ store: new MemoryStore(), concurrency: () => automations.concurrency });
    automations = new Automations(engine, {
      folders: () => [folder()],
      readText: (path) => nodeFiles.readText(path),
      requestOf: (launch) => startRequestOf(launch),
      notice: (message) => void notices.push(message),
    });
  });
  afterEach(async () => {
    automations.dispose();
    await engine.close();
  });

  const echo = 'main:\n  params: [args]\n  steps:\n    - a:\n        return: ${args}\n';
  const write = async (yaml: string): Promise<void> => {
    writeFiles(folder(), { 'echo.workflows.yaml': echo, 'stepthrough.yaml': yaml });
    await automations.reload();
  };

  it('start what a schedule says, and the execution says by which it was started', async () => {
    await write('schedules:\n  tick: {cron: "* * * * * *", program: echo.workflows.yaml, argument: {n: 1.0}, labels: {by: clock}}\n');
    await until(() => engine.list({ pageSize: 1, states: ['SUCCEEDED'] }).executions.length > 0);
    const [execution] = engine.list({ pageSize: 1, states: ['SUCCEEDED'] }).executions;
    assert.deepEqual([execution?.schedule_name, execution?.output_value, execution?.labels['by']], ['tick', '{"n":1.0}', 'clock']);
    assert.match(execution?.schedule_id ?? '', /^[0-9a-f]{8}-/);
    assert.deepEqual(notices, []);
  });

  it('tell at which place the file is wrong, and keep what it said before while it is no YAML', async () => {
    await write('concurrency: 3\nwebhooks: {a: {program: echo.workflows.yaml}, b: {methods: [POST]}}\n');
    assert.deepEqual(notices, ['stepthrough.yaml:2:47: b names nothing to run: add program with the path of a workflow, flow or execution file.']);
    assert.deepEqual([automations.concurrency, automations.webhook('a')?.name, automations.webhook('b')], [3, 'a', undefined]);
    await write('concurrency: [3\n');
    assert.equal(notices.length, 2);
    assert.match(notices[1]!, /^stepthrough\.yaml:/);
    assert.deepEqual([automations.concurrency, automations.webhook('a')?.name], [3, 'a']);
    await write('');
    assert.deepEqual([automations.concurrency, automations.webhook('a')], [undefined, undefined]);
  });

  it('say why something could not start', async () => {
    await write('schedules:\n  tick: {cron: "* * * * * *", program: gone.workflows.yaml}\n');
    await until(() => notices.length > 0);
    assert.match(notices[0]!, /^The schedule tick could not start: .*gone\.workflows\.yaml/);
  });

  it('tell a reason once as long as it stays, and what each schedule and webhook does', async () => {
    const status = (type: 'schedule' | 'webhook', name: string): unknown => {
      const found = automations.statusOf(type, join(folder(), 'stepthrough.yaml'), name);
      return found && [found.on, found.next !== undefined, found.failure?.message];
    };
    const yaml = 'schedules:\n  tick: {cron: "* * * * * *", program: gone.workflows.yaml}\n  off: {cron: "0 9 * * *", program: echo.workflows.yaml, enabled: false}\n  wrong: {cron: often, program: echo.workflows.yaml}\nwebhooks:\n  order: {program: echo.workflows.yaml}\n';
    await write(yaml);
    const tries = new Set<number>();
    await until(() => tries.add(automations.statusOf('schedule', join(folder(), 'stepthrough.yaml'), 'tick')?.failure?.time.getTime() ?? 0).size > 2);
    assert.deepEqual([status('schedule', 'off'), status('schedule', 'wrong'), status('webhook', 'order'), status('webhook', 'tick')], [[false, false, undefined], undefined, [true, false, undefined], undefined]);
    assert.equal(notices.filter((notice) => notice.includes('tick could not start')).length, 1);
    await write(`# further down\n${yaml}`);
    assert.equal(notices.filter((notice) => notice.includes('got "often"')).length, 1);
  });

  it('start a schedule at once when told to, which moves none of its moments', async () => {
    await write('schedules: {yearly: {cron: "0 9 1 1 *", program: echo.workflows.yaml}}');
    const { id, next } = automations.statusOf('schedule', join(folder(), 'stepthrough.yaml'), 'yearly')!;
    const ended = await (await automations.startSchedule(id)).ended;
    assert.deepEqual([ended.state, ended.schedule_id], ['SUCCEEDED', id]);
    assert.deepEqual(automations.nextOf('yearly'), next);
    await assert.rejects(automations.startSchedule('nothing'), /starts nothing/);
  });

  it('start webhooks with their input and say by which they were started', async () => {
    await write('webhooks: {order: {program: echo.workflows.yaml, priority: 2}}');
    const ended = await (await automations.startWebhook('order', '{"method":"GET"}')).ended;
    assert.deepEqual([ended.output_value, ended.priority, ended.webhook_id !== undefined], ['{"method":"GET"}', 2, true]);
  });
});

describe('retention', () => {
  it('is 90 days, and 30 for deleted ones, where nobody says otherwise', () => {
    const now = Date.parse('2026-06-30T00:00:00Z');
    assert.deepEqual(purgeRule({}, now), { endedBefore: '2026-04-01T00:00:00.000Z', deletedBefore: '2026-05-31T00:00:00.000Z', keep: undefined });
    assert.deepEqual(purgeRule({ days: 0, deletedDays: 0, executions: 5 }, now), { endedBefore: undefined, deletedBefore: undefined, keep: 5 });
  });

  it('removes a few at a time until nothing is left to remove, and looks again later', async () => {
    const parts = [50, 50, 7, 0, 0];
    let looks = 0;
    const retention = new Retention({ purge: () => parts[Math.min(looks++, parts.length - 1)]!, days: () => ({ days: 1, executions: undefined, deletedDays: 1 }), failed: () => assert.fail(), times: { first: 1, between: 40, rest: 1 } });
    await until(() => looks >= 5);
    retention.dispose();
  });
});
