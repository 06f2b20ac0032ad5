import type { ExceptionFilterKind } from '../../debuggee/exceptionFilters.ts';

const conditionDescription = 'Expression over the error as e, for example: isinstance(e, KeyError)';

/** When a flow stops at an error. */
export const flowFilterKinds: readonly ExceptionFilterKind[] = [
  { id: 'raised', label: 'Raised Exceptions', description: 'Stops where the flow raises an exception, or meets one, also when it will be handled.', default: false, conditionDescription },
  { id: 'uncaught', label: 'Uncaught Exceptions', description: 'Stops when an exception ends the flow or a thread of it, with its frames as they were.', default: true, conditionDescription },
  {
    id: 'userUnhandled',
    label: 'User Unhandled Exceptions',
    description: "Stops where an exception leaves the flow's own code for a library that has called it.",
    default: false,
    conditionDescription,
  },
];
