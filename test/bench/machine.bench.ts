import { StepRecorder } from '../../src/engine/history/recorder.ts';
import { compile } from '../../src/machine/compile/compile.ts';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Machine } from '../../src/machine/machine.ts';
import { Recording } from '../../src/machine/recording.ts';
import { hasErrors, parseWorkflow } from '../../src/workflow/parse.ts';
import { milliseconds, type Measurement } from './measurement.ts';

/** A loop as a workflow, and the same done by hand: int64 arithmetic checked, so that the ratio compares like with like. */
interface Loop {
  readonly name: string;
  readonly source: string;
  readonly byHand: () => unknown;
}

const count = 300_000;

/** As the machine adds: exact in int64. */
function add(a: number | bigint, b: number | bigint): number | bigint {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  const exact = BigInt.asIntN(64, BigInt(a) + BigInt(b));
  return exact >= BigInt(Number.MIN_SAFE_INTEGER) && exact <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(exact) : exact;
}

const loops: readonly Loop[] = [
  {
    name: 'range loop with an assign',
    source: `
- init:
    assign:
      - sum: 0
- loop:
    for:
      value: i
      range: [1, ${count}]
      steps:
        - add:
            assign:
              - sum: \${sum + i}
- done:
    return: \${sum}
`,
    byHand: () => {
      let sum: number | bigint = 0;
      for (let i = 1; i <= count; i++) sum = add(sum, i);
      return sum;
    },
  },
  {
    name: 'nested list loops',
    source: `
- init:
    assign:
      - sum: 0
      - list: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
- outer:
    for:
      value: i
      range: [1, ${count / 10}]
      steps:
        - inner:
            for:
              value: v
              in: \${list}
              steps:
                - add:
                    assign:
                      - sum: \${sum + v}
- done:
    return: \${sum}
`,
    byHand: () => {
      const list = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
      let sum: number | bigint = 0;
      for (let i = 1; i <= count / 10; i++) for (const value of list) sum = add(sum, value);
      return sum;
    },
  },
  {
    name: 'next jump loop',
    source: `
- init:
    assign:
      - i: 0
- add:
    assign:
      - i: \${i + 1}
- check:
    switch:
      - condition: \${i < ${count}}
        next: add
- done:
    return: \${i}
`,
    byHand: () => {
      let i: number | bigint = 0;
      do i = add(i, 1);
      while (i < count);
      return i;
    },
  },
];

function machineFor(source: string): Machine {
  const document = parseWorkflow(source, 'yaml');
  if (hasErrors(document.problems)) throw new Error(document.problems.map((problem) => problem.message).join(' '));
  return new Machine(compile(document), { argument: null, environment: new Map(), stepLimit: Number.MAX_SAFE_INTEGER });
}

/** Runs a loop to its end, recorded, with a history of its steps, or neither; gives the steps and the milliseconds it took. */
async function measure(source: string, { recorded = false, history = false } = {}): Promise<{ steps: number; time: number }> {
  const machine = machineFor(source);
  if (history) machine.steps = new StepRecorder(machine.program, { detailed: false });
  const time = await milliseconds(() => {
    const stop = (recorded ? new Recording(machine) : machine).run(Number.MAX_SAFE_INTEGER);
    if (stop.kind !== 'returned') throw new Error(`the loop ended as ${stop.kind}`);
  });
  return { steps: machine.stepCount, time };
}

/** The same many times over, because once is too short to measure. */
async function byHandTime(loop: Loop): Promise<number> {
  const times = 20;
  const time = await milliseconds(() => {
    for (let i = 0; i < times; i++) loop.byHand();
  });
  return time / times;
}

const speed = loops.map((loop): Measurement => ({
  name: `machine: ${loop.name}`,
  unit: 'steps/s',
  prepare: async () => {
    await measure(loop.source);
  },
  measure: async () => {
    const { steps, time } = await measure(loop.source);
    return (steps / time) * 1000;
  },
}));

