import { argumentsOf, type FlowCallName, type RecordReference } from '../../flow/flowCalls.ts';
import type { CallOutcome, FlowCall } from '../../flow/protocol.ts';
import { EngineError } from '../engineError.ts';
import { StoreError } from '../store.ts';
import { FlowError, FlowSignal, type CallHandler, type FlowContext, type FlowParts } from './calls.ts';
import { exactText } from './exactJson.ts';

/** Finds who answers a call, and makes an outcome of what they say. */
export class Answerer {
  readonly #parts: FlowParts;

  constructor(parts: FlowParts) {
    this.#parts = parts;
  }

  answer(call: FlowCall, context: FlowContext): CallOutcome | Promise<CallOutcome> {
    return outcomeOf(() => {
      const args = argumentsOf(call.name as FlowCallName, call.args);
      return this.#handler(call, args)(args as never, context);
    });
  }

  /** What a call that is answered from the journal has to do nevertheless, such as to take a lock; undefined where nothing. */
  again(call: FlowCall, context: FlowContext): Promise<unknown> | undefined {
    const handler = own(this.#parts.again, call.name) as ((args: never, context: FlowContext) => void | Promise<void>) | undefined;
    return handler && Promise.resolve(outcomeOf(() => handler(argumentsOf(call.name as FlowCallName, call.args) as never, context)));
  }

  #handler(call: FlowCall, args: object): (args: never, context: FlowContext) => unknown {
    const found = call.name.startsWith('record.') ? this.#recordHandler(call, args as RecordReference) : own(this.#parts.calls, call.name);
    if (!found) throw new FlowError('InternalError', `The local engine does not know the call ${call.name}.`);
    return found as (args: never, context: FlowContext) => unknown;
  }

  #recordHandler({ name }: FlowCall, { type }: Pick<RecordReference, 'type'>): CallHandler<FlowCallName> | undefined {
    const handler = own(this.#parts.records, type);
    if (!handler) throw new FlowError('ResourceNotFoundError', `The local engine keeps no records of type ${type}.`);
    return own(handler, name) as CallHandler<FlowCallName> | undefined;
  }
}

/** A property of the object's own: names come from a process that may say anything. */
function own(parts: object, name: string): unknown;
function own<Parts extends object, Name extends keyof Parts>(parts: Parts, name: Name): Parts[Name] | undefined;
function own(parts: object, name: string): unknown {
  return Object.hasOwn(parts, name) ? (parts as Record<string, unknown>)[name] : undefined;
}

function outcomeOf(perform: () => unknown): CallOutcome | Promise<CallOutcome> {
  try {
    const answer = perform();
    return answer instanceof Promise ? answer.then(valueOf, errorOutcome) : valueOf(answer);
  } catch (error) {
    return errorOutcome(error);
  }
}

function valueOf(answer: unknown): CallOutcome {
  return { kind: 'value', value: exactText(answer) };
}

function errorOutcome(error: unknown): CallOutcome {
  if (error instanceof FlowSignal) return { kind: 'signal', signal: error.signal, message: error.message };
  if (error instanceof FlowError) return { kind: 'error', type: error.type, message: error.message, ...(error.details === undefined ? {} : { details: exactText(error.details) }) };
  if (error instanceof EngineError || error instanceof StoreError) return { kind: 'error', type: 'InternalError', message: error.message };
  return { kind: 'error', type: 'InternalError', message: `The engine failed: ${error instanceof Error ? error.message : String(error)}` };
}
