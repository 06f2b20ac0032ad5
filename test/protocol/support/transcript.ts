import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
export const fixtures = join(root, 'test', 'fixtures', 'workflows');
const golden = join(root, 'test', 'protocol', 'golden');

/**
 * What was said in a session, line by line, free of what differs from run to run. Compared with the golden file of
 * the test's name; `UPDATE_GOLDEN=1` writes it anew, and a difference leaves an `.actual` file beside it.
 */
export class Transcript {
  readonly #lines: string[] = [];
  readonly #ids = new Map<string, string>();
  readonly #aliases = new Map([[fixtures, '{fixtures}'], [root, '{root}']]);

  add(line: string): void {
    this.#lines.push(this.#normalized(line));
  }

  /** Writes a path of this run by a name. */
  alias(path: string, name: string): void {
    this.#aliases.set(path, name);
  }

  text(): string {
    return `${this.#lines.join('\n')}\n`;
  }

  compare(testName: string): void {
    const file = join(golden, `${testName.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.txt`);
    const actual = this.text();
    rmSync(`${file}.actual`, { force: true });
    if (process.env['UPDATE_GOLDEN'] === '1') {
      mkdirSync(golden, { recursive: true });
      writeFileSync(file, actual);
      return;
    }
    const expected = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (actual !== expected) writeFileSync(`${file}.actual`, actual);
    assert.equal(actual, expected);
  }

  #normalized(line: string): string {
    let plain = line;
    for (const [path, name] of this.#aliases) plain = plain.replaceAll(path, name);
    return plain
      .replaceAll(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, (id) => this.#named(id))
      .replaceAll(/(?<=name: string = .* )[0-9a-f]{8}/g, '{short id}')
      .replaceAll(/\b000001-[0-9a-f]{3}\b/g, '{revision}')
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '{time}');
  }

  /** The same id keeps the same name, so that a transcript shows which ones are equal. */
  #named(id: string): string {
    const name = this.#ids.get(id) ?? `{id ${this.#ids.size + 1}}`;
    this.#ids.set(id, name);
    return name;
  }
}
