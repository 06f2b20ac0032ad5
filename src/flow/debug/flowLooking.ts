import { DebugError, type DebugFrame, type DebugScope, type DebugValue, type DebugVariable, type EvaluationContext, type ExceptionDetails } from '../../debuggee/debuggee.ts';
import type { Execution } from '../../execution/record.ts';
import type { Conversation } from './conversation.ts';
import type { FlowSources } from './flowSources.ts';
import { executionNotes, executionReference, executionScope, frameOf, scopeOf, valueOf, variableOf } from './flowValues.ts';

/** What there is to see of a stopped flow: its process is asked for all but the execution's own scope. Every answer may be a `DebugError`. */
export class FlowLooking {
  readonly #conversation: Conversation;
  readonly #sources: FlowSources;
  readonly #execution: Execution;

  constructor(conversation: Conversation, sources: FlowSources, execution: Execution) {
    this.#conversation = conversation;
    this.#sources = sources;
    this.#execution = execution;
  }

  async frames(threadId: number): Promise<DebugFrame[]> {
    const frames = await this.#conversation.ask('stack', { thread: threadId });
    return frames.map((frame) => frameOf(frame, this.#sources));
  }

  async scopes(frameId: number): Promise<DebugScope[]> {
    const scopes = await this.#conversation.ask('scopes', { frame: frameId });
    return [...scopes.map(scopeOf), executionScope];
  }

  async children(reference: number, page: { start?: number; count?: number; filter?: 'named' | 'indexed' }): Promise<DebugVariable[]> {
    if (reference === executionReference) return page.filter === 'indexed' ? [] : executionNotes(this.#execution);
    const values = await this.#conversation.ask('children', { reference, ...page });
    return values.map(variableOf);
  }

  async evaluate(expression: string, frameId: number | undefined, context: EvaluationContext): Promise<DebugValue> {
    return valueOf(await this.#conversation.ask('evaluate', { expression, context, ...(frameId === undefined ? {} : { frame: frameId }) }));
  }

  async setVariable(reference: number, name: string, value: string): Promise<DebugValue> {
    if (reference === executionReference) throw new DebugError(`${JSON.stringify(name)} cannot be changed: it is of the execution.`);
    return valueOf(await this.#conversation.ask('setVariable', { reference, name, value }));
  }

  async setExpression(target: string, value: string, frameId: number): Promise<DebugValue> {
    return valueOf(await this.#conversation.ask('setExpression', { target, value, frame: frameId }));
  }

  async exceptionInfo(threadId: number): Promise<ExceptionDetails | undefined> {
    return (await this.#conversation.ask('exception', { thread: threadId })) ?? undefined;
  }
}
