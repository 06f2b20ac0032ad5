import type { JsonText } from '../../execution/record.ts';
import { frameDistance } from '../../machine/compile/context.ts';
import type { Failure } from '../../machine/failure.ts';
import { Raised } from '../../machine/error.ts';
import { printJson } from '../../machine/json.ts';
import type { Frame } from '../../machine/state.ts';
import { typeName, type Value } from '../../machine/value.ts';
import { visibleVariables, type Scope } from '../../workflow/scopes.ts';

/** Characters of an error, and of all variables of one entry. */
const payloadLimit = 8192;
const variablesLimit = 8192;

/** Bytes of a variable that are worth writing down at every step. */
const variableSize = 2048;

/**
 * Texts of entries, up to so many characters in all: then the earliest go for the latest, since the error that a run
 * ended with is the one that is looked for.
 */
export class EntryTexts {
  readonly #limit: number;
  /** Made when it is needed: many executions sleep, few have texts. */
  #texts: Map<number, JsonText> | undefined;
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(id: number): JsonText | undefined {
    return this.#texts?.get(id);
  }

  set(id: number, text: JsonText): void {
    this.delete(id);
    this.#texts ??= new Map();
    this.#texts.set(id, text);
    this.#size += text.length;
    while (this.#size > this.#limit) this.delete(this.#texts.keys().next().value!);
  }

  delete(id: number): void {
    const text = this.#texts?.get(id);
    if (text === undefined) return;
    this.#size -= text.length;
    this.#texts?.delete(id);
  }
}

/** The error as JSON; one that is too long gives way to its first line. */
export function payloadText({ payload, headline }: Failure): JsonText {
  return payload.length <= payloadLimit ? payload : JSON.stringify(headline.slice(0, payloadLimit / 2));
}

/**
 * The variables of a scope that have values, as a JSON object; `frame` is the one that the scope belongs to. Large ones,
 * and those without a JSON form, are told in words.
 */
export function variablesText(scope: Scope, frame: Frame): JsonText {
  const parts: string[] = [];
  let length = 2;
  for (const variable of visibleVariables(scope)) {
    let home = frame;
    for (let i = frameDistance(scope, variable); i > 0 && home.outer; i--) home = home.outer;
    const value = home.slots[variable.slot] as Value | undefined;
    if (value === undefined) continue;
    const part = `${JSON.stringify(variable.name)}:${valueText(value, home.sizes[variable.slot]!)}`;
    length += part.length + 1;
    if (length > variablesLimit) break;
    parts.push(part);
  }
  return `{${parts.join(',')}}`;
}

function valueText(value: Value, size: number): JsonText {
  if (size > variableSize) return JSON.stringify(`(${typeName(value)} of ${size} bytes)`);
  try {
    return printJson(value);
  } catch (error) {
    if (error instanceof Raised) return JSON.stringify(`(${typeName(value)})`);
    throw error;
  }
}
