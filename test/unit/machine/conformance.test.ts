import { strict as assert } from 'node:assert';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { compile } from '../../../src/machine/compile/compile.ts';
import { Machine } from '../../../src/machine/machine.ts';
import type { MachineStop } from '../../../src/machine/stop.ts';
import { hasErrors } from '../../../src/workflow/parse.ts';
import { check, describe as shown, documentOf, options, play, topics } from './conformance.ts';

const source = path.resolve(import.meta.dirname, '../../../src');

for (const topic of topics) {
  describe(`conformance: ${topic.name}`, () => {
    for (const test of topic.cases) it(test.name, () => check(test));
  });
}

describe('conformance cases', () => {
  const cases = topics.flatMap((topic) => topic.cases);

  it('have names of their own and say where the behaviour is described', () => {
    const names = topics.flatMap((topic) => topic.cases.map((test) => `${topic.name}: ${test.name}`));
    assert.deepEqual(names.filter((name, i) => names.indexOf(name) !== i), []);
    assert.deepEqual(cases.filter((test) => !test.page).map((test) => test.name), []);
  });

  it('show every problem code of the workflow language', () => {
    const mentioned = globSync(['workflow/**/*.ts', 'source/*.ts'], { cwd: source }).flatMap((file) =>
      [...readFileSync(path.join(source, file), 'utf8').matchAll(/'([a-z]+\/[a-z-]+)'/g)].map((match) => match[1]!),
    );
    const shownCodes = new Set(cases.flatMap((test) => test.problems?.map((problem) => problem.code) ?? []));
    // Only inputs built to exhaust the YAML parser, or longer than any workflow may be, come to the first two; only files
    // of resources hold several documents.
    const elsewhere = ['source/unreadable', 'source/too-large', 'source/too-many-documents'];
    assert.deepEqual([...new Set(mentioned)].filter((code) => !shownCodes.has(code) && !elsewhere.includes(code)).sort(), []);
  });

  it('end in the same way when run in pieces, each in a new machine', () => {
    for (const test of cases) {
      const document = documentOf(test);
      if (hasErrors(document.problems)) continue;
      const program = compile(document);
      let piece = 0;
      const inPieces = (machine: Machine): { machine: Machine; stop: MachineStop } => {
        for (;;) {
          // Small pieces first; then larger ones, so that long loops come to their end.
          const stop = machine.run(++piece < 200 ? 1 + (piece % 3) : piece * 50);
          if (stop.kind !== 'budget') return { machine, stop };
          const next = new Machine(program, options(test));
          next.restore(machine.snapshot());
          machine = next;
        }
      };
      assert.equal(shown(play(program, test, inPieces)), shown(play(program, test)), test.name);
    }
  });
});
