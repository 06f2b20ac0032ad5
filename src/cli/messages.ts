import { createInterface } from 'node:readline';
import type { Answer } from '../flow/forms/answer.ts';
import { described, valueOfText } from '../flow/forms/answer.ts';
import type { FormField } from '../flow/forms/form.ts';
import type { OpenMessage } from '../engine/flows/messages/messages.ts';
import { EngineError } from '../engine/engineError.ts';
import type { LocalExecutionService } from '../service/local/localService.ts';
import type { PreparedAnswers } from './answers.ts';
import { printable, type Terminal } from './terminal.ts';

/** Asks the person at the terminal; undefined once nobody can be asked any more. */
export type Ask = (question: string) => Promise<string | undefined>;

/** The terminal's own question, where people sit at it. Between two questions the terminal is as ever, Ctrl+C included. */
export function terminalAsk(): Ask | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return (question) =>
    new Promise((resolve) => {
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      // The interface takes Ctrl+C for itself.
      lines.on('SIGINT', () => process.emit('SIGINT'));
      lines.on('close', () => resolve(undefined));
      lines.question(question, (text) => {
        resolve(text);
        lines.close();
      });
    });
}

/** Answers messages of executions that run here: from the answer file, else by asking; else it says what is waited for. */
export class MessageAnswering {
  readonly #service: LocalExecutionService;
  readonly #prepared: PreparedAnswers;
  readonly #terminal: Terminal;
  readonly #ask: Ask | undefined;
  readonly #seen = new Set<string>();
  readonly #watch: { dispose(): void };
  #asking: Promise<void> = Promise.resolve();
  #questions = 0;

  constructor(service: LocalExecutionService, prepared: PreparedAnswers, terminal: Terminal, ask: Ask | undefined) {
    this.#service = service;
    this.#prepared = prepared;
    this.#terminal = terminal;
    this.#ask = ask;
    this.#watch = service.engine.messages.watch(() => this.#look());
  }

  /** True while somebody is being asked: nothing else is to be written over the question. */
  get isAsking(): boolean {
    return this.#questions > 0;
  }

  dispose(): void {
    this.#watch.dispose();
  }

  #look(): void {
    const { engine } = this.#service;
    for (const message of engine.messages.open()) {
      if (this.#seen.has(message.id) || !engine.running(message.execution.id)) continue;
      this.#seen.add(message.id);
      const prepared = this.#prepared.take(message.subject);
      if (prepared) void this.#give(message, prepared);
      else if (this.#ask) this.#question(message, this.#ask);
      else this.#terminal.note(waitingText(message));
    }
  }

  /** One after the other. */
  #question(message: OpenMessage, ask: Ask): void {
    this.#questions++;
    this.#asking = this.#asking
      .then(async () => {
        const answer = await askForm(message, ask, this.#terminal);
        if (answer && !(await this.#give(message, answer))) this.#question(message, ask);
      })
      .finally(() => this.#questions--);
  }

  /** Whether the answer was right. */
  async #give({ id }: OpenMessage, answer: Answer): Promise<boolean> {
    try {
      await this.#service.engine.messages.answer(id, answer);
      return true;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      this.#terminal.note(`${printable(error.message)}\n`);
      return false;
    }
  }
}

/** Undefined where nobody answers any more. */
async function askForm({ subject, text, form, execution }: OpenMessage, ask: Ask, terminal: Terminal): Promise<Answer | undefined> {
  terminal.note(`${printable(execution.name)} asks: ${printable(subject)}\n${text === '' ? '' : `${printable(text)}\n`}`);
  const values: [string, unknown][] = [];
  for (const field of form.fields) {
    if (field.kind === 'note') {
      terminal.note(`${printable(field.description)}\n`);
      continue;
    }
    const value = await askField(field, ask, terminal);
    if (value === undefined) return undefined;
    if (value !== null) values.push([field.name, value]);
  }
  const button = form.buttons.length > 1 || form.fields.length === 0 ? await askButton(form.buttons, ask) : { name: form.buttons[0]?.name };
  return button && { values: Object.fromEntries(values), button: button.name };
}

/** Null for a field that was left as it is. */
async function askField(field: FormField, ask: Ask, terminal: Terminal): Promise<unknown> {
  const { label, description, kind, choices, initial } = field;
  if (description !== '') terminal.note(`${printable(description)}\n`);
  const takes = choices ? choices.join(', ') : described(kind);
  for (;;) {
    const text = await ask(`${printable(label)} (${printable(takes)}${initial === undefined ? '' : `; ${printable(initial)}`}): `);
    if (text === undefined) return undefined;
    if (text === '' && initial !== undefined) return null;
    const read = valueOfText(field, text);
    if ('value' in read) return read.value;
    terminal.note(`${printable(read.problem)}\n`);
  }
}

async function askButton(buttons: OpenMessage['form']['buttons'], ask: Ask): Promise<{ readonly name: string | undefined } | undefined> {
  const choices = buttons.map(({ label }, index) => `${index + 1} ${printable(label)}`).join(', ');
  for (;;) {
    const text = await ask(`${choices}: `);
    if (text === undefined) return undefined;
    const chosen = text === '' ? buttons[0] : (buttons.find(({ name, label }) => text === name || text === label) ?? buttons[Number(text) - 1]);
    if (chosen) return { name: chosen.name };
  }
}

function waitingText({ subject, text, form, execution }: OpenMessage): string {
  const fields = form.fields.filter(({ kind }) => kind !== 'note').map(({ name, kind }) => `${name}: <${described(kind)}>`);
  const choice = form.buttons.length > 1 ? `\n  button: <${form.buttons.map(({ name }) => name).join(' or ')}>` : '';
  const entry = `- subject: ${JSON.stringify(subject)}\n  values: {${fields.join(', ')}}${choice}`;
  // One that is only to be read may have nobody waiting for it.
  const what = fields.length === 0 && choice === '' ? `shows the message ${JSON.stringify(subject)}${text === '' ? '' : `:\n${text}\n`}; until it is read it may wait` : `waits for an answer to ${JSON.stringify(subject)}`;
  return printable(`${execution.name} ${what}. Answer it in VS Code over the same data folder, or with --answers FILE that has:\n${entry}\n`);
}
