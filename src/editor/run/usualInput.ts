import * as vscode from 'vscode';
import { inputFilesOf } from '../../schema/association.ts';
import { baseName, programKindOf } from '../files.ts';
import type { InputChoice, InputMemory } from './inputMemory.ts';

/** The program's input files: absolute paths, the plain one first. Empty for a program without a folder. */
export async function inputFiles(program: string): Promise<{ readonly path: string; readonly case: string | undefined }[]> {
  if (program.startsWith('untitled:')) return [];
  const folder = vscode.Uri.joinPath(vscode.Uri.file(program), '..');
  try {
    const names = (await vscode.workspace.fs.readDirectory(folder)).filter(([, type]) => (type & vscode.FileType.File) !== 0).map(([name]) => name);
    return inputFilesOf(baseName(program), names).map((found) => ({ path: vscode.Uri.joinPath(folder, found.file).fsPath, case: found.case }));
  } catch {
    return [];
  }
}

/**
 * The input of a plain run: what was chosen last, else the program's plain input file; an execution file says its
 * input itself. A remembered file that is gone does not count.
 */
export async function usualInput(program: string, memory: InputMemory): Promise<InputChoice> {
  if (programKindOf(program) === 'execution') return memory.last(program) ?? { kind: 'none' };
  const files = await inputFiles(program);
  const last = memory.last(program);
  if (last && (last.kind !== 'file' || files.some((file) => file.path === last.path) || (await exists(last.path)))) return last;
  const plain = files.find((file) => file.case === undefined);
  return plain ? { kind: 'file', path: plain.path } : { kind: 'none' };
}

async function exists(path: string): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(vscode.Uri.file(path));
    return true;
  } catch {
    return false;
  }
}
