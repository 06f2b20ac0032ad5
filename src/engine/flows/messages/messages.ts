import type { Execution, JsonText } from '../../../execution/record.ts';
import { isTerminal } from '../../../execution/state.ts';
import type { Fields } from '../../../flow/flowCalls.ts';
import { checkAnswer, type Answer } from '../../../flow/forms/answer.ts';
import { FormError, readForm, type Form } from '../../../flow/forms/form.ts';
import { waitingForAnswer } from '../../../flow/forms/waiting.ts';
import { EngineError } from '../../engineError.ts';
import { FlowError, savedOf, type CallHandlers, type FlowContext } from '../calls.ts';
import { ExactJson, membersOf } from '../exactJson.ts';
import type { FlowTables } from '../flowTables.ts';
import { givenFields } from '../records/recordCalls.ts';
import { longestRecordName } from '../../../execution/recordTypes.ts';
import type { FlowRecord, Records } from '../records/records.ts';
import type { Watchers } from '../watchers.ts';

/** A message that waits for an answer. */
export interface OpenMessage {
  readonly id: string;
  readonly subject: string;
  /** Markdown of a flow's author: shown as text, never trusted. */
  readonly text: string;
  readonly type: MessageType;
  readonly execution: { readonly id: string; readonly name: string };
  readonly form: Form;
  /** RFC 3339. */
  readonly time: string;
}

/** cloudomation 7. */
export type MessageType = 'SUCCESS' | 'INFO' | 'WARNING' | 'ERROR' | 'POPUP';

/** With the older spelling. */
const messageTypes: ReadonlyMap<unknown, MessageType> = new Map([['SUCCESS', 'SUCCESS'], ['INFO', 'INFO'], ['WARNING', 'WARNING'], ['WARN', 'WARNING'], ['ERROR', 'ERROR'], ['POPUP', 'POPUP']]);

export interface MessageOptions {
  readonly tables: FlowTables;
  readonly records: Records;
  readonly watchers: Watchers;
  execution(id: string): Execution | undefined;
}

/**
 * Messages of flows to people: kept with the records, so that they can be answered in another window, and after it was
 * opened anew. A message is open until it has an answer or its execution has ended.
 */
export class Messages {
  readonly #options: MessageOptions;
  readonly #listeners = new Set<() => void>();

  constructor(options: MessageOptions) {
    this.#options = options;
  }

  /** Oldest first. */
  open(): OpenMessage[] {
    return this.#options.records.open().flatMap((record) => {
      const from = this.#options.execution(String(record.fields['execution_id']));
      return from && !isTerminal(from.state) && from.state !== 'UNAVAILABLE' ? [openMessage(record, from)] : [];
    });
  }

  /** Answers one; the answer is held against its form. Rejects with `EngineError`. */
  async answer(id: string, answer: Answer): Promise<void> {
    const { records, watchers } = this.#options;
    const message = this.open().find((one) => one.id === id);
    if (!message) throw new EngineError(records.stored(id) ? 'The message has been answered already, or its execution has ended.' : `There is no message ${id}.`);
    const checked = await checkAnswer(message.form, answer);
    if (checked.kind === 'wrong') throw new EngineError(`The answer to ${JSON.stringify(message.subject)} is not right: ${checked.problems.join(' ')}`);
    records.update(id, new Map([['response', checked.json], ['is_answered', 'true']]), false);
    watchers.check();
    this.#tell();
  }

  /** Calls back when a message was shown or answered in this process, or its execution has ended. */
  watch(listener: () => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  /** An execution has ended: nobody can answer its messages any more. */
  end(execution: string): void {
    const { records } = this.#options;
    const own = records.open().filter(({ fields }) => fields['execution_id'] === execution);
    for (const { id } of own) records.update(id, new Map(), false);
    if (own.length > 0) this.#tell();
  }

  get calls(): Pick<CallHandlers, 'message.create' | 'message.wait'> {
    return {
      'message.create': ({ fields }, context) => savedOf(this.#create(fields, context)),
      'message.wait': ({ id, timeout }, context) => this.#wait(id, timeout, context),
    };
  }

  #create(fields: Fields, context: FlowContext): FlowRecord {
    const { records } = this.#options;
    // Made again after a crash, it is the same one.
    const before = records.stored(context.id);
    if (before) return before;
    try {
      readForm(fields);
    } catch (error) {
      if (error instanceof FormError) throw new FlowError('SchemaError', error.message);
      throw error;
    }
    const type = fields['type'] ?? 'INFO';
    if (!messageTypes.has(type)) throw new FlowError('ValueError', `The type of a message is one of ${[...new Set(messageTypes.values())].join(', ')}; got ${JSON.stringify(type)}.`);
    const { execution } = context;
    const own: [string, JsonText][] = [['execution_id', JSON.stringify(execution.id)], ['execution_name', JSON.stringify(execution.name)], ['is_answered', 'false'], ['response', 'null']];
    const name = subjectOf(fields).slice(0, longestRecordName);
    const record = records.create('message', name, new Map([...givenFields(context), ...own]), { id: context.id, program: '', open: true });
    context.log('INFO', { text: `Message: ${subjectOf(fields)}` });
    this.#tell();
    return record;
  }

  #wait(id: string, timeout: number | null, context: FlowContext): Promise<unknown> | ExactJson {
    const { records, watchers } = this.#options;
    const message = records.stored(id);
    if (message?.type !== 'message') throw new FlowError('ResourceNotFoundError', `There is no message with the id ${JSON.stringify(id)}.`);
    const answered = responseOf(message);
    if (answered) return answered;
    const deadline = timeout === null ? undefined : context.began + timeout * 1000;
    const shown = context.waiting(`${waitingForAnswer} ${subjectOf(message.fields)}`);
    let response: ExactJson | undefined;
    return watchers
      .until(() => (response = responseOf(records.stored(id))) !== undefined, deadline, context.signal)
      .then((end) => {
        if (end === 'done') return response;
        throw new FlowError('MessageResponseTimeoutError', `Nobody answered the message ${JSON.stringify(subjectOf(message.fields))} within ${timeout ?? 0} s.`);
      })
      .finally(() => shown.over());
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

function openMessage({ id, fields }: FlowRecord, { id: execution, name }: Execution): OpenMessage {
  const text = fields['message'];
  return {
    id,
    subject: subjectOf(fields),
    text: typeof text === 'string' ? text : '',
    type: messageTypes.get(fields['type']) ?? 'INFO',
    execution: { id: execution, name },
    form: readForm(fields),
    time: String(fields['created_at']),
  };
}

function subjectOf(fields: Fields): string {
  const subject = fields['subject'];
  return typeof subject === 'string' && subject.trim() !== '' ? subject.trim() : 'Message';
}

/** Undefined while nobody has answered. */
function responseOf(record: FlowRecord | undefined): ExactJson | undefined {
  if (record?.fields['is_answered'] !== true) return undefined;
  return new ExactJson(membersOf(record.text)?.get('response') ?? 'null');
}
