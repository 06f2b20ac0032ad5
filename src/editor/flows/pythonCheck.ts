import * as vscode from 'vscode';
import { checkProgram } from '../../flow/host/checkProgram.ts';
import { Interpreters } from '../../flow/host/interpreter.ts';
import type { Problem } from '../../source/problem.ts';
import { LineMap } from '../../source/text.ts';
import type { ProgramCheck } from '../programDiagnostics.ts';
import { programPath } from '../programs.ts';
import { chosenPython } from './python.ts';

/** What the Python that flows run with says of their texts, in a process of its own. Nothing of them is executed. */
export function pythonCheck(): ProgramCheck {
  const interpreters = new Interpreters(chosenPython);
  return {
    kind: 'flow',
    languages: ['python'],
    collection: 'stepthrough.python',
    delay: 800,
    check: async (document) => {
      const text = document.getText();
      return { lines: new LineMap(text), problems: await problemsOf(interpreters, programPath(document.uri), text) };
    },
  };
}

/** Nothing in a workspace that is not trusted, which may name the interpreter itself, and nothing where there is none: a launch tells. */
async function problemsOf(interpreters: Interpreters, path: string, text: string): Promise<readonly Problem[]> {
  if (!vscode.workspace.isTrusted) return [];
  try {
    return await checkProgram(await interpreters.find(), path, text);
  } catch {
    return [];
  }
}
