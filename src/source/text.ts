/**
 * Places in a text. Every tree, problem and location in Stepthrough speaks in `Range`s: half-open offsets
 * in UTF-16 code units, as JavaScript strings count. Lines and columns exist only at the edges (editor, protocol,
 * command line, stack traces), made by `LineMap`.
 */

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** 1-based line and column; the column counts UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export function contains(range: Range, offset: number): boolean {
  return range.start <= offset && offset <= range.end;
}

export class LineMap {
  readonly text: string;
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.text = text;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === 10) this.#starts.push(i + 1);
      // A lone CR ends a line too, as in YAML 1.2 (5.4) and in editors.
      else if (code === 13 && text.charCodeAt(i + 1) !== 10) this.#starts.push(i + 1);
    }
  }

  get lineCount(): number {
    return this.#starts.length;
  }

  position(offset: number): Position {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - this.#starts[low]! + 1 };
  }

  /** The offset of a position; lines and columns beyond the text are clamped to it. */
  offset(position: Position): number {
    const line = Math.min(Math.max(position.line, 1), this.#starts.length);
    const start = this.#starts[line - 1]!;
    const end = line < this.#starts.length ? this.#starts[line]! : this.text.length;
    return Math.min(start + Math.max(position.column, 1) - 1, end);
  }

  /** The line's text range without its line break. */
  lineRange(line: number): Range {
    const start = this.#starts[line - 1] ?? this.text.length;
    let end = this.#starts[line] ?? this.text.length;
    while (end > start && (this.text.charCodeAt(end - 1) === 10 || this.text.charCodeAt(end - 1) === 13)) end--;
    return { start, end };
  }
}
