/** Where a command prints: results to `out`, everything about them to `note`. */
export interface Terminal {
  out(text: string): void;
  note(text: string): void;
  /** Shows a line in the place of the last one; does nothing where nobody watches. */
  live(line: string): void;
  /** Marks a state or severity with colour where that is wanted. */
  paint(text: string, color: Color): string;
}

export type Color = 'red' | 'green' | 'yellow' | 'gray';

const codes: Record<Color, number> = { red: 31, green: 32, yellow: 33, gray: 90 };

/** The process's own; a reader that goes away ends the process quietly. */
export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  for (const stream of [stdout, stderr]) stream.on('error', endQuietlyOnBrokenPipe);
  const watched = stderr.isTTY;
  // no-color.org
  const colored = watched && (process.env['NO_COLOR'] ?? '') === '';
  let shown = false;
  const clear = (): void => {
    if (shown) stderr.write('\r\x1b[K');
    shown = false;
  };
  return {
    out: (text) => {
      clear();
      stdout.write(text);
    },
    note: (text) => {
      clear();
      stderr.write(text);
    },
    live: (line) => {
      if (!watched) return;
      clear();
      const width = Math.max(20, stderr.columns - 1);
      stderr.write(line.length > width ? `${line.slice(0, width - 1)}…` : line);
      shown = true;
    },
    paint: (text, color) => (colored ? `\x1b[${codes[color]}m${text}\x1b[0m` : text),
  };
}

/** `stepthrough … | head` is no error. */
function endQuietlyOnBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit();
  throw error;
}

/** What untrusted text may do to a terminal: nothing. Line breaks and tabs stay. */
export function printable(text: string): string {
  return Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    const control = (code < 32 && code !== 9 && code !== 10) || (code >= 127 && code < 160);
    return control ? `\\x${code.toString(16).padStart(2, '0')}` : character;
  }).join('');
}
