import type { StartRequest } from '../execution/launch.ts';
import type { ExecutionOptions, JsonText } from '../execution/record.ts';
import type { CronRule } from '../execution/cronFields.ts';
import type { WebhookRule } from '../execution/webhookFields.ts';
import { checkWorkspaceFile, noWorkspaceFile, type Automation, type RetentionDays, type Webhook, type WorkspaceFile } from '../execution/workspaceFile.ts';
import { workspaceFileNames } from '../execution/workspaceFileNames.ts';
import { folderOf, inFolder, nameOf, relativePath } from '../schema/files.ts';
import { formatOf, parseSource } from '../source/parse.ts';
import type { Engine } from './engine.ts';
import { EngineError } from './engineError.ts';
import { localId } from './location.ts';
import type { Run } from './run.ts';
import { RecordAutomations } from './recordAutomations.ts';
import { Retention } from './retention.ts';
import { Scheduler } from './schedules/scheduler.ts';

/** What is started, by its files; paths are absolute. */
export interface AutomationLaunch {
  /** Empty where the options name a flow, whose file is then looked for from `folder` on. */
  readonly program: string;
  readonly folder: string;
  readonly input: { readonly kind: 'file'; readonly path: string } | { readonly kind: 'json'; readonly json: JsonText } | undefined;
  readonly mocks: string | undefined;
  readonly options: ExecutionOptions;
}

/** What a schedule or webhook does now. */
export interface AutomationStatus {
  /** By which its executions name it. */
  readonly id: string;
  /** It starts something: it is enabled, and right. */
  readonly on: boolean;
  /** When a schedule starts next; undefined where its scheduler decides that. */
  readonly next: Date | undefined;
  /** Why it could not start the last time that it did not. */
  readonly failure: { readonly message: string; readonly time: Date } | undefined;
}

export interface AutomationsOptions {
  /** Folders that may have a `stepthrough.yaml`. */
  readonly folders: () => readonly string[];
  /** Undefined where there is no such file. */
  readonly readText: (path: string) => Promise<string | undefined>;
  /** Reads what a launch names. Rejects with `LaunchRefused`. */
  readonly requestOf: (launch: AutomationLaunch) => Promise<StartRequest>;
  /** What is kept, where a setting says so; else the files do. */
  readonly retention?: () => Partial<RetentionDays>;
  readonly notice: (message: string) => void;
  /** What `statusOf` gives may be something else now. */
  readonly changed?: () => void;
}

interface Read {
  readonly path: string;
  readonly text: string;
  readonly file: WorkspaceFile;
  /** The messages of what is wrong with it. */
  readonly told: ReadonlySet<string>;
}

interface Owned<A extends Automation> {
  readonly id: string;
  readonly path: string;
  readonly automation: A;
}

interface OwnedSchedule {
  readonly id: string;
  readonly since?: number;
  readonly schedule: CronRule & { readonly name: string };
  readonly ready?: () => Promise<boolean>;
  /** Rejects with what speaks against it. */
  request(): Promise<StartRequest>;
}

/**
 * What happens by itself: the schedules and webhooks of the `stepthrough.yaml` of each folder and those among the records
 * of flows, and the removal of old executions. Who makes it reads the files with `reload`, first and whenever one has
 * changed; what flows save is taken up at once.
 */
export class Automations {
  readonly #engine: Engine;
  readonly #options: AutomationsOptions;
  readonly #scheduler: Scheduler<OwnedSchedule>;
  readonly #retention: Retention;
  readonly #records: RecordAutomations;
  #read: readonly Read[] = [];
  /** By the ids of schedules. */
  readonly #failures = new Map<string, NonNullable<AutomationStatus['failure']>>();
  #loading: Promise<void> = Promise.resolve();
  #disposed = false;

