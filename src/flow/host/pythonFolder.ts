import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the Python files lie, seen from this file as it is and from the bundles (`dist/cli.js`, `dist/chunk/…`). */
const places = ['../python/', './python/', '../flow/python/'];

/** The folder of `flow_api` and `stepthrough_flow`. */
export function pythonFolder(): string {
  const candidates = places.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const found = candidates.find((folder) => existsSync(`${folder}stepthrough_flow/__main__.py`));
  if (found === undefined) throw new Error(`The Python files of Stepthrough are missing; they were looked for in ${candidates.join(', ')}.`);
  return found;
}
