import type { WorkflowDocument } from '../../workflow/parse.ts';
import { hasErrors } from '../../workflow/parse.ts';
import type { Location, Program, RoutineCode } from '../program.ts';
import type { EntryPoint } from '../stepObserver.ts';
import { compileRoutine } from './routine.ts';

/** Compiles a definition without errors. The host checks `document.problems` before; here they are a mistake of the caller. */
export function compile(document: WorkflowDocument): Program {
  if (hasErrors(document.problems)) throw new TypeError('Only a definition without errors can be compiled.');
  const byName = new Map(document.workflow.routines.map((routine) => [routine.name, routine]));
  const locations: Location[] = [];
  const entryPoints: EntryPoint[] = [];
  const routines = new Map<string, RoutineCode>();
  for (const routine of document.workflow.routines) routines.set(routine.name, compileRoutine(document, routine, byName, { locations, entryPoints }));
  // A group only holds steps; it is none of its own (google-workflows 5).
  const isStep = Uint8Array.from(locations, ({ kind, step }) => (kind === 'step' && step.body.action?.kind !== 'steps' ? 1 : 0));
  const entryPointAt = Int32Array.from(locations, ({ entryPoint }) => entryPoint);
  return { document, source: document.source, routines, locations, isStep, entryPoints, entryPointAt };
}
