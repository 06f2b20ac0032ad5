import * as vscode from 'vscode';
import type { Execution } from '../../execution/record.ts';
import { isStandardWrapper } from '../../flow/debug/debuggableFlow.ts';
import { programPath, programUri } from '../programs.ts';

/** Types of executions that have lines to stop at. */
const steppable: ReadonlySet<Execution['type']> = new Set(['WORKFLOW', 'FLOW', 'SCRIPT', 'WRAPPER']);

/** Sessions that may be open for executions that this window did not start; a burst of calls must not bury it in them. */
const sessionLimit = 10;

/** What runs a standard wrapper has no lines of the user's: the session above it, and whether that steps into what the wrapper starts. */
interface Passed {
  readonly parent: vscode.DebugSession;
  steppedInto: boolean;
}

interface Attended {
  /** Told once whether a debugger has it. */
  readonly settle: (taken: boolean) => void;
}

/**
 * Gives a debugger to executions that others start, such as a call of the API, before their first step: where the
 * editor has breakpoints in the program, as the setting `stepthrough.server.debug` says, or where the debugger of its
 * parent steps into the call that starts it.
 */
export class Attending implements vscode.Disposable {
  /** The sessions of this window by their executions. */
  readonly #sessions = new Map<string, vscode.DebugSession>();
  readonly #waiting = new Map<string, Attended>();
  /** Executions whose session was opened here and lives. */
  readonly #attended = new Set<string>();
  /** Standard wrappers below a session, by their executions. */
  readonly #wrappers = new Map<string, Passed>();
  /** Sessions that step into what they call next. */
  readonly #steppingIn = new Set<string>();
  #tooManyTold = false;
  /** VS Code tells an extension of breakpoints only when it has asked once, and a little later. */
  readonly #breakpoints = vscode.debug.onDidChangeBreakpoints(() => undefined);

  dispose(): void {
    for (const { settle } of this.#waiting.values()) settle(false);
    this.#waiting.clear();
    this.#breakpoints.dispose();
  }

  /** Undefined where nobody wants to look; else whether a session has taken the execution. See `EngineOptions.attend`. */
  attend(execution: Execution): Promise<boolean> | undefined {
    if (!vscode.workspace.isTrusted) return undefined;
    const { parent, steppedInto } = this.#above(execution);
    if (isStandardWrapper(execution)) {
      if (parent) this.#wrappers.set(execution.id, { parent, steppedInto });
      return undefined;
    }
    if (!steppedInto && !isWanted(execution)) return undefined;
    if (this.#attended.size >= sessionLimit) {
      this.#tellTooMany();
      return undefined;
    }
    this.#attended.add(execution.id);
    return this.#open(execution, parent, steppedInto);
  }

  /** The session above an execution, and whether that steps into it. One step goes into one child: others that the same line starts are not asked for. */
  #above({ type, parent_execution_id: id = '' }: Execution): { readonly parent: vscode.DebugSession | undefined; readonly steppedInto: boolean } {
    const wrapper = this.#wrappers.get(id);
    const parent = wrapper?.parent ?? this.#sessions.get(id);
    if (!parent || !steppable.has(type)) return { parent, steppedInto: false };
    if (!wrapper) return { parent, steppedInto: this.#steppingIn.delete(parent.id) };
    const { steppedInto } = wrapper;
    wrapper.steppedInto = false;
    return { parent, steppedInto };
  }

  /** A session was told to go on, by a step into what is called or otherwise, or has stopped. */
  goes({ id }: vscode.DebugSession, into: boolean): void {
    if (into) this.#steppingIn.add(id);
    else this.#steppingIn.delete(id);
  }

  /** A session has found its execution. The first line of a flow with wrappers around it is the flow's own. */
  has(session: vscode.DebugSession, execution: Execution): void {
    this.#sessions.set(execution.id, session);
    if (isStandardWrapper(execution)) this.#wrappers.set(execution.id, { parent: session, steppedInto: session.configuration['stopOnEntry'] === true });
  }

  /** The session knows its breakpoints, and the execution has begun under it. */
  begun(session: vscode.DebugSession): void {
    for (const id of this.#of(session)) this.#settle(id, true);
  }

  /** The session is over. */
  closed(session: vscode.DebugSession): void {
    this.#steppingIn.delete(session.id);
    for (const [id, { parent }] of this.#wrappers) if (parent.id === session.id) this.#wrappers.delete(id);
    const asked: unknown = session.configuration['execution'];
    for (const id of [...this.#of(session), ...(typeof asked === 'string' ? [asked] : [])]) {
      this.#settle(id, false);
      this.#attended.delete(id);
      this.#sessions.delete(id);
    }
    if (this.#attended.size === 0) this.#tooManyTold = false;
  }

  async #open(execution: Execution, parentSession: vscode.DebugSession | undefined, stopOnEntry: boolean): Promise<boolean> {
    const taken = new Promise<boolean>((resolve) => this.#waiting.set(execution.id, { settle: resolve }));
    const folder = vscode.workspace.getWorkspaceFolder(programUri(execution.program));
    const started = await vscode.debug.startDebugging(folder, { ...attachConfiguration(execution), stopOnEntry }, { suppressSaveBeforeStart: true, ...(parentSession && { parentSession }) }).then(
      (answer) => answer,
      () => false,
    );
    if (!started) {
      this.#attended.delete(execution.id);
      this.#settle(execution.id, false);
    }
    return await taken;
  }

  #settle(id: string, taken: boolean): void {
    this.#waiting.get(id)?.settle(taken);
    this.#waiting.delete(id);
  }

  #of(session: vscode.DebugSession): string[] {
    return [...this.#sessions].filter(([, candidate]) => candidate.id === session.id).map(([id]) => id);
  }

  #tellTooMany(): void {
    if (this.#tooManyTold) return;
    this.#tooManyTold = true;
    const message = vscode.l10n.t('{0} executions are being debugged that calls from outside started. Further ones run without stopping until one of them has ended.', sessionLimit);
    void vscode.window.showWarningMessage(message);
  }
}

/** The configuration of a session that takes up an execution. */
export function attachConfiguration(execution: Execution): vscode.DebugConfiguration {
  return { type: 'stepthrough', request: 'attach', name: execution.name, execution: execution.id };
}

function isWanted(execution: Execution): boolean {
  switch (vscode.workspace.getConfiguration('stepthrough').get<string>('server.debug')) {
    case 'never':
      return false;
    case 'always':
      return true;
    default:
      return execution.breakpoints.length > 0 || hasBreakpoints(execution.program);
  }
}

function hasBreakpoints(program: string): boolean {
  return vscode.debug.breakpoints.some((breakpoint) => breakpoint.enabled && breakpoint instanceof vscode.SourceBreakpoint && programPath(breakpoint.location.uri) === program);
}
