import { stat } from 'node:fs/promises';
import path from 'node:path';
import { root, run } from '../../scripts/process.ts';
import { temporaryFolder } from '../../scripts/vscode/workspace.ts';
import type { Measurement } from './measurement.ts';

const size: Measurement = {
  name: 'package (vsix)',
  unit: 'kB',
  runs: 1,
  measure: async () => {
    const folder = await temporaryFolder();
    try {
      const file = path.join(folder.path, 'stepthrough.vsix');
      await run(process.execPath, ['scripts/package.ts', file], { cwd: root });
      return (await stat(file)).size / 1024;
    } finally {
      await folder.remove();
    }
  },
};

export default [size];
