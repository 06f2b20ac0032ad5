/**
 * The store's tables as a list of forward migrations: number i brings a store from version i to i + 1 (PRAGMA
 * user_version). A published migration never changes; a new need is a new entry.
 *
 * `fixed` and `varying` are JSON texts: what an execution was started with, and what changes while it lives. Columns
 * of their own have only what is looked up or ordered by. Newest first is the order of `row`, which no clock disturbs.
 * `changed` counts all changes of the store up, so that a process finds what others changed since it last looked.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE revision (
    id INTEGER PRIMARY KEY,
    program TEXT NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    script TEXT NOT NULL,
    UNIQUE (program, number)
  ) STRICT;

  CREATE TABLE execution (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    parent TEXT,
    state TEXT NOT NULL,
    revision INTEGER NOT NULL REFERENCES revision (id),
    fixed TEXT NOT NULL,
    varying TEXT NOT NULL,
    owner_pid INTEGER NOT NULL,
    owner_token TEXT NOT NULL,
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    deleted_time TEXT,
    changed INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX execution_by_change ON execution (changed);
  CREATE UNIQUE INDEX execution_by_name ON execution (name) WHERE deleted_time IS NULL;
  CREATE INDEX execution_by_parent ON execution (parent, row) WHERE deleted_time IS NULL;
  CREATE INDEX execution_by_state ON execution (parent, state, row) WHERE deleted_time IS NULL;
  CREATE INDEX execution_alive ON execution (owner_pid) WHERE state IN ('QUEUED', 'ACTIVE', 'PAUSED');

  CREATE TABLE log (
    row INTEGER PRIMARY KEY,
    execution INTEGER NOT NULL REFERENCES execution (row),
    time TEXT NOT NULL,
    severity TEXT NOT NULL,
    text TEXT,
    json TEXT,
    routine TEXT NOT NULL,
    step TEXT NOT NULL
  ) STRICT;
  CREATE INDEX log_by_execution ON log (execution, row);
  `,
  // Executions of one program, and deployed workflows with their revisions. A damaged record belongs to no program.
  `
  ALTER TABLE execution ADD COLUMN program TEXT GENERATED ALWAYS AS (CASE WHEN json_valid(fixed) THEN json_extract(fixed, '$.program') END) VIRTUAL;
  CREATE INDEX execution_by_program ON execution (program, row) WHERE deleted_time IS NULL;

  CREATE TABLE workflow (
    row INTEGER PRIMARY KEY,
    folder TEXT NOT NULL,
    id TEXT NOT NULL,
    program TEXT NOT NULL,
    settings TEXT NOT NULL,
    create_time TEXT NOT NULL,
    update_time TEXT NOT NULL,
    UNIQUE (folder, id)
  ) STRICT;

  CREATE TABLE workflow_revision (
    row INTEGER PRIMARY KEY,
    workflow INTEGER NOT NULL REFERENCES workflow (row) ON DELETE CASCADE,
    revision INTEGER NOT NULL REFERENCES revision (id),
    settings TEXT NOT NULL,
    create_time TEXT NOT NULL
  ) STRICT;
  CREATE INDEX revision_by_workflow ON workflow_revision (workflow, row);
  `,
  // What resuming an execution needs beside its record, the milliseconds it has run, and its journal.
  `
  ALTER TABLE execution ADD COLUMN kept TEXT NOT NULL DEFAULT 'null';
  ALTER TABLE execution ADD COLUMN ran INTEGER NOT NULL DEFAULT 0;

  CREATE TABLE journal (
    row INTEGER PRIMARY KEY,
    execution INTEGER NOT NULL REFERENCES execution (row) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    time TEXT NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX journal_by_execution ON journal (execution, number);
  CREATE INDEX execution_by_owner ON execution (owner_pid, owner_token) WHERE state IN ('QUEUED', 'ACTIVE', 'PAUSED');
  `,
  // Other processes ask to pause (1) or resume (0); deleted executions in the order they are listed; when each schedule ran last.
  `
  ALTER TABLE execution ADD COLUMN pause_requested INTEGER;
  CREATE INDEX execution_deleted ON execution (row) WHERE deleted_time IS NOT NULL;

  CREATE TABLE schedule (
    id TEXT PRIMARY KEY,
    time INTEGER NOT NULL
  ) STRICT;
  `,
  // The histories of steps: parts of some hundred entries (`history/parts.ts`).
  `
  CREATE TABLE step_history (
    row INTEGER PRIMARY KEY,
    execution INTEGER NOT NULL REFERENCES execution (row) ON DELETE CASCADE,
    part INTEGER NOT NULL,
    data BLOB NOT NULL,
    UNIQUE (execution, part)
  ) STRICT;
  `,
  // What flows saved over the files of the workspace, and who has or wants the lock of a setting, in the order of asking.
  `
  CREATE TABLE record (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    type TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    place TEXT NOT NULL,
    base TEXT NOT NULL,
    fields TEXT NOT NULL,
    content BLOB,
    open INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    modified_at TEXT NOT NULL,
    deleted_at TEXT
  ) STRICT;
  CREATE INDEX record_by_name ON record (type, name, place);
  CREATE INDEX record_open ON record (row) WHERE open = 1;

  CREATE TABLE setting_lock (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    setting TEXT NOT NULL,
    setting_name TEXT NOT NULL,
    execution TEXT NOT NULL,
    execution_name TEXT NOT NULL,
    depth INTEGER NOT NULL,
    deadline INTEGER,
    owner_pid INTEGER NOT NULL,
    owner_token TEXT NOT NULL
  ) STRICT;
  `,
  // Executions of one program in one state.
  `
  CREATE INDEX execution_by_program_state ON execution (program, state, row) WHERE deleted_time IS NULL;
  `,
  // The savepoint that another process asks to go back to, and why that was refused.
  `
  ALTER TABLE execution ADD COLUMN back_requested TEXT;
  ALTER TABLE execution ADD COLUMN back_refused TEXT;
  `,
  // What lists of a program's executions are filtered and ordered by, in the index that walks through them: looking
  // through it needs no record. A record that cannot be read is UNAVAILABLE, whatever else is found in it.
  `
  ALTER TABLE execution ADD COLUMN shown_state TEXT GENERATED ALWAYS AS (
    CASE
      WHEN json_valid(fixed) AND json_valid(varying) AND json_extract(varying, '$.state') = state
        AND json_type(varying, '$.current_steps') = 'array' AND json_type(fixed, '$.breakpoints') = 'array'
      THEN CASE state WHEN 'PAUSED' THEN 'ACTIVE' ELSE state END
      ELSE 'UNAVAILABLE'
    END) VIRTUAL;
  ALTER TABLE execution ADD COLUMN created TEXT GENERATED ALWAYS AS (CASE WHEN json_valid(fixed) THEN json_extract(fixed, '$.create_time') END) VIRTUAL;
  ALTER TABLE execution ADD COLUMN started TEXT GENERATED ALWAYS AS (CASE WHEN json_valid(varying) THEN json_extract(varying, '$.start_time') END) VIRTUAL;
  ALTER TABLE execution ADD COLUMN ended TEXT GENERATED ALWAYS AS (CASE WHEN json_valid(varying) THEN json_extract(varying, '$.end_time') END) VIRTUAL;
  DROP INDEX execution_by_program;
  CREATE INDEX execution_by_program ON execution (program, row, shown_state, created, started, ended, revision) WHERE deleted_time IS NULL;
  `,
  // What the program's own lists are filtered and divided by, in an index that walks through what is at the root.
  // Everything in it is of the start of an execution, so that nothing of it changes while one lives.
  `
  ALTER TABLE execution ADD COLUMN type TEXT GENERATED ALWAYS AS (CASE WHEN json_valid(fixed) THEN json_extract(fixed, '$.type') END) VIRTUAL;
  ALTER TABLE execution ADD COLUMN place TEXT GENERATED ALWAYS AS (
    CASE WHEN json_valid(fixed) THEN COALESCE(
      'project ' || COALESCE(json_extract(fixed, '$.project_name'), json_extract(fixed, '$.project_id')),
      'bundle ' || COALESCE(json_extract(fixed, '$.bundle_name'), json_extract(fixed, '$.bundle_id'))) END) VIRTUAL;
  ALTER TABLE execution ADD COLUMN made INTEGER GENERATED ALWAYS AS (
    CASE WHEN json_valid(fixed) THEN CAST(round(unixepoch(json_extract(fixed, '$.create_time'), 'subsec') * 1000) AS INTEGER) ELSE 0 END) VIRTUAL;
  ALTER TABLE execution ADD COLUMN labels TEXT GENERATED ALWAYS AS (CASE WHEN json_valid(fixed) THEN json_extract(fixed, '$.labels') END) VIRTUAL;
  CREATE INDEX execution_shown ON execution (parent, row, type, place, program, made, labels) WHERE deleted_time IS NULL;
  `,
  // The API's operations; what waits for its turn (1) or its time (2), since the limit counts what runs in all
  // processes; and two indexes less to write for each execution: another one begins with the same columns.
  `
  CREATE TABLE operation (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    data TEXT NOT NULL,
    time INTEGER NOT NULL
  ) STRICT;
  ALTER TABLE execution ADD COLUMN waits INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE execution ADD COLUMN priority INTEGER GENERATED ALWAYS AS (CASE WHEN json_valid(fixed) THEN json_extract(fixed, '$.priority') END) VIRTUAL;
  CREATE INDEX execution_waiting ON execution (priority DESC, created) WHERE waits = 1 AND state = 'QUEUED';
  DROP INDEX execution_by_owner;
  CREATE INDEX execution_by_owner ON execution (owner_pid, owner_token, waits) WHERE state IN ('QUEUED', 'ACTIVE', 'PAUSED');
  DROP INDEX execution_alive;
  DROP INDEX execution_by_parent;
  `,
  // The highest number of a change that executions had which are gone, and what was deleted below an execution.
  `
  CREATE TABLE last_removed (number INTEGER NOT NULL) STRICT;
  INSERT INTO last_removed (number) VALUES (0);
  CREATE INDEX execution_deleted_by_parent ON execution (parent) WHERE deleted_time IS NOT NULL;
  `,
  // Records that cannot be read, of which there are few: lists by state leave them out or ask for them alone.
  `
  CREATE INDEX execution_damaged ON execution (row) WHERE shown_state = 'UNAVAILABLE';
  `,
];
