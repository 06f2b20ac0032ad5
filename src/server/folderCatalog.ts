import { watch, type FSWatcher } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { parseEnvironment } from '../engine/environmentFile.ts';
import { workflowId } from '../engine/environment.ts';
import { dataLimit, FileRefused, readTextFile, workflowLimit } from '../engine/textFile.ts';
import { isNamedWorkflow, isWorkflow } from '../engine/workflowFinder.ts';
import type { DeployedWorkflow, WorkflowDefinition, WorkflowStore } from '../engine/workflowStore.ts';
import { programNames } from '../schema/association.ts';
import { inFolder } from '../schema/files.ts';
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

/**
 * The workflows of a folder, kept in step with its files: a file's name without its endings is the workflow's id, and
 * `<name>.env.yaml` beside it has its variables. A file with errors keeps the last good revision, and `notice` is told.
 */
export class FolderCatalog implements Catalog {
  readonly #store: WorkflowStore;
  readonly #folder: string;
  readonly #notice: (message: string) => void;
  /** What was last read of each file: it is looked at again only where this has changed. */
  readonly #read = new Map<string, string>();
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #loading: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(store: WorkflowStore, folder: string, notice: (message: string) => void) {
    this.#store = store;
    this.#folder = folder;
    this.#notice = notice;
  }

  /** Reads the folder (an absolute path) and watches it. Rejects where it cannot be read. */
  static async open(store: WorkflowStore, folder: string, notice: (message: string) => void): Promise<FolderCatalog> {
    const catalog = new FolderCatalog(store, folder, notice);
    // Watched first, so that no change is missed.
    catalog.#watcher = watch(folder, () => catalog.#changed());
    catalog.#watcher.on('error', (error) => notice(`${folder} is not watched any more: ${error.message}`));
    try {
      const first = catalog.#load();
      catalog.#loading = first.catch(() => undefined);
      await first;
    } catch (error) {
      catalog.#watcher.close();
      throw error;
    }
    return catalog;
  }

  list(): readonly DeployedWorkflow[] {
    return this.#store.list(this.#folder);
  }

  get(id: string, revision?: string): DeployedWorkflow | undefined {
    return this.#store.get(this.#folder, id, revision);
  }

  revisions(id: string): readonly DeployedWorkflow[] {
    return this.#store.revisions(this.#folder, id);
  }

  deploy(): never {
    throw readOnly(this.#folder);
  }

  delete(): never {
    throw readOnly(this.#folder);
  }

  checkWritable(): never {
    throw readOnly(this.#folder);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#watcher?.close();
    // A look at the files that is under way ends before the store does.
    await this.#loading;
    this.#store.close();
  }

  #changed(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#loading = this.#loading.then(() => this.#load()).catch((error: unknown) => this.#notice(`${this.#folder} cannot be read: ${(error as Error).message}`));
    }, settleTime);
  }

  async #load(): Promise<void> {
    const names = (await readdir(this.#folder)).sort();
    const byId = new Map<string, string>();
    for (const name of names) {
      if (this.#closed) return;
      if (name.endsWith('.py') || programNames(name).length === 0) continue;
      const id = workflowId(name);
      const other = byId.get(id);
      if (other === undefined) {
        if (await this.#loadFile(id, name, names)) byId.set(id, name);
      } else if (isNamedWorkflow(name)) {
        this.#notice(`${name} is not served: ${other} has the id ${id} too.`);
      }
    }
    for (const { id } of this.list()) if (!byId.has(id) && !this.#closed) this.#store.delete(this.#folder, id);
    for (const name of this.#read.keys()) if (!names.includes(name)) this.#read.delete(name);
  }

  /** False where the file is no workflow. */
  async #loadFile(id: string, name: string, names: readonly string[]): Promise<boolean> {
    const program = inFolder(this.#folder, name);
    try {
      const source = await readTextFile(program, workflowLimit);
      const named = isNamedWorkflow(name);
      if (!named && this.get(id)?.program !== program && !isWorkflow(source, program)) return false;
      const environment = await this.#environment(name, names);
      const content = JSON.stringify([source, environment.text]);
      if (this.#read.get(name) === content || this.#closed) return true;
      this.#read.set(name, content);
      const errors = sourceErrors(source, name, formatOf(program)) ?? environment.error;
      if (errors === undefined) this.#store.deploy(this.#folder, id, program, { ...fileDefinition, source, variables: environment.variables });
      else this.#notice(`${errors}\n${this.get(id) ? `${id} keeps its last good revision.` : `${id} is not served until that is right.`}`);
    } catch (error) {
      if (!(error instanceof FileRefused)) throw error;
      if (!isNamedWorkflow(name) && !this.get(id)) return false;
      this.#notice(error.message);
    }
    return true;
  }

  async #environment(name: string, names: readonly string[]): Promise<{ readonly text: string; readonly variables: Readonly<Record<string, string>>; readonly error?: string }> {
    const candidates = programNames(name).flatMap((stem) => ['.yaml', '.yml', '.json'].map((ending) => `${stem}.env${ending}`));
    const file = candidates.find((candidate) => names.includes(candidate));
    if (file === undefined) return { text: '', variables: {} };
    const text = await readTextFile(inFolder(this.#folder, file), dataLimit);
    const { variables, problems } = parseEnvironment(text, formatOf(file));
    return { text, variables: Object.fromEntries(variables), ...(hasErrors(problems) && { error: `${file}: ${problems[0]!.message}` }) };
  }
}
