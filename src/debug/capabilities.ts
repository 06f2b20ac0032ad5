import type { DebugProtocol } from '@vscode/debugprotocol';
import type { DebuggeeCapabilities } from '../debuggee/debuggee.ts';
import { exceptionFilterKinds, type ExceptionFilterKind } from '../debuggee/exceptionFilters.ts';

/** What this adapter does for every debuggee. A capability that is not here is not there. */
const capabilities: DebugProtocol.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsConditionalBreakpoints: true,
  supportsHitConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsBreakpointLocationsRequest: true,
  supportsEvaluateForHovers: true,
  supportsClipboardContext: true,
  supportsSetVariable: true,
  supportsSetExpression: true,
  exceptionBreakpointFilters: exceptionFilterKinds.map(filterForClient),
  supportsExceptionFilterOptions: true,
  supportsExceptionInfoRequest: true,
  supportsRestartRequest: true,
  supportsTerminateRequest: true,
  supportTerminateDebuggee: true,
  supportsDelayedStackTraceLoading: true,
  supportsLoadedSourcesRequest: true,
  supportsSteppingGranularity: true,
};

/** What is advertised where it is known beforehand which filters the debuggee will have: some clients read them only once. */
export function capabilitiesWith(filters: readonly ExceptionFilterKind[] = exceptionFilterKinds): DebugProtocol.Capabilities {
  return { ...capabilities, exceptionBreakpointFilters: filters.map(filterForClient) };
}

function filterForClient(kind: ExceptionFilterKind): DebugProtocol.ExceptionBreakpointsFilter {
  const { id, label, description, conditionDescription } = kind;
  return { filter: id, label, description, default: kind.default, supportsCondition: true, conditionDescription };
}

/** What a debuggee does differently from what was advertised before it was known; undefined where nothing. */
export function difference(debuggee: DebuggeeCapabilities): DebugProtocol.Capabilities | undefined {
  const different: DebugProtocol.Capabilities = {
    ...(debuggee.setVariable ? {} : { supportsSetVariable: false, supportsSetExpression: false }),
    ...(debuggee.functionBreakpoints ? { supportsFunctionBreakpoints: true } : {}),
    ...(debuggee.exceptionFilters === exceptionFilterKinds ? {} : { exceptionBreakpointFilters: debuggee.exceptionFilters.map(filterForClient) }),
  };
  return Object.keys(different).length === 0 ? undefined : different;
}
