import { LaunchRefused } from '../../execution/launch.ts';
import type { Execution } from '../../execution/record.ts';
import { isTerminal } from '../../execution/state.ts';
import { findField, settableFields } from '../../execution/fields.ts';
import { nearest } from '../../execution/nearest.ts';
import type { Fields, FlowCalls } from '../../flow/flowCalls.ts';
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
  if (!maker) throw new FlowError('InvalidInputError', startedOtherwise.get(type) ?? `type of an execution takes ${Object.keys(children).join(', ')}; got ${JSON.stringify(type)}.`);
  checkGiven(fields);
  // After a crash it may be there already.
  const made = context.engine.get(context.id);
  if (made) return savedOf(made);
  const { parent_execution_id: named, message } = fields;
  const parent = typeof named === 'string' && named.toLowerCase() !== context.execution.id ? present(context.engine, named.toLowerCase()) : context.execution;
  try {
    const child = savedOf(await context.engine.prepareChild(parent, { id: context.id, heldBack: held === true, ...(await maker(fields, context)) }));
    if (typeof message === 'string') context.engine.change(child.id, { message });
    return child;
  } catch (error) {
    if (!(error instanceof LaunchRefused)) throw error;
    throw refused(error);
  }
}

/** Types of executions that no flow starts. */
const startedOtherwise: ReadonlyMap<string, string> = new Map([
  ['SCHEDULE', 'An execution of type SCHEDULE is started by its schedule alone: save one, such as system.schedule(NAME).save(flow_name=…, cron=…, is_enabled=True).'],
  ['WORKFLOW', 'A workflow is started as a flow is, by its name: this.flow(NAME).'],
]);

/** Fields that the engine sets alone, with what gives them. */
const setByItself: ReadonlyMap<string, string> = new Map([
  ['output_value', 'the execution saves it while it runs'],
  ['schedule_id', 'what a schedule starts has it'],
  ['schedule_name', 'what a schedule starts has it'],
  ['webhook_id', 'what a webhook starts has it'],
  ['custom_object_id', 'what a hook of an object template starts has it'],
]);

/** Throws `FlowError` for fields that would be lost. */
function checkGiven(fields: Fields): void {
  for (const [name, value] of Object.entries(fields)) {
    if (value === null || known.has(name)) continue;
    const field = findField(name);
    if (field?.setting.by === 'start') continue;
    if (field) throw new FlowError('InvalidInputError', `${name} cannot be given to a new execution: ${setByItself.get(name) ?? 'the engine sets it'}.`);
    const meant = nearest(name, settableFields('file').map((one) => one.name));
    throw new FlowError('InvalidInputError', `An execution has no field ${JSON.stringify(name)}.${meant === undefined ? '' : ` Did you mean ${JSON.stringify(meant)}?`}`);
  }
}

/** What has its effect elsewhere: held back until it is run, made below its parent, told as its status line; `place` and `script` are those of a description. */
const known: ReadonlySet<string> = new Set(['is_paused', 'parent_execution_id', 'message', 'script', 'place']);

/** What a flow catches where a child cannot be started. */
export function refused({ message, problems }: LaunchRefused): FlowError {
  const codes = problems.filter(({ severity }) => severity === 'error').map(({ code }) => code);
  const type = codes.some((code) => code.startsWith('input/')) ? 'SchemaValidationError' : codes.some((code) => code.startsWith('schema/')) ? 'SchemaError' : 'InvalidInputError';
  return new FlowError(type, message);
}
