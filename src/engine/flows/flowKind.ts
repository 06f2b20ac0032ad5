import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { LaunchRefused, type StartRequest } from '../../execution/launch.ts';
import type { Execution, ExecutionType, JsonText } from '../../execution/record.ts';
import { checkProgram } from '../../flow/host/checkProgram.ts';
import { flowEnvironment } from '../../flow/host/environment.ts';
import { InterpreterMissing, type Interpreter, type Interpreters } from '../../flow/host/interpreter.ts';
import { pythonFolder } from '../../flow/host/pythonFolder.ts';
import { loadSchema } from '../../schema/compile.ts';
import { folderOf, listedOnce, nameOf, type Files } from '../../schema/files.ts';
import { SchemaLookup } from '../../schema/lookup.ts';
import type { SchemaSet } from '../../schema/schema.ts';
import { entry } from '../../source/data.ts';
import { maxTextLength, parseSource } from '../../source/parse.ts';
import { LineMap } from '../../source/text.ts';
import type { Savepoint } from '../../execution/savepoint.ts';
import { askedOf, type Asked } from '../asked.ts';
import { EngineError } from '../engineError.ts';
import type { HostSurroundings, LaunchPlan, ProgramKind } from '../executionHost.ts';
import type { JournalEntry } from '../journal.ts';
import { checkArgument, checkFields, checkOutput, findSchema, refusal, schemaText } from '../launchChecks.ts';
import { Answerer } from './answerer.ts';
import type { FlowEngine, FlowParts } from './calls.ts';
import { FlowHost } from './flowHost.ts';
import { recordedRun } from './flowJournal.ts';
import { defaultsOf } from './metadata.ts';
import { ProcessSlots } from './processSlots.ts';
import { savepointsOf } from './savepoints.ts';

export interface FlowOptions {
  readonly files: Files;
  readonly interpreters: Interpreters;
  /** Folder for compiled Python modules, which nobody else may write to. */
  readonly cache: string | undefined;
  /** Bytes that a flow's process may have; see `usualMemory`. */
  readonly memory: () => number | undefined;
  readonly engine: FlowEngine;
  readonly parts: FlowParts;
  readonly slots?: ProcessSlots | undefined;
}

/** What running an execution again needs beside its record. */
interface Kept {
  /** Gives sets and hashes their order, which is then the same whenever the execution is run again. */
  readonly seed: number;
  readonly asked?: Asked;
}

/** Only what could not be kept or sent is too large for a flow. */
const flowArgument = { bytes: maxTextLength, what: 'a flow' };

/** Bytes of memory for a flow where nobody says otherwise: enough for data, and half of the machine stays for others. */
const usualMemory = Math.min(4 * 1024 ** 3, Math.floor(totalmem() / 2));

/** Whether what is started is a flow: by its file's name, or since it says so. */
export function isFlow({ program, options }: StartRequest): boolean {
  return /\.py$/i.test(program) || (!/\.(?:ya?ml|json)$/i.test(program) && ['FLOW', 'SCRIPT', 'WRAPPER'].includes(options.type ?? ''));
}

/** How Cloudomation flows are launched: stored ones (FLOW), texts (SCRIPT) and wrappers' scripts (WRAPPER). */
export class FlowKind implements ProgramKind {
  readonly #options: FlowOptions;
  readonly #answerer: Answerer;
  readonly #slots: ProcessSlots;

  constructor(options: FlowOptions) {
    this.#options = options;
    this.#answerer = new Answerer(options.parts);
    this.#slots = options.slots ?? new ProcessSlots();
  }

