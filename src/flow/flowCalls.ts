/**
 * The calls of the Flow-API (cloudomation 3): the one table of what a flow's process asks of the engine. Names are
 * `<area>.<what>`; arguments are one JSON object. A record is addressed by a `RecordReference`.
 */

import type { JsonText } from '../execution/record.ts';
import type { RecordType } from '../execution/recordFiles.ts';

/** `select` is an id or a name, as `by` says. */
export interface RecordReference {
  readonly type: RecordType;
  readonly select: string;
  readonly by: 'id' | 'name';
  readonly allow_normal: boolean;
  readonly allow_deleted: boolean;
}

export type ReturnWhen = 'ALL_SUCCEEDED' | 'ALL_ENDED' | 'FIRST_ENDED' | 'FIRST_SUCCEEDED';

/** Arguments and answer of each call. `null` as an answer is no value. Fields are JSON values by the record's own names. */
export interface FlowCalls {
  /** Values of the named fields. ResourceNotFoundError. */
  'record.get': { readonly args: RecordReference & { readonly fields: readonly string[] }; readonly answer: Fields };
  'record.exists': { readonly args: RecordReference; readonly answer: boolean };
  /** Creates or overwrites; nothing exists before. With `debug` the written data is also logged. */
  'record.save': { readonly args: RecordReference & { readonly fields: Fields; readonly debug: boolean }; readonly answer: Saved };
  'record.delete': { readonly args: RecordReference & { readonly permanently: boolean }; readonly answer: null };
  /** A snapshot; `filter` as the REST API's: `{field, op, value}` or `{and|or: […]}`. */
  'record.list': { readonly args: { readonly type: RecordType; readonly filter: unknown; readonly allow_normal: boolean; readonly allow_deleted: boolean }; readonly answer: readonly Saved[] };
  'record.clone': { readonly args: RecordReference & { readonly fields: Fields }; readonly answer: Saved };

  /** A child (or, with `orphan`, a detached) execution that has not begun. `fields` are the constructor's, `inputs` merged into input_value. One that is `held` is paused until it is run. */
  'execution.create': { readonly args: { readonly type: 'FLOW' | 'SCRIPT' | 'CONNECTION' | 'WRAPPER'; readonly fields: Fields; readonly held?: boolean }; readonly answer: Saved };
  /** Starts one that has not begun, or resumes a paused one. */
  'execution.run': { readonly args: { readonly id: string }; readonly answer: null };
  /** Waits. Raises DependencyFailedError (ALL_SUCCEEDED) or DependencyTimeoutError. Answers the ids that have ended. */
  'execution.wait': { readonly args: { readonly ids: readonly string[]; readonly return_when: ReturnWhen; readonly timeout: number | null }; readonly answer: readonly string[] };
  'execution.pause': { readonly args: { readonly id: string }; readonly answer: null };
  'execution.cancel': { readonly args: { readonly id: string; readonly message: string | null }; readonly answer: null };

  // Of the execution itself.
  'this.log': { readonly args: { readonly level: 'info' | 'warning' | 'error'; readonly values: readonly unknown[]; readonly named: Fields }; readonly answer: null };
  'this.set_output': { readonly args: { readonly values: Fields }; readonly answer: null };
  /** Seconds. */
  'this.sleep': { readonly args: { readonly seconds: number }; readonly answer: null };
  /** Seconds since the epoch. */
  'this.sleep_until': { readonly args: { readonly time: number }; readonly answer: null };
  'this.webhook_html_response': { readonly args: { readonly html: string }; readonly answer: null };
  'this.save_dump': { readonly args: { readonly name: string }; readonly answer: Saved };
  /** Goes back to the savepoint: the process is begun again, so it is never answered. ResourceNotFoundError. */
  'this.load_dump': { readonly args: { readonly select: string; readonly by: 'id' | 'name' }; readonly answer: null };

  /** Shows a message or form (`fields`: subject, message, request, body, type, …). */
  'message.create': { readonly args: { readonly fields: Fields }; readonly answer: Saved };
  /** Waits for its answer. MessageResponseTimeoutError. */
  'message.wait': { readonly args: { readonly id: string; readonly timeout: number | null }; readonly answer: unknown };

  /** Waits for the lock. LockTimeoutError; a deadlock among executions is an error too, that names them. */
  'setting.acquire': { readonly args: RecordReference & { readonly timeout: number | null }; readonly answer: null };
  'setting.release': { readonly args: RecordReference; readonly answer: null };

  /** Base64 of the bytes. */
  'file.read': { readonly args: RecordReference; readonly answer: string };
  'file.write': { readonly args: RecordReference & { readonly content: string }; readonly answer: Saved };

  'vault.write_secret': { readonly args: RecordReference & { readonly path: string; readonly data: Fields }; readonly answer: null };
  'system.get_own_user': { readonly args: object; readonly answer: Saved };
  'system.get_own_client': { readonly args: object; readonly answer: Saved };
  'system.get_env_name': { readonly args: object; readonly answer: string };

  /** A deprecated name was used; reported once for each place. Nobody waits for it. */
  'deprecated': { readonly args: { readonly used: string; readonly instead: string }; readonly answer: null };
}

export type FlowCallName = keyof FlowCalls;

export interface Fields {
  readonly [name: string]: unknown;
}

export interface Saved {
  readonly id: string;
  readonly name: string;
}

/** What an answer is before it is put into a frame. */
export type CallAnswer<Name extends FlowCallName> = FlowCalls[Name]['answer'];

/** Arguments of a call, whose shape the process has checked. */
export function argumentsOf<Name extends FlowCallName>(_name: Name, args: JsonText): FlowCalls[Name]['args'] {
  return JSON.parse(args) as FlowCalls[Name]['args'];
}
