import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

export interface TemporaryFolder {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

/** A new folder in the system's temporary place, or wherever `prefix` says. */
export async function temporaryFolder(prefix = path.join(os.tmpdir(), 'stepthrough-')): Promise<TemporaryFolder> {
  const folder = await mkdtemp(prefix);
  return { path: folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }) };
}

/** Copies a workspace, so that tests may write into it, to `parent`; the copy keeps its name, which VS Code shows. */
export async function copyWorkspace(source: string, parent: string): Promise<string> {
  const folder = path.join(parent, path.basename(source));
  await mkdir(folder, { recursive: true });
  await cp(source, folder, { recursive: true });
  return folder;
}
