import { createHash } from 'node:crypto';
import { nameOf } from '../schema/files.ts';
import type { Execution, ExecutionOptions } from '../execution/record.ts';

/** Where an execution belongs: a project or a bundle. */
export type Location = Pick<Execution, 'project_id' | 'project_name' | 'bundle_id' | 'bundle_name'>;

const nowhere: Location = { project_id: undefined, project_name: undefined, bundle_id: undefined, bundle_name: undefined };

/**
 * Where a new execution belongs (execution-fields.md 1): what was given, else for a child of a parent that says so the
 * parent's place, else the program's. A local project is a folder of the workspace, a local bundle is `bundles/NAME`
 * in one. Other names and ids stand for themselves.
 */
export function locationOf(program: string, options: ExecutionOptions, parent: Execution | undefined, folders: readonly string[]): Location {
  const { project_id, project_name, bundle_id, bundle_name } = options;
  if (project_id !== undefined || project_name !== undefined) return { ...nowhere, ...projectOf(project_id, project_name, folders) };
  if (bundle_id !== undefined || bundle_name !== undefined) {
    const known = bundle_id === undefined ? undefined : [bundleOfProgram(program)].find((bundle) => bundle !== undefined && localId('bundle', bundle.path) === bundle_id);
    return { ...nowhere, bundle_name: bundle_name ?? known?.name, bundle_id: bundle_id ?? localId('bundle', bundleOfProgram(program)?.path ?? bundle_name ?? '') };
  }
  if (parent && (options.location_inheritance ?? parent.location_inheritance) === 'PARENT') {
    const { project_id, project_name, bundle_id, bundle_name } = parent;
    return { project_id, project_name, bundle_id, bundle_name };
  }
  return ofProgram(program, folders);
}

function ofProgram(program: string, folders: readonly string[]): Location {
  const bundle = bundleOfProgram(program);
  if (bundle) return { ...nowhere, bundle_name: bundle.name, bundle_id: localId('bundle', bundle.path) };
  // Of folders within one another the innermost counts.
  const folder = folders.filter((candidate) => isWithin(program, candidate)).sort((a, b) => b.length - a.length)[0];
  return folder === undefined ? nowhere : { ...nowhere, ...projectOf(undefined, nameOf(folder), [folder]) };
}

function projectOf(id: string | undefined, name: string | undefined, folders: readonly string[]): Partial<Location> {
  const folder = folders.find((candidate) => (name === undefined ? localId('project', candidate) === id : nameOf(candidate) === name));
  return {
    project_id: id ?? localId('project', folder ?? name ?? ''),
    project_name: name ?? (folder === undefined ? undefined : nameOf(folder)),
  };
}

function bundleOfProgram(program: string): { readonly name: string; readonly path: string } | undefined {
  const match = /^(.*[/\\]bundles[/\\]([^/\\]+))[/\\]/.exec(program);
  return match ? { path: match[1]!, name: match[2]! } : undefined;
}

function isWithin(program: string, folder: string): boolean {
  return program.startsWith(folder) && /^[/\\]/.test(program.slice(folder.replace(/[/\\]$/, '').length));
}

/** A UUID (version 8) that is always the same for the same thing of this machine, since files have no ids. */
export function localId(kind: string, identity: string): string {
  const digest = createHash('sha256').update(`stepthrough:${kind}:${identity}`).digest('hex');
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}
