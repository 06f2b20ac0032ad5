/** The beginning of the status line of an execution that waits for the answer to a message. */
export const waitingForAnswer = 'Waiting for an answer:';
