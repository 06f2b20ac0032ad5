import { debugFlow, endFlows, type DebuggedFlow, type DebugOptions } from '../unit/flow/debug/debugging.ts';
import { runFlow } from '../unit/flow/hosting.ts';
import { milliseconds, type Measurement } from './measurement.ts';

/** Times itself: a loop that computes, and one that calls a function. Lines 1 to 6 belong to functions that are not called in them. */
const loops = `import time

def other():
    done = 1
    return done

def small(a):
    return a + 1

def loop(count):
    x = 0
    for i in range(count):
        x += i * 2 % 7
        if x > 1000000:
            x = 0
    return x

def calls(count):
    x = 0
    for i in range(count):
        x = small(x)
    return x

def handler(system, this, inputs):
    start = time.perf_counter()
    loop(1_000_000)
    calls(1_000_000)
    return time.perf_counter() - start
`;

async function plain(): Promise<number> {
  const { end } = await runFlow(loops);
  return end.kind === 'returned' ? Number(end.result) : Number.NaN;
}

async function debugged(options: DebugOptions): Promise<number> {
  const flow = await debugFlow(loops, { filters: [{ id: 'uncaught' }], ...options });
  const end = await flow.run.ended;
  endFlows();
  return end.kind === 'returned' ? Number(end.result) : Number.NaN;
}

/** How much slower the loops are under the debugger than without it, one after the other. */
function slower(name: string, options: DebugOptions): Measurement {
  return { name: `flow: ${name}, slower than without`, unit: 'times', measure: async () => (await debugged(options)) / (await plain()) };
}

const steps = 100;

/** A flow stopped in a loop; the mean of many steps counts. */
function stepping(): Measurement {
  let flow: DebuggedFlow;
  return {
    name: 'flow: next until stopped',
    unit: 'ms',
    prepare: async () => {
      flow = await debugFlow('def handler(system, this, inputs):\n    n = 0\n    while True:\n        n += 1\n        n -= 1\n', { breakpoints: [4] });
      await flow.stopped();
      await flow.debuggee.setBreakpoints(flow.debuggee.sources[0]!, []);
    },
    measure: async () => {
      const time = await milliseconds(async () => {
        for (let step = 0; step < steps; step++) {
          flow.debuggee.resume({ kind: 'next', threadId: 1, granularity: 'statement' });
          await flow.stopped();
        }
      });
      return time / steps;
    },
    finish: endFlows,
  };
}

export default [
  slower('loops under the debugger', {}),
  slower('loops with a breakpoint elsewhere', { breakpoints: [4] }),
  slower('loops with breakpoints in their functions', { breakpoints: [{ line: 16, condition: 'False' }, { line: 22, condition: 'False' }] }),
  stepping(),
];
