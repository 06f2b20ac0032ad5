import { describe, type DataNode } from '../source/data.ts';
import { parseSource, type SourceFormat } from '../source/parse.ts';
import type { Problem } from '../source/problem.ts';

/**
 * `<program>.env.yaml` (or `.yml`, `.json`): a map of the variables that `sys.get_env` reads beside the built-in ones,
 * in the form of `gcloud workflows deploy --env-vars-file`.
 */
export interface EnvironmentFile {
  readonly variables: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

/** google-workflows 5. */
const countLimit = 20;
const byteLimit = 4096;

/** Reads such a file. Never throws; variables with problems are left out. */
export function parseEnvironment(text: string, format: SourceFormat): EnvironmentFile {
  const { root, problems } = parseSource(text, format);
  const { variables, problems: found } = checkEnvironment(root);
  return { variables, problems: [...problems, ...found] };
}

/** The same for a text that was read already. */
export function checkEnvironment(root: DataNode | undefined): EnvironmentFile {
  const found: Problem[] = [];
  const variables = new Map<string, string>();
  const report = (code: string, message: string, at: DataNode): void => void found.push({ code: `env/${code}`, severity: 'error', message, range: at.range });
  if (root && root.kind !== 'map') report('wrong-type', `An environment file is a map of names and texts; found ${describe(root)}.`, root);
  const entries = root?.kind === 'map' ? root.entries : [];
  if (root && entries.length > countLimit) report('too-many', `A workflow has at most ${countLimit} variables; found ${entries.length}.`, root);
  for (const { key, keyNode, value } of entries) {
    if (key === '' || /^(GOOGLE|WORKFLOWS)/.test(key)) {
      report('bad-name', `The name of a variable is not empty and does not begin with GOOGLE or WORKFLOWS, which are the service's own; found ${JSON.stringify(key)}.`, keyNode);
    } else if (value.kind !== 'scalar' || typeof value.value !== 'string') {
      report('wrong-type', `The variable ${key} is a text; found ${describe(value)}. Put it into quotes.`, value);
    } else if (byteLength(value.value) > byteLimit) {
      report('too-long', `A variable has at most ${byteLimit} bytes; ${key} has ${byteLength(value.value)}.`, value);
    } else {
      variables.set(key, value.value);
    }
  }
  return { variables, problems: found };
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
