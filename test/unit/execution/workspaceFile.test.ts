import assert from 'node:assert/strict';
import { nextCron } from '../../../src/execution/cron.ts';
import { checkWorkspaceFile } from '../../../src/execution/workspaceFile.ts';
import { parseSource } from '../../../src/source/parse.ts';

function check(yaml: string) {
  const file = checkWorkspaceFile(parseSource(yaml, 'yaml').root);
  return { ...file, problems: file.problems.map(({ code, message, range }) => ({ code, message, at: yaml.slice(range.start, range.end) })) };
}

describe('stepthrough.yaml', () => {
  it('says what runs by itself, how many at once and what is kept', () => {
    const file = check(`
      concurrency: 4
      retention: {days: 7, executions: 1000, deleted_days: 1}
      schedules:
        nightly:
          cron: "30 2 * * 1-5"
          time_zone: Europe/Vienna
          program: report.workflows.yaml
          argument: {days: 1.0}
          missed: once
          priority: 5
          labels: {team: billing}
        flow: {cron: "@daily", flow_name: clean, enabled: false}
      webhooks:
        order: {program: order.workflows.yaml, key: s3cret, methods: [POST], synchronous: false, max_runtime_minutes: 1}
        open: {program: order.workflows.yaml}
    `);
    assert.deepEqual(file.problems, []);
    assert.equal(file.concurrency, 4);
    assert.deepEqual(file.retention, { days: 7, executions: 1000, deletedDays: 1 });
    const [nightly, flow] = file.schedules;
    assert.deepEqual([nightly?.name, nightly?.cron, nightly?.timeZone, nightly?.missed, nightly?.enabled], ['nightly', '30 2 * * 1-5', 'Europe/Vienna', 'once', true]);
    assert.equal(nightly?.launch.program?.path, 'report.workflows.yaml');
    assert.equal(nightly.launch.input && 'json' in nightly.launch.input && nightly.launch.input.json, '{"days":1.0}');
    assert.deepEqual([nightly.launch.options.priority, { ...nightly.launch.options.labels }], [5, { team: 'billing' }]);
    assert.deepEqual([flow?.enabled, flow?.missed, flow?.launch.options.flow_name], [false, 'skip', 'clean']);
    const [order, open] = file.webhooks;
    assert.deepEqual([order?.key, order?.methods, order?.synchronous, order?.launch.options], ['s3cret', ['POST'], false, { max_runtime_minutes: 1 }]);
    assert.deepEqual([open?.key, open?.methods, open?.synchronous], [undefined, ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'], true]);
  });

  it('may be empty, and so may its parts', () => {
    for (const yaml of ['', '# nothing yet', 'schedules:', 'webhooks: {}\nretention:']) assert.deepEqual(check(yaml).problems, [], yaml);
  });

  const wrong: readonly (readonly [yaml: string, code: string, message: RegExp, at: string])[] = [
    ['[1]', 'workspace/wrong-type', /is a map of concurrency/, '[1]'],
    ['concurrency: 0', 'execution/bad-value', /concurrency takes an integer from 1 to 10000; got 0/, '0'],
    ['shedules: {}', 'execution/unknown-field', /"shedules" is not a key of stepthrough.yaml; did you mean schedules\?/, 'shedules'],
    ['retention: 90', 'workspace/wrong-type', /retention is a map of days/, '90'],
    ['retention: {day: 90}', 'execution/unknown-field', /"day" is not a key of retention; did you mean days\?/, 'day'],
    ['schedules: [a]', 'workspace/wrong-type', /schedules is a map of names/, '[a]'],
    ['schedules: {a b: {}}', 'workspace/bad-name', /got "a b"/, 'a b'],
    ['schedules: {a: 5}', 'workspace/wrong-type', /a is a schedule: a map/, '5'],
    ['schedules: {a: {program: p.yaml}}', 'workspace/missing-key', /The schedule a has no cron/, 'a'],
    ['schedules: {a: {cron: "@daily"}}', 'workspace/missing-key', /a names nothing to run/, 'a'],
    ['schedules: {a: {cron: "61 * * * *", program: p.yaml}}', 'workspace/cron', /cron takes a pattern of minute, .*; got "61 \* \* \* \*"/, '"61 * * * *"'],
    ['schedules: {a: {cron: "0 0 30 2 *", program: p.yaml}}', 'workspace/cron', /never comes/, '"0 0 30 2 *"'],
    ['schedules: {a: {cron: "2026-01-01T00:00:00", program: p.yaml}}', 'workspace/cron', /takes a pattern/, '"2026-01-01T00:00:00"'],
    ['schedules: {a: {cron: "@daily", time_zone: Mars, program: p.yaml}}', 'workspace/time-zone', /got "Mars"/, 'Mars'],
    ['schedules: {a: {crom: "@daily", cron: "@daily", program: p.yaml}}', 'execution/unknown-field', /"crom" is not a key of a schedule; did you mean cron\?/, 'crom'],
    ['schedules: {a: {cron: "@daily", program: p.yaml, name: x}}', 'workspace/single-use', /name cannot be given for a schedule: it is unique/, 'name'],
    ['schedules: {a: {cron: "@daily", program: p.yaml, priority: high}}', 'execution/wrong-type', /priority takes an integer/, 'high'],
    ['schedules: {a: {cron: "@daily", program: p.yaml, missed: all}}', 'execution/bad-value', /missed takes one of skip, once; got "all"/, 'all'],
    ['webhooks: {a: {program: p.yaml, methods: [POTS]}}', 'workspace/method', /methods takes GET, POST.*; got "POTS"/, '[POTS]'],
    ['webhooks: {a: {program: p.yaml, argument: 1}}', 'workspace/webhook-input', /argument cannot be given/, 'argument'],
    ['webhooks: {a: {program: p.yaml, key: ""}}', 'execution/bad-value', /key takes a line of text of 1 to 256 characters; got 0/, '""'],
  ];
  for (const [yaml, code, message, at] of wrong) {
    it(`tells at its place what is wrong in ${yaml}`, () => {
      const { problems } = check(yaml);
      assert.equal(problems.length, 1, JSON.stringify(problems));
      assert.deepEqual([problems[0]!.code, problems[0]!.at], [code, at]);
      assert.match(problems[0]!.message, message);
    });
  }

  it('leaves out only what is wrong', () => {
    const { schedules, problems } = check('schedules: {a: {cron: bad, program: p.yaml}, b: {cron: "@daily", program: p.yaml}}');
    assert.deepEqual([schedules.map(({ name }) => name), problems.length], [['b'], 1]);
  });
});

describe('cron', () => {
  for (const [pattern, zone, after, next] of [
    ['0 9 * * *', 'UTC', '2026-03-28T08:59:59.999Z', '2026-03-28T09:00:00.000Z'],
    ['0 9 * * *', 'UTC', '2026-03-28T09:00:00.000Z', '2026-03-29T09:00:00.000Z'],
    // The clock is put forward in the night of 29 March.
    ['0 9 * * *', 'Europe/Vienna', '2026-03-28T08:00:00.500Z', '2026-03-29T07:00:00.000Z'],
    ['*/2 * * * * *', 'UTC', '2026-03-28T09:00:00.100Z', '2026-03-28T09:00:02.000Z'],
  ] as const) {
    it(`${pattern} in ${zone} comes after ${after} at ${next}`, () => assert.equal(new Date(nextCron(pattern, zone, Date.parse(after))!).toISOString(), next));
  }
});
