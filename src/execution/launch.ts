import type { Problem } from '../source/problem.ts';
import type { LineMap } from '../source/text.ts';
import type { ExecutionOptions, ExecutionOrigin, JsonText } from './record.ts';

export interface StartRequest {
  /** Absolute path of the program; used for names, schema and mock lookup. */
  readonly program: string;
  /** The text to run: an unsaved editor's content wins over the file's. */
  readonly text: string;
  /** The input as JSON text and, where it came from a file, that file, so that a refusal can point into it. */
  readonly input: GivenInput | undefined;
  readonly options: ExecutionOptions;
  /** The execution file that has the options, so that a refusal can point into it. */
  readonly optionsFile?: Pick<InputFile, 'path' | 'text'> | undefined;
  /** Absolute path of the mock file; without it `<program>.mocks.yaml` is used where it exists. */
  readonly mocks?: string | undefined;
  /** Variables for `sys.get_env` beside those of the program's own file, which they go before. */
  readonly environment?: ReadonlyMap<string, string> | undefined;
  /** No debugger takes it or what it starts, whatever breakpoints there are. */
  readonly withoutDebugging?: boolean | undefined;
  /** The deployed revision that is meant; without it the latest one if the text is the same, else a new one. */
  readonly revision?: string | undefined;
  /** What starts it, where that is a schedule, a webhook or a custom object. */
  readonly origin?: ExecutionOrigin | undefined;
  /** The program whose project or bundle it belongs to, where that is not its own: a wrapper stands for what it is around. */
  readonly located?: string | undefined;
  /** The text is that of a schedule's scheduler, which nobody but the engine starts. */
  readonly isScheduler?: boolean | undefined;
}

/** What was asked of an execution beside its program and input, for another one like it. Its name is its own. */
export type Relaunch = Pick<StartRequest, 'mocks' | 'options'>;

export interface GivenInput {
  readonly json: JsonText;
  readonly file?: InputFile | undefined;
  /** The text was printed from a value, so it is right where there is no schema. */
  readonly printed?: boolean | undefined;
}

export interface InputFile {
  readonly path: string;
  readonly text: string;
  /** The top-level key whose value is the input, as in an execution file; undefined where the whole file is. */
  readonly key?: string | undefined;
}

/** Nothing was started. Each problem says where in which file. */
export class LaunchRefused extends Error {
  override readonly name = 'LaunchRefused';
  readonly file: string;
  readonly lines: LineMap;
  readonly problems: readonly Problem[];

  constructor(message: string, file: string, lines: LineMap, problems: readonly Problem[]) {
    super(message);
    this.file = file;
    this.lines = lines;
    this.problems = problems;
  }
}
