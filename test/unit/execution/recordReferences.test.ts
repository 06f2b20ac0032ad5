import assert from 'node:assert/strict';
import { recordReferences } from '../../../src/execution/recordReferences.ts';
import { resourceDocument } from '../../../src/execution/resourceText.ts';
import { parseDocuments } from '../../../src/source/documents.ts';

describe('names in a file of records', () => {
  for (const [what, type, text, expected] of [
    ['are those of what a schedule puts together', 'schedule', 'schedule:\n  flow_name: report\n  scheduler_name: "daily"\n  setting_name: hours\n  description: report\n', ['flow report', 'scheduler "daily"', 'setting hours']],
    ['are the flow of a webhook', 'webhook', 'flow_name: take order\nkey: secret\n', ['flow take order']],
    ['are the flows of hooks, however they are given', 'object_template', 'on_create: greet\non_update: [tell, {flow_name: note}]\non_delete: null\n', ['flow greet', 'flow tell', 'flow note', 'flow null']],
    ['are wrappers of a flow', 'flow', 'wrappers:\n  - retry\n  - {wrapper_name: trace, params: {}}\n', ['wrapper retry', 'wrapper trace']],
    ['are in no content', 'setting', 'value: {flow_name: x}\n', []],
  ] as const) {
    it(what, () => {
      const { root } = parseDocuments(text, 'yaml')[0]!;
      const found = recordReferences(resourceDocument(root!, type));
      assert.deepEqual(found.map((one) => `${one.type} ${text.slice(one.range.start, one.range.end)}`), expected);
    });
  }

  it('may be about to be written', () => {
    const text = 'flow_name: \nis_enabled: true\n';
    const [found] = recordReferences(resourceDocument(parseDocuments(text, 'yaml')[0]!.root!, 'webhook'));
    assert.deepEqual([found?.type, found?.name], ['flow', '']);
  });
});
