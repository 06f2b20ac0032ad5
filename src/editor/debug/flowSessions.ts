import * as vscode from 'vscode';

/**
 * The debug sessions of flows, which can do more than others: step to the next call of the Flow-API, and go back to one. Buttons and keys
 * for that know by the context key `stepthrough.debug.flow`.
 */
export class FlowSessions implements vscode.Disposable {
  /** The executions by the ids of their sessions. */
  readonly #executions = new Map<string, string>();
  readonly #activeChanged = vscode.debug.onDidChangeActiveDebugSession(() => this.#show());
  #shown = false;

  dispose(): void {
    this.#activeChanged.dispose();
  }

  add({ id }: vscode.DebugSession, execution: string): void {
    this.#executions.set(id, execution);
    this.#show();
  }

  closed({ id }: vscode.DebugSession): void {
    this.#executions.delete(id);
    this.#show();
  }

  /** Lets the stopped flow run to its next call of the Flow-API. */
  async stepToNextCall(): Promise<void> {
    const { session } = this.#active();
    const selected = vscode.debug.activeStackItem;
    const threadId = selected?.session.id === session.id ? selected.threadId : 1;
    await session.customRequest('stepToNextCall', { threadId });
  }

  /** Takes the debugged flow back to one of its savepoints; it stops there again. */
  async goBack(): Promise<void> {
    await vscode.commands.executeCommand('stepthrough.execution.restoreSavepoint', this.#active().execution);
  }

  #active(): { readonly session: vscode.DebugSession; readonly execution: string } {
    const session = vscode.debug.activeDebugSession;
    const execution = session && this.#executions.get(session.id);
    if (!session || execution === undefined) throw new Error(vscode.l10n.t('No flow is being debugged. Start one with Debug Flow.'));
    return { session, execution };
  }

  #show(): void {
    const active = vscode.debug.activeDebugSession;
    const shown = active !== undefined && this.#executions.has(active.id);
    if (shown === this.#shown) return;
    this.#shown = shown;
    void vscode.commands.executeCommand('setContext', 'stepthrough.debug.flow', shown);
  }
}
