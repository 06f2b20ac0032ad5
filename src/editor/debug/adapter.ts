import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import type { Connection } from '../../debug/connection.ts';
import type { Launch as LaunchAdapter } from '../../debug/launch.ts';
import { LaunchRefused } from '../../execution/launch.ts';
import { isStoredProgram } from '../../execution/program.ts';
import type { Execution, ExecutionType } from '../../execution/record.ts';
import { flowFilterKinds } from '../../flow/debug/flowFilters.ts';
import { fileRole } from '../../schema/association.ts';
import { nameOf } from '../../schema/files.ts';
import { ServiceError, type DebuggableService } from '../../service/service.ts';
import type { App } from '../app.ts';
import { showFailure } from '../messages.ts';
import { findOpenDocument } from '../programs.ts';
import { confirmProductive } from '../run/productive.ts';
import { showRefusal } from '../run/refusal.ts';
import type { OwnConfiguration } from '../run/start.ts';
import { readFile, readText } from '../run/texts.ts';

type Found = Awaited<ReturnType<DebuggableService['debug']>>;

/** Debug sessions run inside the extension host, over the executions of this window. */
export class InlineAdapters implements vscode.DebugAdapterDescriptorFactory {
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  async createDebugAdapterDescriptor(session: vscode.DebugSession): Promise<vscode.DebugAdapterDescriptor> {
    // VS Code never debugs in Restricted Mode by itself; what starts sessions in other ways ends here.
    if (!vscode.workspace.isTrusted) throw new Error(vscode.l10n.t('Workflows and flows run only in a trusted workspace.'));
    const { createSession } = await import('../../debug/session.ts');
    const refusals = new Refusals();
    const connection = createSession({
      launch: this.#launch(session, refusals),
      exceptionFilters: (await isOfFlow(this.#app, session)) ? flowFilterKinds : undefined,
      attach: async ({ execution }) => this.#found(session, await (await this.#app.store.open()).attach(execution)),
      readText: (path) => (isStoredProgram(path) ? this.#app.stored.text(path) : readText(path)),
      onBegun: () => this.#app.attending.begun(session),
      onClosed: () => {
        this.#app.attending.closed(session);
        this.#app.flowSessions.closed(session);
      },
    });
    return new vscode.DebugAdapterInlineImplementation(new InlineAdapter(connection, refusals, (into) => this.#app.attending.goes(session, into)));
  }

  #found(session: vscode.DebugSession, found: Found): Found {
    this.#app.attending.has(session, found.execution);
    if (found.debuggee.capabilities.stepToCall) this.#app.flowSessions.add(session, found.execution.id);
    return found;
  }

  #launch(session: vscode.DebugSession, refusals: Refusals): LaunchAdapter {
    return async ({ program, input, mocks, options, noDebug }) => {
      const typed = (session.configuration as OwnConfiguration).__argument;
      const { startRequestOf } = await import('../../service/local/startRequest.ts');
      try {
        const request = await startRequestOf({ program, input: typed === undefined ? input : { kind: 'json', json: typed }, mocks, options }, (path, limit) => this.#app.stored.readFile(path, limit));
        if (!(await confirmProductive(request))) throw refusals.withdrawn();
        const service = await this.#app.store.open();
        return this.#found(session, await service.debug({ ...request, withoutDebugging: noDebug }));
      } catch (error) {
        if (error instanceof LaunchRefused) refusals.tell(error, program);
        throw error;
      }
    };
  }
}

/** Whether a session is for a flow, as far as its configuration tells. */
async function isOfFlow(app: App, { configuration }: vscode.DebugSession): Promise<boolean> {
  const { program, execution } = configuration as { readonly program?: unknown; readonly execution?: unknown };
  if (typeof program === 'string') {
    if (fileRole(nameOf(program))?.kind === 'execution') return await namesFlow(program);
    const open = findOpenDocument(program);
    return /\.py$/i.test(program) || (open !== undefined && app.programs.kindOf(open) === 'flow');
  }
  const found = typeof execution === 'string' ? await findExecution(app, execution) : undefined;
  return found !== undefined && flowTypes.has(found.type);
}

/** Whether an execution file is for a flow; what is wrong with it is told when it is launched. */
async function namesFlow(file: string): Promise<boolean> {
  const { startRequestOf } = await import('../../service/local/startRequest.ts');
  return await startRequestOf({ program: file, options: {} }, readFile).then(({ program }) => /\.py$/i.test(program), () => false);
}

/** As an attach finds it. */
async function findExecution(app: App, reference: string): Promise<Execution | undefined> {
  const service = await app.store.open();
  try {
    return service.find(reference);
  } catch (error) {
    // That it means more than one is told by the attach.
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}

const flowTypes: ReadonlySet<ExecutionType> = new Set(['FLOW', 'SCRIPT', 'WRAPPER']);

/**
 * Why a launch was refused is said by a message of our own: VS Code's is modal, and links only to files of the
 * machine the window is on.
 */
class Refusals {
  #told = false;

  tell(refusal: LaunchRefused, program: string): void {
    this.#told = true;
    void showRefusal(refusal, program).catch(showFailure);
  }

  /** The user does not want it after all, and need not be told. */
  withdrawn(): Error {
    this.#told = true;
    return new Error(vscode.l10n.t('The launch was withdrawn.'));
  }

  /** A response as VS Code gets it: without a message of its own where the user has been told. */
  silence(message: vscode.DebugProtocolMessage): vscode.DebugProtocolMessage {
    if (!this.#told) return message;
    const response = message as DebugProtocol.ErrorResponse;
    const isRefusal = response.type === 'response' && response.command === 'launch' && !response.success;
    return isRefusal && response.body.error ? { ...response, body: { error: { ...response.body.error, showUser: false } } } : message;
  }
}

const resuming: ReadonlySet<string> = new Set(['continue', 'next', 'stepIn', 'stepOut', 'stepToNextCall', 'restart']);

/** A session as VS Code wants it; the two libraries declare the same messages in types of their own. */
class InlineAdapter extends vscode.Disposable implements vscode.DebugAdapter {
  readonly #connection: Connection;
  readonly #goes: (into: boolean) => void;
  readonly #messages = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  readonly onDidSendMessage = this.#messages.event;

  /** `goes` hears when the session goes on, with whether it steps into what is called, and when it stops. */
  constructor(connection: Connection, refusals: Refusals, goes: (into: boolean) => void) {
    super(() => connection.dispose());
    this.#connection = connection;
    this.#goes = goes;
    connection.onDidSendMessage((message) => {
      if ((message as Partial<DebugProtocol.Event>).event === 'stopped') goes(false);
      this.#messages.fire(refusals.silence(message));
    });
  }

  handleMessage(message: vscode.DebugProtocolMessage): void {
    const { type, command = '' } = message as Partial<DebugProtocol.Request>;
    if (type === 'request' && resuming.has(command)) this.#goes(command === 'stepIn');
    this.#connection.handleMessage(message as Parameters<Connection['handleMessage']>[0]);
  }
}
