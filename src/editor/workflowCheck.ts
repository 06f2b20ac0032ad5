import { formatOf } from '../source/parse.ts';
import { parseWorkflow } from '../workflow/parse.ts';
import type { ProgramCheck } from './programDiagnostics.ts';

export const workflowCheck: ProgramCheck = {
  kind: 'workflow',
  languages: ['yaml', 'json'],
  collection: 'stepthrough.workflows',
  check: (document) => {
    const format = document.isUntitled ? (document.languageId === 'json' ? 'json' : 'yaml') : formatOf(document.uri.path);
    const { source, problems } = parseWorkflow(document.getText(), format);
    return Promise.resolve({ lines: source.lines, problems });
  },
};
