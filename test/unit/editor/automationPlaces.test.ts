import assert from 'node:assert/strict';
import { automationPlaces, enablingEdit } from '../../../src/editor/automations/places.ts';

/** Each place as the text that begins there, with its type, name and whether it acts. */
function shown(path: string, text: string): string[] {
  return automationPlaces(path, text).map(({ type, name, start, enabled }) => `${type} ${name} ${enabled} ${text.slice(start).split('\n')[0]!}`);
}

/** The text after the first place was let rest, or act. */
function toggled(path: string, text: string, enabled: boolean): string | undefined {
  const [place] = automationPlaces(path, text);
  const edit = place && enablingEdit(place, enabled, text, path);
  return edit && text.slice(0, edit.range.start) + edit.newText + text.slice(edit.range.end);
}

describe('schedules and webhooks in the text of a file', () => {
  for (const [path, text, expected] of [
    ['/w/stepthrough.yaml', 'schedules:\n  a:\n    cron: x\n  b: {enabled: false}\n  c: 1\nwebhooks:\n  d:\n    program: x\n', ['schedule a true a:', 'schedule b false b: {enabled: false}', 'webhook d true d:']],
    ['/w/stepthrough.yaml', 'schedules: 1\n', []],
    ['/w/a.schedule.yaml', '# nightly\ncron: x\n---\nschedule:\n  name: b\n  is_enabled: false\n---\nsetting: {name: c}\n', ['schedule a true cron: x', 'schedule b false schedule:']],
    ['/w/a.webhook.json', '{"flow_name": "x"}', ['webhook a true {"flow_name": "x"}']],
    ['/w/a.schedule.yaml', 'cron: [\n', []],
    ['/w/a.scheduler.yaml', 'name: x\n', []],
  ] as const) {
    it(`are found: ${JSON.stringify(text)}`, () => assert.deepEqual(shown(path, text), expected));
  }

  for (const [path, text, enabled, expected] of [
    ['/w/stepthrough.yaml', 'schedules:\n  a:\n    cron: x\n', false, 'schedules:\n  a:\n    enabled: false\n    cron: x\n'],
    ['/w/stepthrough.yaml', 'schedules:\n  a: {cron: x}\n', false, 'schedules:\n  a: {enabled: false, cron: x}\n'],
    ['/w/stepthrough.yaml', 'schedules:\n  a: {enabled: false, cron: x}\n', true, 'schedules:\n  a: {enabled: true, cron: x}\n'],
    ['/w/a.schedule.yaml', 'cron: x\n', false, 'is_enabled: false\ncron: x\n'],
    ['/w/a.schedule.yaml', 'cron: x\nis_enabled:\n', false, 'cron: x\nis_enabled: false\n'],
    ['/w/a.schedule.yaml', 'schedule: {}\n', false, undefined],
    ['/w/a.webhook.json', '{"flow_name": "x"}', false, '{"is_enabled": false, "flow_name": "x"}'],
    ['/w/a.webhook.json', '{\n  "flow_name": "x"\n}', false, '{\n  "is_enabled": false,\n  "flow_name": "x"\n}'],
  ] as const) {
    it(`are ${enabled ? 'enabled' : 'disabled'}: ${JSON.stringify(text)}`, () => assert.equal(toggled(path, text, enabled), expected));
  }
});
