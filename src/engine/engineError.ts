/** A request that cannot be done; the message is shown as it is. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}
