import type { ExecutionsTree } from './executions/tree.ts';
import type { Store } from './executions/store.ts';
import type { Programs } from './programs.ts';
import type { InputMemory } from './run/inputMemory.ts';
import type { RunProgress } from './run/progress.ts';

/** What one window's commands share; made once, in `extension.ts`. */
export interface App {
  readonly store: Store;
  readonly tree: ExecutionsTree;
  readonly programs: Programs;
  readonly inputs: InputMemory;
  readonly progress: RunProgress;
}
