import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Debuggee, DebuggeeSource, EvaluationContext } from '../debuggee/debuggee.ts';
import { when, type Soon } from '../debuggee/soon.ts';
import type { Coordinates } from './coordinates.ts';
import { badRequest, noError, notChangeable } from './errors.ts';
import { exceptionBody, scopeBody, valueBody, variableBody } from './present.ts';
import type { Answer, RequestHandlers } from './requests.ts';

/** What looking at an execution needs of its session. */
export interface View {
  /** The debuggee, if it is stopped; else throws `RequestError` that begins with `what`. */
  stopped(what: string): Debuggee;
  lookAt(source: DebuggeeSource): Promise<DebugProtocol.Source>;
  coordinates(): Coordinates;
  client(): DebugProtocol.InitializeRequestArguments;
  tell(event: string, body: object): void;
}

type Looking = 'stackTrace' | 'scopes' | 'variables' | 'evaluate' | 'setVariable' | 'setExpression' | 'exceptionInfo';

/** The requests about frames and values of a stopped execution. */
export function lookingHandlers(view: View): Pick<RequestHandlers, Looking> {
  return {
    stackTrace: (args) => stackTrace(view, args),
    scopes: (args) => when(view.stopped('Variables').scopes(args.frameId), (scopes) => ({ body: { scopes: scopes.map(scopeBody) } })),
    variables: (args) => variables(view, args),
    evaluate: (args) => evaluate(view, args),
    setVariable: (args) => change(view, (debuggee) => debuggee.setVariable(args.variablesReference, args.name, args.value)),
    setExpression: ({ expression, value, frameId }) => {
      if (frameId === undefined) throw badRequest('setExpression', 'a frame is needed to know which variables are meant.');
      return change(view, (debuggee) => debuggee.setExpression(expression, value, frameId));
    },
    exceptionInfo: (args) => {
      return when(view.stopped('The error').exceptionInfo(args.threadId), (details) => {
        if (!details) throw noError();
        return { body: exceptionBody(details) };
      });
    },
  };
}

async function stackTrace(view: View, args: DebugProtocol.StackTraceArguments): Promise<Answer<DebugProtocol.StackTraceResponse['body']>> {
  const asked = view.stopped('The call stack').frames(args.threadId);
  const frames = asked instanceof Promise ? await asked : asked;
  const start = args.startFrame ?? 0;
  // 0 levels are all, as the protocol has it.
  const page = frames.slice(start, args.levels ? start + args.levels : undefined);
  const sources = new Map<DebuggeeSource, DebugProtocol.Source>();
  for (const { source } of page) if (!sources.has(source)) sources.set(source, await view.lookAt(source));
  const stackFrames = page.map(({ id, name, source, location, presentation }) => ({
    id,
    name,
    source: sources.get(source)!,
    // The end is left out: VS Code would select the whole statement at each stop.
    ...view.coordinates().startToClient(location),
    presentationHint: presentation,
  }));
  return { body: { stackFrames, totalFrames: frames.length } };
}

function variables(view: View, args: DebugProtocol.VariablesArguments): Soon<Answer<DebugProtocol.VariablesResponse['body']>> {
  const page = {
    ...(args.filter === undefined ? {} : { filter: args.filter }),
    ...(args.start === undefined ? {} : { start: args.start }),
    // A count of 0 is all, as the protocol has it.
    ...(args.count ? { count: args.count } : {}),
  };
  return when(view.stopped('Variables').children(args.variablesReference, page), (found) => ({ body: { variables: found.map((variable) => variableBody(variable, view.client())) } }));
}

function evaluate(view: View, args: DebugProtocol.EvaluateArguments): Soon<Answer<DebugProtocol.EvaluateResponse['body']>> {
  const context = contexts.get(args.context ?? '') ?? 'watch';
  return when(view.stopped('Values').evaluate(args.expression, args.frameId, context), (value) =>
    when(context === 'clipboard' ? value.full() : value.display, (result) => ({ body: { result, ...valueBody(value, view.client()) } })),
  );
}

const contexts: ReadonlyMap<string, EvaluationContext> = new Map([['repl', 'console'], ['hover', 'hover'], ['clipboard', 'clipboard']]);

function change(view: View, set: (debuggee: Debuggee) => ReturnType<Debuggee['setVariable']>): Soon<Answer<DebugProtocol.SetVariableResponse['body']>> {
  const debuggee = view.stopped('Values');
  if (!debuggee.capabilities.setVariable) throw notChangeable();
  return when(set(debuggee), (value) => ({
    body: { value: value.display, ...valueBody(value, view.client()) },
    after: () => {
      // Other expressions may show the same value: watches, other frames, the containers around it.
      if (view.client().supportsInvalidatedEvent) view.tell('invalidated', { areas: ['variables'] });
    },
  }));
}
