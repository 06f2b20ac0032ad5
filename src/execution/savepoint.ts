/** A moment to which an execution can go back (cloudomation 2.5). */
export interface Savepoint {
  readonly id: string;
  /** Of those that the program named itself. */
  readonly name: string | undefined;
  /** What was done last before it: a call of the Flow-API, such as `record.get`. */
  readonly call: string;
  /** Where the program was: 1-based line, and the function or routine. Another file than the program's is named. */
  readonly line: number;
  readonly file: string | undefined;
  readonly routine: string;
  /** When that was begun, RFC 3339. */
  readonly time: string;
}

/** What one line does in turn to have a child run: `this.flow(…)` makes, starts and awaits it. */
const parts: ReadonlyMap<string, readonly string[]> = new Map([
  ['execution.create', ['execution.run', 'execution.wait']],
  ['execution.run', ['execution.wait']],
]);

/** Those that people mean: of the parts of one call only the last, after which the whole is done. Oldest first, as they come. */
export function wholeCalls(savepoints: readonly Savepoint[]): readonly Savepoint[] {
  return savepoints.filter((savepoint, index) => {
    const next = savepoints[index + 1];
    const goesOn = next !== undefined && next.line === savepoint.line && next.file === savepoint.file && next.routine === savepoint.routine;
    return !goesOn || parts.get(savepoint.call)?.includes(next.call) !== true;
  });
}
