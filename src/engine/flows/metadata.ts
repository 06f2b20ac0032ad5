import { checkFlowMetadata } from '../../execution/flowMetadata.ts';
import { LaunchRefused } from '../../execution/launch.ts';
import type { ExecutionOptions } from '../../execution/record.ts';
import { companion, programNames } from '../../schema/association.ts';
import { folderOf, inFolder, nameOf, type Files } from '../../schema/files.ts';
import { parseDocuments } from '../../source/documents.ts';
import { formatOf } from '../../source/parse.ts';
import { LineMap } from '../../source/text.ts';

/** What the metadata beside a flow (`<name>.flow.yaml`) gives its executions where their start says nothing. Rejects with `LaunchRefused`. */
export async function defaultsOf(program: string, files: Files): Promise<ExecutionOptions> {
  if (program === '') return {};
  const folder = folderOf(program);
  const name = companion(programNames(nameOf(program)), '.flow', await files.list(folder));
  const path = name === undefined ? undefined : inFolder(folder, name);
  const text = path === undefined ? undefined : await files.readText(path);
  if (path === undefined || text === undefined) return {};
  const documents = parseDocuments(text, formatOf(path));
  const { defaults, problems } = checkFlowMetadata(documents.find(({ root }) => root !== undefined)?.root);
  const errors = [...documents.flatMap((document) => document.problems), ...problems].filter(({ severity }) => severity === 'error');
  if (errors[0]) throw new LaunchRefused(`${nameOf(path)} is not right: ${errors[0].message}`, path, new LineMap(text), errors);
  return defaults;
}
