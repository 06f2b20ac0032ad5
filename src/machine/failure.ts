import type { ExecutionError, StackTraceElement } from '../execution/record.ts';
import { Fatal, type Raised } from './error.ts';
import { printJson } from './json.ts';
import type { Frame } from './state.ts';
import type { Value } from './value.ts';

/** An error with its trace: one element per frame, innermost first (google-workflows 4.4). */
export class Failure {
  readonly value: Value;
  readonly headline: string;
  readonly elements: readonly StackTraceElement[];
  /** No handler takes it. */
  readonly fatal: boolean;

  constructor(raised: Raised, frames: readonly Frame[]) {
    this.value = raised.value;
    this.headline = raised.headline;
    this.fatal = raised instanceof Fatal;
    this.elements = frames.map(element).reverse();
  }

  /** The text for people: the headline, then a line per frame. */
  get context(): string {
    const lines = this.elements.map(({ step, routine, position }) => `in step "${step}", routine "${routine}", line: ${position.line}`);
    return [this.headline, ...lines].join('\n');
  }

  toExecutionError(): ExecutionError {
    return { payload: this.payload, context: this.context, stack_trace: { elements: this.elements } };
  }

  /** The error value as JSON; bytes inside cannot be shown and are replaced by the headline. */
  get payload(): string {
    try {
      return printJson(this.value);
    } catch {
      return JSON.stringify(this.headline);
    }
  }
}

function element(frame: Frame): StackTraceElement {
  const { code } = frame;
  const place = code.places[code.placeAt[frame.pc]!]!;
  const { source } = code;
  const position = source.lines.position(place.range.start);
  const length = new TextEncoder().encode(source.text.slice(place.range.start, place.range.end)).length;
  return { step: place.step.name, routine: code.routine.name, position: { ...position, length } };
}
