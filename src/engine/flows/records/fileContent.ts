import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FlowError } from '../calls.ts';
import { idOf, ResourceError, type ResourceRecord } from './resourceFiles.ts';

/** Bytes of one file: with base64 and its call it fits into a frame. */
export const fileLimit = 32 * 1024 * 1024;

/** The folder of a workspace, and of a program, whose files flows find before they have saved one. */
const folderName = 'files';

/** A file of a workspace by the name that flows give it; it never leads out of its folder. */
export function workspaceFile(name: string, folders: readonly string[]): ResourceRecord | undefined {
  const parts = name.replaceAll('\\', '/').split('/');
  // A colon is a drive or a stream on Windows.
  if (parts.some((part) => part === '' || part === '.' || part === '..' || part.includes(':') || part.includes('\0'))) return undefined;
  for (const folder of folders) {
    const found = fileRecord(name, join(folder, folderName, ...parts));
    if (found) return found;
  }
  return undefined;
}

/** Those that stand in the folders themselves. */
export function workspaceFiles(folders: readonly string[]): ResourceRecord[] {
  return folders.flatMap((folder) => namesIn(join(folder, folderName)).flatMap((name) => fileRecord(name, join(folder, folderName, name)) ?? []));
}

/** Folders that may have a folder of files, the nearest first. */
export function foldersOf(program: string, roots: readonly string[]): string[] {
  return [...new Set([...(program === '' ? [] : [dirname(program)]), ...roots])];
}

/** Throws `ResourceError`. */
export function readContent({ name, place }: ResourceRecord): Uint8Array {
  try {
    const { size } = statSync(place);
    if (size > fileLimit) throw new ResourceError(`the file ${JSON.stringify(name)} has ${(size / 1024 / 1024).toFixed(1)} MB; a flow can read ${fileLimit / 1024 / 1024} MB at most.`);
    return readFileSync(place);
  } catch (error) {
    if (error instanceof ResourceError) throw error;
    throw new ResourceError(`${place}: ${(error as Error).message}`);
  }
}

/** Throws `FlowError`. */
export function bytesOf(base64: string): Uint8Array {
  return checkedSize(Buffer.from(base64, 'base64'));
}

function checkedSize(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= fileLimit) return bytes;
  throw new FlowError('ValueError', `A file may have ${fileLimit / 1024 / 1024} MB; this content has ${(bytes.length / 1024 / 1024).toFixed(1)} MB.`);
}

function fileRecord(name: string, place: string): ResourceRecord | undefined {
  const stat = statSync(place, { throwIfNoEntry: false });
  if (stat?.isFile() !== true) return undefined;
  // Not of the content, which may be large: what tells that a file was written is enough.
  return { type: 'file', id: idOf(`file ${place}`), name, place, digest: `${stat.size}:${stat.mtimeMs}`, fields: '{}', modified_at: stat.mtime.toISOString() };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
