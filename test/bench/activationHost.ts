import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';

/** Called by VS Code in its extension host: activates the extension and writes how many milliseconds that took, or why it could not. */
export async function run(): Promise<void> {
  writeFileSync(process.env['STEPTHROUGH_BENCH_RESULT'] ?? '', await time().then(String, String));
}

async function time(): Promise<number> {
  const extension = vscode.extensions.getExtension('stepthrough.stepthrough');
  if (extension === undefined) throw new Error('VS Code does not know the extension.');
  if (extension.isActive) throw new Error('The extension is active already.');
  const start = performance.now();
  await extension.activate();
  return performance.now() - start;
}
