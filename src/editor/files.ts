import { fileRole } from '../schema/association.ts';

/** What can be run: a workflow, a flow, or a saved launch of one. */
export type ProgramKind = 'workflow' | 'flow' | 'execution';

const workflowName = /^(.+\.)?workflows?\.(ya?ml|json)$/i;

/** What a file's name alone says it is. Flows are Python files like others, so only their content tells. */
export function programKindOf(path: string): ProgramKind | undefined {
  const name = baseName(path);
  if (fileRole(name)?.kind === 'execution') return 'execution';
  return workflowName.test(name) ? 'workflow' : undefined;
}

/** Finds the files that `programKindOf` knows. The when clauses and activation events of package.json say the same. */
export const programGlob = '**/{workflow,workflows,*.workflow,*.workflows,*.execution}.{yaml,yml,json}';

/** Folders where nobody keeps programs of their own. */
export const excludedGlob = '**/{node_modules,.git}/**';

/** Folders where nobody keeps records of their own; the engine passes over the same. */
export const excludedRecordGlob = '**/{node_modules,__pycache__,venv,.*}/**';

export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** A program's name as people say it: `order` for `order.workflows.yaml`. */
export function shortName(path: string): string {
  const name = baseName(path);
  return name.replace(/\.(ya?ml|json|py)$/i, '').replace(/(.)\.(workflows?|execution)$/i, '$1') || name;
}