  /** Rejects with `LaunchRefused`. */
  async plan(request: StartRequest): Promise<LaunchPlan> {
    const files = listedOnce(this.#options.files);
    checkFields(request, 'flow');
    const interpreter = await this.#interpreter();
    const type = typeOf(request);
    // The file of the flow that starts a script, and what lies beside it, are not the script's.
    const named = type === 'SCRIPT' ? { ...request, program: '' } : request;
    const problems = await checkProgram(interpreter, named.program, request.text);
    if (problems.length > 0) throw refusal(`${named.program === '' ? 'The script' : nameOf(named.program)} has errors`, named.program, new LineMap(request.text), problems);
    const defaults = await defaultsOf(named.program, files);
    const lookup = new SchemaLookup(files);
    const { schema: inputSchema } = await findSchema(named, lookup, 'input');
    const { schema: outputSchema } = await findSchema(named, lookup, 'output');
    const input = await checkArgument(withInputs(named, inputSchema), lookup, inputSchema, flowArgument);
    const asked = askedOf(request);
    const plan = this.#plan(type, interpreter, { seed: randomInt(2 ** 32), ...(asked && { asked }) }, input, inputSchema, outputSchema);
    return { ...plan, defaults: { ...defaults, ...(type === 'FLOW' && { flow_name: flowName(request.program) }) } };
  }

  /** Rejects with `EngineError`. */
  async revive(execution: Execution, kept: JsonText): Promise<LaunchPlan> {
    const [interpreter, inputSchema, outputSchema] = await Promise.all([
      this.#interpreter().catch((error: unknown) => {
        if (!(error instanceof LaunchRefused)) throw error;
        throw new EngineError(error.message);
      }),
      this.#keptSchema(execution.program, execution.input_schema),
      this.#keptSchema(execution.program, execution.output_schema),
    ]);
    return this.#plan(execution.type, interpreter, JSON.parse(kept) as Kept, execution.input_value, inputSchema, outputSchema);
  }

  /** What an execution that has ended could go back to; ids are numbers of journal entries. */
  savepoints(execution: Execution, entries: readonly JournalEntry[]): readonly Savepoint[] {
    return savepointsOf(execution, recordedRun(entries));
  }

  #plan(type: ExecutionType, interpreter: Interpreter, kept: Kept, input: JsonText, inputSchema: SchemaSet | undefined, outputSchema: SchemaSet | undefined): LaunchPlan {
    return {
      type,
      input,
      inputSchema: schemaText(inputSchema),
      outputSchema: schemaText(outputSchema),
      environment: new Map(),
      kept: JSON.stringify(kept),
      checkOutput: (result) => checkOutput(result, outputSchema),
      host: (around) => this.#host(around, interpreter, kept),
    };
  }

  #host(around: HostSurroundings, interpreter: Interpreter, { seed }: Kept): FlowHost {
    const { cache, engine, memory } = this.#options;
    const { id, name, type, program, script, input_value } = around.execution;
    const folder = program === '' ? undefined : folderOf(program);
    return new FlowHost(around, {
      process: {
        command: interpreter.command,
        program: `${pythonFolder()}stepthrough_flow`,
        environment: flowEnvironment(process.env, { cache, hashSeed: seed }),
        folder: folder !== undefined && existsSync(folder) ? folder : undefined,
      },
      start: {
        path: type === 'SCRIPT' ? '' : program,
        script,
        modules: folder === undefined ? [] : [folder],
        execution: { id, name, type: type === 'SCRIPT' || type === 'WRAPPER' ? type : 'FLOW' },
        inputs: input_value,
        memory: memory() ?? usualMemory,
      },
      answerer: this.#answerer,
      engine,
      slots: this.#slots,
    });
  }

  async #interpreter(): Promise<Interpreter> {
    try {
      return await this.#options.interpreters.find();
    } catch (error) {
      if (!(error instanceof InterpreterMissing)) throw error;
      const problem = { code: 'python/missing', severity: 'error', message: error.message, range: { start: 0, end: 0 } } as const;
      throw new LaunchRefused(error.message, '', new LineMap(''), [problem]);
    }
  }

  async #keptSchema(program: string, text: JsonText | undefined): Promise<SchemaSet | undefined> {
    const document = text === undefined ? undefined : parseSource(text, 'json');
    return document?.root && loadSchema(this.#options.files, program, document, document.root);
  }
}

/** Inputs that nobody gave are an empty map, as for the handler, where the schema wants a map. */
function withInputs(request: StartRequest, schema: SchemaSet | undefined): StartRequest {
  const { input } = request;
  const isGiven = input !== undefined && (input.file !== undefined || input.json.trim() !== 'null');
  const wanted = entry(schema?.root.node, 'type')?.value;
  if (isGiven || wanted?.kind !== 'scalar' || wanted.value !== 'object') return request;
  return { ...request, input: { json: '{}' } };
}

function typeOf({ program, options, isScheduler }: StartRequest): ExecutionType {
  if (isScheduler === true) return 'SCHEDULE';
  if (options.type === 'SCRIPT' || options.type === 'WRAPPER') return options.type;
  return program === '' ? 'SCRIPT' : 'FLOW';
}

/** The name under which a flow's file is found. */
export function flowName(program: string): string {
  return nameOf(program).replace(/\.py$/i, '');
}
