import type { DebugProtocol } from '@vscode/debugprotocol';
import type { SourceLocation } from '../debuggee/debuggee.ts';

/** Lines and columns count from 1 here; a client may count from 0 (`linesStartAt1`, `columnsStartAt1`). */
export class Coordinates {
  readonly #line: number;
  readonly #column: number;

  constructor(client: Pick<DebugProtocol.InitializeRequestArguments, 'linesStartAt1' | 'columnsStartAt1'>) {
    this.#line = client.linesStartAt1 === false ? 1 : 0;
    this.#column = client.columnsStartAt1 === false ? 1 : 0;
  }

  lineFromClient(line: number): number {
    return line + this.#line;
  }

  lineToClient(line: number): number {
    return line - this.#line;
  }

  columnFromClient(column: number): number {
    return column + this.#column;
  }

  startToClient({ line, column }: SourceLocation): { line: number; column: number } {
    return { line: line - this.#line, column: column - this.#column };
  }

  toClient(location: SourceLocation): { line: number; column: number; endLine: number; endColumn: number } {
    return {
      ...this.startToClient(location),
      endLine: location.endLine - this.#line,
      endColumn: location.endColumn - this.#column,
    };
  }
}
