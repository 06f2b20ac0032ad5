import { LaunchRefused } from '../../execution/launch.ts';
import type { Execution } from '../../execution/record.ts';
import { isTerminal } from '../../execution/state.ts';
import type { FlowCalls } from '../../flow/flowCalls.ts';
import { FlowError, notFound, savedOf, type CallHandlers, type FlowContext, type FlowEngine, type FlowParts } from './calls.ts';
import { waitFor } from './dependencies.ts';
import type { Waits } from './waits.ts';

/** The `execution.*` calls; `children` finds how a child of each type runs. */
export function executionCalls(children: FlowParts['children'], waits: Waits): CallHandlers {
  return {
    'execution.create': (args, context) => create(children, args, context),
    'execution.run': ({ id }, { engine }) => engine.run(present(engine, id).id).then(() => null),
    'execution.wait': (args, context) => waitFor(args, context, waits),
    'execution.pause': ({ id }, { engine }) => {
      const execution = present(engine, id);
      if (!isTerminal(execution.state)) engine.pause(execution.id);
      return null;
    },
    'execution.cancel': ({ id, message }, { engine }) => {
      const execution = present(engine, id);
      if (!isTerminal(execution.state)) engine.cancel(execution.id, message ?? undefined);
      return null;
    },
  };
}

function present(engine: FlowEngine, id: string): Execution {
  const execution = engine.get(id);
  if (!execution) throw notFound({ type: 'execution', select: id, by: 'id' });
  return execution;
}

async function create(children: FlowParts['children'], { type, fields, held }: FlowCalls['execution.create']['args'], context: FlowContext): Promise<{ id: string; name: string }> {
  const maker = children[type];
  if (!maker) throw new FlowError('InternalError', `The local engine does not run executions of type ${type}.`);
  // After a crash it may be there already.
  const made = context.engine.get(context.id);
  if (made) return savedOf(made);
  try {
    return savedOf(await context.engine.prepareChild(context.execution, { id: context.id, heldBack: held === true, ...(await maker(fields, context)) }));
  } catch (error) {
    if (!(error instanceof LaunchRefused)) throw error;
    throw refused(error);
  }
}

/** What a flow catches where a child cannot be started. */
export function refused({ message, problems }: LaunchRefused): FlowError {
  const codes = problems.filter(({ severity }) => severity === 'error').map(({ code }) => code);
  const type = codes.some((code) => code.startsWith('input/')) ? 'SchemaValidationError' : codes.some((code) => code.startsWith('schema/')) ? 'SchemaError' : 'InvalidInputError';
  return new FlowError(type, message);
}
