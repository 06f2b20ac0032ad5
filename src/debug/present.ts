import type { DebugProtocol } from '@vscode/debugprotocol';
import type { DebugScope, DebugValue, DebugVariable, ExceptionDetails } from '../debuggee/debuggee.ts';
import type { LaunchRefused } from '../execution/launch.ts';
import { nameOf } from '../schema/files.ts';
import type { Position } from '../source/text.ts';
import { launchRefused, type MessageLink, type RequestError } from './errors.ts';

type ClientCapabilities = Pick<DebugProtocol.InitializeRequestArguments, 'supportsVariableType'>;

/** The parts that the answers of evaluate, setVariable and setExpression have in common. */
export function valueBody(value: DebugValue, client: ClientCapabilities): { type?: string; variablesReference: number; namedVariables?: number; indexedVariables?: number } {
  return {
    ...(client.supportsVariableType ? { type: value.type } : {}),
    variablesReference: value.reference,
    ...(value.namedChildren > 0 ? { namedVariables: value.namedChildren } : {}),
    ...(value.indexedChildren > 0 ? { indexedVariables: value.indexedChildren } : {}),
  };
}

export function variableBody(variable: DebugVariable, client: ClientCapabilities): DebugProtocol.Variable {
  return {
    name: variable.name,
    value: variable.display,
    ...valueBody(variable, client),
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

/** Every problem with its place, and a link to the first one. `fileUrl` makes a URL of a path. */
export function refusal(refused: LaunchRefused, fileUrl: (path: string) => string): RequestError {
  const { message, file, lines, problems } = refused;
  // Without a text there are no places in it: the file is missing, or the problem is in the configuration itself.
  const hasPlaces = file !== '' && lines.text !== '' && problems.length > 0;
  const told = problems.slice(0, shownProblems).map((problem) => {
    if (!hasPlaces) return problem.message;
    const { line, column } = lines.position(problem.range.start);
    return `${nameOf(file)}:${line}:${column}: ${problem.message}`;
  });
  const more = problems.length - told.length;
  if (more > 0) told.push(`and ${more} more`);
  const text = hasPlaces ? told : [message, ...told.slice(1)];
  return launchRefused(text.join('\n'), hasPlaces ? linkTo(file, lines.position(problems[0]!.range.start), fileUrl) : undefined);
}

function linkTo(file: string, { line, column }: Position, fileUrl: (path: string) => string): MessageLink {
  return { url: `${fileUrl(file)}#${line},${column}`, label: `Open ${nameOf(file)}:${line}:${column}` };
}
