import { isStoredProgram } from '../execution/program.ts';
import type { Files } from '../schema/files.ts';

const noFiles: Files = { readText: () => Promise.resolve(undefined), list: () => Promise.resolve([]) };

/** Files as one launch sees them: each folder is listed once, and beside a program that only the store has there are none. */
export function launchFiles(program: string, files: Files): Files {
  if (isStoredProgram(program)) return noFiles;
  const listed = new Map<string, Promise<readonly string[]>>();
  return {
    readText: (path) => files.readText(path),
    list: (folder) => {
      const known = listed.get(folder) ?? files.list(folder);
      listed.set(folder, known);
      return known;
    },
  };
}
