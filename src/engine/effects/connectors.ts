import type { Execution, JsonText } from '../../execution/record.ts';
import type { Effect, EffectRequest, Outcome } from '../../machine/effect.ts';
import type { ExecutionPlace } from './children.ts';
import { performExecutionCall } from './executionCalls.ts';
import { once, type InFlight } from './inFlight.ts';
import { plainCall } from './secretManager.ts';

/** A call of a Google service: `name` as in the workflow, `args` the JSON text of its arguments with `connector_params`. */
export interface ConnectorCall {
  readonly name: string;
  readonly args: JsonText;
}

/**
 * Makes connector calls of the real services. Who has signed in to Google gives one to the engine; without one only
 * mocks and the engine itself answer. Retries, polling of operations and timeouts are its business; the outcome is a
 * `response`, a `result` (JSON text of the body) or an error.
 */
export interface ConnectorTransport {
  /** Undefined for a call it does not know. After `signal` the answer is not needed. */
  call(call: ConnectorCall, signal: AbortSignal): Promise<Outcome> | undefined;
}

/** Where a call of an execution is answered. */
export interface ConnectorPlaces extends InFlight {
  readonly effect: Effect;
  readonly execution: Execution;
  readonly executions: ExecutionPlace;
  readonly transport: ConnectorTransport | undefined;
  /** The mock file that a missing answer belongs into. */
  readonly mockFile: string;
}

type ConnectorRequest = Extract<EffectRequest, { kind: 'connector' }>;

/** Makes a call that no mock answers: by this engine, or by the signed-in service. */
export function performConnector(request: ConnectorRequest, places: ConnectorPlaces, signal: AbortSignal): Outcome | Promise<Outcome> {
  const own = performExecutionCall(places, request.name, request.args, signal);
  if (own) return own;
  const { transport } = places;
  if (!transport) return unanswered(request, places);
  return once(places.effect, places, () => {
    const plain = plainCall(request, places.executions.place.projectId);
    const { name, args } = plain?.request ?? request;
    const called = transport.call({ name, args }, signal);
    if (!called) return unanswered(request, places);
    return plain ? called.then((outcome) => plain.settle(outcome)) : called;
  });
}

function unanswered(request: ConnectorRequest, places: ConnectorPlaces): Outcome {
  const message = `${request.name} has no answer on this machine; add one to ${places.mockFile}, such as: - {call: ${request.name}, result: {}}`;
  return { kind: 'error', tag: 'SystemError', message };
}
