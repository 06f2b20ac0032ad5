import assert from 'node:assert/strict';
import type { StepEntry } from '../../../src/execution/stepEntry.ts';
import { stepTitle } from '../../../src/execution/stepWords.ts';

function branch(line: number, column: number): StepEntry {
  const progress = { type: 'PROGRESS_TYPE_PARALLEL_BRANCH', number: 2, expected: undefined } as const;
  return { id: 1, routine: 'main', step: 'both', line, column, type: 'STEP_PARALLEL_BRANCH_ENTRY', state: 'STATE_SUCCEEDED', created: 0, updated: 0, parent: undefined, childCount: 0, progress, thread: 2, exception: undefined, variables: undefined };
}

describe('the title of a branch in the history of steps', () => {
  const cases: readonly (readonly [what: string, script: string, line: number, column: number, title: string])[] = [
    ['is its name', 'a:\n  - stock of pens:\n', 2, 5, 'branch stock of pens'],
    ['is its name between quotes', '- "a: b":\n', 1, 3, 'branch a: b'],
    ['is its name between single quotes', "- 'a''b' :\n", 1, 3, "branch a'b"],
    ['is its name in JSON', '{"x": [{"first":{}}]}', 1, 9, 'branch first'],
    ['is its name with carriage returns', 'x:\r\n  - one:\r\n', 2, 5, 'branch one'],
    ['is its number where nothing can be read there', '- one\n', 1, 3, 'branch 2'],
    ['is its number where the source has no such line', '- one:\n', 7, 3, 'branch 2'],
  ];
  for (const [what, script, line, column, title] of cases) {
    it(what, () => assert.equal(stepTitle(branch(line, column), script), title));
  }
});
