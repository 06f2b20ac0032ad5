/** When to stop at an error; a client shows the kinds as checkboxes. `raised` and `uncaught` are those of every debuggee. */
export interface ExceptionFilterKind {
  readonly id: 'raised' | 'uncaught' | 'userUnhandled';
  readonly label: string;
  readonly description: string;
  /** Whether it is on until the user decides. */
  readonly default: boolean;
  /** Shown where a condition is typed. */
  readonly conditionDescription: string;
}

const conditionDescription = 'Expression over the error as e, for example: "HttpError" in e.tags';

export const exceptionFilterKinds: readonly ExceptionFilterKind[] = [
  { id: 'raised', label: 'Raised Errors', description: 'Stops where an error is raised, also when an except or retry will handle it.', default: false, conditionDescription },
  { id: 'uncaught', label: 'Uncaught Errors', description: 'Stops where an error is raised that nothing will handle.', default: true, conditionDescription },
];
