import { dataLimit, FileRefused, nodeFiles, readTextFile, type TextLimit } from '../../engine/textFile.ts';
import type { Files } from '../../schema/files.ts';
import { findOpenDocument } from '../programs.ts';

/** The text of a file as the editor shows it, saved or not, else as it is on the disk. Throws `FileRefused`. */
export async function readFile(path: string, limit: TextLimit): Promise<string> {
  return findOpenDocument(path)?.getText() ?? (await readTextFile(path, limit));
}

/** The same, undefined where there is none or it cannot be read. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, dataLimit);
  } catch (error) {
    if (error instanceof FileRefused) return undefined;
    throw error;
  }
}

/** Files for schemas and mocks: what is open in an editor counts before it is saved. */
export const editorFiles: Files = { readText, list: (folder) => nodeFiles.list(folder) };
