import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Automations } from '../../../src/engine/automations.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { openSqliteStore } from '../../../src/engine/sqliteStore.ts';
import { nodeFiles } from '../../../src/engine/textFile.ts';
import type { Execution } from '../../../src/execution/record.ts';
import { startRequestOf } from '../../../src/service/local/startRequest.ts';
import { wait, writeFiles } from './launching.ts';
import { temporaryFolder } from './temporary.ts';

/** A process with its engine and what it starts by itself. */
interface Process {
  readonly engine: Engine;
  readonly automations: Automations;
  readonly notices: string[];
}

describe('records that act', () => {
  const folder = temporaryFolder();
  const processes: Process[] = [];
  afterEach(async () => {
    for (const { engine, automations } of processes.splice(0)) {
      automations.dispose();
      engine.cancelAll();
      await engine.close();
    }
  });

  async function open(): Promise<Process> {
    const engine = new Engine({ store: openSqliteStore(join(folder(), 'executions.db')), workspace: () => [join(folder(), 'work')] });
    const notices: string[] = [];
    const automations = new Automations(engine, {
      folders: () => [],
      readText: (path) => nodeFiles.readText(path),
      requestOf: (launch) => startRequestOf(launch),
      notice: (message) => void notices.push(message),
    });
    const made = { engine, automations, notices };
    processes.push(made);
    await automations.reload();
    return made;
  }

  const write = (files: Readonly<Record<string, string>>): void => writeFiles(join(folder(), 'work'), files);
  const tick = 'def handler(system, this, inputs):\n    return inputs\n';
  const all = ({ engine }: Process): Execution[] => [...engine.list({ pageSize: 200, everywhere: true }).executions].reverse();
  const ended = (at: Process, flow = 'tick'): Execution[] => all(at).filter(({ flow_name, state }) => flow_name === flow && state === 'SUCCEEDED');
  /** The machine may be busy with other things. */
  async function eventually(condition: () => boolean): Promise<void> {
    for (const end = Date.now() + 20_000; !condition(); await wait(20)) if (Date.now() > end) throw new Error(`Never came true: ${condition.toString()}`);
  }
  /** Runs a flow's lines to their end. */
  async function run({ engine }: Process, ...lines: string[]): Promise<Execution> {
    const text = `def handler(system, this, inputs):\n${lines.map((line) => `    ${line}\n`).join('')}`;
    return (await engine.start({ program: join(folder(), 'work', 'maker.py'), text, input: undefined, options: {} })).ended;
  }
  const succeeds = async (at: Process, ...lines: string[]): Promise<void> => assert.equal((await run(at, ...lines)).message, '');

  describe('schedules with a cron pattern', () => {
    it('that a flow saves start at once, and say by which they were started', async () => {
      write({ 'tick.py': tick });
      const at = await open();
      await succeeds(at, "system.schedule('every second').save(flow_name='tick', cron='* * * * * *', input_value={'n': 1.0})");
      await eventually(() => ended(at).length > 0);
      const [execution] = ended(at);
      const schedule = at.engine.records.list('schedule', '')[0]!;
      assert.deepEqual([execution!.type, execution!.output_value, execution!.schedule_name, execution!.schedule_id, execution!.is_productive], ['FLOW', '{"n":1.0}', 'every second', schedule.id, false]);
      assert.deepEqual(at.notices, []);
    });

    it('of files start, and stop when their file is gone', async () => {
      write({ 'tick.py': tick, 'resources/fast.schedule.yaml': 'schedule:\n  flow_name: tick\n  cron: "* * * * * *"\n  is_enabled: true\n  is_productive: true\n' });
      const at = await open();
      await eventually(() => ended(at).length > 0);
      assert.equal(ended(at)[0]!.is_productive, true);
      const file = join(folder(), 'work', 'resources', 'fast.schedule.yaml');
      const status = at.automations.statusOf('schedule', file, 'fast')!;
      assert.deepEqual([status.on, status.next !== undefined, status.id], [true, true, ended(at)[0]!.schedule_id]);
      await succeeds(at, "system.schedule('fast').save(is_enabled=False)");
      assert.equal(at.automations.statusOf('schedule', file, 'fast')!.on, false);
      rmSync(file);
      await at.automations.reload();
      assert.equal(at.automations.nextOf('fast'), undefined);
      assert.equal(at.automations.statusOf('schedule', file, 'fast'), undefined);
    });

    it('follow what a flow changes: rest, another time, deletion', async () => {
      write({ 'tick.py': tick });
      const at = await open();
      await succeeds(at, "system.schedule('yearly').save(flow_name='tick', cron='0 9 1 1 *', time_zone='UTC')");
      assert.match(at.automations.nextOf('yearly')!.toISOString(), /-01-01T09:00:00/);
      await succeeds(at, "system.schedule('yearly').save(cron='30 8 1 7 *')");
      assert.match(at.automations.nextOf('yearly')!.toISOString(), /-07-01T08:30:00/);
      await succeeds(at, "system.schedule('yearly').save(is_enabled=False)");
      assert.equal(at.automations.nextOf('yearly'), undefined);
      await succeeds(at, "system.schedule('yearly').save(is_enabled=True)");
      assert.ok(at.automations.nextOf('yearly'));
      await succeeds(at, "system.schedule('yearly').delete()");
      assert.equal(at.automations.nextOf('yearly'), undefined);
    });

    it('are seen by other processes that share the store, and each moment is started by one of them', async () => {
      write({ 'tick.py': tick });
      const [one, other] = [await open(), await open()];
      await succeeds(one, "system.schedule('every second').save(flow_name='tick', cron='* * * * * *')");
      await eventually(() => other.automations.nextOf('every second') !== undefined);
      await eventually(() => ended(one).length >= 3);
      await succeeds(other, "system.schedule('every second').delete()");
      await eventually(() => one.automations.nextOf('every second') === undefined);
      const moments = all(one).filter(({ schedule_name }) => schedule_name === 'every second').map(({ create_time }) => create_time.slice(0, 19));
      // A busy machine may be late, but never starts more than there were seconds.
      const [first, last] = [Date.parse(`${moments[0]!}Z`), Date.parse(`${moments.at(-1)!}Z`)];
      assert.ok(moments.length <= (last - first) / 1000 + 2, moments.join(' '));
    });

    it('are left to processes that find the flow, and say what is missing', async () => {
      const at = await open();
      await succeeds(at, "system.schedule('lost').save(flow_name='tikc', cron='* * * * * *')");
      write({ 'tick.py': tick });
      await eventually(() => at.notices.length > 0);
      assert.match(at.notices[0]!, /^The schedule lost could not start: There is no flow with the name "tikc"\./);
      assert.equal(at.notices.length, 1);
    });
  });

  for (const [what, fields, message] of [
    ['a bad pattern', "cron='every day'", /InvalidInputError: The schedule "s" cannot be saved: cron takes a pattern .*; got "every day"\./],
    ['a pattern that never comes', "cron='0 0 30 2 *'", /cron never comes: "0 0 30 2 \*"/],
    ['an unknown time zone', "cron='0 9 * * *', time_zone='Vienna'", /time_zone takes a name of the time zone database, such as Europe\/Vienna; got "Vienna"/],
    ['a pattern and a scheduler', "cron='0 9 * * *', scheduler_name='daily'", /A schedule has cron or a scheduler/],
    ['a switch that is none', "is_enabled='yes'", /is_enabled/],
  ] as const) {
    it(`of type schedule are refused with ${what}, and nothing is saved`, async () => {
      const at = await open();
      assert.match((await run(at, `system.schedule('s').save(flow_name='tick', ${fields})`)).message, message);
      assert.deepEqual(at.engine.records.list('schedule', ''), []);
    });
  }

  it('say of a file what is not right with it, once', async () => {
    write({ 'tick.py': tick, 'a.schedule.yaml': 'flow_name: tick\ncron: soon\n', 'b.schedule.yaml': 'flow_name: [\n', 'c.webhook.yaml': 'flow_name: tick\nmethods: [FETCH]\n' });
    const at = await open();
    await at.automations.reload();
    const said = at.notices.map((notice) => notice.replace(/.*work\//, ''));
    assert.equal(said.length, 3, said.join('\n'));
    assert.match(said[0]!, /^b\.schedule\.yaml: line 2/);
    assert.match(said[1]!, /^The schedule a is not right: cron takes a pattern/);
    assert.match(said[2]!, /^The webhook c is not right: methods takes/);
    assert.equal(at.automations.webhook('c')?.enabled, false);
  });

  describe('schedules with a scheduler', () => {
    /** Starts the flow once and ends, as the documents ask for. */
    const once = 'def handler(system, this, inputs):\n    this.flow(inputs["flow_id"], inputs={"setting": inputs["setting_id"]})\n';
    const idle = 'def handler(system, this, inputs):\n    this.sleep(3600)\n';
    const runs = (at: Process): Execution[] => all(at).filter(({ type }) => type === 'SCHEDULE');
    const living = (at: Process): Execution[] => runs(at).filter(({ state }) => state === 'ACTIVE');

    it('run it again and again, with the ids of what they put together', async () => {
      write({ 'tick.py': tick, 'hours.setting.yaml': '[9, 17]\n', 'once.scheduler.yaml': 'scheduler: {description: Once}\n', 'once.py': once });
      const at = await open();
      await succeeds(at, "system.schedule('often').save(flow_name='tick', scheduler_name='once', setting_name='hours')");
      await eventually(() => runs(at).filter(({ state }) => state === 'SUCCEEDED').length >= 2);
      const { records } = at.engine;
      const schedule = records.list('schedule', '')[0]!;
      const id = (type: 'flow' | 'setting' | 'scheduler'): string => records.list(type, '')[0]!.id;
      const [first] = runs(at);
      assert.deepEqual(JSON.parse(first!.input_value), { schedule_id: schedule.id, flow_id: records.list('flow', '').find(({ name }) => name === 'tick')!.id, setting_id: id('setting'), scheduler_id: id('scheduler') });
      const child = ended(at)[0]!;
      assert.deepEqual([child.parent_execution_id, child.schedule_id, child.schedule_name, child.output_value], [first!.id, schedule.id, 'often', JSON.stringify({ setting: id('setting') })]);
    });

    it('run it once among all processes, and stop it when they are disabled', async () => {
      write({ 'tick.py': tick, 'idle.scheduler.yaml': '{}\n', 'idle.py': idle });
      const [one, other] = [await open(), await open()];
      await succeeds(one, "system.schedule('idle').save(flow_name='tick', scheduler_name='idle')");
      await eventually(() => living(one).length === 1);
      await eventually(() => other.engine.get(living(one)[0]!.id) !== undefined);
      await other.automations.reload();
      assert.equal(runs(other).length, 1);
      await succeeds(other, "system.schedule('idle').save(is_enabled=False)");
      await eventually(() => living(one).length === 0);
      assert.deepEqual(runs(one).map(({ state }) => state), ['CANCELLED']);
    });

    it('begin anew when another flow is to be started', async () => {
      write({ 'tick.py': tick, 'tock.py': tick, 'idle.scheduler.yaml': '{}\n', 'idle.py': idle });
      const at = await open();
      await succeeds(at, "system.schedule('idle').save(flow_name='tick', scheduler_name='idle')");
      await eventually(() => living(at).length === 1);
      const [before] = living(at);
      await succeeds(at, "system.schedule('idle').save(flow_name='tock')");
      await eventually(() => runs(at).map(({ state }) => state).join() === 'CANCELLED,ACTIVE');
      assert.equal(runs(at)[0]!.id, before!.id);
    });
  });

  describe('webhooks', () => {
    it('that a flow saves start the flow with the call, and say by which it was started', async () => {
      write({ 'tick.py': tick });
      const at = await open();
      assert.equal(at.automations.webhook('order'), undefined);
      await succeeds(at, "system.webhook('order').save(flow_name='tick', key='s3cret', methods=['POST'])");
      assert.deepEqual(at.automations.webhook('order'), { name: 'order', enabled: true, key: 's3cret', methods: ['POST'], synchronous: true });
      const { output_value, webhook_id } = await (await at.automations.startWebhook('order', '{"method":"POST"}')).ended;
      assert.deepEqual([output_value, webhook_id], ['{"method":"POST"}', at.engine.records.list('webhook', '')[0]!.id]);
      await succeeds(at, "system.webhook('order').save(is_enabled=False)");
      assert.equal(at.automations.webhook('order')?.enabled, false);
      await succeeds(at, "system.webhook('order').delete()");
      assert.equal(at.automations.webhook('order'), undefined);
    });

    it('say which flow is missing', async () => {
      write({ 'tick.py': tick, 'order.webhook.yaml': 'webhook: {flow_id: {name: tikc}}\n', 'none.webhook.yaml': 'webhook: {key: a}\n' });
      const at = await open();
      await assert.rejects(at.automations.startWebhook('order', 'null'), { name: 'EngineError', message: 'There is no flow with the name "tikc". Did you mean "tick"?' });
      await assert.rejects(at.automations.startWebhook('none', 'null'), { message: 'The webhook none names no flow: give flow_name.' });
    });
  });
});
