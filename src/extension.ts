import * as vscode from 'vscode';
import type { App } from './editor/app.ts';
import { Attending } from './editor/debug/attending.ts';
import { FlowSessions } from './editor/debug/flowSessions.ts';
import { documentScheme, ExecutionDocuments } from './editor/executions/documents.ts';
import { Store } from './editor/executions/store.ts';
import { StoredPrograms } from './editor/executions/storedPrograms.ts';
import { ExecutionsTree } from './editor/executions/tree.ts';
import { baseName } from './editor/files.ts';
import { isActing, WorkspaceAutomation } from './editor/run/automation.ts';
import { Programs } from './editor/programs.ts';
import { InputMemory } from './editor/run/inputMemory.ts';
import { InputStatus } from './editor/run/inputStatus.ts';
import { RunProgress } from './editor/run/progress.ts';
import { LocalApi } from './editor/server/localApi.ts';
import { storedScheme } from './execution/program.ts';
import { fileRole } from './schema/association.ts';

let shutDown: (() => Promise<void>) | undefined;

/**
 * The entry point VS Code loads. It only registers: what a command or a feature needs is imported when it is first
 * used, so that activation costs next to nothing.
 */
export function activate(context: vscode.ExtensionContext): void {
  const attending = new Attending();
  const store: Store = new Store(context, attending, () => automation.concurrency);
  const automation = new WorkspaceAutomation(store);
  const programs = new Programs();
  const tree = new ExecutionsTree(store, programs, context.workspaceState);
  const progress = new RunProgress();
  const documents = new ExecutionDocuments(store);
  const inputs = new InputMemory(context.workspaceState);
  const stored = new StoredPrograms(store);
  const flowSessions = new FlowSessions();
  const api = new LocalApi(store, context.secrets, automation);
  const app: App = { store, tree, programs, progress, inputs, stored, attending, flowSessions, api };
  shutDown = async () => {
    await api.stop();
    await store.dispose();
  };
  context.subscriptions.push(programs, inputs, new InputStatus(programs, inputs), tree, progress, documents, stored, attending, flowSessions, api, automation);
  context.subscriptions.push(vscode.workspace.registerTextDocumentContentProvider(documentScheme, documents), vscode.workspace.registerTextDocumentContentProvider(storedScheme, stored));
  registerRunning(context, app);
  registerExecutions(context, app);
  registerGitTracking(context);
  registerDebugging(context, app);
  registerServer(context, api);
  registerMessages(context, app);
  registerLanguage(context, app);
  registerAutomations(context, app, automation);
  void store.openExisting();
  void automation.look();
}

/** VS Code waits for this, unlike for what `subscriptions` dispose: executions that run are let go of, and go on in the next window. */
export async function deactivate(): Promise<void> {
  await shutDown?.();
}

function registerRunning(context: vscode.ExtensionContext, app: App): void {
  const commands = () => import('./editor/run/commands.ts');
  const run = (mode: 'run' | 'debug', askInput: boolean) => async (target: unknown) => await (await commands()).runProgram(app, mode, target, { askInput });
  for (const kind of ['workflow', 'flow']) {
    register(context, `${kind}.run`, run('run', false));
    register(context, `${kind}.debug`, run('debug', false));
    register(context, `${kind}.runWithInput`, run('run', true));
    register(context, `${kind}.debugWithInput`, run('debug', true));
  }
  register(context, 'flow.new', async () => await (await import('./editor/flows/newFlow.ts')).newFlow());
  register(context, 'workflow.runWithOptions', async (target) => await (await import('./editor/run/optionsForm.ts')).runWithOptions(app, target));
  register(context, 'workflow.chooseInput', async (target) => await (await commands()).chooseProgramInput(app, target));
  register(context, 'input.create', async (target) => await (await import('./editor/run/newInput.ts')).createInputFile(app, target));
  register(context, 'launch.pickProgram', async () => await (await commands()).pickProgram());
  register(context, 'launch.pickInput', async (configuration) => await (await commands()).pickInputFile(app, configuration));
  register(context, 'samples.open', async () => await (await import('./editor/samples.ts')).openSamples(context.extensionUri));
}

