import type { SourceLocation } from '../../debuggee/debuggee.ts';
import type { Location, Program } from '../../machine/program.ts';
import type { LineMap, Range } from '../../source/text.ts';

/** Where a breakpoint stops, or why it cannot. */
export type Bound = { readonly location: Location; readonly message: string | undefined } | { readonly location: undefined; readonly message: string };

/** Finds the place at which a breakpoint on any line of the text stops. */
export class BreakpointBinder {
  readonly #lines: LineMap;
  /** In the order of the text: outer steps before those inside them. */
  readonly #steps: readonly Location[];
  readonly #all: readonly Location[];

  constructor(program: Program) {
    this.#lines = program.source.lines;
    this.#all = [...program.locations].sort((left, right) => left.range.start - right.range.start);
    this.#steps = this.#all.filter((location) => location.kind === 'step');
  }

  /** The place of a location as clients show it. */
  place(location: Location): SourceLocation {
    return sourceLocation(this.#lines, location.range);
  }

  /**
   * Binds a line, or a place in it where a column is given. A line of a step's body belongs to the innermost step
   * there; one that belongs to none, and a comment or blank line before further steps, to the next step.
   */
  bind(line: number, column: number | undefined): Bound {
    if (column !== undefined) {
      const inside = this.#atColumn(line, column);
      if (inside) return { location: inside, message: undefined };
    }
    const starting = this.#steps.find((step) => this.#lineOf(step) === line);
    if (starting) return { location: starting, message: undefined };
    const owner = this.#ownerOf(line);
    if (owner) return { location: owner, message: `Moved to line ${this.#lineOf(owner)}: this line belongs to the step "${owner.step.name}".` };
    const next = this.#steps.find((step) => this.#lineOf(step) > line);
    if (next) return { location: next, message: `Moved to line ${this.#lineOf(next)}, the next step "${next.step.name}": this line belongs to no step.` };
    const reason = this.#steps.length === 0 ? 'This workflow has no steps.' : 'This line belongs to no step, and no step follows it.';
    return { location: undefined, message: `${reason} Set the breakpoint at a step.` };
  }

  /** Every place in a range of lines where a breakpoint binds as it is. */
  locations(startLine: number, endLine: number): SourceLocation[] {
    const found = new Map<number, SourceLocation>();
    for (const location of this.#all) {
      const place = this.place(location);
      if (place.line >= startLine && place.line <= endLine && !found.has(location.range.start)) found.set(location.range.start, place);
    }
    return [...found.values()];
  }

  #atColumn(line: number, column: number): Location | undefined {
    const text = this.#lines.lineRange(line);
    const offset = this.#lines.offset({ line, column });
    const onLine = this.#all.filter((location) => location.range.start >= text.start && location.range.start <= text.end);
    // The place that the column is in, else the next one of the line.
    return onLine.findLast((location) => location.range.start <= offset && offset <= location.extent.end) ?? onLine.find((location) => location.range.start > offset);
  }

  #ownerOf(line: number): Location | undefined {
    const text = this.#lines.lineRange(line);
    const within = (step: Location): boolean => this.#lineOf(step) <= line && line <= this.#lines.position(lastOffset(step.extent)).line;
    const owner = this.#steps.findLast(within);
    if (!owner || !this.#isBlankOrComment(text)) return owner;
    const stepsFollow = this.#steps.some((step) => step.range.start > text.end && step.range.start < owner.extent.end);
    return stepsFollow ? undefined : owner;
  }

  #isBlankOrComment(text: Range): boolean {
    const content = this.#lines.text.slice(text.start, text.end).trim();
    return content === '' || content.startsWith('#');
  }

  #lineOf(location: Location): number {
    return this.#lines.position(location.range.start).line;
  }
}

export function sourceLocation(lines: LineMap, range: Range): SourceLocation {
  const start = lines.position(range.start);
  const end = lines.position(range.end);
  return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}

/** A block's range may end at the beginning of the line after it. */
function lastOffset(extent: Range): number {
  return Math.max(extent.start, extent.end - 1);
}
