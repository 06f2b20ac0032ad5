import type { Attending } from './debug/attending.ts';
import type { FlowSessions } from './debug/flowSessions.ts';
import type { ExecutionsTree } from './executions/tree.ts';
import type { Store } from './executions/store.ts';
import type { StoredPrograms } from './executions/storedPrograms.ts';
import type { Programs } from './programs.ts';
import type { InputMemory } from './run/inputMemory.ts';
import type { RunProgress } from './run/progress.ts';
import type { LocalApi } from './server/localApi.ts';

/** What one window's commands share; made once, in `extension.ts`. */
export interface App {
  readonly store: Store;
  readonly tree: ExecutionsTree;
  readonly programs: Programs;
  readonly inputs: InputMemory;
  readonly progress: RunProgress;
  readonly stored: StoredPrograms;
  readonly attending: Attending;
  readonly flowSessions: FlowSessions;
  readonly api: LocalApi;
}
