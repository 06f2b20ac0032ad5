import * as vscode from 'vscode';
import { EngineError } from '../../engine/engineError.ts';
import type { Messages, OpenMessage } from '../../engine/flows/messages/messages.ts';
import type { Answer } from '../../flow/forms/answer.ts';
import type { App } from '../app.ts';
import { isExecutionNode } from '../executions/nodes.ts';
import { showFailure } from '../messages.ts';
import { isTrustedToRun } from '../run/trust.ts';
import { askForm, withoutEmphasis } from './answerForm.ts';

/** Answers a message: of an id, of an execution in the tree, or one that is picked. True where it was answered. */
export async function answerMessage(app: App, target: unknown): Promise<boolean> {
  if (!(await isTrustedToRun())) return false;
  const { messages } = (await app.store.open()).engine;
  const open = messages.open();
  const message = typeof target === 'string' ? one(open, target) : await choose(isExecutionNode(target) ? open.filter(({ execution }) => execution.id === target.id) : open);
  return message !== undefined && (await answer(messages, message));
}

async function answer(messages: Messages, message: OpenMessage): Promise<boolean> {
  const { form, id, subject, text } = message;
  let given: Answer | undefined;
  if (form.fields.every(({ kind }) => kind === 'note')) {
    const notes = [text, ...form.fields.map(({ description }) => withoutEmphasis(description))].filter((part) => part !== '').join('\n\n');
    const button = await vscode.window.showInformationMessage(subject, { modal: true, detail: notes }, ...form.buttons.map(({ label }) => label));
    given = button === undefined ? undefined : { values: {}, button: form.buttons.find(({ label }) => label === button)?.name };
  } else {
    given = await askForm(message);
  }
  while (given) {
    try {
      await messages.answer(id, given);
      return true;
    } catch (error) {
      if (!(error instanceof EngineError) || !messages.open().some((one) => one.id === id)) throw error;
      // Rules that only the whole form can break: what was filled in stays.
      showFailure(error);
      given = await askForm(message, given);
    }
  }
  return false;
}

function one(open: readonly OpenMessage[], id: string): OpenMessage {
  const found = open.find((message) => message.id === id);
  if (!found) throw new Error(vscode.l10n.t('The message has been answered already, or its execution has ended.'));
  return found;
}

async function choose(open: readonly OpenMessage[]): Promise<OpenMessage | undefined> {
  if (open.length === 0) {
    await vscode.window.showInformationMessage(vscode.l10n.t('No message waits for an answer.'));
    return undefined;
  }
  if (open.length === 1) return open[0];
  const items = open.map((message) => ({ label: message.subject, description: message.execution.name, message }));
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Answer Message'), placeHolder: vscode.l10n.t('Which message'), matchOnDescription: true });
  return picked?.message;
}
