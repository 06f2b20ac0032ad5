import type { CallLogLevel } from '../execution/record.ts';
import { serviceAccountVariable } from './environment.ts';
import { SqliteDatabase } from './sqliteDatabase.ts';
import { revisionOf } from './sqliteRevisions.ts';
import { migrations } from './storeSchema.ts';
import { StoreError } from './store.ts';
import type { FoundWorkflow } from './workflowFinder.ts';

export type HistoryLevel = 'EXECUTION_HISTORY_LEVEL_UNSPECIFIED' | 'EXECUTION_HISTORY_BASIC' | 'EXECUTION_HISTORY_DETAILED';

/** What people say of a workflow (google-workflows 6.1). */
export interface WorkflowDefinition {
  readonly source: string;
  readonly description: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Empty where none was given, as in Google's API. */
  readonly serviceAccount: string;
  readonly cryptoKeyName: string;
  readonly callLogLevel: CallLogLevel;
  readonly executionHistoryLevel: HistoryLevel;
  readonly variables: Readonly<Record<string, string>>;
}

export interface DeployedWorkflow extends WorkflowDefinition {
  readonly id: string;
  /** As executions name it: a file's path, or a URI of a workflow that only the store has. */
  readonly program: string;
  readonly revisionId: string;
  readonly revisionTime: string;
  readonly createTime: string;
  readonly updateTime: string;
}

/** Starts of a deployed workflow have its variables, labels and log level. */
export function foundWorkflow(workflow: DeployedWorkflow): FoundWorkflow {
  const options = { labels: workflow.labels, call_log_level: workflow.callLogLevel, execution_history_level: workflow.executionHistoryLevel };
  return { program: workflow.program, text: workflow.source, environment: environmentOfDefinition(workflow), revision: workflow.revisionId, options };
}

function environmentOfDefinition({ variables, serviceAccount }: WorkflowDefinition): ReadonlyMap<string, string> {
  const own = Object.entries(variables);
  return new Map(serviceAccount === '' ? own : [...own, [serviceAccountVariable, serviceAccount]]);
}

const columns = 'workflow.id, workflow.program, workflow.settings, workflow.create_time, workflow.update_time, workflow_revision.settings AS revision_settings, workflow_revision.create_time AS revision_time, revision.name AS revision_name, revision.script';
const select = `SELECT ${columns} FROM workflow JOIN workflow_revision ON workflow_revision.workflow = workflow.row JOIN revision ON revision.id = workflow_revision.revision WHERE`;
const latest = 'workflow_revision.row = (SELECT MAX(row) FROM workflow_revision WHERE workflow = workflow.row)';

type Row = Readonly<Record<'id' | 'program' | 'settings' | 'create_time' | 'update_time' | 'revision_settings' | 'revision_time' | 'revision_name' | 'script', string>>;

/**
 * Workflows with their revisions, in the file of the executions' store. A revision is the one that executions of it are
 * recorded with: source, variables and service account make it. Each folder of workflows is a list of its own; the one
 * of workflows that only the store has is named by an empty text. Throws `StoreError`.
 */
export class WorkflowStore {
  readonly #database: SqliteDatabase;

  constructor(file: string, busyTimeout = 2000) {
    this.#database = new SqliteDatabase(file, busyTimeout);
    this.#database.migrate(migrations, (version) => new StoreError(`${file} was written by a newer Stepthrough (store version ${version}).`));
  }

  list(folder: string): DeployedWorkflow[] {
    return this.#all(`${select} workflow.folder = ? AND ${latest} ORDER BY workflow.id`, folder);
  }

  get(folder: string, id: string, revision?: string): DeployedWorkflow | undefined {
    if (revision === undefined) return this.#all(`${select} workflow.folder = ? AND workflow.id = ? AND ${latest}`, folder, id)[0];
    return this.#all(`${select} workflow.folder = ? AND workflow.id = ? AND revision.name = ? ORDER BY workflow_revision.row DESC LIMIT 1`, folder, id, revision)[0];
  }

  /** Newest first. */
  revisions(folder: string, id: string): DeployedWorkflow[] {
    return this.#all(`${select} workflow.folder = ? AND workflow.id = ? ORDER BY workflow_revision.row DESC`, folder, id);
  }

  /** Adds or changes a workflow; a revision is made only where what belongs to one has changed. */
  deploy(folder: string, id: string, program: string, definition: WorkflowDefinition): DeployedWorkflow {
    const { description, labels, callLogLevel, executionHistoryLevel, cryptoKeyName, serviceAccount, variables, source } = definition;
    const settings = JSON.stringify({ description, labels, callLogLevel, executionHistoryLevel, cryptoKeyName });
    const time = new Date().toISOString();
    this.#database.write(() => {
      const revision = revisionOf(this.#database, program, source, JSON.stringify([...environmentOfDefinition(definition)]));
      this.#database.run(
        `INSERT INTO workflow (folder, id, program, settings, create_time, update_time) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (folder, id) DO UPDATE SET program = excluded.program, settings = excluded.settings, update_time = excluded.update_time`,
        folder, id, program, settings, time, time,
      );
      const { row, revision: before } = this.#database.first(
        'SELECT row, (SELECT revision FROM workflow_revision WHERE workflow = workflow.row ORDER BY workflow_revision.row DESC LIMIT 1) AS revision FROM workflow WHERE folder = ? AND id = ?',
        folder, id,
      )!;
      if (before === revision.id) return;
      this.#database.run('INSERT INTO workflow_revision (workflow, revision, settings, create_time) VALUES (?, ?, ?, ?)', row!, revision.id, JSON.stringify({ serviceAccount, variables }), time);
    });
    return this.get(folder, id)!;
  }

  delete(folder: string, id: string): void {
    this.#database.run('DELETE FROM workflow WHERE folder = ? AND id = ?', folder, id);
  }

  close(): void {
    this.#database.close();
  }

  #all(sql: string, ...values: string[]): DeployedWorkflow[] {
    return (this.#database.all(sql, ...values) as unknown as Row[]).map(readWorkflow);
  }
}

type Settings = Omit<WorkflowDefinition, 'source' | 'serviceAccount' | 'variables'>;
type RevisionSettings = Pick<WorkflowDefinition, 'serviceAccount' | 'variables'>;

function readWorkflow(row: Row): DeployedWorkflow {
  return {
    ...(JSON.parse(row.settings) as Settings),
    ...(JSON.parse(row.revision_settings) as RevisionSettings),
    id: row.id,
    program: row.program,
    source: row.script,
    revisionId: row.revision_name,
    revisionTime: row.revision_time,
    createTime: row.create_time,
    updateTime: row.update_time,
  };
}
