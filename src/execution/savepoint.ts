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
