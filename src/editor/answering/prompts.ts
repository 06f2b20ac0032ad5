import * as vscode from 'vscode';
import type { Messages, OpenMessage } from '../../engine/flows/messages/messages.ts';
import { withoutLinks } from '../links.ts';
import { showFailure } from '../messages.ts';

/** Characters of a message that a notification shows. */
const shownLength = 300;

/** Tells of messages that wait for an answer, once each in a window: also of those that waited when it was opened. */
export class MessagePrompts implements vscode.Disposable {
  readonly #messages: Messages;
  readonly #watch: { dispose(): void };
  readonly #told = new Set<string>();

  constructor(messages: Messages) {
    this.#messages = messages;
    this.#watch = messages.watch(() => this.#look());
    this.#look();
  }

  dispose(): void {
    this.#watch.dispose();
  }

  #look(): void {
    for (const message of this.#messages.open()) {
      if (this.#told.has(message.id)) continue;
      this.#told.add(message.id);
      this.#tell(message).catch(showFailure);
    }
  }

  async #tell({ id, subject, text, type, form, execution }: OpenMessage): Promise<void> {
    const toRead = form.fields.length === 0 && form.buttons.length === 1;
    const answer = toRead ? form.buttons[0]!.label : vscode.l10n.t('Answer…');
    const show = vscode.l10n.t('Show Execution');
    const said = text === '' ? subject : `${subject}: ${text}`;
    const short = withoutLinks(`${execution.name} · ${said.length > shownLength ? `${said.slice(0, shownLength)}…` : said}`);
    const chosen = await looks[type](short, answer, show);
    if (chosen === show) await vscode.commands.executeCommand('stepthrough.execution.show', execution.id);
    else if (chosen === answer && toRead) await this.#messages.answer(id, { values: {} });
    else if (chosen === answer) await vscode.commands.executeCommand('stepthrough.message.answer', id);
  }
}

type Show = (text: string, ...actions: string[]) => Thenable<string | undefined>;

const info: Show = (text, ...actions) => vscode.window.showInformationMessage(text, ...actions);

const looks: Readonly<Record<OpenMessage['type'], Show>> = {
  SUCCESS: info,
  INFO: info,
  WARNING: (text, ...actions) => vscode.window.showWarningMessage(text, ...actions),
  ERROR: (text, ...actions) => vscode.window.showErrorMessage(text, ...actions),
  POPUP: (text, ...actions) => vscode.window.showInformationMessage(text, { modal: true }, ...actions),
};
