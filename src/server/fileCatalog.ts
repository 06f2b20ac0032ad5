import { parseEnvironment } from '../execution/environmentFile.ts';
import { workflowId } from '../engine/environment.ts';
import { dataLimit, FileRefused, readTextFile, workflowLimit } from '../engine/textFile.ts';
import { isNamedWorkflow, isWorkflow } from '../engine/workflowFinder.ts';
import type { DeployedWorkflow, WorkflowDefinition, WorkflowStore } from '../engine/workflowStore.ts';
import { programNames } from '../schema/association.ts';
import { folderOf, inFolder, nameOf } from '../schema/files.ts';
import { formatOf } from '../source/parse.ts';
import { hasErrors } from '../workflow/parse.ts';
import { readOnly, type Catalog } from './catalog.ts';
import { sourceErrors } from './sourceErrors.ts';

/** Milliseconds after the last sign of a change: editors write in several steps. */
const settleTime = 50;

/** What the API alone can say of a workflow. */
const fileDefinition: Omit<WorkflowDefinition, 'source' | 'variables'> = {
  description: '',
  labels: {},
  serviceAccount: '',
  cryptoKeyName: '',
  callLogLevel: 'CALL_LOG_LEVEL_UNSPECIFIED',
  executionHistoryLevel: 'EXECUTION_HISTORY_LEVEL_UNSPECIFIED',
};

/** Where the files of a catalog are. */
export interface WorkflowFiles {
  /** Names the list of workflows in the store: each has its own. */
  readonly list: string;
  /** Says in a message where the files are. */
  readonly place: string;
  /** The paths of the files there; those that are no workflows do no harm. Rejects where they cannot be listed. */
  find(): Promise<readonly string[]>;
  /** A file as messages name it. */
  shown(path: string): string;
}

/**
 * Workflows that are files, kept in step with them: a file's name without its endings is the workflow's id, and
 * `<name>.env.yaml` beside it has its variables. What counts is what is saved. A file with errors keeps the last good
 * revision, and `notice` is told.
 */
export class FileCatalog implements Catalog {
  readonly #store: WorkflowStore;
  readonly #files: WorkflowFiles;
  readonly #notice: (message: string) => void;
  /** What was last read of each file: it is looked at again only where this has changed. */
  readonly #read = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #loading: Promise<void> = Promise.resolve();
  #closed = false;
  #onClose: () => void = () => undefined;

  constructor(store: WorkflowStore, files: WorkflowFiles, notice: (message: string) => void) {
    this.#store = store;
    this.#files = files;
    this.#notice = notice;
  }

  /** Reads the files. Rejects where they cannot be listed. */
  async load(): Promise<void> {
    const first = this.#load();
    this.#loading = first.catch(() => undefined);
    await first;
  }

  /** Reads what has changed, when changes have settled. */
  changed(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#loading = this.#loading.then(() => this.#load()).catch((error: unknown) => this.#notice(`${this.#files.place} cannot be read: ${(error as Error).message}`));
    }, settleTime);
  }

  list(): readonly DeployedWorkflow[] {
    return this.#store.list(this.#files.list);
  }

  get(id: string, revision?: string): DeployedWorkflow | undefined {
    return this.#store.get(this.#files.list, id, revision);
  }

  revisions(id: string): readonly DeployedWorkflow[] {
    return this.#store.revisions(this.#files.list, id);
  }

  deploy(): never {
    throw readOnly(this.#files.place);
  }

  delete(): never {
    throw readOnly(this.#files.place);
  }

  checkWritable(): never {
    throw readOnly(this.#files.place);
  }

  /** What is to be closed with the catalog, such as what watches the files. */
  closing(action: () => void): void {
    this.#onClose = action;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#onClose();
    clearTimeout(this.#timer);
    // A look at the files that is under way ends before the store does.
    await this.#loading;
    this.#store.close();
  }

  async #load(): Promise<void> {
    // Nearest first, so that a file deep in a folder does not take the id of one that lies open.
    const paths = [...(await this.#files.find())].sort((left, right) => depth(left) - depth(right) || (left < right ? -1 : 1));
    const present = new Set(paths);
    const byId = new Map<string, string>();
    for (const path of paths) {
      if (this.#closed) return;
      const name = nameOf(path);
      if (name.endsWith('.py') || programNames(name).length === 0) continue;
      const id = workflowId(name);
      const other = byId.get(id);
      if (other === undefined) {
        if (await this.#loadFile(id, path, present)) byId.set(id, path);
      } else if (isNamedWorkflow(name)) {
        this.#noticeOnce(path, `${this.#files.shown(path)} is not served: ${this.#files.shown(other)} has the id ${id} too.`);
      }
    }
    for (const { id } of this.list()) if (!byId.has(id) && !this.#closed) this.#store.delete(this.#files.list, id);
    for (const path of this.#read.keys()) if (!present.has(path)) this.#read.delete(path);
  }

  /** False where the file is no workflow. */
  async #loadFile(id: string, program: string, present: ReadonlySet<string>): Promise<boolean> {
    try {
      const source = await readTextFile(program, workflowLimit);
      const named = isNamedWorkflow(nameOf(program));
      if (!named && this.get(id)?.program !== program && !isWorkflow(source, program)) return false;
      const environment = await this.#environment(program, present);
      const content = JSON.stringify([source, environment.text]);
      if (this.#read.get(program) === content || this.#closed) return true;
      this.#read.set(program, content);
      const errors = sourceErrors(source, this.#files.shown(program), formatOf(program)) ?? environment.error;
      if (errors === undefined) this.#store.deploy(this.#files.list, id, program, { ...fileDefinition, source, variables: environment.variables });
      else this.#notice(`${errors}\n${this.get(id) ? `${id} keeps its last good revision.` : `${id} is not served until that is right.`}`);
    } catch (error) {
      if (!(error instanceof FileRefused)) throw error;
      if (!isNamedWorkflow(nameOf(program)) && !this.get(id)) return false;
      this.#notice(error.message);
    }
    return true;
  }

  async #environment(program: string, present: ReadonlySet<string>): Promise<{ readonly text: string; readonly variables: Readonly<Record<string, string>>; readonly error?: string }> {
    const candidates = programNames(nameOf(program)).flatMap((stem) => ['.yaml', '.yml', '.json'].map((ending) => inFolder(folderOf(program), `${stem}.env${ending}`)));
    const file = candidates.find((candidate) => present.has(candidate));
    if (file === undefined) return { text: '', variables: {} };
    const text = await readTextFile(file, dataLimit);
    const { variables, problems } = parseEnvironment(text, formatOf(file));
    return { text, variables: Object.fromEntries(variables), ...(hasErrors(problems) && { error: `${this.#files.shown(file)}: ${problems[0]!.message}` }) };
  }

  /** What was said of a file is not said at every look at it. */
  #noticeOnce(path: string, message: string): void {
    if (this.#read.get(path) === message) return;
    this.#read.set(path, message);
    this.#notice(message);
  }
}

function depth(path: string): number {
  return path.split(/[/\\]/).length;
}