/** An execution file that is saved by hand may say that it belongs into git. */
function registerGitTracking(context: vscode.ExtensionContext): void {
  const byHand = new Set<string>();
  context.subscriptions.push(
    vscode.workspace.onWillSaveTextDocument(({ document, reason }) => {
      const key = document.uri.toString();
      if (reason === vscode.TextDocumentSaveReason.Manual && fileRole(baseName(document.uri.path))?.kind === 'execution') byHand.add(key);
      else byHand.delete(key);
    }),
    vscode.workspace.onDidSaveTextDocument(async (document) => {
      if (byHand.delete(document.uri.toString())) await (await import('./editor/run/gitTracking.ts')).keepInGit(document.uri, document.getText());
    }),
  );
}

function registerExecutions(context: vscode.ExtensionContext, app: App): void {
  const actions = () => import('./editor/executions/actions.ts');
  const names = ['openArgument', 'openResult', 'openError', 'openLog', 'openSource', 'goToStep', 'show', 'runAgain', 'debugAgain', 'attach', 'pause', 'resume', 'restoreSavepoint', 'cancel', 'delete', 'restore'];
  for (const name of names) register(context, `execution.${name}`, async (target, selected) => await (await actions()).runAction(app, name, target, selected));
  register(context, 'executions.refresh', async () => await app.tree.refresh());
  register(context, 'executions.showDeleted', async () => await app.tree.showDeleted(true));
  register(context, 'executions.hideDeleted', async () => await app.tree.showDeleted(false));
  register(context, 'executions.loadMore', async (node) => await app.tree.loadMore(node));
  register(context, 'executions.filter', async () => await (await import('./editor/executions/filterPick.ts')).filterTree(app));
  register(context, 'executions.groupBy', async () => await (await import('./editor/executions/groupPick.ts')).groupTree(app));
  register(context, 'executions.clearFilter', async () => await app.tree.setFilter(undefined));
}

function registerDebugging(context: vscode.ExtensionContext, app: App): void {
  const type = 'stepthrough';
  const configurations = () => import('./editor/debug/configuration.ts');
  const active = async () => new (await configurations()).ActiveProgramConfigurations(app);
  const workspace = async () => new (await configurations()).WorkspaceConfigurations();
  context.subscriptions.push(
    vscode.debug.registerDebugConfigurationProvider(type, {
      provideDebugConfigurations: async () => await (await active()).provideDebugConfigurations(),
      resolveDebugConfiguration: async (folder, configuration) => await (await active()).resolveDebugConfiguration(folder, configuration),
      resolveDebugConfigurationWithSubstitutedVariables: async (folder, configuration) => await (await active()).resolveDebugConfigurationWithSubstitutedVariables(folder, configuration),
    }),
    vscode.debug.registerDebugConfigurationProvider(
      type,
      { provideDebugConfigurations: async (folder) => await (await workspace()).provideDebugConfigurations(folder) },
      vscode.DebugConfigurationProviderTriggerKind.Dynamic,
    ),
    vscode.debug.registerDebugAdapterDescriptorFactory(type, {
      createDebugAdapterDescriptor: async (session) => await new (await import('./editor/debug/adapter.ts')).InlineAdapters(app).createDebugAdapterDescriptor(session),
    }),
  );
  register(context, 'debug.stepToNextCall', () => app.flowSessions.stepToNextCall());
  register(context, 'debug.goBack', () => app.flowSessions.goBack());
  const languages: vscode.DocumentSelector = ['yaml', 'json', 'python'];
  const isOurs = (): boolean => vscode.debug.activeDebugSession?.type === type;
  context.subscriptions.push(
    vscode.languages.registerEvaluatableExpressionProvider(languages, {
      provideEvaluatableExpression: async (document, position) => (isOurs() ? (await import('./editor/debug/expressions.ts')).evaluatableAt(document, position) : undefined),
    }),
    vscode.languages.registerInlineValuesProvider(languages, {
      provideInlineValues: async (document, viewPort, { stoppedLocation }) => (isOurs() ? (await import('./editor/debug/inlineValues.ts')).inlineValuesOf(document, viewPort, stoppedLocation) : []),
    }),
  );
}