  constructor(engine: Engine, options: AutomationsOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#scheduler = new Scheduler({
      claims: engine.schedules,
      fire: (own) => void this.#startScheduled(own),
      failed: (error) => options.notice(`A schedule could not start: ${reasonOf(error)}`),
    });
    this.#records = new RecordAutomations(engine, {
      changed: () => {
        this.#scheduler.set(this.#schedules());
        options.changed?.();
      },
      failed: (id, error) => this.#failed(id, error),
      notice: options.notice,
    });
    this.#retention = new Retention({
      purge: (rule, limit) => engine.purge(rule, limit),
      days: () => ({ ...this.retention, ...options.retention?.() }),
      failed: (error) => options.notice(`Old executions could not be removed: ${error.message}`),
    });
  }

  /** Reads the files anew and takes up what has changed. A file that cannot be read as YAML keeps what it said before. */
  reload(): Promise<void> {
    const loading = this.#loading.then(() => this.#load());
    // One that fails says so to who asked; the next one is made all the same.
    this.#loading = loading.catch(() => undefined);
    return loading;
  }

  /** Looks whether files of records have changed, where nobody tells. */
  lookAtFiles(): Promise<void> {
    return this.#records.lookAtFiles();
  }

  /** Executions at once, where a file says so. Of several files the smallest number counts. */
  get concurrency(): number | undefined {
    const said = this.#read.flatMap(({ file }) => file.concurrency ?? []);
    return said.length === 0 ? undefined : Math.min(...said);
  }

  /** The first file that says something about what is kept. */
  get retention(): WorkspaceFile['retention'] {
    return this.#read.map(({ file }) => file.retention).find((said) => Object.values(said).some((value) => value !== undefined)) ?? noWorkspaceFile.retention;
  }

  /** The next moment of a schedule, by its name. */
  nextOf(name: string): Date | undefined {
    const own = this.#schedules().find(({ schedule }) => schedule.name === name);
    return own && this.#nextOf(own.id);
  }

  /** What the schedule or webhook of a file does; undefined for one that was not taken up. */
  statusOf(type: 'schedule' | 'webhook', path: string, name: string): AutomationStatus | undefined {
    const read = this.#read.find((one) => one.path === path);
    if (!read) return this.#statusOfRecord(type, path, name);
    const own = (type === 'schedule' ? read.file.schedules : read.file.webhooks).find((automation) => automation.name === name);
    const id = localId(type, `${path}:${name}`);
    return own && { id, on: own.enabled, next: this.#nextOf(id), failure: this.#failures.get(id) };
  }

  /** Starts at once what a schedule with a cron pattern starts; its moments stay what they are. Rejects with what speaks against it. */
  async startSchedule(id: string): Promise<Run> {
    const own = this.#schedules().find((schedule) => schedule.id === id);
    if (!own) throw new EngineError('This schedule starts nothing: it is disabled, deleted or not right.');
    return await this.#start(await own.request());
  }

  /** The webhook of a name: of several files the first one's, else the record's. */
  webhook(name: string): WebhookRule | undefined {
    return this.#webhook(name)?.automation ?? this.#records.webhook(name)?.rule;
  }

  /** Starts what a webhook names. Rejects with `LaunchRefused` or `EngineError`. */
  async startWebhook(name: string, input: JsonText): Promise<Run> {
    const own = this.#webhook(name);
    if (!own) return this.#start(await this.#records.webhookRequest(name, input));
    const request = await this.#options.requestOf({ ...launchOf(own.automation, own.path), input: { kind: 'json', json: input } });
    return this.#start({ ...request, origin: { webhook_id: own.id } });
  }

  dispose(): void {
    this.#disposed = true;
    this.#scheduler.dispose();
    this.#retention.dispose();
    this.#records.dispose();
  }

  async #startScheduled(own: OwnedSchedule): Promise<void> {
    try {
      await this.#start(await own.request());
      this.#failures.delete(own.id);
    } catch (error) {
      // What fails each minute is told once.
      const told = this.#failures.get(own.id)?.message === reasonOf(error);
      this.#failed(own.id, error);
      if (!told) this.#options.notice(`The schedule ${own.schedule.name} could not start: ${reasonOf(error)}`);
    }
  }

  #nextOf(id: string): Date | undefined {
    const next = this.#scheduler.nextOf(id);
    return next === undefined ? undefined : new Date(next);
  }

  #statusOfRecord(type: 'schedule' | 'webhook', path: string, name: string): AutomationStatus | undefined {
    const record = this.#records.find(type, path, name);
    if (!record) return undefined;
    const failure = this.#failures.get(record.id);
    return { ...record, next: this.#nextOf(record.id), failure: failure && failure.time.getTime() >= record.since ? failure : undefined };
  }

  #start(request: StartRequest): Promise<Run> {
    if (this.#disposed) throw new EngineError('Nothing is started here any more.');
    return this.#engine.start(request);
  }

  #failed(id: string, error: unknown): void {
    this.#failures.set(id, { message: reasonOf(error), time: new Date() });
    this.#options.changed?.();
  }

  async #load(): Promise<void> {
    const read: Read[] = [];
    for (const folder of this.#options.folders()) {
      for (const name of workspaceFileNames) {
        const path = inFolder(folder, name);
        const text = await this.#options.readText(path);
        if (text === undefined) continue;
        read.push(this.#readFile(path, text));
        break;
      }
    }
    if (this.#disposed) return;
    this.#read = read;
    this.#engine.letIn();
    await this.#records.reload();
  }

  #readFile(path: string, text: string): Read {
    const known = this.#read.find((other) => other.path === path);
    if (known?.text === text) return known;
    const document = parseSource(text, formatOf(path));
    for (const { name: schedule } of known?.file.schedules ?? []) this.#failures.delete(localId('schedule', `${path}:${schedule}`));
    const broken = document.problems.find(({ severity }) => severity === 'error');
    const file = broken ? (known?.file ?? noWorkspaceFile) : checkWorkspaceFile(document.root);
    const problems = broken ? [broken] : file.problems;
    for (const { message, range } of problems) {
      // Nor is told again what was wrong before, though in another line.
      if (known?.told.has(message)) continue;
      const { line, column } = document.lines.position(range.start);
      this.#options.notice(`${nameOf(path)}:${line}:${column}: ${message}`);
    }
    return { path, text, file, told: new Set(problems.map(({ message }) => message)) };
  }

  #schedules(): OwnedSchedule[] {
    const ofFiles = this.#read.flatMap(({ path, file }) =>
      file.schedules
        .filter(({ enabled }) => enabled)
        .map((schedule): OwnedSchedule => {
          const id = localId('schedule', `${path}:${schedule.name}`);
          return { id, schedule, request: async () => ({ ...(await this.#options.requestOf(launchOf(schedule, path))), origin: { schedule_id: id, schedule_name: schedule.name } }) };
        }),
    );
    return [...ofFiles, ...this.#records.crons];
  }

  #webhook(name: string): Owned<Webhook> | undefined {
    for (const { path, file } of this.#read) {
      const automation = file.webhooks.find((webhook) => webhook.name === name);
      if (automation) return { id: localId('webhook', `${path}:${name}`), path, automation };
    }
    return undefined;
  }
}

function launchOf({ launch }: Automation, file: string): AutomationLaunch {
  const absolute = (path: string): string => relativePath(file, path) ?? path;
  const { program, input, mocks, options } = launch;
  return {
    program: program === undefined ? '' : absolute(program.path),
    folder: folderOf(file),
    input: input && ('path' in input ? { kind: 'file', path: absolute(input.path) } : { kind: 'json', json: input.json }),
    mocks: mocks && absolute(mocks.path),
    options,
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
