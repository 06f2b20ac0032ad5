import { strict as assert } from 'node:assert';
import { compile } from '../../../src/machine/compile/compile.ts';
import { printJson } from '../../../src/machine/json.ts';
import { Machine } from '../../../src/machine/machine.ts';
import { parseWorkflow } from '../../../src/workflow/parse.ts';

const program = compile(
  parseWorkflow(
    `
- init:
    assign: [{order: []}]
- all:
    parallel:
      shared: [order]
      for:
        value: v
        in: [a, b, c]
        steps:
          - one:
              assign: [{order: '\${list.concat(order, v + 1)}'}]
          - two:
              assign: [{order: '\${list.concat(order, v + 2)}'}]
- done:
    return: \${order}
`,
    'yaml',
  ),
);

/** The order in which the branches wrote; run in pieces of a size. */
function order(seed: number | undefined, piece = 1000): string {
  let machine = new Machine(program, { argument: null, environment: new Map(), seed });
  for (;;) {
    const stop = machine.run(piece);
    if (stop.kind === 'returned') return printJson(stop.value);
    assert.equal(stop.kind, 'budget');
    const next = new Machine(program, { argument: null, environment: new Map(), seed: 0 });
    next.restore(machine.snapshot());
    machine = next;
  }
}

describe('the order of parallel branches', () => {
  it('is that of the text without a seed', () => assert.equal(order(undefined), '["a1","a2","b1","b2","c1","c2"]'));

  it('is the same for the same seed, also in pieces and after snapshots', () => {
    for (let seed = 0; seed < 50; seed++) assert.equal(order(seed, 1), order(seed));
  });

  it('differs between seeds, and each branch keeps its own order', () => {
    const orders = new Set(Array.from({ length: 300 }, (_, seed) => order(seed)));
    // Three branches of two writes can meet in 6! / 2!³ = 90 ways.
    assert.ok(orders.size > 45, `only ${orders.size} of 90 orders`);
    for (const text of orders) for (const name of ['a', 'b', 'c']) assert.ok(text.indexOf(`${name}1`) < text.indexOf(`${name}2`), text);
  });
});