function registerMessages(context: vscode.ExtensionContext, app: App): void {
  register(context, 'message.answer', async (target) => await (await import('./editor/answering/answer.ts')).answerMessage(app, target));
  register(context, 'secret.set', async () => await (await import('./editor/secrets.ts')).setSecret(context.secrets));
  app.store.onDidOpen(async ({ engine }) => {
    const { MessagePrompts } = await import('./editor/answering/prompts.ts');
    context.subscriptions.push(new MessagePrompts(engine.messages));
  });
}

function registerServer(context: vscode.ExtensionContext, api: LocalApi): void {
  register(context, 'server.start', () => api.start());
  register(context, 'server.stop', () => api.stop());
  register(context, 'server.copyAddress', () => api.copyAddress());
  register(context, 'server.copyCurl', () => api.copyCurl());
  register(context, 'server.setToken', () => api.setToken());
  register(context, 'server.openLog', () => Promise.resolve(api.openLog()));
  register(context, 'server.menu', () => api.showMenu());
  const startByItself = (): void => {
    const wanted = vscode.workspace.getConfiguration('stepthrough').get<boolean>('server.autoStart') === true;
    // Asking for trust is for those who asked for something.
    if (wanted && vscode.workspace.isTrusted) void vscode.commands.executeCommand('stepthrough.server.start');
  };
  startByItself();
  context.subscriptions.push(vscode.workspace.onDidGrantWorkspaceTrust(startByItself));
}

/** The checks of workflows, and everything about input files, load when the first document is open that they are for. */
function registerLanguage(context: vscode.ExtensionContext, app: App): void {
  onFirstDocument(context, app, (document) => app.programs.kindOf(document) === 'workflow', async () => {
    const { registerWorkflows } = await import('./editor/workflows.ts');
    return registerWorkflows(app.programs);
  });
  onFirstDocument(context, app, (document) => app.programs.kindOf(document) === 'flow', async () => {
    const { registerFlows } = await import('./editor/flows/index.ts');
    return registerFlows(app.programs);
  });
  onFirstDocument(context, app, ({ uri }) => fileRole(baseName(uri.path)) !== undefined, async () => {
    const { registerInputFiles } = await import('./editor/inputs/index.ts');
    return registerInputFiles(context);
  });
}

/** Schedules and webhooks: what they do stands above them, once the first file that has any is open. */
function registerAutomations(context: vscode.ExtensionContext, app: App, automation: WorkspaceAutomation): void {
  const commands = () => import('./editor/automations/commands.ts');
  register(context, 'automation.enable', async (uri, type, name, enabled) => await (await commands()).enable(uri as vscode.Uri, String(type), String(name), enabled === true));
  register(context, 'automation.startNow', async (id) => await (await commands()).startNow(automation, String(id)));
  register(context, 'automation.copyCurl', async (name) => await (await commands()).copyCurl(automation, app.api, String(name)));
  onFirstDocument(context, app, ({ uri }) => uri.scheme === 'file' && isActing(uri.path), async () => {
    const { AutomationLenses } = await import('./editor/automations/lenses.ts');
    const lenses = new AutomationLenses(automation, app.store);
    return vscode.Disposable.from(lenses, vscode.languages.registerCodeLensProvider(AutomationLenses.files, lenses));
  });
}

function onFirstDocument(context: vscode.ExtensionContext, app: App, isFor: (document: vscode.TextDocument) => boolean, load: () => Promise<{ dispose(): unknown }>): void {
  let loaded = false;
  const look = (document: vscode.TextDocument): void => {
    if (loaded || !isFor(document)) return;
    loaded = true;
    void load().then((feature) => context.subscriptions.push(feature));
  };
  context.subscriptions.push(vscode.workspace.onDidOpenTextDocument(look), app.programs.onDidDetect(look));
  vscode.workspace.textDocuments.forEach(look);
}

/** A command that fails says why, whoever called it; it then gives undefined. */
function register(context: vscode.ExtensionContext, name: string, run: (...args: unknown[]) => Promise<unknown>): void {
  const command = async (...args: unknown[]): Promise<unknown> => {
    try {
      return await run(...args);
    } catch (error) {
      (await import('./editor/messages.ts')).showFailure(error);
      return undefined;
    }
  };
  context.subscriptions.push(vscode.commands.registerCommand(`stepthrough.${name}`, command));
}
