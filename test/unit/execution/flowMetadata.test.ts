import assert from 'node:assert/strict';
import { checkFlowMetadata } from '../../../src/execution/flowMetadata.ts';
import { parseSource } from '../../../src/source/parse.ts';

describe("a flow's metadata", () => {
  for (const [name, text, defaults, problems] of [
    ['gives defaults to executions', 'description: Ships\nbreakpoints: [3]\npriority: 2\n', { description: 'Ships', breakpoints: [3], priority: 2 }, []],
    ['may stand below its type, as exports have it', 'flow:\n  priority: 2\n', { priority: 2 }, []],
    ['keeps schemas and wrappers to itself', 'input_schema: {type: object}\nwrappers: [{wrapper_name: retry}]\n', {}, []],
    ['leaves alone what other fields an export has', 'id: 5\nproject_id_project: {name: x}\ncreated_at: 2020-01-01\n', {}, []],
    ['takes nothing for not given', 'priority:\n', {}, []],
    ['tells a slip', 'inputschema: {}\n', {}, ['flow/unknown-field <inputschema>']],
    ['tells a wrong value', 'priority: high\nmax_runtime_minutes: 5\n', { max_runtime_minutes: 5 }, ['execution/wrong-type <high>']],
    ['is a map', '- a\n', {}, ['flow/metadata <- a>']],
    ['may be empty', '', {}, []],
  ] as const) {
    it(name, () => {
      const checked = checkFlowMetadata(parseSource(text, 'yaml').root);
      assert.deepEqual(checked.defaults, defaults);
      assert.deepEqual(checked.problems.map(({ code, range }) => `${code} <${text.slice(range.start, range.end)}>`), problems);
    });
  }
});
