import type { Execution } from '../execution/record.ts';
import type { InterpreterChoice } from '../flow/host/interpreter.ts';
import type { Files } from '../schema/files.ts';
import type { ConnectorTransport } from './effects/connectors.ts';
import type { InFlightRule } from './effects/inFlight.ts';
import type { LocalPlace } from './environment.ts';
import type { Secrets } from './flows/connections/secrets.ts';
import type { ExecutionStore } from './store.ts';
import type { FoundWorkflow } from './workflowFinder.ts';

export interface EngineOptions {
  readonly store: ExecutionStore;
  /** The revision's own environment variables, for `sys.get_env`. */
  readonly environment?: ReadonlyMap<string, string>;
  readonly place?: LocalPlace;
  /** Where schemas and mock files are looked for. */
  readonly files?: Files;
  /** Folders in which workflows are looked for that other ones start by their ids, beside those of the program's own folder. */
  readonly workspace?: () => readonly string[];
  /** The deployed workflow of an id, which goes before files. */
  readonly deployed?: (id: string) => FoundWorkflow | undefined;
  /** Such as `http://127.0.0.1:4711`, of a server that hands in calls of callbacks; without it the engine has a server of its own. */
  readonly callbackOrigin?: () => string | undefined;
  /** For executions that begin from now on: see `MachineOptions.seed`. */
  readonly seed?: () => number | undefined;
  /**
   * Asked before an execution begins that was not launched by a debugger: by the API, by another execution and the
   * like. Resolves with true where a debugger has taken it, which then begins it itself.
   */
  readonly attend?: (execution: Execution) => Promise<boolean> | undefined;
  /** Executions that may run at once; the others wait. */
  readonly concurrency?: () => number | undefined;
  /** How many generations of executions that start one another there may be; 100 where it is not given. */
  readonly generations?: number;
  /** Executions that may live at once, when others start them: see `RoomForChildren`. */
  readonly living?: number;
  /** What becomes of calls that may have effects outside and were under way when their process ended; `error` where it is not given. */
  readonly inFlight?: () => InFlightRule;
  /** The Python that flows run with, where somebody chose one. */
  readonly python?: () => InterpreterChoice | undefined;
  /** Folder for compiled Python modules, which nobody else may write to; without one flows begin slower. */
  readonly pythonCache?: string;
  /** Bytes of memory that a flow's process may have. */
  readonly flowMemory?: () => number | undefined;
  /** What `vault.secret(…)` in connectors stands for. */
  readonly secrets?: Secrets;
  /** Makes connector calls of real services. */
  readonly connectors?: ConnectorTransport;
  /** Told what went wrong with keeping records; the executions themselves go on. */
  readonly notice?: (message: string) => void;
}
