import type { DebugProtocol } from '@vscode/debugprotocol';
import type { DebugScope, DebugValue, DebugVariable, ExceptionDetails } from '../debuggee/debuggee.ts';
import type { LaunchRefused } from '../execution/launch.ts';
import { launchRefused, type MessageLink, type RequestError } from './errors.ts';

/** The parts that the answers of evaluate, setVariable and setExpression have in common. */
export function valueBody(value: DebugValue): { type: string; variablesReference: number; namedVariables?: number; indexedVariables?: number } {
  return {
    type: value.type,
    variablesReference: value.reference,
    ...(value.namedChildren > 0 ? { namedVariables: value.namedChildren } : {}),
    ...(value.indexedChildren > 0 ? { indexedVariables: value.indexedChildren } : {}),
  };
}

export function variableBody(variable: DebugVariable): DebugProtocol.Variable {
  return {
    name: variable.name,
    value: variable.display,
    ...valueBody(variable),
    ...(variable.evaluateName === undefined ? {} : { evaluateName: variable.evaluateName }),
    ...(variable.readOnly ? { presentationHint: { attributes: ['readOnly'] } } : {}),
  };
}

export function scopeBody(scope: DebugScope): DebugProtocol.Scope {
  return {
    name: scope.name,
    variablesReference: scope.reference,
    expensive: scope.expensive,
    ...(scope.hint === undefined ? {} : { presentationHint: scope.hint }),
  };
}

export function exceptionBody(details: ExceptionDetails): DebugProtocol.ExceptionInfoResponse['body'] {
  // Clients show the description and the stack trace, and few the rest: so the fields stand above the trace as well.
  const stackTrace = [details.details, details.stackTrace].filter((part) => part !== '').join('\n\n');
  return {
    exceptionId: details.id,
    description: details.description,
    breakMode: details.breakMode,
    details: { typeName: details.id, message: details.details, stackTrace },
  };
}

const shownProblems = 10;

/** Every problem with its place, and a link to the first. `fileUrl` makes a URL of a path. */
export function refusal(refused: LaunchRefused, fileUrl: (path: string) => string): RequestError {
  const places = refused.problems.map((problem) => ({ problem, position: refused.lines.position(problem.range.start) }));
  const lines = places.slice(0, shownProblems).map(({ problem, position }) => `${refused.file}:${position.line}:${position.column}: ${problem.message}`);
  const more = places.length - lines.length;
  if (more > 0) lines.push(`and ${more} more problems`);
  const first = places[0]?.position;
  const link: MessageLink | undefined =
    refused.file === '' ? undefined : { url: `${fileUrl(refused.file)}${first ? `#${first.line},${first.column}` : ''}`, label: `Open ${baseName(refused.file)}${first ? `:${first.line}:${first.column}` : ''}` };
  return launchRefused([refused.message, ...lines].join('\n'), link);
}

function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
