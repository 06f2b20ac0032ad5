/** One row of `npm run bench`. A file *.bench.ts exports an array of these as its default. */
export interface Measurement {
  readonly name: string;
  readonly unit: 'ms' | 'kB' | 'steps/s' | 'times';
  /** How often to measure; the median is shown. 5 where not given; 1 for what does not vary. */
  readonly runs?: number;
  /** Not counted: called once before the first run. */
  readonly prepare?: () => Promise<void> | void;
  /** Measures once and returns the figure in `unit`. */
  readonly measure: () => Promise<number> | number;
  /** Called after the last run, also when one failed. */
  readonly finish?: () => Promise<void> | void;
}

/** Milliseconds that `work` takes. */
export async function milliseconds(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