const ratios = loops.map((loop): Measurement => ({
  name: `machine: ${loop.name}, slower than by hand`,
  unit: 'times',
  prepare: async () => {
    await measure(loop.source);
    await byHandTime(loop);
  },
  measure: async () => (await measure(loop.source)).time / (await byHandTime(loop)),
}));

const recordedSpeed = loops.map((loop): Measurement => ({
  name: `machine, recorded: ${loop.name}`,
  unit: 'steps/s',
  prepare: async () => {
    await measure(loop.source, { recorded: true });
  },
  measure: async () => {
    const { steps, time } = await measure(loop.source, { recorded: true });
    return (steps / time) * 1000;
  },
}));

const historySpeed = loops.map((loop): Measurement => ({
  name: `machine, with history: ${loop.name}`,
  unit: 'steps/s',
  prepare: async () => {
    await measure(loop.source, { history: true });
  },
  measure: async () => {
    const { steps, time } = await measure(loop.source, { history: true });
    return (steps / time) * 1000;
  },
}));

/** A loop that changes a list of a thousand maps all the time, so that no two snapshots have much in common. */
const growing = `
- init:
    assign:
      - list: []
- fill:
    for:
      value: i
      range: [0, 999]
      steps:
        - add:
            assign:
              - list: \${list.concat(list, json.decode("{}"))}
- loop:
    for:
      value: i
      range: [1, 49000]
      steps:
        - change:
            assign:
              - list[i % 1000].n: \${i}
- done:
    return: \${len(list)}
`;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const recordedMemory: Measurement = {
  name: 'machine, recorded: memory for 100,000 steps',
  unit: 'kB',
  runs: 3,
  measure: () => {
    collect();
    const before = process.memoryUsage().heapUsed;
    const recording = new Recording(machineFor(growing));
    const stop = recording.run(Number.MAX_SAFE_INTEGER);
    if (stop.kind !== 'returned') throw new Error(`the loop ended as ${stop.kind}`);
    collect();
    const used = (process.memoryUsage().heapUsed - before) / 1024;
    // Without this the recording could be gone before it was measured.
    recording.goTo(recording.end >> 1);
    return used;
  },
};

/** A definition of about 2,000 lines with every kind of step, each routine 40 lines. */
function generated(routines: number): string {
  const routine = (i: number): string => `
routine${i}:
  params: [input, limit: 10]
  steps:
    - init:
        assign:
          - total: 0
          - items: \${default(map.get(input, "items"), [])}
          - order: {id: ${i}, lines: [], note: '\${"order " + string(limit)}'}
    - each:
        for:
          value: item
          index: position
          in: \${items}
          steps:
            - weigh:
                switch:
                  - condition: \${position >= limit or not("price" in item)}
                    next: break
                  - condition: \${item.price > 100 and item.amount * 2 < 50}
                    assign:
                      - total: \${total + item.price * item.amount}
            - keep:
                assign:
                  - order.lines: \${list.concat(order.lines, item)}
                  - order[string(position)]: \${item.price}
    - send:
        try:
          call: http.post
          args:
            url: \${"https://example.com/orders/" + string(${i})}
            body: \${order}
          result: answer
        retry: \${http.default_retry}
        except:
          as: e
          steps:
            - log:
                call: sys.log
                args: {data: '\${e}', severity: WARNING}
                next: done
    - done:
        return: \${[total, order, routine${(i + 1) % routines}(input)]}
`;
  return `main:\n  params: [args]\n  steps:\n    - start:\n        return: \${routine0(args)}\n${Array.from({ length: routines }, (_, i) => routine(i)).join('')}`;
}

const large = generated(50);

const validation: Measurement = {
  name: `validation: workflow of ${large.split('\n').length.toLocaleString('en')} lines`,
  unit: 'ms',
  runs: 15,
  prepare: () => {
    const { problems } = parseWorkflow(large, 'yaml');
    if (problems.length > 0) throw new Error(problems.map((problem) => problem.message).join(' '));
  },
  measure: () => milliseconds(() => parseWorkflow(large, 'yaml')),
};

export default [...speed, ...ratios, ...recordedSpeed, ...historySpeed, recordedMemory, validation];
