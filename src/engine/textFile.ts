import { open, readdir } from 'node:fs/promises';
import type { Files } from '../schema/files.ts';
import { maxTextLength } from '../source/parse.ts';
import type { Problem } from '../source/problem.ts';

/** A file that cannot be used; the message names it and says why, the reason is a sentence without the name. */
export class FileRefused extends Error {
  override readonly name = 'FileRefused';
  readonly path: string;
  readonly reason: string;

  constructor(path: string, reason: string) {
    super(`${path}: ${reason}`);
    this.path = path;
    this.reason = reason;
  }

  /** For lists of problems by file. */
  get problem(): Problem {
    return { code: 'file/unreadable', severity: 'error', message: this.reason, range: { start: 0, end: 0 } };
  }
}

export interface TextLimit {
  readonly bytes: number;
  /** Begins the message: "A workflow". */
  readonly what: string;
}

/** A workflow's source (google-workflows 5). */
export const workflowLimit: TextLimit = { bytes: 128 * 1024, what: 'A workflow' };
/** Longer than anything that somebody wrote. */
const flowLimit: TextLimit = { bytes: 1024 * 1024, what: 'A flow' };
export const dataLimit: TextLimit = { bytes: maxTextLength, what: 'A YAML or JSON file' };

/** How long a program may be, by its file's name. */
export function programLimit(path: string): TextLimit {
  return /\.py$/i.test(path) ? flowLimit : workflowLimit;
}

/** The text of a UTF-8 file, read no further than the limit. Throws `FileRefused`. */
export async function readTextFile(path: string, limit: TextLimit): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readAtMost(path, limit.bytes + 1);
  } catch (error) {
    throw new FileRefused(path, readErrorMessage(error as NodeJS.ErrnoException));
  }
  if (bytes.length > limit.bytes) throw new FileRefused(path, `${limit.what} may have at most ${Math.floor(limit.bytes / 1024)} KB; this file has more.`);
  return decode(path, bytes);
}

/** UTF-8 without its byte order mark. Throws `FileRefused` for what is no text. */
export function decode(path: string, bytes: Uint8Array): string {
  const zero = bytes.indexOf(0);
  if (zero >= 0) throw new FileRefused(path, isUtf16(bytes) ? 'This file is in UTF-16; save it in UTF-8.' : `This is not a text file (byte ${zero + 1} is zero).`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FileRefused(path, 'This is not a text file in UTF-8.');
  }
}

/** A byte order mark, as Windows writes it before texts that it calls Unicode. */
function isUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

/** Reads in parts: what is no plain file (a pipe, a device) does not know its size. */
async function readAtMost(path: string, limit: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const parts: Buffer[] = [];
    let size = 0;
    while (size < limit) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(65_536, limit - size)));
      if (bytesRead === 0) break;
      parts.push(buffer.subarray(0, bytesRead));
      size += bytesRead;
    }
    return Buffer.concat(parts);
  } finally {
    await file.close();
  }
}

function readErrorMessage(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'There is no such file.';
    case 'EISDIR':
      return 'This is a folder, not a file.';
    case 'EACCES':
    case 'EPERM':
      return 'The file may not be read.';
    default:
      return `The file cannot be read: ${error.message}.`;
  }
}

/** The files of this machine, for schemas and their references. */
export const nodeFiles: Files = {
  async readText(path) {
    try {
      return await readTextFile(path, dataLimit);
    } catch {
      return undefined;
    }
  },
  async list(folder) {
    try {
      return await readdir(folder);
    } catch {
      return [];
    }
  },
};
