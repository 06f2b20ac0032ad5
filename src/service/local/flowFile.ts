import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ResourceFiles } from '../../engine/flows/records/resourceFiles.ts';
import { nearest } from '../../execution/nearest.ts';

/** Folders that hold other people's files. */
const skipped = new Set(['node_modules', '.git', '.venv', 'venv', '__pycache__']);

/** Folders that are looked through for a flow, at most. */
const folderLimit = 2000;

export type FoundFlow = { readonly path: string } | { readonly message: string };

/** The `.py` file of a flow's name: in a folder or below it, else in the one around it or below that. */
export async function findFlowFile(name: string, folder: string): Promise<FoundFlow> {
  const known = new Set<string>();
  for (const root of [folder, dirname(folder)]) {
    const path = await lookBelow(root, name, known);
    if (path !== undefined) return { path };
  }
  const meant = nearest(name, known);
  return { message: `flow_name takes the name of a flow: there is no ${name}.py in ${folder}${meant === undefined ? '.' : `; did you mean ${meant}?`}` };
}

/** The `.py` file of the flow with an id, which its metadata gives it or its path decides: looked for as by a name. */
export async function findFlowOfId(id: string, folder: string): Promise<FoundFlow> {
  for (const root of [folder, dirname(folder)]) {
    const files = new ResourceFiles(() => [root]);
    await files.refreshNow();
    const found = files.findId('flow', id, '');
    if (found) return { path: found.place.endsWith('.py') ? found.place : join(dirname(found.place), `${found.name}.py`) };
  }
  return { message: `flow_id takes the id of a flow: no flow in ${folder} or the folder around it has the id ${id}.` };
}

/** Nearer files go before farther ones. */
async function lookBelow(root: string, name: string, known: Set<string>): Promise<string | undefined> {
  const folders = [root];
  for (let at = 0; at < folders.length && at < folderLimit; at++) {
    const folder = folders[at]!;
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (entry.isDirectory() && !skipped.has(entry.name)) folders.push(join(folder, entry.name));
      else if (entry.name.endsWith('.py')) known.add(basename(entry.name, '.py'));
    }
    if (entries.some((entry) => entry.isFile() && entry.name === `${name}.py`)) return join(folder, `${name}.py`);
  }
  return undefined;
}
