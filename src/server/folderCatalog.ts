import { watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { WorkflowStore } from '../engine/workflowStore.ts';
import { inFolder, nameOf } from '../schema/files.ts';
import type { Catalog } from './catalog.ts';
import { FileCatalog } from './fileCatalog.ts';

/** The workflows of a folder (an absolute path), watched. Rejects where it cannot be read. */
export async function openFolderCatalog(store: WorkflowStore, folder: string, notice: (message: string) => void): Promise<Catalog> {
  const find = async (): Promise<string[]> => (await readdir(folder)).map((name) => inFolder(folder, name));
  const catalog = new FileCatalog(store, { list: folder, place: folder, find, shown: nameOf }, notice);
  // Watched first, so that no change is missed.
  const watcher = watch(folder, () => catalog.changed());
  watcher.on('error', (error) => notice(`${folder} is not watched any more: ${error.message}`));
  try {
    await catalog.load();
  } catch (error) {
    watcher.close();
    throw error;
  }
  catalog.closing(() => watcher.close());
  return catalog;
}
