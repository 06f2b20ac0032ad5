import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Soon } from '../debuggee/soon.ts';

type Request<Arguments, Response extends DebugProtocol.Response> = { readonly arguments: Arguments; readonly body: Response['body'] };

/** The requests that are answered, by command, in the protocol's own types. What is not here is not supported. */
export interface Requests {
  initialize: Request<DebugProtocol.InitializeRequestArguments, DebugProtocol.InitializeResponse>;
  launch: Request<unknown, DebugProtocol.LaunchResponse>;
  attach: Request<unknown, DebugProtocol.AttachResponse>;
  restart: Request<DebugProtocol.RestartArguments | undefined, DebugProtocol.RestartResponse>;
  disconnect: Request<DebugProtocol.DisconnectArguments | undefined, DebugProtocol.DisconnectResponse>;
  terminate: Request<DebugProtocol.TerminateArguments | undefined, DebugProtocol.TerminateResponse>;
  configurationDone: Request<DebugProtocol.ConfigurationDoneArguments | undefined, DebugProtocol.ConfigurationDoneResponse>;
  setBreakpoints: Request<DebugProtocol.SetBreakpointsArguments, DebugProtocol.SetBreakpointsResponse>;
  setFunctionBreakpoints: Request<DebugProtocol.SetFunctionBreakpointsArguments, DebugProtocol.SetFunctionBreakpointsResponse>;
  setExceptionBreakpoints: Request<DebugProtocol.SetExceptionBreakpointsArguments, DebugProtocol.SetExceptionBreakpointsResponse>;
  breakpointLocations: Request<DebugProtocol.BreakpointLocationsArguments, DebugProtocol.BreakpointLocationsResponse>;
  continue: Request<DebugProtocol.ContinueArguments, DebugProtocol.ContinueResponse>;
  next: Request<DebugProtocol.NextArguments, DebugProtocol.NextResponse>;
  stepIn: Request<DebugProtocol.StepInArguments, DebugProtocol.StepInResponse>;
  stepOut: Request<DebugProtocol.StepOutArguments, DebugProtocol.StepOutResponse>;
  /** Ours: on to the next call that reaches outside, where the debuggee can. */
  stepToNextCall: Request<DebugProtocol.NextArguments, DebugProtocol.NextResponse>;
  pause: Request<DebugProtocol.PauseArguments, DebugProtocol.PauseResponse>;
  threads: Request<undefined, DebugProtocol.ThreadsResponse>;
  stackTrace: Request<DebugProtocol.StackTraceArguments, DebugProtocol.StackTraceResponse>;
  scopes: Request<DebugProtocol.ScopesArguments, DebugProtocol.ScopesResponse>;
  variables: Request<DebugProtocol.VariablesArguments, DebugProtocol.VariablesResponse>;
  evaluate: Request<DebugProtocol.EvaluateArguments, DebugProtocol.EvaluateResponse>;
  setVariable: Request<DebugProtocol.SetVariableArguments, DebugProtocol.SetVariableResponse>;
  setExpression: Request<DebugProtocol.SetExpressionArguments, DebugProtocol.SetExpressionResponse>;
  exceptionInfo: Request<DebugProtocol.ExceptionInfoArguments, DebugProtocol.ExceptionInfoResponse>;
  source: Request<DebugProtocol.SourceArguments, DebugProtocol.SourceResponse>;
  loadedSources: Request<DebugProtocol.LoadedSourcesArguments | undefined, DebugProtocol.LoadedSourcesResponse>;
}

export type Command = keyof Requests;

/** What is answered to one request. `after` runs when the response has been sent: events it causes must come later. */
export interface Answer<Body> {
  readonly body: Body;
  readonly after?: () => Soon<void>;
}

/** One function per request. It throws `RequestError` to refuse. */
export type RequestHandlers = { readonly [C in Command]: (args: Requests[C]['arguments']) => Soon<Answer<Requests[C]['body']>> };
